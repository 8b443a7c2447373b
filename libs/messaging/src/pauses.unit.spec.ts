import { describe, expect, it } from '@jest/globals';
import { MAX_PAUSE_MS, MAX_PAUSED, Pauses } from './pauses.js';

describe('As pausas dos fluxos que o broker não aceita', () => {
  /** How long it pauses after each failure of a stream, ms, by the chance given. */
  function lengths(failures: number, chance: number): number[] {
    const pauses = new Pauses();
    return Array.from({ length: failures }, () => {
      pauses.failed('a', 0, chance);
      let ms = 0;
      while (pauses.underWay(ms).length > 0) ms += 250;
      return ms;
    });
  }

  it('dobram a cada falha seguida, até oito segundos', () => {
    expect(lengths(6, 1)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('são encurtadas pelo acaso, até a metade, para que não voltem todos juntos', () => {
    expect(lengths(3, 0)).toEqual([500, 1_000, 2_000]);
    expect(lengths(3, 0.5)).toEqual([750, 1_500, 3_000]);
  });

  it('acabam quando o broker aceita, e a falha seguinte é a primeira', () => {
    const pauses = new Pauses();
    pauses.failed('a', 0, 1);
    pauses.failed('a', 0, 1);
    pauses.failed('b', 0, 1);
    pauses.ended('a');
    expect(pauses.underWay(0)).toEqual(['b']);
    pauses.failed('a', 0, 1);
    expect(pauses.underWay(999)).toEqual(['b', 'a']);
    expect(pauses.underWay(1_000)).toEqual([]);
  });

  it('são esquecidas depois de muito tempo sem falha', () => {
    const after = (ms: number): boolean => {
      const pauses = new Pauses();
      for (let failure = 0; failure < 4; failure++) pauses.failed('a', 0, 1);
      const end = MAX_PAUSE_MS;
      pauses.underWay(end + ms);
      pauses.failed('a', end + ms, 1);
      // What is remembered makes it longer than the first one.
      return pauses.underWay(end + ms + 1_000).length > 0;
    };
    expect(after(2 * MAX_PAUSE_MS)).toBe(true);
    expect(after(2 * MAX_PAUSE_MS + 1)).toBe(false);
  });

  it('não são mais do que tantas: quem já está em pausa segue nela, e de mais ninguém se toma nota', () => {
    const pauses = new Pauses();
    for (let n = 0; n < MAX_PAUSED + 5; n++) pauses.failed(`f${n}`, 0, 1);
    expect(pauses.underWay(0)).toHaveLength(MAX_PAUSED);
    pauses.failed('f0', 0, 1);
    expect(pauses.underWay(1_500)).toEqual(['f0']);
  });
});
