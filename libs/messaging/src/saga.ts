import { type Message, messages } from '@plataforma/contracts';
import { type Database, type Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork, type Notifier, WorkTable } from '@plataforma/trabalho';
import { Alertas } from './alertas.js';
import { UnprocessableMessageError } from './fate.js';
import type { EventStore } from './event-store.js';

/** State of a saga: any JSON, with the instant at which it wants to be woken. */
export interface SagaState {
  /** ISO 8601; null when nothing is to happen by itself. */
  readonly prazo: string | null;
  /** Where it stands, one of few words: for those who look at many. */
  readonly passo?: string;
}

/** The new state and what is to be done: messages for other services, or commands of this one. */
export type SagaStep<State, Local> = readonly [State, ...(Message | Local)[]];

export interface SagaDefinition<State extends SagaState, Input, Local extends { readonly type: string }> {
  readonly name: string;
  /** Pure: the same state and input give the same step. */
  readonly decide: (state: State, input: Input) => SagaStep<State, Local>;
  /** What the saga is told when its deadline has passed. */
  readonly deadline: Input;
  /** Carries out a command of this service, in the saga's transaction; what it returns is told to the saga next. */
  readonly execute: (key: string, command: Local) => Promise<Input | undefined>;
}

const LEASE_MS = 30_000;
/** A step may change many bookings. */
const STEP_MS = 60_000;
const CONCURRENCY = 2;

const isMessage = (command: { readonly type: string }): command is Message => Object.hasOwn(messages, command.type);

/**
 * Runs a durable saga: its state, the inbox row of what it was told, the commands it gives and their local effects
 * commit in one transaction, so that a crash leaves either the whole step or none of it. Deadlines are leased work; one
 * that fails is put behind the others and stays past its deadline, for all to see.
 */
export class SagaRunner<
  State extends SagaState,
  Input,
  Local extends { readonly type: string },
> extends LeasedWork<string> {
  private readonly alertas: Alertas;

  constructor(
    private readonly definition: SagaDefinition<State, Input, Local>,
    private readonly database: Database,
    private readonly events: EventStore,
    notifier: Notifier,
    logger: Logger,
  ) {
    const mine = `nome = '${definition.name}'`;
    const table = new WorkTable<string>(database, notifier, {
      name: `prazos da saga ${definition.name}`,
      channel: 'sagas',
      table: 'sagas',
      key: ['nome', 'chave'],
      due: 'prazo',
      keepsDue: true,
      lease: 'tentar_em',
      attempts: 'falhas',
      scope: mine,
      stuck: `${mine} AND falhas >= 10`,
      returning: 'w.chave',
      toItem: ({ chave }: { chave: string }) => chave,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 300_000 },
    });
    super(
      { table, concurrency: CONCURRENCY, itemMs: STEP_MS, subjects: (key) => [`${definition.name}:${key}`] },
      logger,
    );
    this.alertas = new Alertas(database, events);
  }

  /** Begins the saga of `key`, in the caller's transaction, which writes what the saga is about. */
  async begin(key: string, [state, ...commands]: SagaStep<State, Local>): Promise<void> {
    await this.database.write('INSERT INTO sagas (nome, chave, estado, prazo) VALUES ($1, $2, $3, $4)', [
      this.definition.name,
      key,
      JSON.stringify(state),
      state.prazo,
    ]);
    this.expectAt(state.prazo);
    this.counted(undefined, state);
    await this.keep(key, await this.carryOut(key, state, commands), state);
  }

  /**
   * Tells the saga of `key` something and carries out what it decides. The saga's row is locked first, always.
   * @throws UnprocessableMessageError when there is no such saga
   */
  async deliver(key: string, input: Input): Promise<void> {
    await this.database.transaction(async () => {
      const [row] = await this.database.query<{ estado: State }>(
        'SELECT estado FROM sagas WHERE nome = $1 AND chave = $2 FOR UPDATE',
        [this.definition.name, key],
      );
      if (!row) throw new UnprocessableMessageError(`não há saga ${this.definition.name} de ${key}`);
      await this.keep(key, await this.step(key, row.estado, input));
    });
  }

  private step(key: string, before: State, input: Input): Promise<State> {
    const [state, ...commands] = this.definition.decide(before, input);
    this.counted(before, state);
    return this.carryOut(key, state, commands);
  }

  /** A step that is reached is counted once it is written; sagas without steps have none. */
  private counted(before: State | undefined, { passo }: State): void {
    if (passo === undefined || passo === before?.passo) return;
    this.database.afterCommit(() => metrics.sagaSteps.inc({ saga: this.definition.name, passo }));
  }

  /** Once for all steps of a transaction: nobody else sees what is in between. @param written what is there already */
  private async keep(key: string, state: State, written?: State): Promise<void> {
    if (state === written) return;
    await this.database.write(
      `UPDATE sagas SET estado = $3, prazo = $4, atualizada_em = now(), falhas = 0, tentar_em = NULL
        WHERE nome = $1 AND chave = $2`,
      [this.definition.name, key, JSON.stringify(state), state.prazo],
    );
    this.expectAt(state.prazo);
  }

  /** Whoever sets a deadline is there when it passes; should the process not live so long, another finds it. */
  private expectAt(prazo: string | null): void {
    if (prazo !== null) this.database.afterCommit(() => this.wake(Math.max(0, Date.parse(prazo) - Date.now())));
  }

  private async carryOut(key: string, state: State, commands: readonly (Message | Local)[]): Promise<State> {
    let current = state;
    for (const command of commands) {
      if (isMessage(command)) {
        await this.events.append(`saga-${this.definition.name}/${key}`, [command]);
      } else {
        const outcome = await this.definition.execute(key, command);
        if (outcome !== undefined) current = await this.step(key, current, outcome);
      }
    }
    return current;
  }

  protected override stuck(howMany: number): Promise<void> {
    return this.alertas.raise('SAGA_PARADA', this.name, howMany);
  }

  /** What moved the deadline meanwhile has taken the claim with it. */
  protected override process(key: string, claim: Claim): Promise<unknown> {
    return this.table.holding(claim, async () => {
      const [row] = await this.database.query<{ estado: State }>(
        'SELECT estado FROM sagas WHERE nome = $1 AND chave = $2',
        [this.definition.name, key],
      );
      if (row) await this.keep(key, await this.step(key, row.estado, this.definition.deadline));
      this.database.afterCommit(() => metrics.sagaDeadlines.inc({ saga: this.definition.name }));
    });
  }
}
