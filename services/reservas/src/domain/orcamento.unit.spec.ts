import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { MINUTO_MS } from './periodo-reserva.js';
import { type RegraDePreco, regraVale } from './preco.js';
import { fatiar, orcarEstada } from './orcamento.js';

const ESPACO = {
  unidadeDuracao: 'MINUTO' as const,
  precoDiaCentavos: null,
  precoMinimoCentavos: 0,
  sinalPercentual: null,
  saldoHorasAntes: 48,
};

/** Around changes of the clock: São Paulo lost midnight in 2018, Lord Howe moves half an hour, Kathmandu never moves. */
const LUGARES = [
  ['America/Sao_Paulo', '2018-11-03T12:00'],
  ['America/Sao_Paulo', '2018-02-17T12:00'],
  ['America/Sao_Paulo', '2026-11-27T12:00'],
  ['America/New_York', '2026-03-07T20:00'],
  ['America/New_York', '2026-10-31T20:00'],
  ['Europe/Lisbon', '2026-03-28T20:00'],
  ['Europe/Lisbon', '2026-10-24T20:00'],
  ['Asia/Kathmandu', '2026-11-27T12:00'],
  ['Australia/Lord_Howe', '2026-04-04T20:00'],
  ['Australia/Lord_Howe', '2026-10-03T20:00'],
] as const;

const hora = fc
  .record({ h: fc.integer({ min: 0, max: 23 }), m: fc.constantFrom(0, 15, 30, 45) })
  .map(({ h, m }) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const data = (base: string) =>
  fc
    .integer({ min: -1, max: 3 })
    .map((dias) => Temporal.PlainDate.from(base.slice(0, 10)).add({ days: dias }).toString());
const talvez = <T>(valor: fc.Arbitrary<T>) => fc.option(valor, { nil: undefined });

const regras = (base: string): fc.Arbitrary<RegraDePreco[]> =>
  fc.array(
    fc
      .record({
        tipo: fc.constantFrom('PICO' as const, 'TEMPORADA' as const, 'FIM_DE_SEMANA' as const),
        percentual: fc.integer({ min: -120, max: 200 }),
        diasSemana: talvez(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })),
        de: talvez(hora),
        ate: talvez(hora),
        dataDe: talvez(data(base)),
        dataAte: talvez(data(base)),
      })
      .map((campos) => {
        const ditos = Object.fromEntries(Object.entries(campos).filter(([, valor]) => valor !== undefined));
        return { descricao: 'regra', ...ditos } as unknown as RegraDePreco;
      }),
    { maxLength: 4 },
  );

/** Looks at the wall clock of every single minute, as the platform's own calendar shows it. */
function oraculo(
  espaco: { precoHoraCentavos: number; fuso: string },
  lista: readonly RegraDePreco[],
  inicio: number,
  minutos: number,
) {
  const formato = new Intl.DateTimeFormat('sv-SE', { timeZone: espaco.fuso, dateStyle: 'short', timeStyle: 'short' });
  let centesimosDeMinuto = 0;
  for (let minuto = 0; minuto < minutos; minuto++) {
    const [data = '', hora = ''] = formato.format(inicio + minuto * MINUTO_MS).split(' ');
    const meioDia = new Date(`${data}T12:00:00Z`);
    const diaSemana = meioDia.getUTCDay() || 7;
    meioDia.setUTCDate(meioDia.getUTCDate() - 1);
    const relogio = { data, vespera: meioDia.toISOString().slice(0, 10), diaSemana, hora };
    const percentual = lista
      .filter((regra) => regraVale(regra, relogio))
      .reduce((soma, regra) => soma + regra.percentual, 0);
    centesimosDeMinuto += Math.max(0, 100 + percentual);
  }
  const total = Math.ceil((espaco.precoHoraCentavos * centesimosDeMinuto) / 6_000);
  return total > 0 && total < 50 ? 50 : total;
}

const caso = fc.constantFrom(...LUGARES).chain(([fuso, base]) =>
  fc.record({
    fuso: fc.constant(fuso),
    lista: regras(base),
    inicio: fc
      .integer({ min: 0, max: 96 })
      .map(
        (quartos) =>
          Temporal.PlainDateTime.from(base).toZonedDateTime(fuso).epochMilliseconds + quartos * 15 * MINUTO_MS,
      ),
    minutos: fc.integer({ min: 1, max: 1_800 }),
    precoHoraCentavos: fc.integer({ min: 0, max: 60_000 }),
  }),
);

describe('preço no fuso do espaço', () => {
  it('é o que dá olhar o relógio de parede minuto a minuto, em todos os fusos e mudanças de hora', () => {
    fc.assert(
      fc.property(caso, ({ fuso, lista, inicio, minutos, precoHoraCentavos }) => {
        const espaco = { ...ESPACO, precoHoraCentavos, fuso, regrasDePreco: lista };
        const periodo = { inicio, fim: inicio + minutos * MINUTO_MS };
        expect(orcarEstada(espaco, periodo, inicio).totalCentavos).toBe(oraculo(espaco, lista, inicio, minutos));
      }),
      { numRuns: 150 },
    );
  });

  it('as fatias cobrem a estada inteira, e cortá-la em duas não muda o que se cobra além do arredondamento', () => {
    fc.assert(
      fc.property(
        caso,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ fuso, lista, inicio, minutos, precoHoraCentavos }, onde) => {
          const fim = inicio + minutos * MINUTO_MS;
          const meio = inicio + Math.floor(minutos * onde) * MINUTO_MS;
          const soma = fatiar({ ...ESPACO, precoHoraCentavos, fuso, regrasDePreco: lista }, { inicio, fim }).reduce(
            (total, { duracaoMs }) => total + duracaoMs,
            0,
          );
          expect(soma).toBe(fim - inicio);
          // Abaixo do menor valor cobrável as partes não somam o todo, de propósito.
          fc.pre(precoHoraCentavos > 6_000 && meio > inicio && meio < fim);
          const preco = (de: number, ate: number) => {
            const espaco = { ...ESPACO, precoHoraCentavos, fuso, regrasDePreco: lista };
            const { linhas } = orcarEstada(espaco, { inicio: de, fim: ate }, inicio);
            return linhas
              .filter(({ tipo }) => tipo !== 'ARREDONDAMENTO')
              .reduce((total, { valorCentavos }) => total + valorCentavos, 0);
          };
          const diferenca = preco(inicio, meio) + preco(meio, fim) - preco(inicio, fim);
          expect(diferenca).toBeGreaterThanOrEqual(0);
          expect(diferenca).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('uma hora que vem duas vezes é cobrada duas vezes, e a que não existe não é cobrada', () => {
    const regra: RegraDePreco = { tipo: 'PICO', descricao: 'Pico', percentual: 100, de: '01:00', ate: '02:00' };
    const pico = (de: string, horas: number) => {
      const inicio = Temporal.PlainDateTime.from(de).toZonedDateTime('America/New_York').epochMilliseconds;
      const espaco = { ...ESPACO, precoHoraCentavos: 1_000, fuso: 'America/New_York', regrasDePreco: [regra] };
      const { linhas } = orcarEstada(espaco, { inicio, fim: inicio + horas * 60 * MINUTO_MS }, inicio);
      return linhas.find(({ tipo }) => tipo === 'PICO')?.valorCentavos;
    };
    expect(pico('2026-11-01T00:00', 5)).toBe(2_000);
    expect(pico('2026-03-08T00:00', 5)).toBe(1_000);
    const inexistente = { ...regra, de: '02:00', ate: '03:00' };
    const inicio =
      Temporal.PlainDateTime.from('2026-03-08T00:00').toZonedDateTime('America/New_York').epochMilliseconds;
    expect(
      fatiar(
        { ...ESPACO, precoHoraCentavos: 1_000, fuso: 'America/New_York', regrasDePreco: [inexistente] },
        { inicio, fim: inicio + 5 * 60 * MINUTO_MS },
      ).some(({ relogio }) => regraVale(inexistente, relogio)),
    ).toBe(false);
  });
});
