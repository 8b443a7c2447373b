import pg from 'pg';
import { UserError } from '../cli/user-error.ts';
import { appRole, databases, invariantsRole, ownerRole, type Secrets } from './secrets.ts';

const minimumVersion = 15;

/**
 * Creates what is missing of the databases and roles, and brings passwords and rights up to date; safe to repeat.
 *
 * Each database belongs to its owner (who migrates); the application's role may only read and write rows, and nobody
 * enters another service's database. `invariantes` reads everything and changes nothing.
 */
export async function provisionDatabases(adminUrl: string, roles: Secrets['roles']): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    await requireVersion(admin);
    await ensureRoles(admin, roles);
    const existing = await admin.query<{ datname: string }>('SELECT datname FROM pg_database');
    const names = new Set(existing.rows.map((row) => row.datname));
    for (const database of databases) {
      if (!names.has(database))
        await admin.query(
          `CREATE DATABASE ${database} OWNER ${ownerRole(database)} TEMPLATE template0 ENCODING 'UTF8'`,
        );
      await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
      await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${appRole(database)}, ${invariantsRole}`);
    }
  });
  await Promise.all(databases.map((database) => grantInside(adminUrl, database)));
}

async function requireVersion(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < minimumVersion)
    throw new UserError(
      `O PostgreSQL é da versão ${major}; esta plataforma precisa da ${minimumVersion} ou mais nova.`,
    );
}

async function ensureRoles(admin: pg.Client, roles: Secrets['roles']): Promise<void> {
  const existing = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const names = new Set(existing.rows.map((row) => row.rolname));
  for (const [role, password] of Object.entries(roles)) {
    const verb = names.has(role) ? 'ALTER' : 'CREATE';
    await admin.query(
      `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${admin.escapeLiteral(password)}`,
    );
  }
  await admin.query(`GRANT pg_read_all_data TO ${invariantsRole}`);
  await admin.query(`ALTER ROLE ${invariantsRole} SET default_transaction_read_only = on`);
}

async function grantInside(adminUrl: string, database: (typeof databases)[number]): Promise<void> {
  const [owner, app] = [ownerRole(database), appRole(database)];
  await withClient(databaseUrl(adminUrl, database), async (client) => {
    await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    await client.query(`GRANT USAGE ON SCHEMA public TO ${app}`);
    await client.query(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app}`,
    );
    await client.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT USAGE, SELECT ON SEQUENCES TO ${app}`);
    if (database === 'reservas')
      for (const extension of ['btree_gist', 'pg_trgm'])
        await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
  });
}

/** The same server and credentials, another database; with a role, that role's credentials instead. */
export function databaseUrl(adminUrl: string, database: string, role?: { name: string; password: string }): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role) {
    url.username = role.name;
    url.password = encodeURIComponent(role.password);
  }
  return url.toString();
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
