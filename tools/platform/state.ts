import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { serverUrls, type ServerUrls } from '../infra/connection-urls.ts';
import { loadSecrets } from '../infra/secrets.ts';
import type { InfraMode } from '../infra/servers.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';

/** What other commands need to know about a platform that `npm start` has begun to start. Holds passwords. */
export interface PlatformState {
  instance: string;
  portOffset: number;
  infra: InfraMode;
  servers: ServerUrls;
  /** Base URLs by name of application. */
  apps: Record<string, string>;
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

/** @throws UserError when the platform is not running, saying how to start it */
export function requireRunningPlatform(instance = 'dev'): PlatformState {
  const state = readState(instance);
  if (state && runningApps(instance).length > 0) return state;
  throw new UserError(`A plataforma (instância ${instance}) não está em execução. Inicie com: npm start`);
}

export function runningApps(instance: string): TrackedProcess[] {
  return TrackedProcess.all(appRecordsFolder(instance)).filter((app) => app.isRunning);
}

/**
 * Makes sure that only one command starts or stops an instance at a time. The record of a command that crashed does not
 * count.
 *
 * @returns a function that gives the instance free again
 * @throws UserError naming the command that has it
 */
export function claimInstance(instance: string): () => void {
  const folder = join(instanceFolder(instance), 'processos', 'comando');
  const holder = TrackedProcess.all(folder).find((command) => command.isRunning);
  if (holder) {
    throw new UserError(
      `Outro comando (processo ${holder.record.pid}) está cuidando da instância ${instance}. Encerre-o com Ctrl-C no terminal dele, ou com: npm stop`,
    );
  }
  TrackedProcess.recordSelf(folder, 'supervisor');
  return () => rmSync(join(folder, 'supervisor.json'), { force: true });
}

/** The `npm start` in the foreground of some terminal, if there is one. */
export function supervisor(instance: string): TrackedProcess | undefined {
  return TrackedProcess.all(join(instanceFolder(instance), 'processos', 'comando')).find(
    (command) => command.isRunning,
  );
}
