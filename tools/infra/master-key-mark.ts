import { createHmac } from 'node:crypto';
import pg from 'pg';
import { UserError } from '../cli/user-error.ts';

/*
 * The database of auth bears, as its comment, a digest of the master key that its contents need: an installation with
 * another key (one that was moved without it, or a second one on the same server) is told so before it changes
 * passwords that the first one lives by.
 */

const prefix = 'plataforma-de-reservas: chave mestra ';

const markOf = (masterKey: string): string =>
  prefix + createHmac('sha256', masterKey).update('marca do banco').digest('hex').slice(0, 24);

/**
 * @param adminUrl as superuser
 * @param isChosen the key is the user's own, and not the one of `segredos.json`
 * @throws UserError when the databases there need another master key; nothing has been changed
 */
export async function requireOwnDatabases(
  adminUrl: string,
  masterKey: string,
  instance: string,
  isChosen = false,
): Promise<void> {
  const mark = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ mark: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = 'auth'`,
    );
    return rows[0]?.mark;
  });
  if (!mark?.startsWith(prefix) || mark === markOf(masterKey)) return;
  if (isChosen)
    throw new UserError(
      `AUTH_CHAVE_MESTRA não é a chave mestra com que os bancos neste PostgreSQL foram criados: corrija-a, ou tire-a se a certa está em .data/${instance}/segredos.json. Nada foi mudado.`,
    );
  throw new UserError(
    `Os bancos neste PostgreSQL são de outra instalação, e só abrem com a chave mestra dela. Traga o segredos.json dela para .data/${instance}/ (veja "Segredos, e mudar de máquina" no README), ou defina AUTH_CHAVE_MESTRA, ou use outro servidor. Nada foi mudado.`,
  );
}

/** @param adminUrl as superuser; the databases exist */
export async function markDatabases(adminUrl: string, masterKey: string): Promise<void> {
  await withClient(adminUrl, (client) =>
    client.query(`COMMENT ON DATABASE auth IS ${client.escapeLiteral(markOf(masterKey))}`),
  );
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
