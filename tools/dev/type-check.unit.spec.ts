import { describe, expect, it } from '@jest/globals';
import { TypeCheck, type Types } from './type-check.ts';

/** Checks that end when the test says so. */
function checks() {
  const begun: PromiseWithResolvers<Types>[] = [];
  const said: string[] = [];
  const check = new TypeCheck(
    () => {
      const one = Promise.withResolvers<Types>();
      begun.push(one);
      return one.promise;
    },
    (line) => said.push(line),
  );
  return { begun, said, check };
}
const right = { right: true, report: '' };
const wrong = { right: false, report: 'preco.ts:3 error TS2322\n' };

describe('Os tipos do que muda', () => {
  it('são contados depois de cada conferência, certos ou errados', async () => {
    const { begun, said, check } = checks();
    const first = check.start();
    expect(said).toEqual([]);
    begun[0]?.resolve(right);
    await first;
    const second = check.start();
    begun[1]?.resolve(wrong);
    await second;
    expect(said).toEqual(['tipos: certo', '\npreco.ts:3 error TS2322\ntipos: com erros']);
  });

  it('são contados também quando as mudanças vêm mais depressa que uma conferência, que então se faz mais uma vez', async () => {
    const { begun, said, check } = checks();
    const done = check.start();
    await check.start();
    await check.start();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve(wrong);
    await new Promise(setImmediate);
    expect(said).toEqual([expect.stringContaining('TS2322')]);
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(right);
    await done;
    expect(said[1]).toBe('tipos: certo');
    expect(begun).toHaveLength(2);
  });

  it('são conferidos de novo depois de uma conferência que não pôde ser feita', async () => {
    const { begun, said, check } = checks();
    const failed = check.start();
    begun[0]?.reject(new Error('sem memória'));
    await expect(failed).rejects.toThrow('sem memória');
    const next = check.start();
    begun[1]?.resolve(right);
    await next;
    expect(said).toEqual(['tipos: certo']);
  });
});
