import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from './logger.js';
import { metrics } from './metrics.js';

export interface WorkerOptions {
  /** For the logs, the metrics and the readiness. */
  readonly name: string;
  /**
   * The longest pause between two looks, ms: work is found even when no wake-up arrives. A function is asked after each
   * look that found nothing, and may know better when there is something to be found; if it fails, the round has.
   */
  readonly floorMs: number | (() => number | Promise<number>);
  /**
   * One round: does some work, in bounded steps, and tells how many items it did; zero means "nothing left, sleep". The
   * signal says that it is to end after the step that it is at: the application stops, or the round lasts too long.
   */
  readonly drain: (signal: AbortSignal) => Promise<number>;
  /** How long a round may last, ms; longer, and the process is not ready: something hangs that should not. */
  readonly roundMs?: number;
}

/** Short, so that what was away is found again soon after it has come back. */
const MAX_BACKOFF_MS = 5_000;
/** Longer than any single call that a round may make takes to fail. */
const ROUND_MS = 60_000;
/** How long a stop waits for the round under way; what it leaves undone is done again, by its lease or its transaction. */
const STOP_MS = 5_000;

/**
 * A loop that drains durable work from the database: at once when woken, else every `floorMs`. A failing round is
 * logged and tried again with growing pauses; the work itself lives in tables, so nothing is lost with the process. As
 * a provider of Nest it runs with its application, and the application's readiness asks whether its rounds end.
 */
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running = false;
  private woken = false;
  /** Rounds that failed in a row. */
  private failures = 0;
  private roundBegan: number | undefined;
  private interrupt: (() => void) | undefined;
  /** Ends the pause under way in so many ms, should it last longer. */
  private shorten: ((inMs: number) => void) | undefined;
  /** By `performance.now()`: when somebody wants it to look, whatever it finds in the round under way. */
  private wanted = Infinity;
  protected stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: WorkerOptions,
    protected readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void | Promise<void> {
    this.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  get name(): string {
    return this.options.name;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.stopping = new AbortController();
    this.loop = this.run();
  }

  /** Makes the loop look for work in so many ms, or now; after a failure not before the pause is over, or wake-ups would undo it. */
  wake(inMs = 0): void {
    if (inMs > 0) this.wanted = Math.min(this.wanted, performance.now() + inMs);
    else this.woken = true;
    if (this.failures === 0) this.shorten?.(inMs);
  }

  /** Resolves when the round that is under way has ended, or has had its time to. */
  async stop(): Promise<void> {
    this.running = false;
    this.stopping.abort();
    this.interrupt?.();
    const { promise: tooLong, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, STOP_MS, true);
    if (await Promise.race([this.loop, tooLong])) this.logger.warn(`${this.name}: a rodada não terminou a tempo`);
    clearTimeout(timer);
  }

  /** @throws Error while a round lasts longer than it may */
  probe(): Promise<void> {
    const lastsMs = this.roundBegan === undefined ? 0 : performance.now() - this.roundBegan;
    return lastsMs > this.roundMs
      ? Promise.reject(new Error(`uma rodada dura há ${Math.round(lastsMs / 1000)} s`))
      : Promise.resolve();
  }

  private get roundMs(): number {
    return this.options.roundMs ?? ROUND_MS;
  }

  private async run(): Promise<void> {
    while (this.running) {
      this.woken = false;
      this.wanted = Infinity;
      const pauseMs = await this.round();
      if (pauseMs === undefined) await this.pause(Math.min(100 * 2 ** this.failures, MAX_BACKOFF_MS));
      else if (pauseMs > 0 && !this.woken) await this.pause(Math.min(pauseMs, this.wanted - performance.now()));
    }
  }

  /** How long to rest, ms; undefined when the round failed. */
  private async round(): Promise<number | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.roundMs);
    this.roundBegan = performance.now();
    try {
      const done = await this.options.drain(AbortSignal.any([this.stopping.signal, late.signal]));
      const { floorMs } = this.options;
      const pauseMs = done > 0 ? 0 : typeof floorMs === 'number' ? floorMs : await floorMs();
      this.failures = 0;
      metrics.rounds.inc({ trabalho: this.name, resultado: 'ok' });
      metrics.lastRound.set({ trabalho: this.name }, Date.now() / 1000);
      return pauseMs;
    } catch (error) {
      this.failures++;
      metrics.rounds.inc({ trabalho: this.name, resultado: 'falha' });
      this.logger.error(`${this.name}: nova tentativa adiante`, { failures: this.failures, error });
      return undefined;
    } finally {
      clearTimeout(timer);
      this.roundBegan = undefined;
    }
  }

  private pause(ms: number): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      let until = performance.now() + ms;
      const done = () => {
        clearTimeout(timer);
        this.interrupt = this.shorten = undefined;
        resolve();
      };
      let timer = setTimeout(done, ms);
      this.interrupt = done;
      this.shorten = (inMs) => {
        if (performance.now() + inMs >= until) return;
        clearTimeout(timer);
        until = performance.now() + inMs;
        timer = setTimeout(done, inMs);
      };
    });
  }
}
