import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cloneId, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { until } from '../processes/deadline.ts';
import { ownAdminUrls, rabbitmqUser, rabbitmqVhost, type AdminUrls } from './connection-urls.ts';
import { requireFreePorts, serverPorts, type ServerPorts } from './ports.ts';
import { probePostgres, probeRabbitmq, probeRedis } from './readiness.ts';
import type { Secrets } from './secrets.ts';

const run = promisify(execFile);
const maxBuffer = 16 * 1024 * 1024;
const servers = ['postgres', 'redis', 'rabbitmq'];
const readyWithinMs = 120_000;

export interface Compose {
  command: string;
  args: string[];
}

/** What stands in the way of using Docker, or how to call Compose. */
export async function findCompose(): Promise<Compose | string> {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 5_000 });
  } catch (error) {
    // Where a folder of PATH may not be entered, a program that is nowhere counts as forbidden (EACCES).
    const isMissing = ['ENOENT', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code));
    return isMissing ? 'o Docker não está instalado' : 'o Docker não responde';
  }
  for (const compose of [
    { command: 'docker', args: ['compose'] },
    { command: 'docker-compose', args: [] },
  ]) {
    try {
      await run(compose.command, [...compose.args, 'version'], { timeout: 5_000 });
      return compose;
    } catch {
      continue; // The other spelling may be the one installed.
    }
  }
  return 'o Docker responde, mas o Compose não está instalado';
}

/** Clones of this repository, and instances of one clone, do not share containers or data. */
export const composeProject = (instance: string): string => `plataforma-${cloneId}-${instance}`;

/** Kong, where it is put before the applications of an instance. */
export const gatewayContainer = (instance: string): string => `${composeProject(instance)}-kong`;

export class DockerServers {
  readonly #compose: Compose;
  readonly #instance: string;
  readonly #project: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #urls: AdminUrls;
  readonly #portOffset: number;
  readonly #ports: ServerPorts;

  constructor(compose: Compose, instance: string, portOffset: number, secrets: Secrets, durable: boolean) {
    const ports = serverPorts(portOffset);
    this.#compose = compose;
    this.#instance = instance;
    this.#project = composeProject(instance);
    this.#portOffset = portOffset;
    this.#ports = ports;
    this.#urls = ownAdminUrls(ports, secrets);
    this.#env = { ...process.env, ...composeEnv(ports, secrets, durable) };
  }

  /** Fetches the images that are missing. @throws UserError when one cannot be had */
  async pull(): Promise<void> {
    const { stdout } = await this.#run(['config']);
    const images = [...stdout.matchAll(/^\s+image: (?:docker\.io\/)?(postgres|redis|rabbitmq)(\S*)$/gm)].map(
      ([, name, tag]) => `${name}${tag}`,
    );
    const present = await Promise.all(
      images.map((image) =>
        run('docker', ['image', 'inspect', image]).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (present.length === servers.length && present.every(Boolean)) return;
    await this.#run(['pull', '--quiet', ...servers]);
  }

  async start(): Promise<AdminUrls> {
    await this.#run(['stop', ...servers]);
    await requireFreePorts(
      {
        PostgreSQL: this.#ports.postgres,
        Redis: this.#ports.redis,
        RabbitMQ: this.#ports.amqp,
        'administração do RabbitMQ': this.#ports.management,
      },
      { instance: this.#instance, portOffset: this.#portOffset },
    );
    try {
      await this.#run(['up', '-d', ...servers]);
      const { postgres, redis, rabbitmq, rabbitmqManagement } = this.#urls;
      await Promise.all([
        until(() => probePostgres(postgres), readyWithinMs),
        until(() => probeRedis(redis), readyWithinMs),
        until(() => probeRabbitmq(rabbitmq, rabbitmqManagement), readyWithinMs),
      ]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this.#urls;
  }

  async stop(): Promise<void> {
    // There may be none; it has nothing of its own that would be lost.
    await run('docker', ['rm', '--force', gatewayContainer(this.#instance)]).catch(() => undefined);
    await this.#run(['stop', ...servers]);
  }

  /** Removes the containers and their data. */
  async remove(): Promise<void> {
    await this.#run(['down', '--volumes']);
  }

  async #run(args: string[]): Promise<{ stdout: string }> {
    const { command, args: prefix } = this.#compose;
    try {
      return await run(command, [...prefix, '-p', this.#project, '-f', join(root, 'docker-compose.yml'), ...args], {
        env: this.#env,
        cwd: root,
        maxBuffer,
      });
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      throw new UserError(
        `O Docker Compose falhou em "${args.join(' ')}": ${(stderr || message).trim().split('\n').at(-1)}`,
      );
    }
  }
}

/** The variables that docker-compose.yml needs, all of them: Compose wants to know every one, whatever it is asked to start. */
export function composeEnv(ports: ServerPorts, secrets: Secrets, durable: boolean): Record<string, string> {
  const variables = (passwords: Record<string, string>, suffix: string): [string, string][] =>
    Object.entries(passwords).map(([name, password]) => [
      `${name.replaceAll('-', '_').toUpperCase()}_${suffix}`,
      password,
    ]);
  return {
    POSTGRES_PORT: String(ports.postgres),
    POSTGRES_FSYNC: durable ? 'on' : 'off',
    POSTGRES_PASSWORD: secrets.postgres,
    POSTGRES_ROLES: JSON.stringify(secrets.roles),
    ...Object.fromEntries([
      ...variables(secrets.roles, 'PASSWORD'),
      ...variables(secrets.brokers, 'RABBITMQ_PASSWORD'),
      ...variables(secrets.caches, 'REDIS_PASSWORD'),
    ]),
    RABBITMQ_USERS: JSON.stringify(secrets.brokers),
    REDIS_PORT: String(ports.redis),
    REDIS_PASSWORD: secrets.redis,
    RABBITMQ_PORT: String(ports.amqp),
    RABBITMQ_MANAGEMENT_PORT: String(ports.management),
    RABBITMQ_PROMETHEUS_PORT: String(ports.prometheus),
    RABBITMQ_USER: rabbitmqUser,
    RABBITMQ_PASSWORD: secrets.rabbitmq,
    RABBITMQ_VHOST: rabbitmqVhost,
    KONG_REDIS_PASSWORD: secrets.kong,
    MONGO_PORT: String(ports.mongodb),
    MONGO_PASSWORD: secrets.mongodb,
    AUTH_CHAVE_MESTRA: secrets.authChaveMestra,
    CARTAS_CHAVE: secrets.cartasChave,
    GANCHOS_CHAVE: secrets.ganchosChave,
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_PUBLISHABLE_KEY: secrets.stripePublishableKey,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
  };
}

/** With `HISTORICO=mongodb` the MongoDB that runs beside the applications in containers, unless another is named. */
export function composeHistory(user: Readonly<Record<string, string>>, secrets: Secrets): Record<string, string> {
  if (user['HISTORICO'] !== 'mongodb' || 'MONGODB_URL' in user || 'MONGODB_URL_FILE' in user) return {};
  return {
    MONGODB_URL: `mongodb://plataforma:${encodeURIComponent(secrets.mongodb)}@mongodb:27017/notificacoes?authSource=admin`,
  };
}
