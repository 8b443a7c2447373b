import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { InfraMode } from '../cli/command.ts';
import { npmLine } from '../cli/commands.mjs';
import { instanceFolder } from '../cli/paths.ts';
import { settingFrom } from '../cli/secret-file.ts';
import type { Consent } from '../cli/terminal.ts';
import { UserError } from '../cli/user-error.ts';
import { serverUrls, type AdminUrls, type OwnUsers, type ServerUrls } from './connection-urls.ts';
import { DockerServers, findCompose } from './docker.ts';
import { connectExternalServers, missingExternalVariables, requireExternalVariables } from './external.ts';
import { closeInstanceFolder } from './native/account.ts';
import { dataFolder, unpackFolder } from './native/data-folder.ts';
import type { ServerContext } from './native/native-server.ts';
import { startNativeServers, stopNativeServers, type StopManner } from './native/native-servers.ts';
import { nativeObstacle, planInstallation, type InstallationPlan } from './native/packages.ts';
import { serverPorts } from './ports.ts';
import { dataPlaces, forgetOwnPlaces, placesFile, rememberData } from './data-places.ts';
import { markDatabases, requireOwnDatabases } from './master-key-mark.ts';
import { provisionDatabases } from './provision-databases.ts';
import { isBrokerAdministrator } from './rabbitmq-management.ts';
import { loadSecrets, secretsFile, type Secrets } from './secrets.ts';

export interface ServersOptions {
  instance: string;
  portOffset: number;
  /** Absent: the first that works of external (if its variables are set), docker, native. */
  infra?: InfraMode | undefined;
  /** How the servers ran the last time: the data is there. */
  previous?: InfraMode | undefined;
  /** false: fast and forgetful, for tests. */
  durable: boolean;
  /** Native servers end with this process, however it ends. */
  dieWithUs: boolean;
  consent: Consent;
  /** The environment, completed by `.env`, in which the user may name servers. */
  env: NodeJS.ProcessEnv;
}

export type Progress = (message: string) => void;

/** What will be done to provide the servers, decided (and, where it takes that, agreed to by the user) before anything starts. */
export interface ServersPlan {
  mode: InfraMode;
  /** Why this mode. */
  reason: string;
  secrets: Secrets;
  /**
   * Provides PostgreSQL, Redis and RabbitMQ, ready to work, with databases, roles and virtual host in place; what the
   * applications need in them is up to `prepareServers`.
   *
   * @throws UserError with the remedy; nothing is left running then
   */
  start: (progress: Progress) => Promise<Servers>;
}

export interface Servers {
  mode: InfraMode;
  urls: ServerUrls;
  secrets: Secrets;
  /** Stops what was started; external servers are left alone. */
  stop: () => Promise<void>;
  /** Only where they are processes of this machine: how they run, to start one again that ended, or another beside it. */
  native?: ServerContext;
}

/** @throws UserError when no mode (or not the one asked for) can work here */
export async function planServers(options: ServersOptions): Promise<ServersPlan> {
  const folder = instanceFolder(options.instance);
  closeInstanceFolder(folder);
  const secrets = loadSecrets(folder);
  const { mode, reason, start } = await choose(options, secrets);
  return {
    mode,
    reason,
    secrets,
    start: async (progress) => {
      // On servers of the user's own nothing is ours until they were found to be.
      if (mode !== 'external') rememberData(options.instance, mode);
      return provisioned(await start(progress), mode, secrets, options, progress);
    },
  };
}

async function provisioned(
  { admin, stop, native }: Started,
  mode: InfraMode,
  secrets: Secrets,
  { instance, env }: ServersOptions,
  progress: Progress,
): Promise<Servers> {
  try {
    const chosenKey = settingFrom(env, 'AUTH_CHAVE_MESTRA');
    const masterKey = chosenKey ?? secrets.authChaveMestra;
    await requireOwnDatabases(admin.postgres, masterKey, instance, chosenKey !== undefined);
    rememberData(instance, mode, env);
    const own: OwnUsers = {
      rabbitmq: await isBrokerAdministrator(admin.rabbitmqManagement),
      // A user made by command is forgotten when Redis restarts: those of our own servers are in their configuration.
      redis: mode !== 'external',
    };
    await provisionDatabases(admin.postgres, secrets.roles);
    await markDatabases(admin.postgres, masterKey);
    if (!own.rabbitmq)
      progress('o usuário de RABBITMQ_MANAGEMENT_URL não administra: todas as aplicações usam o de RABBITMQ_URL');
    return { mode, urls: serverUrls(admin, secrets, own), secrets, stop, ...(native && { native }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops the servers an earlier command left running, whatever the mode it started them in. */
export async function stopServers(
  instance: string,
  portOffset: number,
  mode: InfraMode,
  manner: StopManner = 'in good order',
): Promise<void> {
  if (mode === 'native') await stopNativeServers(instance, manner);
  if (mode === 'docker') await (await existingDocker(instance, portOffset))?.stop();
}

/**
 * Deletes all that an instance, which must not be running, has in any place: but the data on servers that are not ours
 * stays, and so do the secrets that it needs.
 *
 * @returns where data remains
 * @throws UserError when there is data in Docker, and Docker does not answer; nothing is deleted then
 */
export async function deleteInstanceData(instance: string, portOffset: number): Promise<string[]> {
  const places = dataPlaces(instance);
  if (places.some(({ mode }) => mode === 'docker')) {
    const docker = await existingDocker(instance, portOffset);
    if (!docker)
      throw new UserError(
        `A instância ${instance} tem dados em volumes do Docker, que não responde. Inicie-o e repita o comando; nada foi apagado.`,
      );
    await docker.remove();
  }
  const remaining = places.flatMap(({ mode, where }) => (mode === 'external' ? [where ?? ''] : []));
  const inside = instanceFolder(instance);
  const servers = dataFolder(instance).path;
  if (servers !== inside) rmSync(servers, { recursive: true, force: true });
  const kept = remaining.length > 0 ? [secretsFile, placesFile] : [];
  for (const name of readdirSync(inside))
    if (!kept.includes(name)) rmSync(join(inside, name), { recursive: true, force: true });
  if (kept.length === 0) rmSync(inside, { recursive: true, force: true });
  else forgetOwnPlaces(instance);
  return remaining;
}

async function existingDocker(instance: string, portOffset: number): Promise<DockerServers | undefined> {
  const compose = await findCompose();
  if (typeof compose === 'string') return undefined;
  return new DockerServers(compose, instance, portOffset, loadSecrets(instanceFolder(instance)), true);
}

type Started = { admin: AdminUrls } & Pick<Servers, 'stop' | 'native'>;

interface Choice {
  mode: InfraMode;
  reason: string;
  start: (progress: Progress) => Promise<Started>;
}

async function choose(options: ServersOptions, secrets: Secrets): Promise<Choice> {
  const asked = options.infra && `pedido por --infra=${options.infra}`;
  const external = (): Choice => ({
    mode: 'external',
    reason: asked ?? 'as variáveis de ambiente os nomeiam',
    start: () => startExternal(options.env),
  });

  if (options.infra === 'external') {
    requireExternalVariables(options.env);
    return external();
  }
  if (options.infra === undefined && missingExternalVariables(options.env).length === 0) return external();

  // The second start keeps the data: what holds it is chosen again, or its absence is told.
  const previous = options.infra === undefined ? options.previous : undefined;
  const keepNative = previous === 'native';
  const docker =
    options.infra === 'native' || keepNative
      ? 'os dados da última vez estão neles'
      : previous === 'external'
        ? 'as variáveis que nomeiam os servidores não estão definidas'
        : await prepareDocker(options, secrets);
  if (typeof docker !== 'string')
    return { mode: 'docker', reason: asked ?? 'o Docker e o Compose respondem', start: () => startDocker(docker) };
  if (previous !== undefined && !keepNative) {
    throw new UserError(
      `Os dados desta instância estão no modo ${previous}, que agora não funciona (${docker}). Restabeleça-o, ou comece com dados novos: ${npmLine('start', '--infra=native', { instance: options.instance, portOffset: options.portOffset })}`,
    );
  }
  if (options.infra === 'docker')
    throw new UserError(`${capitalised(docker)}. Inicie ou instale o Docker, ou use --infra=native.`);

  const obstacle = nativeObstacle(unpackFolder());
  if (obstacle === undefined) {
    const installation = await planInstallation(unpackFolder(), options.consent);
    return {
      mode: 'native',
      reason: asked ?? docker,
      start: (progress) => startNative(options, secrets, installation, progress),
    };
  }
  if (options.infra === 'native')
    throw new UserError(`${capitalised(obstacle)}. Use --infra=docker ou --infra=external.`);
  throw new UserError(
    `Não há como obter PostgreSQL, Redis e RabbitMQ aqui: ${docker}; ${obstacle}. Inicie o Docker, ou defina as variáveis dos seus servidores (veja .env.example).`,
  );
}

async function startExternal(env: NodeJS.ProcessEnv): Promise<Started> {
  return { admin: await connectExternalServers(env), stop: async () => undefined };
}

/** Docker with its images at hand, or what stands in the way. */
async function prepareDocker(options: ServersOptions, secrets: Secrets): Promise<DockerServers | string> {
  const compose = await findCompose();
  if (typeof compose === 'string') return compose;
  const docker = new DockerServers(compose, options.instance, options.portOffset, secrets, options.durable);
  try {
    await docker.pull();
    return docker;
  } catch (error) {
    return `as imagens do Docker não puderam ser obtidas (${error instanceof Error ? error.message : String(error)})`;
  }
}

async function startDocker(docker: DockerServers): Promise<Started> {
  return { admin: await docker.start(), stop: () => docker.stop() };
}

async function startNative(
  options: ServersOptions,
  secrets: Secrets,
  install: InstallationPlan,
  progress: Progress,
): Promise<Started> {
  const { instance, durable, dieWithUs } = options;
  const installation = await install(progress);
  const { path: folder, note } = dataFolder(instance);
  if (note) progress(note);
  const native = {
    instance,
    installation,
    folder,
    portOffset: options.portOffset,
    ports: serverPorts(options.portOffset),
    secrets,
    durable,
    dieWithUs,
  };
  return {
    admin: await startNativeServers(native),
    stop: () => stopNativeServers(instance, durable ? 'in good order' : 'at once'),
    native,
  };
}

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
