import { describe, expect, it } from '@jest/globals';
import { FairQueue, OverloadedError } from './fair-queue.js';

/** Works that end when they are told, and in which order they began. */
function works(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const add = (lane: string) =>
    queue.run(lane, () => {
      begun.push(lane);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, ends, add, turn };
}

describe('Uma fila com várias raias', () => {
  it('não deixa uma raia tomar todos os lugares', async () => {
    const { begun, add } = works(new FairQueue(4, 60_000));
    for (let index = 0; index < 100; index++) void add('multidão');
    void add('outra');
    expect(begun).toEqual(['multidão', 'multidão', 'outra']);
  });

  it('dá a vez às raias por turno, e não a quem chegou antes', async () => {
    const { begun, ends, add, turn } = works(new FairQueue(2, 60_000));
    for (let index = 0; index < 50; index++) void add('multidão');
    for (const lane of ['a', 'b', 'c']) void add(lane);
    for (let index = 0; index < 4; index++) {
      ends.shift()?.();
      await turn();
    }
    expect(begun.filter((lane) => lane !== 'multidão')).toEqual(['a', 'b', 'c']);
  });

  it('chega a todos', async () => {
    const queue = new FairQueue(3, 60_000);
    let done = 0;
    const lanes = Array.from({ length: 200 }, (_, index) => `raia ${index % 7}`);
    await Promise.all(lanes.map((lane) => queue.run(lane, async () => void done++)));
    expect(done).toBe(200);
  });

  it('recusa a quem a vez não vem a tempo, e depois dele segue', async () => {
    const queue = new FairQueue(2, 20);
    const { ends, add } = works(queue);
    const first = add('a');
    await expect(add('a')).rejects.toThrow(OverloadedError);
    ends.shift()?.();
    await first;
    expect(await queue.run('a', () => Promise.resolve('segue'))).toBe('segue');
  });

  it('recusa logo quem passa da conta dos que esperam', async () => {
    const queue = new FairQueue(2, 60_000);
    const { add } = works(queue);
    void add('a');
    for (let index = 0; index < 2_000; index++) void add('a').catch(() => undefined);
    await expect(add('a')).rejects.toThrow(OverloadedError);
  });

  it('não guarda raia nenhuma de quem não teve a vez', async () => {
    const queue = new FairQueue(1, 20);
    const { ends, add } = works(queue);
    const first = add('a');
    const late = Array.from({ length: 50 }, (_, index) => add(`tarde ${index}`));
    const ended = await Promise.allSettled(late);
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(50);
    expect(queue.size).toBe(1);
    ends.shift()?.();
    await first;
    expect(queue.size).toBe(0);
  });
});
