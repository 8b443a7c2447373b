import pg from 'pg';
import { command } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { instanceFolder } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { BackupRepository } from './copias/repository.ts';
import { loadSecrets } from './infra/secrets.ts';
import { serverPorts } from './infra/ports.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import type { PlatformState } from './platform/state.ts';

await command('backup', async ({ values, instance }) => {
  const state = await requireRunningServers(instance, 'postgres');
  await requireArchiving(state);
  const repository = await BackupRepository.open(instance, loadSecrets(instanceFolder(instance)));
  await repository.prepare(serverPorts(state.portOffset).postgres);
  await repository.copy(values.completa === true);
  const copies = await repository.copies();
  for (const { label, type, stop } of copies)
    console.log(`${label.padEnd(36)} ${type === 'full' ? 'completa' : 'do que mudou'}  ${iso(stop)}`);
  console.log(
    `\nDe ${iso(copies[0]?.stop ?? 0)} em diante volta-se a qualquer instante: ${npmLine('restaurar', '--ate <instante>', { instance })}`,
  );
});

function iso(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Only of servers that `npm start` runs itself: elsewhere the server's own keeper makes the copies. */
async function requireArchiving({ instance, infra, portOffset, servers }: PlatformState): Promise<void> {
  if (infra !== 'native')
    throw new UserError(
      `Os servidores da instância ${instance} são do modo ${infra}: as cópias são de quem cuida deles (docs/runbooks/restaurar.md).`,
    );
  const client = new pg.Client({ connectionString: servers.postgres, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ mode: string }>(`SELECT current_setting('archive_mode') AS mode`);
    if (rows[0]?.mode !== 'on')
      throw new UserError(
        `O PostgreSQL foi iniciado antes de haver cópias contínuas. Reinicie-o: ${npmLine('stop', { instance })} && ${npmLine('start', '--detach', { instance, portOffset })}`,
      );
  } finally {
    await client.end();
  }
}
