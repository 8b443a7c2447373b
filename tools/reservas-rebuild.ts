import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { requireRunningServers } from './platform/running-servers.ts';

/** Runs the service's own command on the database of an instance; the servers must run, the service need not. */
await command('reservas:rebuild', async ({ values, instance }) => {
  const state = await requireRunningServers(instance, 'postgres');
  const passedOn = (['aplicar', 'json'] as const).flatMap((name) => (values[name] === true ? [`--${name}`] : []));
  const child = spawn(process.execPath, [join(root, 'services/reservas/dist/rebuild.js'), ...passedOn], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: state.servers.databases.reservas.app },
  });
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
