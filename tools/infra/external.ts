import { UserError } from '../cli/user-error.ts';
import type { AdminUrls } from './connection-urls.ts';
import { probePostgres, probeRabbitmq, probeRedis } from './readiness.ts';

/** The environment variables that name the user's own servers. */
export const externalVariables = ['POSTGRES_URL', 'REDIS_URL', 'RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_URL'] as const;

/** The variables that are not set; none missing means that the external mode is wanted. */
export function missingExternalVariables(env: NodeJS.ProcessEnv): string[] {
  return externalVariables.filter((name) => !env[name]);
}

/** @throws UserError naming the variables that are missing */
export function requireExternalVariables(env: NodeJS.ProcessEnv): void {
  const missing = missingExternalVariables(env);
  if (missing.length > 0)
    throw new UserError(`Para usar servidores externos falta definir: ${missing.join(', ')} (veja .env.example).`);
}

/** @throws UserError naming the variable whose server does not answer */
export async function connectExternalServers(env: NodeJS.ProcessEnv): Promise<AdminUrls> {
  const url = (name: (typeof externalVariables)[number]): string => env[name] ?? '';
  const urls: AdminUrls = {
    postgres: url('POSTGRES_URL'),
    redis: url('REDIS_URL'),
    rabbitmq: url('RABBITMQ_URL'),
    rabbitmqManagement: url('RABBITMQ_MANAGEMENT_URL'),
  };
  await Promise.all([
    answers('POSTGRES_URL', probePostgres(urls.postgres)),
    answers('REDIS_URL', probeRedis(urls.redis)),
    answers('RABBITMQ_URL', probeRabbitmq(urls.rabbitmq, urls.rabbitmqManagement)),
  ]);
  return urls;
}

async function answers(variable: string, probe: Promise<void>): Promise<void> {
  await probe.catch((error: unknown) => {
    throw new UserError(
      `O servidor em ${variable} não respondeu como se espera: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}
