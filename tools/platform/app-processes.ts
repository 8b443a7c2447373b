import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../apps.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { asAccount } from '../infra/native/account.ts';
import { until } from '../processes/deadline.ts';
import { portHolder } from '../processes/port-holders.ts';
import { TrackedProcess, tail, type RecordOptions, type SpawnOptions } from '../processes/tracked-process.ts';
import type { Settings } from './settings.ts';
import { appRecordsFolder, runningApps } from './state.ts';

const readyWithinMs = 60_000;
/** A little more than an application allows itself (SHUTDOWN_TIMEOUT_MS, 10 s) to finish what is in flight. */
const stopWithinMs = 13_000;

export const appLogFile = (instance: string, name: string): string =>
  join(instanceFolder(instance), 'logs', `${name}.log`);

/** Launches one application; it is not ready yet. */
export async function launchApp(
  instance: string,
  app: App,
  settings: Settings,
  dieWithUs: boolean,
): Promise<TrackedProcess> {
  return TrackedProcess.launch({
    ...spawnOptions(app, settings, dieWithUs, programOf(app)),
    ...recordOptions(instance, app, settings),
    logFile: appLogFile(instance, app.name),
  });
}

export function spawnOptions(
  app: App,
  settings: Settings,
  dieWithUs: boolean,
  program: string[],
): Omit<SpawnOptions, 'logFile'> {
  const { command, args } =
    dieWithUs && process.platform === 'linux'
      ? asAccount(undefined, process.execPath, program, 'SIGTERM')
      : { command: process.execPath, args: program };
  return {
    command,
    args,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: process.env['LANG'], TZ: 'UTC', ...settings },
    cwd: join(root, app.folder),
  };
}

export const recordOptions = (instance: string, app: App, settings: Settings): RecordOptions => ({
  name: app.name,
  recordsFolder: appRecordsFolder(instance),
  port: Number(settings['PORT']),
});

/** What Node runs, its own options included. */
export function programOf(app: App): string[] {
  const folder = join(root, app.folder);
  if (app.kind === 'emulator' || app.kind === 'provider') return [join(folder, 'main.ts')];
  const main = join(folder, 'dist/main.js');
  if (!existsSync(main))
    throw new UserError(`A aplicação ${app.name} não foi compilada (${main} não existe). Rode: npm run build`);
  // A small young generation: measured on bff-web, 143 MB resident instead of 207 MB.
  // Of its own version, which may not be this one (`npm run compatibilidade`).
  return ['--max-semi-space-size=4', '--import', join(folder, '../../libs/platform/otel.mjs'), main];
}

/** Who answers on the port is not the process that was started there. */
class SomebodyElseError extends Error {}

/**
 * @param givenUp ends the wait early, with its own error
 * @throws UserError with the end of the application's log when it ends or does not get ready in time, or naming who has
 *   its port
 */
export async function waitUntilReady(
  instance: string,
  app: App,
  process: TrackedProcess,
  givenUp: AbortSignal,
): Promise<void> {
  const log = appLogFile(instance, app.name);
  const failed = (what: string): UserError =>
    new UserError(`A aplicação ${app.name} ${what}. Últimas linhas de ${log}:\n${tail(log)}`);
  await until(
    () => probeReady(process),
    readyWithinMs,
    (error) => {
      givenUp.throwIfAborted();
      if (error instanceof SomebodyElseError)
        throw new UserError(`A aplicação ${app.name} não pôde usar a porta dela: ${error.message}.`);
      if (!process.isRunning) throw failed('terminou ao iniciar');
    },
  ).catch((error: unknown) => {
    throw error instanceof UserError || givenUp.aborted
      ? error
      : failed(`não ficou pronta em ${readyWithinMs / 1000} s (${String(error)})`);
  });
}

/** @throws Error unless the process itself says that it is ready; whoever else answers on its port proves nothing */
export async function probeReady({ record: { pid, port = 0 } }: TrackedProcess): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(3_000) });
  await response.body?.cancel();
  // The header tells of success only: one that is not ready may be anybody, and is asked again.
  if (response.status !== 200) throw new Error(`/health/ready respondeu ${response.status}`);
  if (response.headers.get('x-processo') !== String(pid))
    throw new SomebodyElseError(`na ${port} responde ${portHolder(port)}`);
}

export async function stopApps(instance: string): Promise<void> {
  await Promise.all(runningApps(instance).map((app) => app.stop(stopWithinMs)));
}
