import { type Logger, metrics, traced, Worker } from '@plataforma/platform';
import type { Claim, Claimed, WorkTable } from './work-table.js';

export interface LeasedWorkOptions<Item> {
  readonly table: WorkTable<Item>;
  /** How many items are at hand at once. */
  readonly concurrency: number;
  /** How long, ms, it waits for more of what it is told of, to do it together; at once when absent. */
  readonly gatherMs?: number;
  /** How long one item may take, ms: then its signal says so, and the process is not ready while it goes on. */
  readonly itemMs: number;
  /** What an item is about (`reserva:ID`), by which it is found to what trace it belongs: see `traced`. */
  readonly subjects?: (item: Item) => readonly string[];
}

/** The booking that an item names. */
export const subjectsOf = ({ reservaId }: { readonly reservaId: string }): string[] => [`reserva:${reservaId}`];

/** Nobody is told of what another process writes without a word, or of a notice that was lost: ms. */
const FLOOR_MS = 10_000;
/** While no notices arrive. */
const DEAF_FLOOR_MS = 1_000;
/** Whoever is woken a hundred times a second looks each time, and asks when the next is due a few times, ms. */
const SURVEY_MS = 250;
/** Whoever has no hand free can take nothing, and still says now and then how much waits: ms. */
const FULL_SURVEY_MS = 2_000;
/** Something is due and could not be claimed: it is locked, or waits for something that has no date. */
const BLOCKED_MS = 500;
/** How long an item may go on after its signal before the process is not ready. */
const GRACE_MS = 10_000;
/** How long a stop waits for the items at hand; what they leave undone is done when their lease is over. */
const STOP_MS = 5_000;

/**
 * Does the work of a `WorkTable`, several items side by side: one that is slow or fails keeps no other from its turn.
 * It sleeps until something is due, is woken when somebody says so, and looks by itself now and then. An item that
 * throws is put off; one that takes long keeps its lease by renewing it, and is told when it has lost it.
 */
export abstract class LeasedWork<Item> extends Worker {
  private readonly atHand = new Map<Promise<void>, number>();
  /** By `performance.now()`. */
  private surveyed = -Infinity;
  private readonly heard = () => this.wake(this.work.gatherMs);
  readonly table: WorkTable<Item>;

  constructor(
    private readonly work: LeasedWorkOptions<Item>,
    logger: Logger,
  ) {
    super({ name: work.table.name, floorMs: () => this.untilNext(), drain: (signal) => this.look(signal) }, logger);
    this.table = work.table;
  }

  /** Does one item, and ends its claim (see `WorkTable`). What it throws puts the item off. */
  protected abstract process(item: Item, claim: Claim, signal: AbortSignal): Promise<unknown>;

  /** How many more items may be begun, by whatever they depend on: what could not go on is better left where it is. */
  protected room(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  /** Whether an item was at least tried when it was not done: what was not is nothing that anybody has to hear of. */
  protected tried(_error: unknown): boolean {
    return true;
  }

  /** What becomes of an item whose `process` threw `error`: put off, by default. */
  protected failed(_item: Item, claim: Claim, _error: unknown): Promise<unknown> {
    return this.table.postpone(claim);
  }

  /** So many are given up, or fail for so long that somebody has to look; said at every look. */
  protected stuck(_howMany: number): Promise<void> {
    return Promise.resolve();
  }

  override start(): void {
    this.table.notifier.on(this.table.channel, this.heard);
    super.start();
  }

  /** Resolves when the items at hand have ended, or have had their time to. */
  override async stop(): Promise<void> {
    this.table.notifier.off(this.table.channel, this.heard);
    await super.stop();
    const { promise: tooLong, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, STOP_MS, true);
    if (await Promise.race([Promise.allSettled(this.atHand.keys()).then(() => false), tooLong]))
      this.logger.warn(`${this.name}: itens não terminaram a tempo; a posse deles acaba por si`);
    clearTimeout(timer);
  }

  override async probe(): Promise<void> {
    await super.probe();
    const oldestMs = Math.max(0, ...[...this.atHand.values()].map((since) => performance.now() - since));
    if (oldestMs > this.work.itemMs + GRACE_MS) throw new Error(`um item dura há ${Math.round(oldestMs / 1000)} s`);
  }

  /** Takes as many items as there are hands free. They go on by themselves; what ends has the next looked for. */
  private async look(signal: AbortSignal): Promise<number> {
    const hands = this.work.concurrency - this.atHand.size;
    const free = hands === 0 ? 0 : Math.min(hands, await this.room());
    if (free < 1) return 0;
    for (const claimed of await this.table.claim(free)) {
      if (signal.aborted) await this.table.giveBack(claimed.claim);
      else this.take(claimed);
    }
    return 0;
  }

  /** How long there is nothing to look for, ms. */
  private async untilNext(): Promise<number> {
    if (this.stopping.signal.aborted) return FLOOR_MS;
    const full = this.atHand.size >= this.work.concurrency;
    const everyMs = full ? FULL_SURVEY_MS : SURVEY_MS;
    const agoMs = performance.now() - this.surveyed;
    if (agoMs < everyMs) return everyMs - agoMs;
    this.surveyed = performance.now();
    const { due, oldestS, stuck, nextMs } = await this.table.survey(FLOOR_MS);
    const labels = { trabalho: this.name };
    metrics.workDue.set(labels, due);
    metrics.workOldest.set(labels, oldestS);
    metrics.workStuck.set(labels, stuck);
    if (stuck > 0) await this.stuck(stuck);
    if (full) return FULL_SURVEY_MS;
    const floorMs = (this.table.notifier.listening ? FLOOR_MS : DEAF_FLOOR_MS) * (0.9 + Math.random() / 5);
    return nextMs === null ? floorMs : Math.min(nextMs > 0 ? Math.ceil(nextMs) + 1 : BLOCKED_MS, floorMs);
  }

  private take(claimed: Claimed<Item>): void {
    const running = this.attempt(claimed).finally(() => {
      this.atHand.delete(running);
      metrics.workRunning.set({ trabalho: this.name }, this.atHand.size);
      this.wake();
    });
    this.atHand.set(running, performance.now());
    metrics.workRunning.set({ trabalho: this.name }, this.atHand.size);
  }

  private async attempt(claimed: Claimed<Item>): Promise<void> {
    const { item, claim } = claimed;
    const lost = new AbortController();
    const late = AbortSignal.timeout(this.work.itemMs);
    const keeping = setInterval(() => void this.keepLease(claim, lost), this.table.leaseMs / 3).unref();
    try {
      const signal = AbortSignal.any([this.stopping.signal, late, lost.signal]);
      await traced(
        `trabalho ${this.name}`,
        () => this.work.subjects?.(item) ?? [],
        () => this.process(item, claim, signal),
      );
      metrics.workSuccess.set({ trabalho: this.name }, Date.now() / 1000);
    } catch (error) {
      await this.putOff(claimed, error, lost.signal.aborted ? 'posse-perdida' : late.aborted ? 'prazo' : 'falha');
    } finally {
      clearInterval(keeping);
    }
  }

  private async putOff({ item, claim }: Claimed<Item>, error: unknown, motivo: string): Promise<void> {
    try {
      if (this.stopping.signal.aborted) return void (await this.table.giveBack(claim));
      if (this.tried(error)) {
        metrics.workFailures.inc({ trabalho: this.name, motivo });
        this.logger.warn(`${this.name}: item não feito; nova tentativa adiante`, {
          chave: claim.key,
          tentativas: claim.attempts,
          motivo,
          error,
        });
      }
      await this.failed(item, claim, error);
    } catch (later) {
      // Its lease ends by itself.
      this.logger.error(`${this.name}: item não pôde ser adiado`, { chave: claim.key, error: later });
    }
  }

  private async keepLease(claim: Claim, lost: AbortController): Promise<void> {
    try {
      if (!(await this.table.renew(claim))) lost.abort(new Error('a posse do item foi perdida'));
    } catch (error) {
      this.logger.warn(`${this.name}: posse não renovada`, { chave: claim.key, error });
    }
  }
}
