import { describe, expect, it } from '@jest/globals';
import { HORA_MS } from './periodo-reserva.js';
import { intervalosAbertos } from './abertura.js';

const todos = (abre: string, fecha: string) => [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre, fecha }));
const espaco = (fuso: string, mudanca: Partial<Parameters<typeof intervalosAbertos>[0]>) => ({
  fuso,
  horarios: [],
  excecoes: [],
  horariosEmFeriado: [],
  feriados: [],
  ...mudanca,
});
const dia = (texto: string) => ({ inicio: Date.parse(`${texto}T00:00:00Z`), fim: Date.parse(`${texto}T23:59:00Z`) });
const horas = (fuso: string, texto: string, abre: string, fecha: string) =>
  intervalosAbertos(espaco(fuso, { horarios: todos(abre, fecha) }), dia(texto)).map(({ inicio, fim }) => [
    new Date(inicio).toISOString(),
    (fim - inicio) / HORA_MS,
  ]);

describe('horário de funcionamento, de relógio de parede', () => {
  it.each([
    ['America/Sao_Paulo', '2026-11-24', '09:00', '18:00', '2026-11-24T12:00:00.000Z', 9],
    ['Asia/Kathmandu', '2026-11-24', '09:00', '18:00', '2026-11-24T03:15:00.000Z', 9],
    // A abertura cai na hora que não existe (São Paulo, 4 de novembro de 2018, meia-noite).
    ['America/Sao_Paulo', '2018-11-04', '00:00', '06:00', '2018-11-04T03:00:00.000Z', 5],
    // O dia tem 23 horas (Nova York, 8 de março de 2026)…
    ['America/New_York', '2026-03-08', '01:00', '05:00', '2026-03-08T06:00:00.000Z', 3],
    // …ou 25 (Lisboa, 25 de outubro de 2026).
    ['Europe/Lisbon', '2026-10-25', '00:30', '05:00', '2026-10-24T23:30:00.000Z', 5.5],
    // Lord Howe muda meia hora (4 de outubro de 2026).
    ['Australia/Lord_Howe', '2026-10-03', '01:00', '05:00', '2026-10-03T14:30:00.000Z', 3.5],
  ])('%s em %s, das %s às %s', (fuso, texto, abre, fecha, inicio, duracao) => {
    expect(horas(fuso, texto, abre, fecha)).toContainEqual([inicio, duracao]);
  });

  it('o que atravessa a meia-noite pertence ao dia em que abre', () => {
    const sextas = espaco('America/Sao_Paulo', { horarios: [{ diaSemana: 5, abre: '18:00', fecha: '02:00' }] });
    const abertos = intervalosAbertos(sextas, dia('2026-11-28'));
    const noite = { inicio: Date.parse('2026-11-27T21:00:00Z'), fim: Date.parse('2026-11-28T05:00:00Z') };
    expect(abertos).toEqual([noite]);
    const deMadrugada = { inicio: Date.parse('2026-11-28T04:00:00Z'), fim: Date.parse('2026-11-28T04:30:00Z') };
    expect(intervalosAbertos(sextas, deMadrugada)).toEqual([noite]);
  });

  it('as horas que o relógio salta não abrem nada, e a hora que se repete vale na primeira vez', () => {
    // São Paulo, 4 de novembro de 2018: da meia-noite à uma não existe.
    expect(horas('America/Sao_Paulo', '2018-11-04', '00:00', '00:30')).not.toContainEqual([
      '2018-11-04T03:00:00.000Z',
      0.5,
    ]);
    expect(horas('America/Sao_Paulo', '2018-11-04', '00:30', '02:00')).toContainEqual(['2018-11-04T03:00:00.000Z', 1]);
    // São Paulo, 17 de fevereiro de 2018: das 23 h à meia-noite, duas vezes.
    expect(horas('America/Sao_Paulo', '2018-02-18', '22:00', '23:30')).toContainEqual([
      '2018-02-18T00:00:00.000Z',
      1.5,
    ]);
    expect(horas('America/Sao_Paulo', '2018-02-18', '23:30', '00:30')).toContainEqual(['2018-02-18T01:30:00.000Z', 2]);
  });

  it('a exceção vale sobre o feriado, e o feriado sobre a semana', () => {
    const lisboa = (mudanca: Parameters<typeof espaco>[1]) =>
      intervalosAbertos(
        espaco('Europe/Lisbon', { horarios: todos('09:00', '18:00'), feriados: ['2026-12-25'], ...mudanca }),
        dia('2026-12-25'),
      ).map(({ inicio, fim }) => [new Date(inicio).toISOString().slice(11, 16), (fim - inicio) / HORA_MS]);
    expect(lisboa({})).toEqual([]);
    expect(lisboa({ horariosEmFeriado: null })).toEqual([['09:00', 9]]);
    expect(lisboa({ horariosEmFeriado: [{ abre: '10:00', fecha: '12:00' }] })).toEqual([['10:00', 2]]);
    const aberto = [{ data: '2026-12-25', horarios: [{ abre: '20:00', fecha: '22:00' }] }];
    expect(lisboa({ excecoes: aberto })).toEqual([['20:00', 2]]);
    expect(lisboa({ feriados: [], excecoes: [{ data: '2026-12-25', horarios: [] }] })).toEqual([]);
  });
});
