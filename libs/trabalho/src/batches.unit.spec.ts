import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { Batches } from './batches.js';

/** Numbers, doubled; the lots as they were made, and those that are poison fail with their lot. */
function doubling(max = 10, poison: readonly number[] = [], error: Error = new Error('veneno')) {
  const lots: number[][] = [];
  const batches = new Batches<number, number>({
    max,
    all: async (items) => {
      lots.push([...items]);
      await Promise.resolve();
      if (items.some((item) => poison.includes(item))) throw error;
      return items.map((item) => item * 2);
    },
  });
  return { batches, lots };
}

describe('lotes', () => {
  it('o que se pede de um fôlego, e o que chega enquanto um lote se faz, é feito junto; até o tamanho de um lote', async () => {
    const { batches, lots } = doubling(3);
    const first = [1, 2].map((item) => batches.do(item));
    await Promise.resolve();
    const later = [3, 4, 5, 6].map((item) => batches.do(item));
    expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(lots).toEqual([[1, 2], [3, 4, 5], [6]]);
    expect(await batches.do(7)).toBe(14);
  });

  it('o que falha falha sozinho', async () => {
    const { batches, lots } = doubling(10, [3]);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => batches.do(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(lots).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  });

  it('com o banco fora, falham todos de uma vez', async () => {
    const { batches, lots } = doubling(10, [1], Object.assign(new Error('fora'), { code: 'ECONNREFUSED' }));
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batches.do(item)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(lots).toEqual([[1, 2, 3]]);
  });

  it('um lote não é feito no contexto, nem na transação, de quem o pediu', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const batches = new Batches<number>({
      max: 1,
      all: async () => {
        seen.push(context.getStore());
        return [];
      },
    });
    await context.run('de alguém', () => batches.do(1));
    expect(seen).toEqual([undefined]);
  });
});
