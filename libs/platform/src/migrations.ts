import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { InvalidConfigurationError } from './config.js';
import { isPooled, sqlState } from './database.js';
import { concurrentIndexOf, marksOf } from './migration-marks.js';

/** Says which file failed, and of the database's error what anybody may read. */
class FailedMigrationError extends Error {
  /** Of the database, as `sqlState` reads it. */
  readonly code: string | undefined;

  constructor(file: string, cause: unknown) {
    super(`A migração ${file} falhou: ${cause instanceof Error ? cause.message : String(cause)}`);
    this.code = sqlState(cause);
  }
}

interface SqlMigration {
  /** TypeORM orders by the thirteen digits at the end of the name. */
  readonly name: string;
  readonly file: string;
}

/**
 * The hand-written files `NNNN-name.sql` of `directories`, in the order of their numbers, which are unique across the
 * directories.
 */
function sqlMigrations(directories: readonly string[]): SqlMigration[] {
  const files = directories.flatMap((directory) => readdirSync(directory).map((file) => join(directory, file)));
  return files
    .filter((file) => file.endsWith('.sql'))
    .sort((a, b) => basename(a).localeCompare(basename(b)))
    .map((file) => {
      const [, number, title] = /^(\d{4})-(.+)\.sql$/.exec(basename(file)) ?? [];
      if (number === undefined || title === undefined)
        throw new Error(`Migração com nome fora do padrão NNNN-nome.sql: ${basename(file)}`);
      return { name: `${title}${number.padStart(13, '0')}`, file };
    });
}

function migrationClass({ name, file }: SqlMigration): new () => MigrationInterface {
  const sql = readFileSync(file, 'utf8');
  const { outsideTransaction } = marksOf(sql);
  return class implements MigrationInterface {
    readonly name = name;
    readonly transaction = !outsideTransaction;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(
        `SET ${outsideTransaction ? '' : 'LOCAL '}lock_timeout = ${outsideTransaction ? BUILD_WAIT_MS : LOCK_WAIT_MS}`,
      );
      if (outsideTransaction) await dropUnfinished(runner, concurrentIndexOf(sql));
      await runner.query(sql).catch((error: unknown) => {
        throw new FailedMigrationError(basename(file), error);
      });
    }
    async down(): Promise<void> {
      throw new Error('As migrações só andam para a frente: escreva outra');
    }
  };
}

/** What a build that failed half-way has left of its index: nothing reads it, and every write keeps it. */
async function dropUnfinished(runner: QueryRunner, index: string | undefined): Promise<void> {
  if (index === undefined) return;
  const left = (await runner.query('SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid', [
    index,
  ])) as unknown[];
  if (left.length > 0) await runner.query(`DROP INDEX CONCURRENTLY ${index}`);
}

/** Whoever could write here could have a migration skipped, or run twice: all but the owner may only look. */
const PROTECT = `
  DO $$
  DECLARE papel record;
  BEGIN
    FOR papel IN SELECT DISTINCT grantee::regrole AS nome FROM pg_class, aclexplode(relacl)
                  WHERE oid = to_regclass('migracoes') AND grantee NOT IN (relowner, 0) LOOP
      EXECUTE format('REVOKE ALL ON migracoes, migracoes_id_seq FROM %s', papel.nome);
      EXECUTE format('GRANT SELECT ON migracoes TO %s', papel.nome);
    END LOOP;
  END $$`;

const CONNECT_TIMEOUT_MS = 5_000;
/** Who waits for the lock of a table holds up whoever comes after: no longer than this, ms, and then again. */
const LOCK_WAIT_MS = 1_000;
/** The build of an index holds up nobody while it waits for the transactions that are open, ms. */
const BUILD_WAIT_MS = 900_000;
/** Of a table that is never free; with the pauses between them these last some four minutes. */
const LOCK_ATTEMPTS = 30;
const MAX_PAUSE_MS = 10_000;
/** How long one waits for another that migrates, ms, asking so often. */
const TURN_MS = 1_200_000;
const TURN_STEP_MS = 250;
/** A lock or a deadlock: the migration was undone whole and may be run again. */
const BUSY = new Set(['55P03', '40P01']);

/**
 * Waits for its turn to migrate. By asking: who waits inside of a statement has a snapshot, and the build of an index
 * waits for all that are older than itself.
 */
async function takeTurn(lock: pg.Client): Promise<void> {
  for (let waited = 0; waited < TURN_MS; waited += TURN_STEP_MS) {
    const { rows } = await lock.query<{ obtida: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('migracoes', 0)) AS obtida`,
    );
    if (rows[0]?.obtida) return;
    await delay(TURN_STEP_MS);
  }
  throw new Error('Outro processo migra este banco há tempo demais: veja o que o prende em pg_stat_activity');
}

/**
 * Applies the pending migrations as the owner role, under an advisory lock: of twenty that start together one migrates
 * and the others wait for it. For a process of its own that ends; what serves requests never knows the owner's password.
 *
 * @param url of the database, with the owner's credentials; not of a PgBouncer, whose sessions are nobody's
 * @param say is told what it waits for
 * @returns the names of the files that were applied
 */
export async function migrate(
  url: string,
  directories: readonly string[],
  say: (what: string) => void = () => undefined,
): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await lock.connect();
  try {
    if (await isPooled(lock))
      throw new InvalidConfigurationError(
        'DATABASE_MIGRATION_URL passa por um PgBouncer, que não guarda travas: dê o endereço do próprio PostgreSQL',
      );
    await takeTurn(lock);
    const pending = await pendingOf(lock, directories);
    if (pending.length > 0) await apply(url, pending, say);
    await lock.query(PROTECT);
    return pending.map(({ file }) => basename(file));
  } finally {
    await lock.end();
  }
}

async function apply(url: string, pending: readonly SqlMigration[], say: (what: string) => void): Promise<void> {
  const { DataSource } = await import('typeorm');
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations: pending.map(migrationClass),
    migrationsTableName: 'migracoes',
    migrationsTransactionMode: 'each',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    logging: false,
    // The usual one tells of a failure by the name of its class, whatever `logging` says; this one only under DEBUG.
    logger: 'debug',
    extra: { max: 1 },
  });
  await dataSource.initialize();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await dataSource.runMigrations();
        return;
      } catch (error) {
        if (attempt >= LOCK_ATTEMPTS || !BUSY.has(sqlState(error) ?? '')) throw error;
        say('Uma tabela está ocupada; a migração saiu da frente e tenta de novo');
        await delay(Math.min(500 * attempt, MAX_PAUSE_MS));
      }
    }
  } finally {
    await dataSource.destroy();
  }
}

async function pendingOf(client: pg.Client, directories: readonly string[]): Promise<SqlMigration[]> {
  const { rows } = await client.query<{ existe: boolean }>(`SELECT to_regclass('migracoes') IS NOT NULL AS existe`);
  const applied = rows[0]?.existe
    ? (await client.query<{ name: string }>('SELECT name FROM migracoes')).rows.map(({ name }) => name)
    : [];
  return sqlMigrations(directories).filter(({ name }) => !applied.includes(name));
}

/**
 * The files of `directories` that the database has not seen, in their order.
 *
 * @param url of the database; whoever may read will do
 */
export async function pendingMigrations(url: string, directories: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  try {
    return (await pendingOf(client, directories)).map(({ file }) => basename(file));
  } finally {
    await client.end();
  }
}

/**
 * Makes sure that the database has what this program needs. It may have more: in an update the newer version's
 * migrations come first, and what runs meanwhile may start again.
 *
 * @param url of the database, with the application's credentials
 * @throws InvalidConfigurationError naming the migrations that are missing
 */
export async function requireMigrated(url: string, directories: readonly string[]): Promise<void> {
  const missing = await pendingMigrations(url, directories);
  if (missing.length > 0)
    throw new InvalidConfigurationError(
      `O banco não tem as migrações ${missing.join(', ')}. Aplique-as antes: npm run migrar`,
    );
}
