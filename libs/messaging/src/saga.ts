import { type Message, messages } from '@plataforma/contracts';
import { type Database, type Logger, metrics, Worker } from '@plataforma/platform';
import { UnprocessableMessageError } from './consumer.js';
import type { EventStore } from './event-store.js';

/** State of a saga: any JSON, with the instant at which it wants to be woken. */
export interface SagaState {
  /** ISO 8601; null when nothing is to happen by itself. */
  readonly prazo: string | null;
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

const POLL_FLOOR_MS = 500;

const isMessage = (command: { readonly type: string }): command is Message => Object.hasOwn(messages, command.type);

/**
 * Runs a durable saga: its state, the inbox row of what it was told, the commands it gives and their local effects
 * commit in one transaction, so that a crash leaves either the whole step or none of it. Deadlines are rows, claimed
 * with SKIP LOCKED by whichever instance comes first.
 */
export class SagaRunner<State extends SagaState, Input, Local extends { readonly type: string }> extends Worker {
  constructor(
    private readonly definition: SagaDefinition<State, Input, Local>,
    private readonly database: Database,
    private readonly events: EventStore,
    logger: Logger,
  ) {
    super({ name: `prazos da saga ${definition.name}`, floorMs: POLL_FLOOR_MS, drain: () => this.expireOne() }, logger);
  }

  /** Begins the saga of `key`, in the caller's transaction, which writes what the saga is about. */
  async begin(key: string, [state, ...commands]: SagaStep<State, Local>): Promise<void> {
    await this.database.query('INSERT INTO sagas (nome, chave, estado, prazo) VALUES ($1, $2, $3, $4)', [
      this.definition.name,
      key,
      JSON.stringify(state),
      state.prazo,
    ]);
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
    return this.carryOut(key, state, commands);
  }

  /** Once for all steps of a transaction: nobody else sees what is in between. @param written what is there already */
  private async keep(key: string, state: State, written?: State): Promise<void> {
    if (state === written) return;
    await this.database.change(
      `UPDATE sagas SET estado = $3, prazo = $4, atualizada_em = now(), falhas = 0, tentar_em = NULL
        WHERE nome = $1 AND chave = $2`,
      [this.definition.name, key, JSON.stringify(state), state.prazo],
    );
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

  /** One deadline a transaction. A saga that fails is put behind the others; it stays past its deadline, for all to see. */
  private async expireOne(): Promise<number> {
    let due: string | undefined;
    try {
      return await this.database.transaction(async () => {
        const [row] = await this.database.query<{ chave: string; estado: State }>(
          `SELECT chave, estado FROM sagas WHERE nome = $1 AND prazo <= now() AND (tentar_em IS NULL OR tentar_em <= now())
            ORDER BY prazo LIMIT 1 FOR UPDATE SKIP LOCKED`,
          [this.definition.name],
        );
        due = row?.chave;
        if (!row) return 0;
        await this.keep(row.chave, await this.step(row.chave, row.estado, this.definition.deadline));
        this.database.afterCommit(() => metrics.sagaDeadlines.inc({ saga: this.definition.name }));
        return 1;
      });
    } catch (error) {
      // Also when it looks like a database that is away: if it really is, this is not written either.
      if (due === undefined) throw error;
      this.logger.error('O prazo de uma saga não pôde ser cumprido', { saga: this.definition.name, chave: due, error });
      await this.database.change(
        `UPDATE sagas SET falhas = falhas + 1, tentar_em = now() + least(interval '1 second' * 2 ^ least(falhas, 10), interval '5 minutes')
          WHERE nome = $1 AND chave = $2`,
        [this.definition.name, due],
      );
      return 1;
    }
  }
}
