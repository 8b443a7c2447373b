/** Steps done side by side: the first that fails makes the others give up, and is the one that is reported. */
export class Steps {
  failure: unknown;
  readonly #failed = new AbortController();
  readonly signal: AbortSignal;

  constructor(interrupted: AbortSignal) {
    this.signal = AbortSignal.any([interrupted, this.#failed.signal]);
  }

  async run(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const isFirst = !this.signal.aborted;
      if (isFirst) this.failure = error;
      this.#failed.abort();
      // What the progress display shows; the reason follows below it.
      throw new Error(isFirst ? 'falhou' : 'interrompido', { cause: error });
    }
  }
}
