/** Nobody has begun with it: whoever asked may ask again. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/** For all lanes together. */
const MOST_WAITING = 2_000;

/**
 * So many at once, of one lane at most half as many; those who wait take turns by lane, so that a crowd that wants one
 * thing waits for itself and not others for it (ADR 36).
 */
export class FairQueue {
  private running = 0;
  private waiting = 0;
  /** Those in which something runs or waits, the next in turn first. */
  private readonly lanes = new Map<string, Lane>();

  /** @param waitMs how long somebody waits for a turn */
  constructor(
    private readonly most: number,
    private readonly waitMs: number,
  ) {}

  /** How many lanes are in use. */
  get size(): number {
    return this.lanes.size;
  }

  /** @throws OverloadedError when the turn does not come in time, or too many wait for theirs */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(name) ?? { running: 0, waiting: [] };
    this.lanes.set(name, lane);
    try {
      if (this.mayRun(lane)) this.begin(lane);
      else await this.turn(lane);
      try {
        return await work();
      } finally {
        this.running--;
        lane.running--;
        this.next();
      }
    } finally {
      // Also of whoever did not get their turn.
      if (lane.running === 0 && lane.waiting.length === 0) this.lanes.delete(name);
    }
  }

  private mayRun(lane: Lane): boolean {
    return this.running < this.most && lane.running < this.most / 2;
  }

  private begin(lane: Lane): void {
    this.running++;
    lane.running++;
  }

  private turn(lane: Lane): Promise<void> {
    if (this.waiting >= MOST_WAITING) throw new OverloadedError('há gente demais na fila');
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.waiting--;
      };
      const start = () => {
        leave();
        this.begin(lane);
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        lane.waiting.splice(lane.waiting.indexOf(start), 1);
        reject(new OverloadedError('a vez não veio a tempo'));
      }, this.waitMs);
      this.waiting++;
      lane.waiting.push(start);
    });
  }

  private next(): void {
    for (const [name, lane] of this.lanes) {
      if (lane.waiting.length === 0 || !this.mayRun(lane)) continue;
      lane.waiting.shift()?.();
      this.lanes.delete(name);
      this.lanes.set(name, lane);
      return;
    }
  }
}
