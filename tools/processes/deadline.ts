import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats a probe until it succeeds.
 *
 * @param giveUp called after each failure; what it throws ends the wait at once (the process died, the user pressed Ctrl-C)
 * @throws the probe's last error once the deadline (ms) has passed
 */
export async function until<T>(
  probe: () => Promise<T>,
  deadlineMs: number,
  giveUp: (error: unknown) => void = () => undefined,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      giveUp(error);
      if (Date.now() >= deadline) throw error;
    }
    await delay(100);
  }
}
