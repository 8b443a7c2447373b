import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InfraMode } from '../cli/command.ts';
import { npmLine } from '../cli/commands.mjs';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { serverUrls, type ServerUrls } from '../infra/connection-urls.ts';
import { dataPlaces } from '../infra/data-places.ts';
import { loadSecrets } from '../infra/secrets.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';

/** What other commands need to know about a platform that `npm start` has begun to start. Holds passwords. */
export interface PlatformState {
  instance: string;
  portOffset: number;
  infra: InfraMode;
  servers: ServerUrls;
  /** Base URLs by name of application. */
  apps: Record<string, string>;
  /** Whether this start seeds demonstration data. */
  demo: boolean;
  /** Whether the local OpenID Connect provider runs; absent in what an earlier version wrote. */
  oidc?: boolean;
  /** Where Kong is, when it was put before the applications. */
  gateway?: string;
  /** What the user chose, by name and digest: a later start with other choices says so. */
  choices: Record<string, string>;
  /** The key and address of the payment provider: the emulator, or Stripe itself when `apiBase` is absent. */
  stripe: { secretKey: string; apiBase?: string };
}

const NO_OWN_USERS = { rabbitmq: false, redis: false };
const stateFile = (instance: string): string => join(instanceFolder(instance), 'estado.json');

export const appRecordsFolder = (instance: string): string => join(instanceFolder(instance), 'processos', 'aplicacoes');

export function writeState(state: PlatformState): void {
  const file = stateFile(state.instance);
  mkdirSync(instanceFolder(state.instance), { recursive: true });
  writeFileSync(`${file}.novo`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.novo`, file);
}

export function readState(instance: string): PlatformState | undefined {
  try {
    const state = JSON.parse(readFileSync(stateFile(instance), 'utf8')) as PlatformState;
    // What a version wrote that knew one user of each server: until the next start there is no other.
    const servers = {
      ...serverUrls(state.servers, loadSecrets(instanceFolder(instance)), NO_OWN_USERS),
      ...state.servers,
    };
    return { ...state, servers };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The state of an instance that was started once, running or not. @throws UserError when it never was */
export function requireState(instance: string): PlatformState {
  const state = readState(instance);
  if (state) return state;
  throw new UserError(`A instância ${instance} nunca foi iniciada. Inicie com: ${npmLine('start', { instance })}`);
}

/** See `PlatformState.choices`. */
export function digestChoices(user: Record<string, string>): Record<string, string> {
  const digest = (value: string): string => createHash('sha256').update(value).digest('hex');
  return Object.fromEntries(Object.entries(user).map(([name, value]) => [name, digest(value)]));
}

/** @throws UserError when the platform is not running, saying how to start it */
export function requireRunningPlatform(instance = 'dev'): PlatformState {
  const state = readState(instance);
  if (state && runningApps(instance).length > 0) return state;
  throw new UserError(
    `A plataforma (instância ${instance}) não está em execução. Inicie com: ${npmLine('start', { instance, portOffset: state?.portOffset ?? 0 })}`,
  );
}

export function runningApps(instance: string): TrackedProcess[] {
  return TrackedProcess.all(appRecordsFolder(instance)).filter((app) => app.isRunning);
}

/** The process of one application, if it was ever started. */
export const appProcess = (instance: string, name: string): TrackedProcess | undefined =>
  TrackedProcess.all(appRecordsFolder(instance)).find(({ record }) => record.name === name);

const commandsFolder = (instance: string): string => join(instanceFolder(instance), 'processos', 'comando');

/**
 * Makes sure that only one command starts or stops an instance at a time. The record of a command that crashed does not
 * count.
 *
 * @param portOffset by which others see what ports it will have
 * @returns a function that gives the instance free again; of one that is new and was refused before it had data anywhere,
 *   nothing is left
 * @throws UserError naming the command that has it
 */
export function claimInstance(instance: string, portOffset?: number): () => void {
  const folder = commandsFolder(instance);
  const isNew = !existsSync(instanceFolder(instance));
  const holder = TrackedProcess.all(folder).find((command) => command.isRunning);
  if (holder) {
    throw new UserError(
      `Outro comando (processo ${holder.record.pid}) está cuidando da instância ${instance}. Encerre-o com Ctrl-C no terminal dele, ou com: ${npmLine('stop', { instance })}`,
    );
  }
  TrackedProcess.recordSelf(folder, 'comando', portOffset);
  return () => {
    rmSync(join(folder, 'comando.json'), { force: true });
    if (isNew && dataPlaces(instance).length === 0) rmSync(instanceFolder(instance), { recursive: true, force: true });
  };
}

/** The `npm start` (or `npm run dev`) in the foreground of some terminal, if there is one. */
export const foregroundCommand = (instance: string): TrackedProcess | undefined =>
  TrackedProcess.all(commandsFolder(instance)).find(({ isRunning, record }) => isRunning && record.name === 'comando');

/** Where `npm start --detach` writes down the process that it leaves behind, which runs the applications. */
export const supervisorRecord = (instance: string): { recordsFolder: string; name: string } => ({
  recordsFolder: commandsFolder(instance),
  name: 'supervisor',
});

/** What a detached start left behind, if it runs. */
export const detachedSupervisor = (instance: string): TrackedProcess | undefined =>
  TrackedProcess.all(commandsFolder(instance)).find(
    ({ isRunning, record }) => isRunning && record.name === 'supervisor',
  );

/** Whoever restarts what dies: the start in the foreground, or the supervisor that a detached one left behind. */
export const supervisor = (instance: string): TrackedProcess | undefined =>
  TrackedProcess.all(commandsFolder(instance)).find((command) => command.isRunning);
