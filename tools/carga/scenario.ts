import { setTimeout as delay } from 'node:timers/promises';
import { Count, metrics } from './figures.ts';

interface Stage {
  readonly duration: string;
  readonly target: number;
}

/** Of k6's executors those that the profiles use. */
export type Scenario =
  | {
      readonly executor: 'constant-arrival-rate';
      readonly rate: number;
      readonly duration: string;
      readonly maxVUs: number;
    }
  | {
      readonly executor: 'ramping-arrival-rate';
      readonly startRate: number;
      readonly stages: readonly Stage[];
      readonly maxVUs: number;
    }
  | { readonly executor: 'per-vu-iterations'; readonly vus: number; readonly iterations: number };

export const seconds = (duration: string): number => {
  const [, amount = '', unit] = /^(\d+)(s|m)$/.exec(duration) ?? [];
  if (unit === undefined) throw new Error(`duração que não se entende: ${duration}`);
  return Number(amount) * (unit === 'm' ? 60 : 1);
};

/** When each iteration begins, s from the start, in order. */
export function* arrivals(scenario: Exclude<Scenario, { executor: 'per-vu-iterations' }>): Generator<number> {
  const stages =
    scenario.executor === 'constant-arrival-rate'
      ? [{ length: seconds(scenario.duration), from: scenario.rate, to: scenario.rate }]
      : scenario.stages.map(({ duration, target }, i) => ({
          length: seconds(duration),
          from: scenario.stages[i - 1]?.target ?? scenario.startRate,
          to: target,
        }));
  let begun = 0;
  let owed = 0;
  for (const { length, from, to } of stages) {
    // In steps so short that a rate does not change in one.
    const steps = Math.max(1, Math.ceil(length * 100));
    for (let step = 0; step < steps; step++) {
      owed += (from + ((to - from) * (step + 0.5)) / steps) * (length / steps);
      while (owed >= 1) {
        owed -= 1;
        yield begun + (length * (step + 1)) / steps;
      }
    }
    begun += length;
  }
}

/** Begins what the scenario asks for, whatever it takes; what there is nobody left for is counted as dropped. */
export async function run(scenario: Scenario, iterate: (vu: number) => Promise<void>): Promise<void> {
  if (scenario.executor === 'per-vu-iterations') {
    await Promise.all(
      Array.from({ length: scenario.vus }, async (_, i) => {
        for (let n = 0; n < scenario.iterations; n++) await iterate(i + 1);
      }),
    );
    return;
  }
  const started = performance.now();
  const idle = Array.from({ length: scenario.maxVUs }, (_, i) => i + 1);
  const under = new Set<Promise<void>>();
  for (const at of arrivals(scenario)) {
    await delay(Math.max(0, started + at * 1_000 - performance.now()));
    const vu = idle.pop();
    if (vu === undefined) {
      metrics.of('dropped_iterations', Count).add(1);
      continue;
    }
    const work = iterate(vu).finally(() => {
      idle.push(vu);
      under.delete(work);
    });
    under.add(work);
  }
  await Promise.all(under);
}
