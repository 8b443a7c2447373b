import { describe, expect, it } from '@jest/globals';
import { depoisDaFalha } from './entrega.js';

const politica = { tentativas: 6, pausaMs: 2_000 };

describe('After a failed attempt', () => {
  it('the pauses grow fourfold until the attempts are used up', () => {
    expect([1, 2, 3, 4, 5, 6].map((tentativas) => depoisDaFalha(tentativas, false, politica))).toEqual([
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 2_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 8_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 32_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 128_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 512_000 },
      { tipo: 'DESISTIR' },
    ]);
  });

  it('no pause is longer than an hour', () => {
    expect(depoisDaFalha(15, false, { ...politica, tentativas: 20 })).toEqual({
      tipo: 'TENTAR_DE_NOVO',
      pausaMs: 3_600_000,
    });
  });

  it('a message that the provider will never take is given up at once', () => {
    expect(depoisDaFalha(1, true, politica)).toEqual({ tipo: 'DESISTIR' });
  });
});
