import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import type { ServerUrls } from './connection-urls.ts';
import { provisionBroker } from './provision-broker.ts';
import { databases, type Database } from './secrets.ts';

/**
 * Brings databases and broker to where the compiled applications need them: migrations, queues, rights. Safe to repeat,
 * also by several at once.
 *
 * @throws UserError saying what could not be done
 */
export async function prepareServers(urls: ServerUrls): Promise<void> {
  await Promise.all([
    ...databases.map((database) => migrateDatabase(database, urls.databases[database].owner)),
    provisionBroker(urls).catch((error: unknown) => {
      throw new UserError(
        `As filas e os usuários do RabbitMQ não puderam ser preparados: ${error instanceof Error ? error.message : String(error)}`,
      );
    }),
  ]);
}

/** The command that migrates a database whose address DATABASE_MIGRATION_URL gives. */
export const migrateCommand = (database: Database): string[] => [
  join(root, 'libs/platform/dist/migrate.js'),
  ...['libs/platform', 'libs/messaging', `services/${database}`].map((folder) => join(root, folder, 'migrations')),
];

/** In a process of its own, the only one that is told the owner's password, and which ends with its work. */
async function migrateDatabase(database: Database, ownerUrl: string): Promise<void> {
  const { code, output } = await runQuietly(process.execPath, migrateCommand(database), undefined, {
    DATABASE_MIGRATION_URL: ownerUrl,
  });
  if (code !== 0) throw new UserError(`As migrações do banco ${database} falharam: ${output}`);
}
