import { UserError } from '../cli/user-error.ts';
import type { AdminUrls } from './connection-urls.ts';
import { explainConnection } from './explain-connection.ts';
import { probeAmqp, probeManagement, probePostgres, probeRedis } from './readiness.ts';

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

/** @throws UserError with one sentence for each server that cannot be used */
export async function connectExternalServers(env: NodeJS.ProcessEnv): Promise<AdminUrls> {
  const url = (name: (typeof externalVariables)[number]): string => env[name] ?? '';
  const urls: AdminUrls = {
    postgres: url('POSTGRES_URL'),
    redis: url('REDIS_URL'),
    rabbitmq: url('RABBITMQ_URL'),
    rabbitmqManagement: url('RABBITMQ_MANAGEMENT_URL'),
  };
  for (const [variable, protocols] of Object.entries(protocolsOf)) requireAddress(variable, env[variable], protocols);
  const check = async (variable: string, probe: Promise<void>): Promise<string[]> =>
    probe.then(
      () => [],
      (error: unknown) => [explainConnection(variable, env[variable] ?? '', error)],
    );
  const problems = await Promise.all([
    check('POSTGRES_URL', probePostgres(urls.postgres)),
    check('REDIS_URL', probeRedis(urls.redis)),
    check('RABBITMQ_URL', probeAmqp(urls.rabbitmq)),
    check('RABBITMQ_MANAGEMENT_URL', probeManagement(urls.rabbitmqManagement)),
  ]);
  if (problems.flat().length > 0) throw new UserError(problems.flat().join('\n'));
  return urls;
}

const protocolsOf = {
  POSTGRES_URL: ['postgres:', 'postgresql:'],
  REDIS_URL: ['redis:', 'rediss:'],
  RABBITMQ_URL: ['amqp:', 'amqps:'],
  RABBITMQ_MANAGEMENT_URL: ['http:', 'https:'],
};

function requireAddress(variable: string, address: string | undefined, protocols: string[]): void {
  const url = URL.parse(address ?? '');
  if (url?.host && protocols.includes(url.protocol)) return;
  throw new UserError(
    `${variable}: esperado um endereço ${protocols[0]}//usuario:senha@host:porta (veja .env.example).`,
  );
}
