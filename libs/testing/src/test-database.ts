import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DatabaseOptions, limitRole, migrate } from '@plataforma/platform';
import pg from 'pg';
import { testServers } from './servers.js';

const PASSWORD = 'teste';

async function asAdmin<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL(testServers.postgres());
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * The roles of a service as in production (`auth_dono`, `auth_app`), and a login for each that becomes it on
 * connecting: the service's own logins, should they exist on this server, stay as they are.
 */
async function ensureRoles(admin: pg.Client, service: string): Promise<void> {
  await admin.query(`SELECT pg_advisory_lock(hashtextextended('papeis de teste', 0))`);
  for (const role of [`${service}_dono`, `${service}_app`]) {
    const { rows } = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname IN ($1, $2)', [
      role,
      `teste_${role}`,
    ]);
    const existing = rows.map(({ rolname }) => rolname);
    if (!existing.includes(role)) await admin.query(`CREATE ROLE ${role}`);
    if (existing.includes(`teste_${role}`)) continue;
    await admin.query(`CREATE ROLE teste_${role} LOGIN PASSWORD '${PASSWORD}' IN ROLE ${role}`);
    await admin.query(`ALTER ROLE teste_${role} SET role = '${role}'`);
    if (role.endsWith('_app')) await admin.query(limitRole(`teste_${role}`));
  }
  await admin.query(`SELECT pg_advisory_unlock(hashtextextended('papeis de teste', 0))`);
}

function urlAs(user: string, database: string): string {
  const url = new URL(testServers.postgres());
  url.username = user;
  url.password = PASSWORD;
  url.pathname = `/${database}`;
  return url.href;
}

/** How the models of one run of the tests begin: whoever began the run takes them away. Without a run there are none. */
const modelPrefix = process.env['TEST_MODEL_PREFIX'];

/** What the folders would make of an empty database. */
function digestOf(migrations: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of migrations)
    for (const file of readdirSync(folder).sort()) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}

/**
 * The database that those of a service are copied from, which takes a fraction of the time that migrating each would.
 * The first who needs it makes it, and it has its name only once it is whole.
 */
async function modelOf(prefix: string, service: string, migrations: readonly string[]): Promise<string> {
  const model = `${prefix}${service}_${digestOf(migrations)}`;
  await asAdmin('postgres', async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [model]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [model]);
    if (rowCount !== 0) return;
    const draft = `${model}_novo`;
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await createMigrated(draft, service, migrations);
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${model}`);
  });
  return model;
}

async function createMigrated(name: string, service: string, migrations: readonly string[]): Promise<void> {
  const [owner, app] = [`${service}_dono`, `${service}_app`];
  await asAdmin('postgres', async (admin) => {
    await ensureRoles(admin, service);
    await admin.query(`CREATE DATABASE ${name} OWNER ${owner} TEMPLATE template0 ENCODING 'UTF8'`);
  });
  await asAdmin(name, async (admin) => {
    await admin.query(`
      CREATE EXTENSION btree_gist;
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT USAGE ON SCHEMA public TO ${app};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app};
      ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT USAGE, SELECT ON SEQUENCES TO ${app};`);
  });
  await migrate(urlAs(`teste_${owner}`, name), migrations);
}

/** A database of a test's own, with the roles and rights of production: the service under test is not its owner. */
export class TestDatabase {
  private constructor(
    readonly name: string,
    /** What `Database` takes. */
    readonly options: DatabaseOptions,
    /** As the owner of the schema. */
    readonly ownerUrl: string,
    private readonly pool: pg.Pool,
  ) {}

  /** @param service for example `auth`, whose roles it gets; @param migrations folders of migrations to apply */
  static async create(service: string, migrations: readonly string[]): Promise<TestDatabase> {
    const name = `teste_${service}_${randomBytes(6).toString('hex')}`;
    const [owner, app] = [`${service}_dono`, `${service}_app`];
    const model = modelPrefix && (await modelOf(modelPrefix, service, migrations));
    if (!model) await createMigrated(name, service, migrations);
    await asAdmin('postgres', async (admin) => {
      if (model) await admin.query(`CREATE DATABASE ${name} OWNER ${owner} TEMPLATE ${model}`);
      await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${app}`);
    });
    const options = {
      DATABASE_URL: urlAs(`teste_${app}`, name),
      DATABASE_REPLICA_URLS: [],
      DATABASE_POOL_SIZE: 16,
    };
    const ownerUrl = urlAs(`teste_${owner}`, name);
    const adminUrl = new URL(testServers.postgres());
    adminUrl.pathname = `/${name}`;
    const pool = new pg.Pool({ connectionString: adminUrl.href, max: 4, allowExitOnIdle: true });
    // One that ends while idle (as when its database is dropped) is missed by nobody; unheard, it would end the process.
    pool.on('error', () => undefined);
    return new TestDatabase(name, options, ownerUrl, pool);
  }

  /** Rows of a statement, as superuser: for arranging and asserting. */
  async query<Row extends pg.QueryResultRow = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...parameters])).rows;
  }

  /** How a statement would be carried out if nothing were worse than to read a whole table: what it has an index for. */
  async indexedPlan(sql: string, parameters: readonly unknown[] = []): Promise<string> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...parameters]);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  /** How many blocks (8 kB) of tables and indexes a statement looks at. */
  async blocksOf(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    const [row] = await this.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      parameters,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await asAdmin('postgres', (admin) => admin.query(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`));
  }
}
