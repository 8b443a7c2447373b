import { join } from 'node:path';
import { instanceFolder, root } from '../cli/paths.ts';
import type { Consent } from '../cli/terminal.ts';
import { UserError } from '../cli/user-error.ts';
import { serverUrls, type AdminUrls, type ServerUrls } from './connection-urls.ts';
import { DockerServers, findCompose } from './docker.ts';
import { connectExternalServers, missingExternalVariables } from './external.ts';
import { dataFolder } from './native/data-folder.ts';
import { startNativeServers, stopNativeServers } from './native/native-servers.ts';
import { ensureInstallation, nativeObstacle } from './native/packages.ts';
import { serverPorts } from './ports.ts';
import { provisionDatabases } from './provision-databases.ts';
import { loadSecrets, type Secrets } from './secrets.ts';

export const infraModes = ['docker', 'native', 'external'] as const;

export type InfraMode = (typeof infraModes)[number];

export interface ServersOptions {
  instance: string;
  portOffset: number;
  /** Absent: the first that works of external (if its variables are set), docker, native. */
  infra?: InfraMode | undefined;
  /** false: fast and forgetful, for tests. */
  durable: boolean;
  /** Native servers end with this process, however it ends. */
  dieWithUs: boolean;
  consent: Consent;
  progress: (message: string) => void;
}

export interface Servers {
  mode: InfraMode;
  urls: ServerUrls;
  secrets: Secrets;
  /** Stops what was started; external servers are left alone. */
  stop(): Promise<void>;
}

/** Packages unpacked without root serve every instance. */
const unpackFolder = join(root, '.data', 'pacotes');

/**
 * Provides PostgreSQL, Redis and RabbitMQ, ready to work, with databases, roles and virtual host in place.
 *
 * @throws UserError with the remedy; nothing is left running then
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const secrets = loadSecrets(instanceFolder(options.instance));
  const started = await startInMode(options, secrets);
  try {
    await provisionDatabases(started.admin.postgres, secrets);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { mode: started.mode, urls: serverUrls(started.admin, secrets), secrets, stop: started.stop };
}

interface Started {
  mode: InfraMode;
  admin: AdminUrls;
  stop(): Promise<void>;
}

async function startInMode(options: ServersOptions, secrets: Secrets): Promise<Started> {
  switch (options.infra) {
    case 'external':
      return startExternal();
    case 'docker': {
      const docker = await prepareDocker(options, secrets);
      if (typeof docker === 'string') throw new UserError(`${capitalised(docker)}. Inicie ou instale o Docker, ou use --infra=native.`);
      return startDocker(docker);
    }
    case 'native': {
      const obstacle = nativeObstacle(unpackFolder);
      if (obstacle !== undefined) throw new UserError(`${capitalised(obstacle)}. Use --infra=docker ou --infra=external.`);
      return startNative(options, secrets);
    }
    case undefined:
      return startFirstThatWorks(options, secrets);
  }
}

async function startFirstThatWorks(options: ServersOptions, secrets: Secrets): Promise<Started> {
  if (missingExternalVariables(process.env).length === 0) {
    options.progress('servidores externos: as variáveis de ambiente os nomeiam');
    return startExternal();
  }
  const docker = await prepareDocker(options, secrets);
  if (typeof docker !== 'string') {
    options.progress('servidores em Docker: o Docker e o Compose respondem');
    return startDocker(docker);
  }
  const obstacle = nativeObstacle(unpackFolder);
  if (obstacle === undefined) {
    options.progress(`servidores nativos: ${docker}`);
    return startNative(options, secrets);
  }
  throw new UserError(
    `Não há como obter PostgreSQL, Redis e RabbitMQ aqui: ${docker}; ${obstacle}. Inicie o Docker, ou defina as variáveis dos seus servidores (veja .env.example).`,
  );
}

async function startExternal(): Promise<Started> {
  return { mode: 'external', admin: await connectExternalServers(process.env), stop: async () => undefined };
}

async function prepareDocker(options: ServersOptions, secrets: Secrets): Promise<DockerServers | string> {
  const compose = await findCompose();
  if (typeof compose === 'string') return compose;
  const docker = new DockerServers(compose, options.instance, serverPorts(options.portOffset), secrets);
  try {
    options.progress('obtendo as imagens do Docker');
    await docker.pull();
    return docker;
  } catch (error) {
    return `as imagens do Docker não puderam ser obtidas (${error instanceof Error ? error.message : String(error)})`;
  }
}

async function startDocker(docker: DockerServers): Promise<Started> {
  return { mode: 'docker', admin: await docker.start(), stop: () => docker.stop() };
}

async function startNative(options: ServersOptions, secrets: Secrets): Promise<Started> {
  const { instance, durable, dieWithUs, progress, consent } = options;
  const installation = await ensureInstallation(unpackFolder, consent, progress);
  const { path: folder, note } = dataFolder(instance);
  if (note) progress(note);
  const admin = await startNativeServers({ instance, installation, folder, ports: serverPorts(options.portOffset), secrets, durable, dieWithUs });
  return { mode: 'native', admin, stop: () => stopNativeServers(instance) };
}

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
