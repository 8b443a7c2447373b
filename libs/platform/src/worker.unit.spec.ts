import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { Logger } from './logger.js';
import { Worker } from './worker.js';

const logger = Logger.create('teste', 'none');
const NEVER_MS = 60_000;

describe('Um trabalhador', () => {
  let worker: Worker | undefined;
  afterEach(async () => {
    jest.useRealTimers();
    await worker?.stop();
  });

  const start = (floorMs: number, drain: (signal: AbortSignal) => Promise<number>): Worker => {
    worker = new Worker({ name: 'teste', floorMs, drain }, logger);
    worker.start();
    return worker;
  };

  it('olha de novo na hora enquanto há trabalho', async () => {
    let left = 5;
    start(NEVER_MS, async () => (left > 0 ? left-- : 0));
    await eventually(() => left === 0);
  });

  it('olha quando é acordado', async () => {
    let looks = 0;
    const woken = start(NEVER_MS, async () => (looks++, 0));
    await eventually(() => looks === 1);
    woken.wake();
    await eventually(() => looks === 2);
  });

  it('não perde um chamado que vem enquanto trabalha', async () => {
    let looks = 0;
    const busy = start(NEVER_MS, async () => {
      if (++looks === 1) busy.wake();
      return 0;
    });
    await eventually(() => looks === 2);
  });

  it('olha a cada piso ainda que ninguém o acorde', async () => {
    let looks = 0;
    start(10, async () => (looks++, 0));
    await eventually(() => looks >= 3);
  });

  it('é iniciado uma vez por mais que lho digam', async () => {
    let looks = 0;
    const started = start(NEVER_MS, async () => (looks++, 0));
    started.start();
    await eventually(() => looks === 1);
    await started.stop();
    expect(looks).toBe(1);
  });

  it('recua depois de falhas, também quando é acordado o tempo todo, e segue quando elas acabam', async () => {
    let fails = true;
    const looks: number[] = [];
    const failing = start(NEVER_MS, async () => {
      looks.push(performance.now());
      if (fails) throw new Error('banco fora');
      return 0;
    });
    await eventually(() => {
      failing.wake();
      return looks.length >= 3;
    });
    const [first = 0, second = 0, third = 0] = looks;
    expect(second - first).toBeGreaterThanOrEqual(190);
    expect(third - second).toBeGreaterThanOrEqual(390);
    fails = false;
    const before = looks.length;
    await eventually(() => looks.length > before);
  });

  it('só para quando o trabalho em andamento acabou', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let working = false;
    const slow = start(NEVER_MS, () => {
      working = true;
      return promise;
    });
    await eventually(() => working);
    let stopped = false;
    const stop = slow.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    resolve(0);
    await stop;
  });

  it('diz a uma rodada que acabe, quando é parado e quando ela dura demais, e não espera para sempre', async () => {
    const stopped = start(
      NEVER_MS,
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(0))),
    );
    await stopped.stop();
    let told = false;
    worker = new Worker(
      {
        name: 'teste',
        floorMs: NEVER_MS,
        roundMs: 20,
        drain: (signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(told ? 0 : ((told = true), 1)))),
      },
      logger,
    );
    worker.start();
    await eventually(() => told);
  });

  it('não está bem enquanto uma rodada dura mais do que pode, e está de novo quando ela acaba', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const hanging = new Worker({ name: 'teste', floorMs: NEVER_MS, roundMs: 20, drain: () => promise }, logger);
    worker = hanging;
    hanging.start();
    await hanging.probe();
    await eventually(() =>
      hanging.probe().then(
        () => false,
        (error: Error) => error.message.startsWith('uma rodada dura há'),
      ),
    );
    resolve(0);
    await eventually(() =>
      hanging.probe().then(
        () => true,
        () => false,
      ),
    );
  });

  it('para na hora quando dorme, ou recua', async () => {
    let looks = 0;
    // No pause ends by itself any more.
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'queueMicrotask', 'nextTick', 'Date'] });
    const sleeping = start(NEVER_MS, async () => (looks++, 0));
    await eventually(() => looks === 1);
    await sleeping.stop();
    const failing = start(NEVER_MS, async () => {
      looks++;
      throw new Error('banco fora');
    });
    await eventually(() => looks >= 2);
    await failing.stop();
  });
});
