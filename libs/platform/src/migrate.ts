import { postgresUrl, loadConfig } from './config.js';
import { migrate } from './migrations.js';

/*
 * Command: applies the migrations of the folders in its arguments to the database of DATABASE_MIGRATION_URL, and ends.
 * Apart from the applications, so that none of them carries the password of the role that may change the schema.
 */
const { DATABASE_MIGRATION_URL } = loadConfig({ DATABASE_MIGRATION_URL: postgresUrl });
try {
  await migrate(DATABASE_MIGRATION_URL, process.argv.slice(2));
} catch (error) {
  // Only the message: what else an error of the database knows may be people's data.
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
