import pg from 'pg';
import { npmLine } from '../cli/commands.mjs';
import { UserError } from '../cli/user-error.ts';
import type { PlatformState } from './state.ts';

/** Logins that the services seed for demonstration; public by nature, never seeded in production. */
export const demoLogins = [
  { role: 'cliente', email: 'cliente@demo.local' },
  { role: 'outro cliente', email: 'cliente2@demo.local' },
  { role: 'administrador', email: 'admin@demo.local' },
  { role: 'operador', email: 'operador@demo.local' },
];
export const demoPassword = 'demonstracao-2026';

/** @throws UserError when neither this start of the instance nor an earlier one seeded it */
export async function requireDemoData({ instance, demo, servers }: PlatformState): Promise<void> {
  if (demo || (await hasDemoAccounts(servers.databases.auth.app))) return;
  throw new UserError(
    `A demonstração usa os espaços e as contas de demonstração, que a instância ${instance} não tem: inicie outra sem --sem-demo, NODE_ENV=production nem SEED_DEMO=false. Por exemplo: ${npmLine('start', { instance: 'demo', portOffset: 1000 })}`,
  );
}

/** Whether the accounts of public password are there, by whatever start. @param authUrl the database of auth */
export async function hasDemoAccounts(authUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: authUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM usuarios WHERE email = ANY($1)', [
      demoLogins.map(({ email }) => email),
    ]);
    return rowCount !== 0;
  } catch (error) {
    const undefinedTable = '42P01'; // Never migrated: nobody is there.
    if ((error as { code?: string }).code === undefinedTable) return false;
    throw error;
  } finally {
    await client.end();
  }
}
