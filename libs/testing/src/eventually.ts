import { setTimeout as delay } from 'node:timers/promises';

/** At first, and at most: who asks often takes the time of what is waited for, and a tenth more of a wait is none. */
const [SHORTEST_MS, LONGEST_MS] = [10, 100];
/** Reached only by what never comes: long enough for a machine whose every core is wanted by ten others. */
const DEADLINE_MS = 60_000;

/**
 * The first value of `condition` that is neither false, null nor undefined, asked for again and again.
 * @throws the condition's last error, or an error saying that it never held, after `deadlineMs`
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const began = Date.now();
  for (;;) {
    let failure: unknown;
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) return value as NonNullable<Exclude<T, false>>;
      failure = new Error(`A condição não se cumpriu em ${deadlineMs} ms: ${condition.toString()}`);
    } catch (error) {
      failure = error;
    }
    const waited = Date.now() - began;
    if (waited >= deadlineMs) throw failure;
    await delay(Math.min(Math.max(SHORTEST_MS, waited / 10), LONGEST_MS));
  }
}
