import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { Count, judge, metrics, Rate, Trend } from './figures.ts';
import { arrivals, run, type Scenario, seconds } from './scenario.ts';

afterEach(() => {
  metrics.restart();
});

describe('os limites, nas palavras do k6', () => {
  it('julgam percentis a 2 %, proporções e contagens', () => {
    const trend = metrics.of('t', Trend);
    for (let ms = 1; ms <= 1_000; ms++) trend.add(ms);
    expect(judge('t', 'p(95)<970')).toMatchObject({ holds: true });
    expect(judge('t', 'p(95)<940')).toMatchObject({ holds: false });
    const rate = metrics.of('r', Rate);
    for (let i = 0; i < 100; i++) rate.add(i < 99);
    expect(judge('r', 'rate>0.98').holds).toBe(true);
    expect(judge('r', 'rate>0.99').holds).toBe(false);
    metrics.of('c', Count).add(2);
    expect(judge('c', 'count==1')).toEqual({ threshold: 'c count==1', value: 2, holds: false });
  });

  it('do que nunca aconteceu valem como zero, e o que não se entende é recusado', () => {
    expect(judge('nunca', 'count>0').holds).toBe(false);
    expect(() => judge('t', 'avg<5')).toThrow('não se entende');
    metrics.of('r2', Rate).add(true);
    expect(() => judge('r2', 'p(95)<5')).toThrow('não é de uma métrica');
    expect(() => metrics.of('r2', Trend)).toThrow('outro tipo');
  });
});

describe('os perfis', () => {
  it('começam tantos por segundo quantos se pede, subindo aos poucos', () => {
    const constant = [...arrivals({ executor: 'constant-arrival-rate', rate: 5, duration: '2s', maxVUs: 1 })];
    expect(constant).toHaveLength(10);
    expect(constant.at(-1)).toBeCloseTo(2, 1);
    const ramping: Scenario = {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      stages: [
        { duration: '10s', target: 10 },
        { duration: '1m', target: 10 },
      ],
      maxVUs: 1,
    };
    const times = [...arrivals(ramping)];
    expect(Math.abs(times.length - 650)).toBeLessThanOrEqual(1);
    expect(times.filter((at) => at <= 5).length).toBeLessThan(15);
    expect(() => seconds('5h')).toThrow('não se entende');
  });

  it('deixam de começar, e o contam, quando não resta quem o faça', async () => {
    let begun = 0;
    const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
    const dropped = metrics.of('dropped_iterations', Count);
    const running = run({ executor: 'constant-arrival-rate', rate: 200, duration: '1s', maxVUs: 3 }, async () => {
      begun += 1;
      await held;
    });
    await eventually(() => dropped.count === 197);
    release(undefined);
    await running;
    expect(begun).toBe(3);
  });

  it('de uma vez só: cada um faz a sua parte', async () => {
    const seen: number[] = [];
    await run({ executor: 'per-vu-iterations', vus: 3, iterations: 2 }, async (vu) => void seen.push(vu));
    expect(seen.toSorted()).toEqual([1, 1, 2, 2, 3, 3]);
  });
});
