import { describe, expect, it } from '@jest/globals';
import { answered } from './connect.ts';
import { type Invariant, judge, SourceDownError, type Sources } from './sources.ts';

const refused = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
const sources = { provider: () => answered('O emulador', refused) } as unknown as Sources;
const good = { checked: 1, violations: [], notes: [] };
const promise = (id: string, check: Invariant['check']): Invariant => ({ id, promise: id, check });
const asksProvider = async ({ provider }: Sources) => {
  await provider?.();
  return good;
};
const outcomes = async (...invariants: Invariant[]) => {
  const found: [string, unknown][] = [];
  for await (const { id, outcome } of judge(invariants, sources))
    found.push([id, outcome instanceof SourceDownError ? outcome.message : outcome]);
  return found;
};

describe('As promessas, quando uma fonte de alguma está fora', () => {
  it('são olhadas assim mesmo, menos a que não pode ser', async () => {
    expect(
      await outcomes(
        promise('A', () => Promise.resolve(good)),
        promise('B', asksProvider),
        promise('C', () => Promise.resolve(good)),
      ),
    ).toEqual([
      ['A', good],
      ['B', 'O emulador não responde: connect ECONNREFUSED'],
      ['C', good],
    ]);
  });

  it('não são desculpa para um erro nosso', async () => {
    const mistaken = () =>
      answered(
        'O PostgreSQL',
        () => Promise.reject(new Error('syntax error')),
        () => false,
      ).then(() => good);
    await expect(outcomes(promise('A', mistaken))).rejects.toThrow('syntax error');
  });
});
