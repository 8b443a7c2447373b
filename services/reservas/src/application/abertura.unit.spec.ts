import { describe, expect, it } from '@jest/globals';
import { HORA_MS } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from './abertura.js';

const todos = (abre: string, fecha: string) => [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre, fecha }));
const dia = (texto: string) => ({ inicio: Date.parse(`${texto}T00:00:00Z`), fim: Date.parse(`${texto}T23:59:00Z`) });
const horas = (fuso: string, texto: string, abre: string, fecha: string) =>
  intervalosAbertos(todos(abre, fecha), fuso, dia(texto)).map(({ inicio, fim }) => [
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
    const sextas = [{ diaSemana: 5, abre: '18:00', fecha: '02:00' }];
    const abertos = intervalosAbertos(sextas, 'America/Sao_Paulo', dia('2026-11-28'));
    const noite = { inicio: Date.parse('2026-11-27T21:00:00Z'), fim: Date.parse('2026-11-28T05:00:00Z') };
    expect(abertos).toEqual([noite]);
    const deMadrugada = { inicio: Date.parse('2026-11-28T04:00:00Z'), fim: Date.parse('2026-11-28T04:30:00Z') };
    expect(intervalosAbertos(sextas, 'America/Sao_Paulo', deMadrugada)).toEqual([noite]);
  });
});
