import { spawn } from 'node:child_process';
import { build } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import { UserError } from './cli/user-error.ts';
import { migrateCommand } from './infra/prepare.ts';
import { databases, type Database } from './infra/secrets.ts';
import { requireRunningServers } from './platform/running-servers.ts';

/**
 * The migrations by themselves, before a newer version starts beside the one that runs: as the owner of one database,
 * whose address the environment gives, or of those of an instance.
 */
await command('migrar', async ({ values, instance }) => {
  const named = text(values.servico)?.split(',') as Database[] | undefined;
  const given = ['DATABASE_MIGRATION_URL', 'DATABASE_MIGRATION_URL_FILE'].some((name) => process.env[name]);
  if (given && named?.length !== 1)
    throw new UserError('DATABASE_MIGRATION_URL é de um banco só: diga de qual serviço ele é (--servico).');
  const { servers } = given ? {} : await requireRunningServers(instance, 'postgres');
  const chosen = named ?? databases;
  // Whoever gives the address runs what was compiled before, as from an image.
  if (!given) await build();
  const shown = values.mostrar === true ? ['--mostrar'] : [];
  for (const database of chosen) {
    console.log(`${database}:`);
    const owner = servers && { DATABASE_MIGRATION_URL: servers.databases[database].owner };
    if ((await run([...migrateCommand(database), ...shown], { ...process.env, ...owner })) !== 0) return 1;
  }
  return 0;
});

function run(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
