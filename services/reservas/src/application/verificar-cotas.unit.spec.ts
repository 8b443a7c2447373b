import { describe, expect, it } from '@jest/globals';
import { HORA_MS } from '../domain/periodo-reserva.js';
import { semanaLocal } from './verificar-cotas.js';

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
