import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from './load/calls.ts';

const withinMs = 120_000;

/** Looks every so often until it is so. @throws Error naming what did not come */
export async function until(what: string, everyMs: number, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + withinMs; !(await isSo()); await delay(everyMs))
    if (performance.now() > deadline) throw new Error(`${what}: não aconteceu em ${withinMs / 1_000} s`);
}

/** @throws Error when calls were answered otherwise: then what was measured was something else */
export function expectOnly({ statuses, firstError }: Outcome, wanted: string): void {
  const others = Object.entries(statuses).filter(([status]) => status !== wanted);
  if (others.length > 0)
    throw new Error(
      `esperava só ${wanted}, e houve ${JSON.stringify(statuses)}${firstError ? ` (${firstError})` : ''}`,
    );
}
