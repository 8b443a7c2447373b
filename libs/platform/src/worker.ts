import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from './logger.js';

export interface WorkerOptions {
  /** For the logs. */
  readonly name: string;
  /** The longest pause between two looks, ms: work is found even when no wake-up arrives. */
  readonly floorMs: number;
  /** Does some work and tells how many items it did; zero means "nothing left, sleep". */
  readonly drain: () => Promise<number>;
}

const MAX_BACKOFF_MS = 10_000;

/**
 * A loop that drains durable work from the database: at once when woken, else every `floorMs`. A failing drain is
 * logged and tried again with growing pauses; the work itself lives in tables, so nothing is lost with the process. As
 * a provider of Nest it runs with its application.
 */
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running = false;
  private woken = false;
  /** Drains that failed in a row. */
  private failures = 0;
  private interrupt: (() => void) | undefined;
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

  start(): void {
    if (this.running) return;
    this.running = true;
    this.loop = this.run();
  }

  /** Makes the loop look for work now; after a failure not before the pause is over, or wake-ups would undo it. */
  wake(): void {
    this.woken = true;
    if (this.failures === 0) this.interrupt?.();
  }

  /** Resolves when the drain that is under way has ended. */
  async stop(): Promise<void> {
    this.running = false;
    this.interrupt?.();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (this.running) {
      this.woken = false;
      try {
        const done = await this.options.drain();
        this.failures = 0;
        if (done > 0) continue;
      } catch (error) {
        this.failures++;
        this.logger.error(`${this.options.name}: nova tentativa adiante`, { failures: this.failures, error });
      }
      if (this.failures > 0) await this.pause(Math.min(100 * 2 ** this.failures, MAX_BACKOFF_MS));
      else if (!this.woken) await this.pause(this.options.floorMs);
    }
  }

  private pause(ms: number): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.interrupt = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
