import { describe, expect, it } from '@jest/globals';
import { htmlReport } from './html-report.ts';
import { figure, holds, judge, limitText, type Results, scenarioResults, spreadText } from './judgement.ts';
import type { Row } from './scenario.ts';
import { terminalReport } from './terminal-report.ts';

const once = (value: number) => ({ median: value, least: value, most: value });
const row = (over: Partial<Row>): Row => ({
  id: 'linha',
  title: 'retenções <por> HTTP',
  unit: '',
  better: 'higher',
  must: 0.15,
  goal: 0.3,
  measured: { median: 0.1, least: 0.07, most: 0.11 },
  of: { ours: once(91), floor: once(950), unit: '/s' },
  bound: 'a CPU',
  next: 'menos idas ao banco',
  ...over,
});

const results = (rows: Row[], over: Partial<Results> = {}): Results => ({
  quando: '2026-11-26T12:00:00.000Z',
  maquina: {
    cpus: 2,
    modelo: 'Processador',
    memoriaBytes: 24 * 1024 ** 3,
    node: 'v24',
    postgres: '15.18',
    versao: 'abc',
  },
  rapido: false,
  duracaoSegundos: 12,
  cenarios: [
    scenarioResults({ name: 'retencoes', title: 'Retenções' }, 12, {
      rows,
      plots: [
        {
          title: 'Curva',
          x: 'linhas',
          y: 'ms',
          logarithmic: true,
          series: [
            {
              name: 'p99',
              points: [
                [1e4, 1],
                [1e6, 2],
              ],
            },
          ],
        },
      ],
      cpu: [{ title: 'Uma retenção', per: 'retenção', msPerUnit: { reservas: 4.8, RabbitMQ: 1.2 } }],
      notes: ['uma nota'],
    }),
  ],
  invariantes: { valem: true, disse: '' },
  ...over,
});

describe('Uma linha', () => {
  it.each([
    ['higher', 0.1, 'broken'],
    ['higher', 0.15, 'between'],
    ['higher', 0.3, 'goal'],
    ['lower', 0.1, 'goal'],
    ['lower', 0.2, 'broken'],
  ] as const)('em que é melhor %s, com %d, é %s', (better, median, verdict) => {
    const limits = better === 'higher' ? { must: 0.15, goal: 0.3 } : { must: 0.15, goal: 0.1 };
    expect(judge({ better, ...limits }, once(median))).toBe(verdict);
  });

  it('sem nada que deva valer não quebra nada; sem meta, só se conta', () => {
    expect(judge({ better: 'lower', goal: 7 }, once(22))).toBe('short');
    expect(judge({ better: 'lower', goal: 7 }, once(5))).toBe('goal');
    expect(judge({ better: 'lower' }, once(22))).toBe('told');
  });

  it('escreve-se com os algarismos que dizem algo, a unidade, e a faixa quando há', () => {
    expect([0.104, 12.34, 1234.5].map(figure)).toEqual(['0,10', '12,3', '1.235']);
    expect(spreadText({ median: 91, least: 74, most: 116 }, '/s')).toBe('91/s (74–116)');
    expect(spreadText(once(0), '%')).toBe('0,00 %');
    expect(limitText({ better: 'lower', must: 500 }, 'ms')).toEqual({ must: '≤ 500 ms', goal: '—' });
  });
});

describe('O relatório', () => {
  it('vale quando vale tudo o que deve, toda promessa, e todo cenário se pôde medir', () => {
    const good = row({ measured: once(0.2) });
    expect(holds(results([good]))).toBe(true);
    expect(holds(results([good, row({})]))).toBe(false);
    expect(holds(results([good], { invariantes: { valem: false, disse: '✖ I1' } }))).toBe(false);
    const failed = { nome: 'relay', titulo: 'Relay', duracaoSegundos: 1, linhas: [], graficos: [], cpu: [], notas: [] };
    expect(holds(results([], { cenarios: [{ ...failed, falha: 'sem broker' }] }))).toBe(false);
  });

  it('no terminal diz de cada linha os dois lados, o que deve valer, a meta, e a CPU por processo', () => {
    const text = terminalReport(results([row({})]));
    for (const part of [
      '✖',
      '0,10 (0,07–0,11)',
      '91',
      '950',
      '≥ 0,15',
      '≥ 0,30',
      'reservas 4,80',
      'uma nota',
      'NÃO vale',
    ])
      expect(text).toContain(part);
  });

  it('em página não precisa de mais nada, mostra curvas, e não toma texto por marcação', () => {
    const page = htmlReport(results([row({})]));
    expect(page).not.toMatch(/<script|src=|href="http|@import|url\(/);
    expect(page).toContain('retenções &lt;por&gt; HTTP');
    expect(page).not.toContain('<por>');
    for (const part of [
      'não cumpre',
      'polyline',
      'prefers-color-scheme:dark',
      'O que a limita: a CPU',
      'menos idas ao banco',
    ])
      expect(page).toContain(part);
    expect(page).not.toMatch(/NaN|undefined/);
  });

  it('conta o cenário que não se pôde medir, e a promessa que não vale', () => {
    const failed = { nome: 'relay', titulo: 'Relay', duracaoSegundos: 1, linhas: [], graficos: [], cpu: [], notas: [] };
    const broken = results([], {
      cenarios: [{ ...failed, falha: 'sem broker' }],
      invariantes: { valem: false, disse: '✖ I1 duas vezes' },
    });
    for (const text of [terminalReport(broken), htmlReport(broken)]) {
      expect(text).toContain('sem broker');
      expect(text).toContain('✖ I1 duas vezes');
    }
  });
});
