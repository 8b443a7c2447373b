const SHORTEST_PAUSE_MS = 500;
/** The longest pause of a stream whose next message the broker does not take, and how many may pause; the others go on. */
export const MAX_PAUSE_MS = 8_000;
export const MAX_PAUSED = 1_000;

interface Pause {
  readonly failures: number;
  readonly until: number;
}

/** The streams that wait because the broker did not take the next message of theirs. Moments are ms on any clock that only goes on. */
export class Pauses {
  private readonly paused = new Map<string, Pause>();

  /** It pauses for longer with each failure in a row. @param chance of [0, 1), so that they do not all come back at once */
  failed(stream: string, now: number, chance: number): void {
    const failures = (this.paused.get(stream)?.failures ?? 0) + 1;
    const pauseMs = Math.min(SHORTEST_PAUSE_MS * 2 ** failures, MAX_PAUSE_MS) * (0.5 + chance / 2);
    if (this.paused.size < MAX_PAUSED || failures > 1) this.paused.set(stream, { failures, until: now + pauseMs });
  }

  /** The broker took what it had. */
  ended(stream: string): void {
    this.paused.delete(stream);
  }

  /** The streams whose pause is not over; of those that were not seen again for long nothing is kept. */
  underWay(now: number): string[] {
    for (const [stream, { until }] of this.paused) if (until < now - 2 * MAX_PAUSE_MS) this.paused.delete(stream);
    return [...this.paused].filter(([, { until }]) => until > now).map(([stream]) => stream);
  }
}
