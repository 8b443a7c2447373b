import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyReply } from 'fastify';
import { crowded } from './problem.js';

/** After a group, for so many times as long as that took, the process is for those who want something else. */
const REST = 2;
const LONGEST_REST_MS = 40;
/** How long somebody waits, ms: as long as a transaction may wait for a lock. */
const WAIT_MS = 8_000;

interface Line {
  inside: number;
  /** When the first of those inside went in, ms. */
  since: number;
  resting: boolean;
  readonly waiting: Set<() => void>;
}

/**
 * Before a crowd that wants one thing: a few go on together, and between them and the next there is a rest, so that a
 * thousand who came at once do not take the process from the one who wants something else. Waiting costs nothing: who
 * somebody is, and what they may, is asked of those who go on.
 */
export class Turnstile {
  private readonly lines = new Map<string, Line>();
  private waiting = 0;

  /**
   * @param together so many of those who want the same go on at the same time
   * @param mostWaiting for all things together
   */
  constructor(
    private readonly together: number,
    private readonly mostWaiting: number,
  ) {}

  /** How many different things somebody wants. */
  get size(): number {
    return this.lines.size;
  }

  /**
   * Goes on, or not, when the turn has come; whoever leaves before is not waited for.
   * @param reply its end makes place for the next
   * @param go told Problem 503 when the turn does not come
   */
  pass(key: string, { raw }: FastifyReply, go: (refused?: Error) => void): void {
    const line = this.lines.get(key) ?? { inside: 0, since: 0, resting: false, waiting: new Set() };
    this.lines.set(key, line);
    if (line.inside < this.together && !line.resting && line.waiting.size === 0) {
      this.begin(key, line, raw);
      return go();
    }
    if (this.waiting >= this.mostWaiting) return go(crowded());
    const end = () => {
      clearTimeout(timer);
      raw.off('close', end);
      line.waiting.delete(turn);
      this.waiting--;
    };
    // In the context of whoever asked, not of whoever made place.
    const turn = AsyncLocalStorage.bind(() => {
      end();
      this.begin(key, line, raw);
      go();
    });
    const timer = setTimeout(() => {
      end();
      go(crowded());
    }, WAIT_MS);
    raw.once('close', end);
    line.waiting.add(turn);
    this.waiting++;
  }

  private begin(key: string, line: Line, raw: FastifyReply['raw']): void {
    raw.once('close', () => this.leave(key, line));
    if (line.inside++ === 0) line.since = performance.now();
  }

  private leave(key: string, line: Line): void {
    if (--line.inside > 0) return;
    if (line.waiting.size === 0) return void this.lines.delete(key);
    line.resting = true;
    const rest = Math.min(REST * (performance.now() - line.since), LONGEST_REST_MS);
    setTimeout(() => {
      line.resting = false;
      for (const turn of [...line.waiting].slice(0, this.together)) turn();
      if (line.inside === 0) this.lines.delete(key);
    }, rest);
  }
}
