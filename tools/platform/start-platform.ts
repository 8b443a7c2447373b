import { join } from 'node:path';
import { Listr, PRESET_TIMER } from 'listr2';
import { appUrl, type App } from '../apps.ts';
import { build } from '../cli/build.ts';
import type { InfraMode } from '../cli/command.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import type { Consent } from '../cli/terminal.ts';
import { UserError } from '../cli/user-error.ts';
import { prepareServers } from '../infra/prepare.ts';
import { loadSecrets } from '../infra/secrets.ts';
import { requireFreePorts, requireOwnOffset } from '../infra/ports.ts';
import { planServers, stopServers, type Servers, type ServersPlan } from '../infra/servers.ts';
import { pararDeObservar } from '../observability/observar.ts';
import { until } from '../processes/deadline.ts';
import { tail, TrackedProcess } from '../processes/tracked-process.ts';
import { appLogFile, launchApp, stopApps, waitUntilReady } from './app-processes.ts';
import { hasDemoAccounts } from './demo-accounts.ts';
import { appsToRun, settingsFor, usesEmulator, type Settings } from './settings.ts';
import {
  appProcess,
  appRecordsFolder,
  detachedSupervisor,
  digestChoices,
  readState,
  runningApps,
  supervisorRecord,
  writeState,
  type PlatformState,
} from './state.ts';
import { Steps } from './steps.ts';
import { summary } from './summary.ts';
import { forgetRestarts } from './supervision.ts';

/** The supervisor launches at once; a busy machine takes its time to run it. */
const launchedWithinMs = 60_000;
/** What it is launching then is launched to its end. */
const supervisorStopsWithinMs = 15_000;

const exitCodeOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
/** As `npm stop` ends what runs in a terminal: once all is ready and in good order, that is no failure. */
const orderlySignal = 'SIGTERM';

export interface StartRequest {
  instance: string;
  portOffset: number;
  infra: InfraMode | undefined;
  /** See `wantsDemo`. */
  demo: boolean;
  oidc: boolean;
  /** See `userSettings`. */
  user: Settings;
  /** What is started ends with this process, however it ends. */
  dieWithUs: boolean;
  consent: Consent;
  /** More for the environment of every application. */
  environment?: Record<string, string>;
}

export interface Started {
  state: PlatformState;
  apps: App[];
  launch: (app: App) => Promise<TrackedProcess>;
  /** The complete environment of an application. */
  settingsOf: (app: App) => Settings;
}

/**
 * Brings the whole platform up. From here on a signal undoes what was started and ends the process.
 *
 * @returns what runs, and the signal that tells that it is being undone
 * @throws UserError with the remedy; nothing is left running then
 */
export async function startPlatform(request: StartRequest): Promise<Started & { interrupted: AbortSignal }> {
  const begun = Date.now();
  const { instance, portOffset, user } = request;
  const earlier = readState(instance);
  await requireOwnOffset(request);
  await requireAppPorts(request);
  const plan = await planServers({
    instance,
    portOffset,
    infra: request.infra,
    previous: earlier?.infra,
    durable: true,
    dieWithUs: request.dieWithUs,
    consent: request.consent,
    env: { ...process.env, ...user },
  });
  console.log(`Servidores em modo ${plan.mode}: ${plan.reason}`);
  forgetRestarts(instance);

  const undo = (): Promise<void> => undoStart(instance, portOffset, plan);
  let isReady = false;
  const interruption = interruptible(undo, (signal) =>
    isReady && signal === orderlySignal ? Number(process.exitCode ?? 0) : exitCodeOf[signal],
  );
  try {
    const started = await bringUp(request, plan, interruption);
    isReady = true;
    console.log(
      `\nTudo pronto em ${((Date.now() - begun) / 1000).toFixed(1)} s\n\n${summary(started.state, started.apps)}\n`,
    );
    return { ...started, interrupted: interruption.signal };
  } catch (error) {
    // After a signal the handler is already undoing and ends the process; its own error would only distract.
    if (interruption.signal.aborted) await new Promise(() => undefined);
    await undo();
    throw error;
  }
}

async function bringUp(request: StartRequest, plan: ServersPlan, interruption: AbortController): Promise<Started> {
  const { instance, user, oidc } = request;
  const apps = appsToRun(user, oidc);
  const steps = new Steps(interruption.signal);
  let servers: Servers | undefined;
  let remark: string | undefined;
  let started: Started | undefined;
  const tasks = new Listr(
    [
      {
        title: 'Servidores e compilação',
        task: (_context, parent) =>
          parent.newListr(
            [
              {
                title: 'PostgreSQL, Redis e RabbitMQ',
                task: (_, task) =>
                  steps.run(async () => {
                    servers = await plan.start((message) => (task.output = message));
                  }),
              },
              { title: 'Compilação', task: () => steps.run(() => build(steps.signal)) },
            ],
            { concurrent: true },
          ),
      },
      {
        title: 'Contas de demonstração de um início anterior',
        enabled: !request.demo,
        task: () => steps.run(() => judgeDemoAccounts(request, servers as Servers, (message) => (remark = message))),
      },
      {
        title: 'Migrações, filas e direitos',
        task: () => steps.run(() => prepareServers((servers as Servers).urls)),
      },
      {
        title: 'Aplicações',
        task: async (_context, parent) => {
          // Looked at before the servers started, which takes long enough for somebody else to come.
          await steps.run(() => requireAppPorts(request));
          const state = stateOf(request, apps, servers as Servers);
          writeState(state);
          const launch = request.dieWithUs
            ? launcher(state, user, true, request.environment)
            : await launchBySupervisor(request);
          started = { state, apps, launch, settingsOf: settingsOfApps(state, user, request.environment) };
          return parent.newListr(
            apps.map((app) => ({
              title: app.name,
              task: () =>
                steps.run(async () => {
                  await waitUntilReady(instance, app, await launch(app), steps.signal);
                }),
            })),
            { concurrent: true },
          );
        },
      },
    ],
    {
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  await tasks.run().catch((error: unknown) => {
    throw steps.failure ?? error;
  });
  if (remark !== undefined) console.log(`\n${remark}`);
  return started as unknown as Started;
}

const requireAppPorts = ({ user, oidc, ...wanted }: StartRequest): Promise<void> =>
  requireFreePorts(
    Object.fromEntries(appsToRun(user, oidc).map((app) => [app.name, app.port + wanted.portOffset])),
    wanted,
  );

/** @throws UserError when accounts of public password would serve in production */
async function judgeDemoAccounts(
  { instance, user, demo }: StartRequest,
  { urls }: Servers,
  say: (remark: string) => void,
): Promise<void> {
  if (demo || !(await hasDemoAccounts(urls.databases.auth.app))) return;
  if (user['NODE_ENV'] === 'production')
    throw new UserError(
      `A instância ${instance} já foi semeada: as contas de demonstração, de senha pública, estão no banco. Com NODE_ENV=production, use outra instância ou outros servidores.`,
    );
  say('Esta instância já foi semeada: os espaços e as contas de demonstração continuam nela.');
}

function stateOf(
  { instance, portOffset, demo, oidc, user }: StartRequest,
  apps: App[],
  servers: Servers,
): PlatformState {
  const { mode, urls, secrets } = servers;
  return {
    instance,
    portOffset,
    infra: mode,
    servers: urls,
    apps: Object.fromEntries(apps.map((app) => [app.name, appUrl(app.name, portOffset)])),
    demo,
    oidc,
    choices: digestChoices(user),
    stripe: usesEmulator(user)
      ? { secretKey: secrets.stripeSecretKey, apiBase: appUrl('stripe-emulator', portOffset) }
      : { secretKey: user['STRIPE_SECRET_KEY'] ?? '' },
  };
}

/** How the applications of an instance are started, the first time and again. */
export function launcher(
  state: PlatformState,
  user: Settings,
  dieWithUs: boolean,
  environment: Record<string, string> = {},
): Started['launch'] {
  const settingsOf = settingsOfApps(state, user, environment);
  return (app) => launchApp(state.instance, app, settingsOf(app), dieWithUs);
}

/** The complete environment of each application of an instance. */
export function settingsOfApps(
  state: PlatformState,
  user: Settings,
  environment: Record<string, string> = {},
): Started['settingsOf'] {
  const { instance, portOffset, servers: urls, demo, oidc = false } = state;
  const secrets = loadSecrets(instanceFolder(instance));
  const emulatorFolder = join(instanceFolder(instance), 'stripe');
  const photosFolder = join(instanceFolder(instance), 'fotos');
  const context = { portOffset, urls, secrets, emulatorFolder, photosFolder, demo, oidc, user };
  return (app) => ({ ...settingsFor(app, context), ...environment });
}

/** Leaves the supervisor to launch the applications: whoever restarts what dies must be its parent to know how it died. */
async function launchBySupervisor({ instance, portOffset }: StartRequest): Promise<Started['launch']> {
  const earlier = new Set(TrackedProcess.all(appRecordsFolder(instance)).map(({ record }) => record.mark));
  const supervisor = await TrackedProcess.launch({
    ...supervisorRecord(instance),
    command: process.execPath,
    args: ['--max-semi-space-size=1', join(root, 'tools/platform/supervisor.ts'), instance],
    env: process.env,
    cwd: root,
    logFile: appLogFile(instance, 'supervisor'),
    portOffset,
  });
  return (app) =>
    until(
      async () => {
        const launched = appProcess(instance, app.name);
        if (launched && !earlier.has(launched.record.mark)) return launched;
        throw new UserError(`A aplicação ${app.name} não foi iniciada: veja ${appLogFile(instance, 'supervisor')}`);
      },
      launchedWithinMs,
      () => {
        if (!supervisor.isRunning)
          throw new UserError(
            `O supervisor terminou ao iniciar. Últimas linhas do registro dele:\n${tail(appLogFile(instance, 'supervisor'))}`,
          );
      },
    );
}

/** Stops all that a start has begun; repeated because a step under way may still launch one more process. */
async function undoStart(instance: string, portOffset: number, plan: ServersPlan): Promise<void> {
  do {
    await pararDeObservar(instance);
    await detachedSupervisor(instance)?.stop(supervisorStopsWithinMs);
    await stopApps(instance);
    await stopServers(instance, portOffset, plan.mode);
  } while (runningApps(instance).length > 0);
}

/** From here on a signal undoes what was started and ends the process; a second Ctrl-C does not make it hurry into leaving things behind. */
function interruptible(
  undo: () => Promise<void>,
  exitCode: (signal: keyof typeof exitCodeOf) => number,
): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      controller.abort();
      console.log('\nEncerrando as aplicações e os servidores…');
      undo().then(
        () => process.exit(exitCode(signal)),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
  return controller;
}
