import { Journal, type Position } from './journal.ts';
import type {
  BalanceTransaction,
  Charge,
  Dispute,
  Effects,
  Entity,
  EventType,
  Metadata,
  PaymentIntent,
  PaymentMethod,
  Refund,
} from './model.ts';

/** An answer saved under an idempotency key: a version of an object, or the body as it was. */
export type SavedBody = { readonly changed: number } | { readonly text: string };

export interface NewAnswer {
  readonly key: string;
  readonly path: string;
  readonly hash: string;
  readonly requestId: string;
  readonly status: number;
  readonly body: SavedBody;
}

export interface SavedAnswer extends Omit<NewAnswer, 'body' | 'key'> {
  readonly at: number;
  readonly position: Position;
}

interface RequestOfEvent {
  readonly id: string;
  readonly idempotencyKey: string | null;
}

interface EventLine {
  readonly id: string;
  readonly type: EventType;
  /** Index of the object's version among the line's changed objects. */
  readonly subject: number;
  readonly previous?: Entity;
  /** Whether a webhook endpoint was configured when it happened. */
  readonly deliver: boolean;
}

/** One line of the journal. Every field is optional, so that a delivery's outcome or a clock change is a line too. */
interface Line {
  readonly at?: number;
  readonly changed?: readonly Entity[];
  readonly events?: readonly EventLine[];
  readonly request?: RequestOfEvent;
  readonly answer?: NewAnswer;
  readonly delivery?: { readonly event: string; readonly attempts: number; readonly done: boolean };
  readonly clockOffset?: number;
  readonly forgotten?: string;
}

/** What is kept of an event in memory; its object's version is read from the journal when it is asked for. */
export interface StoredEvent {
  readonly id: string;
  readonly type: EventType;
  readonly at: number;
  readonly paymentIntent: string;
  readonly position: Position;
  readonly index: number;
}

export interface LoadedEvent {
  readonly subject: Entity;
  readonly previous: Entity | undefined;
  readonly request: RequestOfEvent | undefined;
}

/** Where a commit comes from. */
export interface Origin {
  readonly request?: RequestOfEvent;
  /** Whether there is an endpoint to send its events to. */
  readonly deliver: boolean;
}

/** Objects by id, and in the order in which they were created. */
export class Table<T extends { readonly id: string }> {
  readonly #rows: T[] = [];
  readonly #positions = new Map<string, number>();

  get(id: string): T | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#rows[position];
  }

  put(row: T): void {
    const position = this.#positions.get(row.id) ?? this.#rows.length;
    if (position === this.#rows.length) this.#positions.set(row.id, position);
    this.#rows[position] = row;
  }

  get size(): number {
    return this.#rows.length;
  }

  values(): Iterable<T> {
    return this.#rows.values();
  }

  /** Newest first, from the one before the row with the given id. */
  *newestFirst(startingAfter?: string): Generator<T> {
    const from = startingAfter === undefined ? this.#rows.length : (this.#positions.get(startingAfter) ?? 0);
    for (let index = from - 1; index >= 0; index--) {
      const row = this.#rows[index];
      if (row !== undefined) yield row;
    }
  }

  *oldestFirst(endingBefore: string): Generator<T> {
    const from = this.#positions.get(endingBefore) ?? this.#rows.length;
    yield* this.#rows.slice(from + 1);
  }
}

/** Twenty-four hours, after which Stripe prunes an idempotency key. */
const answerLifetime = 24 * 3_600_000;

/** The whole state, in memory and in the journal. A commit is visible at once and durable when `settled` resolves. */
export class Store {
  readonly intents = new Table<PaymentIntent>();
  readonly methods = new Table<PaymentMethod>();
  readonly charges = new Table<Charge>();
  readonly refunds = new Table<Refund>();
  readonly disputes = new Table<Dispute>();
  readonly movements = new Table<BalanceTransaction>();
  readonly events = new Table<StoredEvent>();
  /** Events still to be delivered, with the attempts made so far. */
  readonly undelivered = new Map<string, number>();
  clockOffset = 0;
  readonly #answers = new Map<string, SavedAnswer>();
  readonly #byMetadata = new Map<string, string[]>();
  readonly #byIntent = new Map<string, Entity['id'][]>();
  readonly #newId: (prefix: string) => string;
  #journal: Journal | undefined;

  private constructor(newId: (prefix: string) => string) {
    this.#newId = newId;
  }

  static async open(path: string, newId: (prefix: string) => string, onBroken: (error: Error) => void): Promise<Store> {
    const store = new Store(newId);
    store.#journal = await Journal.open(path, (line, position) => store.#apply(line as Line, position), onBroken);
    return store;
  }

  /** The clock of the emulator, which may be moved forward. */
  now(): number {
    return Date.now() + this.clockOffset;
  }

  /**
   * Applies what a transition did and writes it as one line of the journal.
   *
   * @param answer makes the answer to save, when the new versions can already be looked up
   */
  commit(effects: Effects, origin: Origin, answer?: () => NewAnswer): StoredEvent[] {
    if (effects.isEmpty && answer === undefined) return [];
    const events = effects.events.map(({ type, subject, previous }): EventLine => ({
      id: this.#newId('evt_'),
      type,
      subject: effects.changed.indexOf(subject),
      ...(previous === undefined ? {} : { previous }),
      deliver: origin.deliver,
    }));
    for (const entity of effects.changed) this.#put(entity);
    const line: Line = {
      at: this.now(),
      changed: effects.changed,
      events,
      ...(origin.request === undefined ? {} : { request: origin.request }),
    };
    let complete = line;
    try {
      if (answer !== undefined) complete = { ...line, answer: answer() };
    } finally {
      // Memory has the new versions already: whatever becomes of the answer, the journal must have them too.
      this.#record(complete, this.#open().append(complete));
    }
    return events.flatMap((event) => this.events.get(event.id) ?? []);
  }

  /** Any object, by its id. */
  find(id: string): Entity | undefined {
    return [this.intents, this.charges, this.methods, this.refunds, this.disputes, this.movements]
      .map((table) => table.get(id))
      .find((row) => row !== undefined);
  }

  recordDelivery(event: string, attempts: number, done: boolean): void {
    this.#write({ delivery: { event, attempts, done } });
  }

  moveClock(seconds: number): void {
    this.#write({ clockOffset: this.clockOffset + seconds * 1000 });
  }

  findAnswer(key: string): SavedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer === undefined || answer.at + answerLifetime > this.now()) return answer;
    this.#answers.delete(key);
    return undefined;
  }

  /** Prunes one idempotency key now, or all of them. */
  forgetAnswers(key: string | undefined): number {
    const count = key === undefined ? this.#answers.size : Number(this.#answers.has(key));
    this.#write({ forgotten: key ?? '*' });
    return count;
  }

  async readAnswer(answer: SavedAnswer): Promise<{ readonly text: string } | { readonly entity: Entity }> {
    const line = (await this.#open().read(answer.position)) as Line;
    const body = line.answer?.body;
    if (body === undefined) throw new Error('the journal line holds no answer');
    if ('text' in body) return body;
    return { entity: at(line.changed, body.changed) };
  }

  async readEvent(event: StoredEvent): Promise<LoadedEvent> {
    const line = (await this.#open().read(event.position)) as Line;
    const { subject, previous } = at(line.events, event.index);
    return { subject: at(line.changed, subject), previous, request: line.request };
  }

  /** Intents with this metadata pair, oldest first. */
  intentsWith(key: string, value: string): PaymentIntent[] {
    const ids = new Set(this.#byMetadata.get(pair(key, value)));
    return [...ids].flatMap((id) => this.intents.get(id) ?? []).filter((intent) => intent.metadata[key] === value);
  }

  /** Ids of the charges, refunds, disputes and movements of an intent, oldest first. */
  idsOfIntent(intent: string): readonly string[] {
    return this.#byIntent.get(intent) ?? [];
  }

  settled(): Promise<void> {
    return this.#open().settled();
  }

  close(): Promise<void> {
    return this.#open().close();
  }

  #open(): Journal {
    if (this.#journal === undefined) throw new Error('the journal is not open yet');
    return this.#journal;
  }

  #write(line: Line): void {
    this.#apply(line, this.#open().append(line));
  }

  #apply(line: Line, position: Position): void {
    for (const entity of line.changed ?? []) this.#put(entity);
    this.#record(line, position);
  }

  /** Everything of a line but its objects. */
  #record(line: Line, position: Position): void {
    for (const [index, event] of (line.events ?? []).entries()) {
      const subject = at(line.changed, event.subject);
      this.events.put({
        id: event.id,
        type: event.type,
        at: line.at ?? 0,
        paymentIntent: intentOf(subject),
        position,
        index,
      });
      if (event.deliver) this.undelivered.set(event.id, 0);
    }
    if (line.answer !== undefined) {
      const { key, path, hash, requestId, status } = line.answer;
      this.#answers.set(key, { path, hash, requestId, status, at: line.at ?? 0, position });
    }
    if (line.delivery !== undefined) {
      if (line.delivery.done) this.undelivered.delete(line.delivery.event);
      else this.undelivered.set(line.delivery.event, line.delivery.attempts);
    }
    if (line.clockOffset !== undefined) this.clockOffset = line.clockOffset;
    if (line.forgotten === '*') this.#answers.clear();
    else if (line.forgotten !== undefined) this.#answers.delete(line.forgotten);
  }

  #put(entity: Entity): void {
    switch (entity.object) {
      case 'payment_intent':
        this.#indexMetadata(entity.id, this.intents.get(entity.id)?.metadata ?? {}, entity.metadata);
        this.intents.put(entity);
        return;
      case 'payment_method':
        this.methods.put(entity);
        return;
      case 'charge':
        this.#relate(entity, this.charges);
        this.charges.put(entity);
        return;
      case 'refund':
        this.#relate(entity, this.refunds);
        this.refunds.put(entity);
        return;
      case 'dispute':
        this.#relate(entity, this.disputes);
        this.disputes.put(entity);
        return;
      case 'balance_transaction':
        this.#relate(entity, this.movements);
        this.movements.put(entity);
        return;
    }
  }

  #relate(entity: Charge | Refund | Dispute | BalanceTransaction, table: { get(id: string): unknown }): void {
    if (table.get(entity.id) !== undefined) return;
    const related = this.#byIntent.get(entity.paymentIntent);
    if (related === undefined) this.#byIntent.set(entity.paymentIntent, [entity.id]);
    else related.push(entity.id);
  }

  #indexMetadata(id: string, before: Metadata, after: Metadata): void {
    for (const [key, value] of Object.entries(after)) {
      if (before[key] === value) continue;
      const ids = this.#byMetadata.get(pair(key, value));
      if (ids === undefined) this.#byMetadata.set(pair(key, value), [id]);
      else ids.push(id);
    }
  }
}

export function intentOf(entity: Entity): string {
  switch (entity.object) {
    case 'payment_intent':
      return entity.id;
    case 'payment_method':
      return '';
    case 'charge':
    case 'refund':
    case 'dispute':
    case 'balance_transaction':
      return entity.paymentIntent;
  }
}

function pair(key: string, value: string): string {
  return `${key}\u0000${value}`;
}

function at<T>(list: readonly T[] | undefined, index: number): T {
  const item = list?.[index];
  if (item === undefined) throw new Error(`the journal line has no item ${index}`);
  return item;
}
