import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import pg from 'pg';
import type * as TypeOrm from 'typeorm';
import { InvalidConfigurationError } from './config.js';
import { metrics } from './metrics.js';
import { Replicas } from './replicas.js';
import { sessionLimits } from './session-limits.js';
import { StatementNames } from './statement-names.js';

export interface DatabaseOptions {
  /** May lead through a PgBouncer in transaction mode: between two transactions a session keeps nothing. */
  readonly DATABASE_URL: string;
  /** The same database without one on the way, for what belongs to a session: LISTEN. As DATABASE_URL when absent. */
  readonly DATABASE_DIRECT_URL?: string | undefined;
  readonly DATABASE_REPLICA_URLS: readonly string[];
  readonly DATABASE_POOL_SIZE: number;
}

type Session = Pick<pg.ClientBase, 'query'> & { readonly connection?: { readonly stream: Socket } };

/**
 * Holds back what a session is sent until the microtasks under way have ended, so that statements that do not wait for
 * each other leave in one packet, for one system call here and one wake-up there.
 */
function together({ connection }: Session): void {
  const stream = connection?.stream;
  if (!stream || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

interface Transaction {
  readonly session: Session;
  /** What was sent and nobody waits for before the end, or that of a savepoint; in the order in which it was sent. */
  writes: Promise<unknown>[];
  kept: Map<object, object>;
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => unknown)[];
}

/** Serialization failure and deadlock: the transaction was rolled back whole and may simply be run again. */
const RETRYABLE = new Set(['40001', '40P01']);
/** What is asked in a transaction in which something has failed already. */
const IN_FAILED_TRANSACTION = '25P02';
const TOOK_TOO_LONG = '57014';
const MAX_ATTEMPTS = 4;
const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than any statement may take (see `sessionLimits`): silence of a server that lives never lasts so long. */
const SILENCE_MS = 12_000;

/**
 * A connection over which nothing comes or goes for so long is dead, whatever its socket says: whoever waits for an
 * answer gets an error, and it is never used again. One mechanism for what is connecting, asking, listening or idle.
 */
function mortalSocket(): Socket {
  const socket = new Socket();
  socket.setTimeout(SILENCE_MS, () =>
    socket.destroy(Object.assign(new Error('PostgreSQL: sem resposta a tempo'), { code: 'ETIMEDOUT' })),
  );
  return socket;
}

/** How every connection to PostgreSQL is made: it ends in bounded time when the network swallows what is sent. */
export const mortalConnection = {
  stream: mortalSocket,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
};

/** Whether a connection ends at a pooler, which says that it is another process than the one that carries out what is asked. */
export async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid !== (client as unknown as { processID: number | null }).processID;
}

/**
 * @param url of the database, with the application's credentials
 * @throws InvalidConfigurationError when its role may take as long as it likes
 */
export async function requireLimits(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, ...mortalConnection });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM pg_settings WHERE name = ANY ($1) AND name LIKE '%timeout' AND setting = '0'`,
      [Object.keys(sessionLimits)],
    );
    if (rows.length > 0)
      throw new InvalidConfigurationError(
        `O papel do banco não tem ${rows.map(({ name }) => name).join(', ')}. Dê-lhe os limites antes: npm run provision`,
      );
  } finally {
    await client.end();
  }
}

export const sqlState = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** Name of the constraint that refused a row, when that is what failed. */
export const violatedConstraint = (error: unknown): string | undefined =>
  (error as { driverError?: { constraint?: string } } | null)?.driverError?.constraint;

/**
 * The service's database and its unit of work. Whatever runs inside `transaction(...)`, at any depth, joins the same
 * transaction: a repository, the inbox and the outbox need not hand a connection to each other.
 */
export class Database {
  private orm: typeof TypeOrm | undefined;
  private source: TypeOrm.DataSource | undefined;
  private readonly current = new AsyncLocalStorage<Transaction>();
  private readonly names = new StatementNames();
  private unmeasured: () => void = () => undefined;
  private replicas: Replicas | undefined;

  constructor(readonly options: DatabaseOptions) {}

  async connect(): Promise<void> {
    // Only now: three hundred files that an application without a database does not need.
    this.orm ??= await import('typeorm');
    // In a pipeline what is sent does not wait for the answer to what was sent before it.
    const connections = { ...mortalConnection, max: this.options.DATABASE_POOL_SIZE, pipeline: true };
    this.source ??= new this.orm.DataSource({
      type: 'postgres',
      url: this.options.DATABASE_URL,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      logging: false,
      extra: connections,
    });
    if (this.source.isInitialized) return;
    await this.source.initialize();
    this.unmeasured = metrics.pool.ask(() => this.poolUse());
    const { DATABASE_REPLICA_URLS: replicas } = this.options;
    if (replicas.length > 0) this.replicas = new Replicas(this.primary, replicas, connections);
  }

  async close(): Promise<void> {
    this.unmeasured();
    await this.replicas?.close();
    if (this.source?.isInitialized) await this.source.destroy();
  }

  private runner() {
    if (!this.source) throw new Error('o banco ainda não foi aberto');
    return this.source.createQueryRunner('master');
  }

  private get primary(): pg.Pool {
    return (this.source?.driver as unknown as { master: pg.Pool }).master;
  }

  /** What its pools, of the primary and of the replicas, hold together. */
  private *poolUse(): Iterable<readonly [{ estado: string }, number]> {
    for (const { totalCount, idleCount, waitingCount } of [this.primary, ...(this.replicas?.pools ?? [])]) {
      yield [{ estado: 'em-uso' }, totalCount - idleCount];
      yield [{ estado: 'livre' }, idleCount];
      yield [{ estado: 'esperando' }, waitingCount];
      yield [{ estado: 'limite' }, this.options.DATABASE_POOL_SIZE];
    }
  }

  /** Rows of a statement, inside the current transaction when there is one. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.execute<Row>(sql, parameters)).rows;
  }

  /** How many rows a statement changed. */
  async change(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.execute(sql, parameters)).affected;
  }

  /**
   * Sends a statement whose answer decides nothing. In a transaction nobody waits for it: the end of that, or of the
   * savepoint around it, does, and fails as it did. What is asked later finds it done.
   * @param explain makes of its failure what is thrown
   */
  async write(
    sql: string,
    parameters: readonly unknown[] = [],
    explain: (error: unknown) => unknown = (error) => error,
  ): Promise<void> {
    const transaction = this.current.getStore();
    const written = (
      transaction ? this.send(transaction.session, sql, parameters) : this.execute(sql, parameters)
    ).catch((error: unknown) => {
      throw explain(error);
    });
    if (!transaction) return void (await written);
    written.catch(() => undefined);
    transaction.writes.push(written);
  }

  /**
   * Rows from a replica while there are any and all are well; never for a decision, nor for where people look for what
   * they have just written, since a replica may lag.
   */
  async read<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const replica = this.current.getStore() ? undefined : this.replicas?.next();
    if (!replica) return (await this.execute<Row>(sql, parameters)).rows;
    try {
      const session = await replica.connect();
      try {
        return (await this.send<Row>(session as unknown as Session, sql, parameters)).rows;
      } finally {
        session.release();
      }
    } catch (error) {
      // What took too long there would take as long here.
      if (sqlState(error) === TOOK_TOO_LONG) throw error;
      this.replicas?.doubt();
      return (await this.execute<Row>(sql, parameters)).rows;
    }
  }

  /**
   * Runs `work` in one READ COMMITTED transaction, or in the one that is already open. After a deadlock or a
   * serialization failure it is run again, so it must have no effects outside the database.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.current.getStore()) return work();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.runTransaction(work);
      } catch (error) {
        const retryable = RETRYABLE.has(sqlState(error) ?? '') || this.names.refused(error);
        if (attempt >= MAX_ATTEMPTS || !retryable) throw error;
      }
    }
  }

  /**
   * Runs `work` so that its failure undoes its own writes only, and the effects that it asked for; inside a transaction,
   * one at a time.
   */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const transaction = this.current.getStore();
    if (!transaction) throw new Error('savepoint sem transação');
    const { kept, beforeCommit, afterCommit } = transaction;
    const [before, after] = [beforeCommit.length, afterCommit.length];
    // The answers come in order: with this one, all that was written before it is well.
    await this.query('SAVEPOINT passo');
    transaction.writes = [];
    // What is had once may have its effect asked for in here: what is undone with it must not pass for asked for.
    transaction.kept = new Map();
    try {
      const result = await work();
      await this.query('RELEASE SAVEPOINT passo');
      transaction.kept = new Map([...transaction.kept, ...kept]);
      return result;
    } catch (error) {
      // Released as well: a rollback keeps its savepoint, and an outer one of the same name would not be found.
      transaction.writes = [];
      await this.query('ROLLBACK TO SAVEPOINT passo');
      await this.query('RELEASE SAVEPOINT passo');
      transaction.kept = kept;
      beforeCommit.splice(before);
      afterCommit.splice(after);
      throw error;
    }
  }

  /** Whether there is an open transaction, whose own changes only it can see. */
  get inTransaction(): boolean {
    return this.current.getStore() !== undefined;
  }

  /**
   * What the current transaction has of this `key`, made by `create` the first time; it ends with it, and with each of
   * its attempts. For what is done once though many ask for it. A savepoint has its own, so that it can be undone.
   */
  once<T extends object>(key: object, create: () => T): T {
    const kept = this.current.getStore()?.kept;
    if (!kept) throw new Error('once sem transação');
    const known = kept.get(key) as T | undefined;
    if (known) return known;
    const made = create();
    kept.set(key, made);
    return made;
  }

  /** Runs `effect` at the end of the current transaction, as a part of it: what it throws undoes everything. */
  beforeCommit(effect: () => Promise<void>): void {
    const transaction = this.current.getStore();
    if (!transaction) throw new Error('beforeCommit sem transação');
    transaction.beforeCommit.push(effect);
  }

  /**
   * Runs `effect` once the current transaction has committed (at once when there is none), before its caller goes on.
   * For wake-ups and caches: it must neither take long nor fail, since what was committed stays so.
   */
  afterCommit(effect: () => unknown): void {
    const transaction = this.current.getStore();
    if (transaction) transaction.afterCommit.push(effect);
    else void effect();
  }

  private async runTransaction<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.runner();
    const session = (await runner.connect()) as Session;
    const transaction: Transaction = { session, writes: [], kept: new Map(), beforeCommit: [], afterCommit: [] };
    let result: T;
    try {
      // Waited for: what is sent behind one that fails would not be in a transaction.
      await this.send(session, 'BEGIN');
      result = await this.current.run(transaction, async () => {
        const done = await work();
        // One may lead to another.
        for (const effect of transaction.beforeCommit) await effect();
        return done;
      });
      await this.commit(transaction);
    } catch (error) {
      // A connection on which this fails as well is broken, and used no more.
      await this.send(session, 'ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      if (!runner.isReleased) await runner.release();
    }
    for (const effect of transaction.afterCommit) await effect();
    return result;
  }

  /** Sent at once behind what was written: what fails there makes a rollback of it. */
  private async commit({ session, writes }: Transaction): Promise<void> {
    const committed = this.send(session, 'COMMIT');
    const failure = await firstFailure([...writes, committed]);
    if (failure) throw failure.reason;
    if ((await committed).command !== 'COMMIT') throw new Error('a transação não foi confirmada');
  }

  private async execute<Row>(sql: string, parameters: readonly unknown[]): Promise<Answer<Row>> {
    const transaction = this.current.getStore();
    if (!transaction) return this.executeAlone<Row>(sql, parameters);
    try {
      return await this.send<Row>(transaction.session, sql, parameters);
    } catch (error) {
      // It fails because of what nobody has waited for yet.
      const cause = sqlState(error) === IN_FAILED_TRANSACTION ? await firstFailure(transaction.writes) : undefined;
      throw cause ? cause.reason : error;
    }
  }

  private async executeAlone<Row>(sql: string, parameters: readonly unknown[]) {
    const runner = this.runner();
    try {
      const session = (await runner.connect()) as Session;
      try {
        return await this.send<Row>(session, sql, parameters);
      } catch (error) {
        if (!this.names.refused(error)) throw error;
        return await this.send<Row>(session, sql, parameters);
      }
    } finally {
      if (!runner.isReleased) await runner.release();
    }
  }

  private async send<Row>(session: Session, sql: string, parameters: readonly unknown[] = []): Promise<Answer<Row>> {
    const name = parameters.length > 0 ? this.names.of(sql) : undefined;
    try {
      together(session);
      const { rows, rowCount, command } = await ask<Row & pg.QueryResultRow>(session, name, sql, [...parameters]);
      return { rows: rows ?? [], affected: rowCount ?? 0, command };
    } catch (error) {
      throw this.orm ? new this.orm.QueryFailedError(sql, [...parameters], error as Error) : error;
    }
  }
}

/** A query object, since of a description `pg` makes a copy, property by property, that costs more than sending it. */
function ask<Row extends pg.QueryResultRow>(
  session: Session,
  name: string | undefined,
  sql: string,
  values: unknown[],
) {
  return new Promise<pg.QueryResult<Row>>((resolve, reject) => {
    const query = new pg.Query<Row>(sql, values, (error, result) => (error ? reject(error) : resolve(result)));
    if (name !== undefined) Object.assign(query, { name });
    session.query(query);
  });
}

interface Answer<Row> {
  readonly rows: Row[];
  readonly affected: number;
  readonly command: string;
}

async function firstFailure(all: readonly Promise<unknown>[]): Promise<PromiseRejectedResult | undefined> {
  return (await Promise.allSettled(all)).find((settled) => settled.status === 'rejected');
}
