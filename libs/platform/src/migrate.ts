import '../closed-output.mjs';
import { loadConfig, postgresUrl } from './config.js';
import { migrate, pendingMigrations } from './migrations.js';

/*
 * Command: applies the migrations of the folders in its arguments to the database of DATABASE_MIGRATION_URL, tells which,
 * and ends; with --mostrar it only tells. Apart from the applications, so that none of them carries the password of the
 * role that may change the schema.
 */
const folders = process.argv.slice(2).filter((argument) => argument !== '--mostrar');
const onlyShow = process.argv.includes('--mostrar');
const say = (text: string): boolean => process.stdout.write(`  ${text}\n`);
try {
  const { DATABASE_MIGRATION_URL: url } = loadConfig({ DATABASE_MIGRATION_URL: postgresUrl });
  const names = onlyShow ? await pendingMigrations(url, folders) : await migrate(url, folders, say);
  for (const name of names) say(`${onlyShow ? 'pendente' : 'aplicada'}: ${name}`);
  if (names.length === 0) say('em dia');
} catch (error) {
  // Only the message: what else an error of the database knows may be people's data.
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
