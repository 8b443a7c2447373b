import { describe, expect, it } from '@jest/globals';
import { depoisDaFalha } from './entrega.js';

const politica = { tentativas: 6, pausaMs: 2_000 };

describe('Depois de uma tentativa que falhou', () => {
  it('as pausas quadruplicam até que as tentativas se esgotem', () => {
    expect([1, 2, 3, 4, 5, 6].map((tentativas) => depoisDaFalha(tentativas, false, politica))).toEqual([
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 2_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 8_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 32_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 128_000 },
      { tipo: 'TENTAR_DE_NOVO', pausaMs: 512_000 },
      { tipo: 'DESISTIR' },
    ]);
  });

  it('nenhuma pausa passa de uma hora', () => {
    expect(depoisDaFalha(15, false, { ...politica, tentativas: 20 })).toEqual({
      tipo: 'TENTAR_DE_NOVO',
      pausaMs: 3_600_000,
    });
  });

  it('de uma mensagem que o provedor nunca aceitará se desiste na hora', () => {
    expect(depoisDaFalha(1, true, politica)).toEqual({ tipo: 'DESISTIR' });
  });
});
