import { AsyncLocalStorage } from 'node:async_hooks';
import { isUnavailable } from '@plataforma/platform';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchesOptions<Item, Result> {
  /** How many items are done together at most. */
  readonly max: number;
  /** Does them, in one transaction, whole or not at all; the results in the order of the items. */
  readonly all: (items: readonly Item[]) => Promise<readonly Result[]>;
}

/**
 * Does together what came while the batch before was being done, so that one commit serves many (as a database's own
 * group commit): alone there is no wait, and the more there is to do, the less each costs. One batch after the other. When
 * a batch fails its halves are tried, so that an item that cannot be done fails alone. A batch belongs to nobody who
 * waits for it: it runs in no transaction, and in the context of none, of theirs.
 */
export class Batches<Item, Result = void> {
  private readonly outside = AsyncLocalStorage.snapshot();
  private readonly waiting: Waiting<Item, Result>[] = [];
  private running = false;

  constructor(private readonly options: BatchesOptions<Item, Result>) {}

  /** Resolves when the item's batch has committed. @throws whatever `all` throws for it, or for a database that is away */
  do(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.waiting.push({ item, resolve, reject });
    if (!this.running) {
      this.running = true;
      // What is asked for in the same breath belongs to the first batch.
      this.outside(queueMicrotask, () => void this.run());
    }
    return promise;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.attempt(this.waiting.splice(0, this.options.max));
    this.running = false;
  }

  private async attempt(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.all(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) return batch.forEach(({ reject }) => reject(error));
      const middle = Math.ceil(batch.length / 2);
      await this.attempt(batch.slice(0, middle));
      await this.attempt(batch.slice(middle));
    }
  }
}
