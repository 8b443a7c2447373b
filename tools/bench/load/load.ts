import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Job, Outcome } from './calls.ts';

/** The generator, seen by who gives it work. */
export class Load {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<Load> {
    const child = fork(join(import.meta.dirname, 'generator.ts'), [], { serialization: 'advanced', execArgv: [] });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return new Load(child);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** @throws Error when the generator itself fails; calls that fail are counted */
  run(job: Job): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the load generator ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', ({ outcome, failure }: { outcome?: Outcome; failure?: string }) => {
        this.#child.off('exit', ended);
        if (outcome) resolve(outcome);
        else reject(new Error(failure));
      });
      this.#child.send(job);
    });
  }

  /** The job under way begins no further call, and ends. */
  halt(): void {
    this.#child.send('halt');
  }

  stop(): void {
    this.#child.disconnect();
  }
}
