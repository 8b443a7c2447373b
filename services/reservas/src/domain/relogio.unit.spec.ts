import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIA_MS, HORA_MS, MINUTO_MS } from './periodo-reserva.js';
import { diaDaSemana, diaDe, dataDe, fimDe, horaDe, instanteDe, parede, paredeDe, semanaLocal } from './relogio.js';

const ANOS = {
  min: Date.parse('1995-01-01T00:00:00Z') / MINUTO_MS,
  max: Date.parse('2034-01-01T00:00:00Z') / MINUTO_MS,
};
const formatos = new Map<string, Intl.DateTimeFormat>();
/** What the platform's own calendar says: 'YYYY-MM-DD HH:MM'. */
function calendario(fuso: string, ms: number): string {
  const formato =
    formatos.get(fuso) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: fuso, dateStyle: 'short', timeStyle: 'short' });
  formatos.set(fuso, formato);
  return formato.format(ms);
}
const lido = (local: number) => `${dataDe(diaDe(local))} ${horaDe(local)}`;
const um = fc.tuple(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), fc.integer(ANOS));

describe('relógio de parede', () => {
  it('mostra o que o calendário da plataforma mostra, em todos os fusos', () => {
    fc.assert(
      fc.property(um, ([fuso, minuto]) => {
        const ms = minuto * MINUTO_MS;
        const local = parede(fuso, ms);
        expect(lido(local)).toBe(calendario(fuso, ms));
        expect(diaDaSemana(diaDe(local))).toBe(new Date(local).getUTCDay() || 7);
      }),
      { numRuns: 3_000 },
    );
  });

  it('o instante de uma hora local é o primeiro em que o relógio a mostra, ou passa dela', () => {
    fc.assert(
      fc.property(um, ([fuso, minuto]) => {
        const local = minuto * MINUTO_MS;
        const ms = instanteDe(fuso, local);
        expect(parede(fuso, ms)).toBeGreaterThanOrEqual(local);
        expect(parede(fuso, ms - MINUTO_MS)).toBeLessThan(local);
        for (let antes = 1; antes <= 3; antes++) expect(parede(fuso, ms - antes * HORA_MS)).toBeLessThan(local);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    // Meia-noite não existe em Santiago no dia 5 de setembro de 2027; o dia começa à uma.
    ['America/Santiago', '2027-09-05T04:00:00Z', '2027-09-06T03:00:00Z'],
    ['America/Santiago', '2027-09-04T04:00:00Z', '2027-09-05T04:00:00Z'],
    ['Europe/Lisbon', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z'],
    ['Europe/Lisbon', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T13:30:00Z', '2026-10-04T13:00:00Z'],
    // De 29 a 31 de dezembro de 2011 passou um dia: o dia 30 não houve.
    ['Pacific/Apia', '2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z'],
  ])('em %s, de %s a %s é um dia inteiro', (fuso, de, ate) => {
    const [inicio, fim] = [Date.parse(de), Date.parse(ate)];
    expect(fimDe(fuso, inicio, DIA_MS)).toBe(fim);
    expect(paredeDe(fuso, { inicio, fim })).toMatchObject({ diasInteiros: true });
  });

  it('das 22 às 6 são oito horas de relógio, ainda que passem sete ou nove', () => {
    const noite = (de: string, ate: string) => {
      const { inicio, fim } = paredeDe('Europe/Lisbon', { inicio: Date.parse(de), fim: Date.parse(ate) });
      return (fim - inicio) / HORA_MS;
    };
    expect(noite('2026-03-28T22:00:00Z', '2026-03-29T05:00:00Z')).toBe(8);
    expect(noite('2026-10-24T21:00:00Z', '2026-10-25T06:00:00Z')).toBe(8);
  });
});

describe('semana local', () => {
  it.each([
    ['segunda à meia-noite começa a sua', 'America/Sao_Paulo', '2026-11-23T03:00:00Z', '2026-11-23T03:00:00Z', 168],
    ['um instante antes é a anterior', 'America/Sao_Paulo', '2026-11-23T02:59:59Z', '2026-11-16T03:00:00Z', 168],
    ['com a hora que se perde, é mais curta', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-02T05:00:00Z', 167],
    ['com a que se repete, mais longa', 'Europe/Lisbon', '2026-10-25T12:00:00Z', '2026-10-18T23:00:00Z', 169],
    ['meia hora, em Lord Howe', 'Australia/Lord_Howe', '2026-10-04T00:00:00Z', '2026-09-27T13:30:00Z', 167.5],
    ['fusos de quarto de hora', 'Asia/Kathmandu', '2026-11-22T18:15:00Z', '2026-11-22T18:15:00Z', 168],
  ])('%s', (_nome, fuso, instante, inicio, horas) => {
    const semana = semanaLocal(fuso, Date.parse(instante));
    expect([new Date(semana.inicio).toISOString(), (semana.fim - semana.inicio) / HORA_MS]).toEqual([
      new Date(inicio).toISOString(),
      horas,
    ]);
  });
});
