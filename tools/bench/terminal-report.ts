import { table } from '../platform/summary.ts';
import { totalOf } from './cpu.ts';
import { figure, holds, limitText, type Results, type ScenarioResults, spreadText } from './judgement.ts';

const mark = { broken: '✖', between: '·', short: '–', goal: '✔', told: ' ' } as const;

/** The table that is printed. */
export function terminalReport(results: Results): string {
  return [
    ...results.cenarios.map(scenarioText),
    ...(results.invariantes
      ? [
          results.invariantes.valem
            ? '\nDepois de tudo, todas as promessas valem (npm run invariants).'
            : `\nDepois de tudo, NEM todas as promessas valem:\n${results.invariantes.disse}`,
        ]
      : []),
    `\n✔ meta  · cumpre o que deve  – aquém da meta  ✖ não cumpre o que deve  (mediana e faixa das rodadas${results.rapido ? '; --quick: para ver se anda, não para julgar' : ''})`,
    holds(results) ? 'O que deve valer vale.' : 'O que deve valer NÃO vale.',
  ].join('\n');
}

function scenarioText({ titulo, linhas, cpu, notas, falha }: ScenarioResults): string {
  if (falha !== undefined) return `\n${titulo}\n  ✖ não se mediu: ${falha}`;
  return [
    `\n${titulo}`,
    table([
      ['', 'O QUÊ', 'MEDIDO', 'DE', 'DEVE', 'META'],
      ...linhas.map((row) => {
        const { must, goal } = limitText(row, row.unit);
        const of = row.of ? `${spreadText(row.of.ours, row.of.unit)} ÷ ${spreadText(row.of.floor, row.of.unit)}` : '';
        return [mark[row.veredito], row.title, spreadText(row.measured, row.unit), of, must, goal];
      }),
    ]),
    ...cpu.map(
      ({ title, per, msPerUnit }) =>
        `  CPU, ${title} (ms por ${per}): ${Object.entries(msPerUnit)
          .sort(([, a], [, b]) => b - a)
          .map(([kind, ms]) => `${kind} ${figure(ms)}`)
          .join(', ')}; ao todo ${figure(totalOf(msPerUnit))}`,
    ),
    ...notas.map((note) => `  ${note}`),
  ].join('\n');
}
