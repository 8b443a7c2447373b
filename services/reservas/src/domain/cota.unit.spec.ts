import { describe, expect, it } from '@jest/globals';
import { cotaExcedida, temCota } from './cota.js';
import { HORA_MS, MINUTO_MS } from './periodo-reserva.js';

const duas = { inicio: 5 * HORA_MS, fim: 7 * HORA_MS };

describe('cota por pessoa', () => {
  it.each([
    ['sem cota, nada excede', null, null, { reservasAtivas: 99, semanaMs: 99 * HORA_MS }, null],
    ['a última reserva que cabe', 3, null, { reservasAtivas: 2, semanaMs: 0 }, null],
    ['uma a mais', 3, null, { reservasAtivas: 3, semanaMs: 0 }, { limite: 3, restam: 0 }],
    ['as horas que restam, exatas', null, 5, { reservasAtivas: 0, semanaMs: 3 * HORA_MS }, null],
    [
      'um minuto a mais',
      null,
      5,
      { reservasAtivas: 0, semanaMs: 3 * HORA_MS + MINUTO_MS },
      { limiteHoras: 5, restamMinutos: 119 },
    ],
    [
      'já acima da cota, que baixou',
      null,
      1,
      { reservasAtivas: 0, semanaMs: 3 * HORA_MS },
      { limiteHoras: 1, restamMinutos: 0 },
    ],
  ])('%s', (_nome, cotaReservasAtivas, cotaHorasSemana, uso, extensions) => {
    expect(cotaExcedida({ cotaReservasAtivas, cotaHorasSemana }, uso, duas)?.extensions ?? null).toEqual(extensions);
  });

  it('só se pergunta ao banco quando há cota', () => {
    expect(temCota({ cotaReservasAtivas: null, cotaHorasSemana: null })).toBe(false);
    expect(temCota({ cotaReservasAtivas: 1, cotaHorasSemana: null })).toBe(true);
    expect(temCota({ cotaReservasAtivas: null, cotaHorasSemana: 1 })).toBe(true);
  });
});
