import { totalOf } from './cpu.ts';
import {
  figure,
  holds,
  limitText,
  type Results,
  type ScenarioResults,
  spreadText,
  type Verdict,
  verdictText,
} from './judgement.ts';
import type { CpuTable, Plot, Row } from './scenario.ts';

/** A page that needs nothing but itself: for who reads what was measured, by day and by night. */
export function htmlReport(results: Results): string {
  const { maquina, quando, rapido, cenarios, invariantes, duracaoSegundos } = results;
  const all = cenarios.flatMap(({ linhas }) => linhas);
  const count = (veredito: Verdict): number => all.filter((row) => row.veredito === veredito).length;
  return `<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Desempenho da plataforma</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Desempenho da plataforma</h1>
<p class="facts">${escape(new Date(quando).toLocaleString('pt-BR', { timeZone: 'UTC' }))} UTC · versão ${escape(maquina.versao)} · ${maquina.cpus} núcleos, ${escape(maquina.modelo)} · ${figure(maquina.memoriaBytes / 1024 ** 3)} GB · Node ${escape(maquina.node)} · PostgreSQL ${escape(maquina.postgres)} · ${figure(duracaoSegundos)} s</p>
${rapido ? '<p class="warn">Medido com <code>--quick</code>: poucas rodadas e poucas amostras. Serve para ver se tudo anda, não para julgar.</p>' : ''}
<p class="sum ${holds(results) ? 'goal' : 'broken'}">${holds(results) ? 'O que deve valer vale' : 'O que deve valer não vale'}: ${count('goal')} na meta, ${count('between')} entre o que deve valer e a meta, ${count('short')} aquém da meta, ${count('broken')} aquém do que deve valer, ${count('told')} só medidos.</p>
${invariantes ? `<p class="sum ${invariantes.valem ? 'goal' : 'broken'}">${invariantes.valem ? 'Depois de toda a carga, as promessas I1 a I7 valem.' : 'Depois da carga, alguma promessa não vale.'}</p>${invariantes.valem ? '' : `<pre>${escape(invariantes.disse)}</pre>`}` : ''}
<p>Cada razão é de dois lados medidos na mesma rodada, alternando quem começa: o que aconteceu à máquina aconteceu aos dois. Vale a mediana; a barra mostra a faixa das rodadas, o traço, a mediana; <span class="k must"></span> é o que deve valer e <span class="k aim"></span> a meta.</p>
<nav>${cenarios.map(({ nome, titulo }) => `<a href="#${nome}">${escape(titulo)}</a>`).join(' ')}</nav>
${cenarios.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section({ nome, titulo, linhas, graficos, cpu, notas, falha, duracaoSegundos }: ScenarioResults): string {
  const body =
    falha === undefined
      ? [
          ...linhas.map(card),
          ...graficos.map(plotFigure),
          ...(cpu.length > 0 ? [`<div class="figures">${cpu.map(cpuFigure).join('')}</div>`] : []),
          ...(notas.length > 0 ? [`<ul>${notas.map((note) => `<li>${escape(note)}</li>`).join('')}</ul>`] : []),
        ].join('\n')
      : `<p class="sum broken">Não se mediu: ${escape(falha)}</p>`;
  return `<section id="${nome}"><h2>${escape(titulo)} <small>${nome}, ${figure(duracaoSegundos)} s</small></h2>\n${body}</section>`;
}

function card(row: Row & { veredito: Verdict }): string {
  const { must, goal } = limitText(row, row.unit);
  const of = row.of
    ? `<p class="of">${escape(spreadText(row.of.ours, row.of.unit))} ÷ ${escape(spreadText(row.of.floor, row.of.unit))}</p>`
    : '';
  return `<article class="${row.veredito}">
<h3>${escape(row.title)}</h3>
<p class="value"><b>${escape(spreadText(row.measured, row.unit))}</b> <span class="badge">${verdictText[row.veredito]}</span></p>
${of}${gauge(row)}
<p class="limits">deve ${escape(must)} · meta ${escape(goal)}</p>
<p class="why">O que a limita: ${escape(row.bound)}. Para o dobro: ${escape(row.next)}.</p>
</article>`;
}

const wide = 320;

/** The range of the rounds and the median on one scale with what must hold and what is aimed at. */
function gauge({ measured: { median, least, most }, must, goal }: Row): string {
  const largest = Math.max(most, must ?? 0, goal ?? 0);
  if (!(largest > 0) || (must === undefined && goal === undefined)) return '';
  const at = (value: number): string => ((value / largest) * (wide - 8) + 4).toFixed(1);
  const line = (value: number | undefined, kind: string): string =>
    value === undefined ? '' : `<line class="${kind}" x1="${at(value)}" x2="${at(value)}" y1="2" y2="22"/>`;
  const bar = Math.max(2, Number(at(most)) - Number(at(least))).toFixed(1);
  return `<svg viewBox="0 0 ${wide} 24" role="img" aria-label="faixa das rodadas"><line class="axis" x1="0" x2="${wide}" y1="12" y2="12"/><rect class="range" x="${at(least)}" y="7" width="${bar}" height="10" rx="2"/>${line(must, 'must')}${line(goal, 'aim')}<line class="median" x1="${at(median)}" x2="${at(median)}" y1="4" y2="20"/></svg>`;
}

const [plotWide, plotHigh, left, bottom, top] = [560, 260, 56, 40, 16];

function plotFigure({ title, x, y, logarithmic = false, series }: Plot): string {
  const scale = logarithmic ? Math.log10 : (value: number): number => value;
  const xs = series.flatMap(({ points }) => points.map(([at]) => scale(at)));
  const ys = series.flatMap(({ points }) => points.map(([, value]) => value));
  if (xs.length === 0) return '';
  const [xLeast, xMost, yMost] = [Math.min(...xs), Math.max(...xs), Math.max(...ys) * 1.1 || 1];
  const px = (at: number): number => left + ((scale(at) - xLeast) / (xMost - xLeast || 1)) * (plotWide - left - 12);
  const py = (value: number): number => plotHigh - bottom - (value / yMost) * (plotHigh - bottom - top);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * yMost);
  const marks = logarithmic
    ? [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))]
    : [0, 0.25, 0.5, 0.75, 1].map((share) => xLeast + share * (xMost - xLeast));
  const lines = series
    .map(({ points }, index) => {
      const path = points.map(([at, value]) => `${px(at).toFixed(1)},${py(value).toFixed(1)}`).join(' ');
      const dots = points
        .map(
          ([at, value]) => `<circle class="s${index}" cx="${px(at).toFixed(1)}" cy="${py(value).toFixed(1)}" r="2.5"/>`,
        )
        .join('');
      return `<polyline class="s${index}" points="${path}"/>${dots}`;
    })
    .join('');
  return `<figure><figcaption>${escape(title)}</figcaption>
<svg viewBox="0 0 ${plotWide} ${plotHigh}" role="img" aria-label="${escape(title)}">
${ticks.map((value) => `<line class="axis" x1="${left}" x2="${plotWide - 12}" y1="${py(value).toFixed(1)}" y2="${py(value).toFixed(1)}"/><text x="${left - 6}" y="${(py(value) + 4).toFixed(1)}" text-anchor="end">${figure(value)}</text>`).join('')}
${marks.map((value) => `<text x="${px(value).toFixed(1)}" y="${plotHigh - bottom + 16}" text-anchor="middle">${figure(value)}</text>`).join('')}
<text x="${plotWide / 2}" y="${plotHigh - 6}" text-anchor="middle">${escape(x)}</text><text x="4" y="12">${escape(y)}</text>
${lines}</svg>
<p class="legend">${series.map(({ name }, index) => `<span class="s${index}">■</span> ${escape(name)}`).join(' ')}</p></figure>`;
}

function cpuFigure({ title, per, msPerUnit }: CpuTable): string {
  const kinds = Object.entries(msPerUnit).sort(([, a], [, b]) => b - a);
  const most = kinds[0]?.[1] ?? 1;
  return `<figure><figcaption>${escape(title)}: ${figure(totalOf(msPerUnit))} ms de CPU por ${escape(per)}</figcaption><table>${kinds
    .map(
      ([kind, ms]) =>
        `<tr><th scope="row">${escape(kind)}</th><td>${figure(ms)}</td><td class="bar"><span style="width:${((ms / most) * 100).toFixed(1)}%"></span></td></tr>`,
    )
    .join('')}</table></figure>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);

const style = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5a6675;--paper:#fbfbf9;--card:#fff;--line:#d9dde3;--good:#1b7f4b;--fair:#8a6400;--bad:#b3261e;--s0:#2459c4;--s1:#c2571a;--s2:#1b7f4b;--s3:#7a3fb0}
@media (prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a3adba;--paper:#14181d;--card:#1c2229;--line:#343c46;--good:#5ccb8f;--fair:#e0b64a;--bad:#ff8a80;--s0:#7ea6ff;--s1:#ff9e66;--s2:#5ccb8f;--s3:#c79bff}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:2rem 1rem 4rem}h1{margin:0 0 .25rem}h2{margin:2.5rem 0 1rem;border-bottom:1px solid var(--line)}h2 small{font-weight:400;color:var(--soft);font-size:.6em}
.facts,.limits,.why,.of,.legend{color:var(--soft);font-size:.875rem;margin:.25rem 0}nav a{display:inline-block;margin:0 .75rem .25rem 0}a{color:var(--s0)}
section{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}section>h2,section>ul,section>figure,section>.figures,section>p{grid-column:1/-1}
article,figure{margin:0;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;border-left:4px solid var(--line)}
figure{border-left-width:1px}.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}
h3{font-size:1rem;font-weight:600;margin:0 0 .5rem}.value b{font-size:1.25rem;font-variant-numeric:tabular-nums}.value{margin:0}
.badge{float:right;font-size:.8rem;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem}
.goal{border-left-color:var(--good)}.goal .badge,.sum.goal{color:var(--good)}.between,.short{border-left-color:var(--fair)}.between .badge,.short .badge{color:var(--fair)}.broken{border-left-color:var(--bad)}.broken .badge,.sum.broken,.warn{color:var(--bad)}.told .badge{color:var(--soft)}
.sum{font-weight:600}svg{width:100%;height:auto;max-width:44rem}svg text{fill:var(--soft);font-size:11px}
.axis{stroke:var(--line)}.range{fill:var(--s0);opacity:.35}.median{stroke:var(--s0);stroke-width:2.5}line.must{stroke:var(--bad);stroke-width:2}line.aim{stroke:var(--good);stroke-width:2}
.k{display:inline-block;width:.2rem;height:1em;vertical-align:-.15em}.k.must{background:var(--bad)}.k.aim{background:var(--good)}
polyline{fill:none;stroke-width:2}${[0, 1, 2, 3].map((n) => `polyline.s${n}{stroke:var(--s${n})}circle.s${n}{fill:var(--s${n})}span.s${n}{color:var(--s${n})}`).join('')}
figcaption{font-weight:600;margin-bottom:.5rem}table{width:100%;border-collapse:collapse;font-size:.875rem}th{text-align:left;font-weight:400;white-space:nowrap}td{text-align:right;padding:0 .5rem;font-variant-numeric:tabular-nums}td.bar{width:60%;text-align:left}td.bar span{display:block;height:.6rem;background:var(--s0);opacity:.6;border-radius:2px}
pre{overflow:auto;background:var(--card);border:1px solid var(--line);padding:1rem}
`;
