import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { InvalidConfigurationError } from './config.js';

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
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql);
    }
    async down(): Promise<void> {
      throw new Error('As migrações só andam para a frente: escreva outra');
    }
  };
}

/** Whoever could write here could have a migration skipped, or run twice: all but the owner may only look. */
const PROTECT = `
  DO $$
  DECLARE papel record;
  BEGIN
    FOR papel IN SELECT DISTINCT grantee::regrole AS nome FROM pg_class, aclexplode(relacl)
                  WHERE oid = 'migracoes'::regclass AND grantee NOT IN (relowner, 0) LOOP
      EXECUTE format('REVOKE ALL ON migracoes, migracoes_id_seq FROM %s', papel.nome);
      EXECUTE format('GRANT SELECT ON migracoes TO %s', papel.nome);
    END LOOP;
  END $$`;

/**
 * Applies the pending migrations as the owner role, under an advisory lock: of twenty that start together one migrates
 * and the others wait for it. For a process of its own that ends; what serves requests never knows the owner's password.
 *
 * @param url of the database, with the owner's credentials
 */
export async function migrate(url: string, directories: readonly string[]): Promise<void> {
  const lock = new pg.Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtextextended('migracoes', 0))`);
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      migrations: sqlMigrations(directories).map(migrationClass),
      migrationsTableName: 'migracoes',
      migrationsTransactionMode: 'each',
      logging: false,
      extra: { max: 1 },
    });
    await dataSource.initialize();
    try {
      await dataSource.runMigrations();
    } finally {
      await dataSource.destroy();
    }
    await lock.query(PROTECT);
  } finally {
    await lock.end();
  }
}

/**
 * Makes sure that the database is as this program needs it.
 *
 * @param url of the database, with the application's credentials
 * @throws InvalidConfigurationError naming the migrations that are missing
 */
export async function requireMigrated(url: string, directories: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ existe: boolean }>(`SELECT to_regclass('migracoes') IS NOT NULL AS existe`);
    const applied = rows[0]?.existe
      ? (await client.query<{ name: string }>('SELECT name FROM migracoes')).rows.map(({ name }) => name)
      : [];
    const missing = sqlMigrations(directories).filter(({ name }) => !applied.includes(name));
    if (missing.length > 0)
      throw new InvalidConfigurationError(
        `O banco não tem as migrações ${missing.map(({ file }) => basename(file)).join(', ')}. Aplique-as antes: npm run provision`,
      );
  } finally {
    await client.end();
  }
}
