import { describe, expect, it } from '@jest/globals';
import { fatiasDoRelogio } from './orcamento.js';
import {
  acrescentarFatia,
  type Bloqueado,
  limitesDosDias,
  type OcupacaoDaHora,
  somar,
  taxaDeOcupacao,
} from './ocupacao.js';
import { HORA_MS, type Intervalo } from './periodo-reserva.js';

const SAO_PAULO = 'America/Sao_Paulo';
const HORAS = Array.from({ length: 24 }, (_, hora) => `${String(hora).padStart(2, '0')}:00`);
const em = (instante: string) => Date.parse(instante);
const horas = (de: string, ate: string) => ({ inicio: em(de), fim: em(ate) });
/** The tenth of March of 2027, local. */
const DIA = horas('2027-03-10T03:00:00Z', '2027-03-11T03:00:00Z');
const ABERTO = [horas('2027-03-10T12:00:00Z', '2027-03-10T20:00:00Z')];
const espaco = (unidades: number, ocupa: 'UMA' | 'TODAS' = 'UMA') => ({
  unidades: Array.from({ length: unidades }, (_, i) => `u${i}`),
  ocupa,
});
/** The rows of a local day; `usados` are the minutes, times units, used in each slice. */
function linhasDoDia(
  umEspaco: ReturnType<typeof espaco>,
  { abertos, bloqueios = [], usados }: { abertos: Intervalo[]; bloqueios?: Bloqueado[]; usados: number[] },
  { dia = DIA, fuso = SAO_PAULO, cortes = [] as string[] } = {},
): OcupacaoDaHora[] {
  const linhas = new Map<string, OcupacaoDaHora>();
  for (const [n, fatia] of fatiasDoRelogio(cortes, fuso, dia).entries())
    acrescentarFatia(linhas, umEspaco, fatia, { abertos, bloqueios, usados: usados[n] ?? 0 }, cortes.length > 0);
  return [...linhas.values()];
}

describe('a ocupação de um dia', () => {
  it('dado um espaço aberto oito horas e usado duas, conta as duas', () => {
    expect(linhasDoDia(espaco(1), { abertos: ABERTO, usados: [120] })).toEqual([
      { data: '2027-03-10', hora: 0, minutosAbertos: 480, minutosOcupados: 120 },
    ]);
  });

  it('dadas três unidades, um bloqueio tira de uma o seu tempo, e fora do horário nada tira', () => {
    const bloqueios = [
      { ...horas('2027-03-10T18:00:00Z', '2027-03-10T23:00:00Z'), unidades: 1 },
      { ...horas('2027-03-10T04:00:00Z', '2027-03-10T05:00:00Z'), unidades: 3 },
    ];
    expect(linhasDoDia(espaco(3), { abertos: ABERTO, bloqueios, usados: [120] })).toMatchObject([
      { minutosAbertos: 3 * 480 - 120, minutosOcupados: 120 },
    ]);
  });

  it('dadas unidades que só juntas se usam, são uma; o uso de metade delas é metade', () => {
    expect(linhasDoDia(espaco(2, 'TODAS'), { abertos: ABERTO, usados: [60] })).toMatchObject([
      { minutosAbertos: 480, minutosOcupados: 30 },
    ]);
  });

  it('cortado em horas, soma o mesmo; a hora que o relógio repete é uma linha, com o dobro', () => {
    // In New York clocks were set back at two on 2026-11-01.
    const dia = horas('2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z');
    const cortado = linhasDoDia(
      espaco(1),
      { abertos: [dia], usados: [0, 30, 30] },
      { dia, fuso: 'America/New_York', cortes: HORAS },
    );
    expect(cortado).toHaveLength(24);
    expect(cortado[1]).toEqual({ data: '2026-11-01', hora: 1, minutosAbertos: 120, minutosOcupados: 60 });
    expect(cortado.reduce((soma, { minutosAbertos }) => soma + minutosAbertos, 0)).toBe((25 * HORA_MS) / 60_000);
  });

  it('a taxa é do que se podia usar, e de nada não há taxa', () => {
    const metade = { minutosAbertos: 60, minutosOcupados: 30 };
    expect(taxaDeOcupacao(somar(metade, metade))).toBe(0.5);
    expect(taxaDeOcupacao({ minutosAbertos: 0, minutosOcupados: 30 })).toBeNull();
  });
});

describe('onde os dias locais começam', () => {
  it('dado um dia em que o relógio muda, é mais curto ou mais longo', () => {
    expect(limitesDosDias('America/New_York', { de: '2026-11-01', ate: '2026-11-01' })).toEqual([
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
    ]);
  });

  it('dado um dia que o fuso saltou, é vazio', () => {
    const [, salto, seguinte] = limitesDosDias('Pacific/Apia', { de: '2011-12-29', ate: '2011-12-30' });
    expect(salto).toBe(seguinte);
  });
});
