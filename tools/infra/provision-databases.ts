import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { limitRole } from '../../libs/platform/src/session-limits.ts';
import { UserError } from '../cli/user-error.ts';
import { appRole, databases, invariantsRole, ownerRole, type Secrets } from './secrets.ts';

const minimumVersion = 15;

/**
 * What the server writes down of the sessions of our roles: nothing that can hold the values of a row. An ERROR's own
 * message may ("invalid input syntax for type uuid: …"), its DETAIL does ("Failing row contains …"); the application is
 * told of it, and writes it down without personal data. What the server says of itself (LOG, FATAL, PANIC) stays.
 */
const discreet = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_duration: 'off',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/**
 * Creates what is missing of the databases and roles, and brings passwords and rights up to date; safe to repeat.
 *
 * Each database belongs to its owner (who migrates); the application's role may only read and write rows, and nobody
 * enters another service's database. `invariantes` reads everything and changes nothing.
 *
 * @param adminUrl of a superuser: only one may say what the server logs
 */
export async function provisionDatabases(adminUrl: string, roles: Secrets['roles']): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    await requireVersion(admin);
    await requireSuperuser(admin);
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

async function requireSuperuser(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ is: string }>(`SELECT current_setting('is_superuser') AS is`);
  if (rows[0]?.is !== 'on')
    throw new UserError(
      'O usuário de POSTGRES_URL não é superusuário: não dá para criar os papéis nem calar o registro do servidor.',
    );
}

async function ensureRoles(admin: pg.Client, roles: Secrets['roles']): Promise<void> {
  const existing = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const names = new Set(existing.rows.map((row) => row.rolname));
  for (const [role, password] of Object.entries(roles)) {
    const verb = names.has(role) ? 'ALTER' : 'CREATE';
    await admin.query(
      `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${admin.escapeLiteral(scramVerifier(password))}`,
    );
  }
  const discretion = Object.keys(roles).flatMap((role) =>
    Object.entries(discreet).map(([name, value]) => `ALTER ROLE ${role} SET ${name} = '${value}'`),
  );
  await admin.query(discretion.join('; '));
  for (const database of databases) await admin.query(limitRole(appRole(database)));
  await admin.query(`GRANT pg_read_all_data TO ${invariantsRole}`);
  await admin.query(`ALTER ROLE ${invariantsRole} SET default_transaction_read_only = on`);
}

/**
 * What PostgreSQL keeps of a password (RFC 5803), made here so that no statement with the password itself is sent, and
 * none can be logged.
 */
function scramVerifier(password: string): string {
  const iterations = 4_096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
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
