import { describe, expect, it } from '@jest/globals';
import { Problem } from './problem.js';
import { Rush } from './rush.js';

const taken = () => new Error('tomado');
const never = () => Promise.resolve(false);

/** A thing that one can have, and what became of those who wanted it. */
function prize() {
  const state = { taken: false, tries: 0, most: 0, looks: 0 };
  let trying = 0;
  const contested = {
    key: 'sala 10h',
    refusal: async () => {
      state.looks++;
      return state.taken ? taken() : undefined;
    },
  };
  const work = async (has = true) => {
    state.tries++;
    state.most = Math.max(state.most, ++trying);
    await new Promise((resolve) => setImmediate(resolve));
    trying--;
    if (state.taken) throw taken();
    state.taken = has;
    return 'levou';
  };
  return { state, contested, work };
}

describe('Uma multidão que quer uma só coisa', () => {
  it('deixa poucos tentar, e os que esperam sabem juntos que ela se foi', async () => {
    const { state, contested, work } = prize();
    const rush = new Rush();
    const all = Array.from({ length: 1_000 }, () => rush.enter(contested, never, () => work()));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(state.tries).toBeLessThanOrEqual(4);
    expect(state.looks).toBeLessThanOrEqual(4);
  });

  it('tenta toda, poucos de cada vez, enquanto ninguém a leva', async () => {
    const { state, contested, work } = prize();
    const rush = new Rush();
    await Promise.all(Array.from({ length: 40 }, () => rush.enter(contested, never, () => work(false))));
    expect(state).toMatchObject({ tries: 40, most: 4, taken: false });
  });

  it('segue quando os que tentam falham', async () => {
    const { contested } = prize();
    const rush = new Rush();
    const fail = () => Promise.reject(new Error('cota'));
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => rush.enter(contested, never, fail)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
  });

  it('deixa passar quem repete o que já fez', async () => {
    const { contested, work } = prize();
    const rush = new Rush();
    const crowd = Array.from({ length: 10 }, () => rush.enter(contested, never, () => work()).catch(() => 'não'));
    const repeated = rush.enter(
      contested,
      () => Promise.resolve(true),
      () => Promise.resolve('a mesma resposta'),
    );
    expect(await repeated).toBe('a mesma resposta');
    await Promise.all(crowd);
  });

  it('não recusa por um olhar que começou antes de se pedir', async () => {
    const rush = new Rush();
    let looks = 0;
    const slow = Promise.withResolvers<Error | undefined>();
    const first = Promise.withResolvers<void>();
    const others = Promise.withResolvers<void>();
    const contested = {
      key: 'sala',
      refusal: () => (++looks === 1 ? slow.promise : Promise.resolve(undefined)),
    };
    const trying = [first, others, others, others].map(({ promise }) => rush.enter(contested, never, () => promise));
    const early = rush.enter(contested, never, () => Promise.resolve('livre')).catch(String);
    first.resolve();
    await trying[0];
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
    const again = rush.enter(contested, never, () => others.promise);
    const late = rush.enter(contested, never, () => Promise.resolve('livre'));
    others.resolve();
    await Promise.all([...trying, again]);
    expect(await late).toBe('livre');
    slow.resolve(taken());
    expect(await early).toBe('Error: tomado');
  });

  it('recusa sem olhar de novo quem pediu antes do olhar, e a quem veio depois olha antes de tentar', async () => {
    const { state, contested, work } = prize();
    const rush = new Rush();
    const early = { ...contested, since: performance.now() };
    await Promise.allSettled(Array.from({ length: 10 }, () => rush.enter(early, never, () => work())));
    const { tries, looks } = state;
    await expect(rush.enter(early, never, () => work())).rejects.toThrow('tomado');
    expect(state).toMatchObject({ tries, looks });
    await expect(rush.enter(contested, never, () => work())).rejects.toThrow('tomado');
    expect(state).toMatchObject({ tries, looks: looks + 1 });
    state.taken = false;
    await expect(rush.enter(contested, never, () => work())).resolves.toBe('levou');
  });

  it('não espera sem fim nem sem conta: o resto ouve que tente de novo', async () => {
    const rush = new Rush();
    const stuck = Promise.withResolvers<void>();
    const contested = { key: 'sala', refusal: () => Promise.resolve(taken()) };
    const all = Array.from({ length: 5_010 }, () =>
      rush
        .enter(contested, never, () => stuck.promise)
        .then(
          () => 'levou',
          (error: unknown) => (error instanceof Problem ? `${error.status}` : 'recusado'),
        ),
    );
    const [refused] = await Promise.all(all.slice(-1));
    stuck.resolve();
    const outcomes = await Promise.all(all);
    expect(refused).toBe('503');
    expect(outcomes.filter((outcome) => outcome === '503')).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === 'levou')).toHaveLength(4);
  });
});
