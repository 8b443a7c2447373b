import { command } from './cli/command.ts';
import { UserError } from './cli/user-error.ts';
import { provisionDatabases } from './infra/provision-databases.ts';

/** For containers and pipelines, where somebody else runs the server and knows the passwords: JSON of role to password. */
await command('provision', async () => {
  const { POSTGRES_URL: url, POSTGRES_ROLES: roles } = process.env;
  if (!url || !roles)
    throw new UserError('Defina POSTGRES_URL (superusuário) e POSTGRES_ROLES (JSON de papel para senha).');
  await provisionDatabases(url, JSON.parse(roles) as Record<string, string>);
  console.log('Bancos e papéis prontos.');
});
