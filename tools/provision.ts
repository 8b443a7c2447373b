import { command } from './cli/command.ts';
import { provisionVariables } from './cli/commands.mjs';
import { UserError } from './cli/user-error.ts';
import { serverUrls } from './infra/connection-urls.ts';
import { prepareServers } from './infra/prepare.ts';
import { provisionDatabases } from './infra/provision-databases.ts';
import { isBrokerAdministrator } from './infra/rabbitmq-management.ts';

/**
 * For containers and pipelines, where somebody else runs the servers and knows the passwords: databases and roles,
 * migrations, queues and users. The applications start after it, and none of them needs an administrator's password.
 */
await command('provision', async () => {
  const {
    POSTGRES_URL: postgres,
    POSTGRES_ROLES: roles,
    RABBITMQ_URL: rabbitmq,
    RABBITMQ_MANAGEMENT_URL: rabbitmqManagement,
    RABBITMQ_USERS: users,
  }: Partial<Record<keyof typeof provisionVariables, string>> = process.env;
  if (!postgres || !roles || !rabbitmq || !rabbitmqManagement || !users)
    throw new UserError(
      `Defina ${Object.keys(provisionVariables).join(', ')}: os endereços com que se administra cada servidor, e as senhas dos papéis e dos usuários, em JSON.`,
    );
  const admin = { postgres, rabbitmq, rabbitmqManagement, redis: 'redis://127.0.0.1' };
  const secrets = {
    roles: passwords('POSTGRES_ROLES', roles),
    brokers: passwords('RABBITMQ_USERS', users),
    caches: {},
  };
  await provisionDatabases(postgres, secrets.roles);
  if (!(await isBrokerAdministrator(rabbitmqManagement)))
    throw new UserError('O usuário de RABBITMQ_MANAGEMENT_URL precisa ser administrador para criar outros.');
  await prepareServers(serverUrls(admin, secrets));
  console.log('Bancos, papéis, migrações, filas e usuários prontos.');
});

function passwords(variable: string, json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch {
    throw new UserError(`${variable} não é um JSON de nome para senha.`);
  }
}
