import { describe, expect, it } from '@jest/globals';
import { limitesDosDias, ocupacaoDoDia, somar, taxaDeOcupacao } from './ocupacao.js';
import { HORA_MS } from './periodo-reserva.js';

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
  fuso: SAO_PAULO,
});
const uso = (de: string, ate: string, unidades = 1) => ({ ...horas(de, ate), unidades });

describe('a ocupação de um dia', () => {
  it('dado um espaço aberto oito horas e usado duas, conta as duas, e só o que é do dia', () => {
    const usos = [
      uso('2027-03-10T13:00:00Z', '2027-03-10T15:00:00Z'),
      uso('2027-03-09T13:00:00Z', '2027-03-09T15:00:00Z'),
    ];
    expect(ocupacaoDoDia(espaco(1), DIA, { abertos: ABERTO, usos, bloqueios: [] }, [])).toEqual([
      { data: '2027-03-10', hora: 0, minutosAbertos: 480, minutosOcupados: 120 },
    ]);
  });

  it('dadas três unidades, um bloqueio tira de uma o seu tempo, e fora do horário nada tira', () => {
    const bloqueios = [
      horas('2027-03-10T18:00:00Z', '2027-03-10T23:00:00Z'),
      horas('2027-03-10T04:00:00Z', '2027-03-10T05:00:00Z'),
    ];
    const usos = [uso('2027-03-10T13:00:00Z', '2027-03-10T14:00:00Z', 2)];
    expect(ocupacaoDoDia(espaco(3), DIA, { abertos: ABERTO, usos, bloqueios }, [])).toMatchObject([
      { minutosAbertos: 3 * 480 - 120, minutosOcupados: 120 },
    ]);
  });

  it('dadas unidades que só juntas se usam, são uma; o uso de metade delas é metade', () => {
    const usos = [uso('2027-03-10T13:00:00Z', '2027-03-10T14:00:00Z', 1)];
    expect(ocupacaoDoDia(espaco(2, 'TODAS'), DIA, { abertos: ABERTO, usos, bloqueios: [] }, [])).toMatchObject([
      { minutosAbertos: 480, minutosOcupados: 30 },
    ]);
  });

  it('cortado em horas, soma o mesmo; a hora que o relógio repete é uma linha, com o dobro', () => {
    // In New York clocks were set back at two on 2026-11-01.
    const dia = horas('2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z');
    const cortado = ocupacaoDoDia(
      { ...espaco(1), fuso: 'America/New_York' },
      dia,
      { abertos: [dia], usos: [uso('2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z')], bloqueios: [] },
      HORAS,
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
