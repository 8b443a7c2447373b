import { join } from 'node:path';
import { Listr, PRESET_TIMER } from 'listr2';
import { appUrl, type App } from './apps.ts';
import { parseOptions, type CommonOptions } from './cli/arguments.ts';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { instanceFolder } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { UserError } from './cli/user-error.ts';
import { prepareServers } from './infra/prepare.ts';
import { planServers, stopServers, type Servers, type ServersPlan } from './infra/servers.ts';
import { appLogFile, launchApp, probeReady, stopApps, waitUntilReady } from './platform/app-processes.ts';
import { appsToRun, settingsFor, userSettings, usesEmulator, type Settings } from './platform/settings.ts';
import { claimInstance, readState, runningApps, supervisor, writeState, type PlatformState } from './platform/state.ts';
import { Steps } from './platform/steps.ts';
import { summary } from './platform/summary.ts';
import { requireFreePorts } from './processes/ports.ts';
import { tail, type TrackedProcess } from './processes/tracked-process.ts';

const exitCodeOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

await command(async (args) => {
  const options = parseOptions(args, ['infra', 'instance', 'port-offset', 'detach', 'yes']);
  const user = userSettings(process.env);
  if (!usesEmulator(user) && !user['STRIPE_WEBHOOK_SECRET']) {
    throw new UserError(
      'STRIPE_SECRET_KEY está definida; defina também STRIPE_WEBHOOK_SECRET, ou tire as duas para usar o emulador.',
    );
  }
  if (await isAlreadyRunning(options.instance, user)) return;
  const release = claimInstance(options.instance);
  try {
    await start(options, user);
  } finally {
    release();
  }
});

/** Says so when the platform runs. @throws UserError when only a part of it does */
async function isAlreadyRunning(instance: string, user: Settings): Promise<boolean> {
  const state = readState(instance);
  if (!state || runningApps(instance).length === 0) return false;
  const wanted = appsToRun(user);
  const ready = await Promise.all(
    wanted.map((app) =>
      probeReady(app.port + state.portOffset).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (ready.every(Boolean)) {
    console.log(`A plataforma já está em execução (instância ${instance}).\n\n${summary(state, wanted)}`);
    return true;
  }
  // Somebody else's start may be under way: then claiming the instance says so.
  if (supervisor(instance)) return false;
  throw new UserError(
    `A instância ${instance} está em execução pela metade. Veja com npm run status e encerre com npm stop antes de iniciar de novo.`,
  );
}

async function start(options: CommonOptions, user: Settings): Promise<void> {
  const started = Date.now();
  const { instance, portOffset } = options;
  const apps = appsToRun(user);
  await requireFreePorts(Object.fromEntries(apps.map((app) => [app.name, app.port + portOffset])));
  const env = { ...process.env, ...user };
  const plan = await planServers({
    instance,
    portOffset,
    infra: options.infra,
    previous: readState(instance)?.infra,
    durable: true,
    dieWithUs: !options.detach,
    consent: consentOf(options.yes),
    env,
  });
  console.log(`Servidores em modo ${plan.mode}: ${plan.reason}`);

  const undo = (): Promise<void> => undoStart(instance, portOffset, plan);
  const interruption = interruptible(undo);
  try {
    const state = await bringUp(options, user, apps, plan, interruption);
    console.log(`\nTudo pronto em ${((Date.now() - started) / 1000).toFixed(1)} s\n\n${summary(state, apps)}\n`);
  } catch (error) {
    // After a signal the handler is already undoing and ends the process; its own error would only distract.
    if (interruption.signal.aborted) await new Promise(() => undefined);
    await undo();
    throw error;
  }
  if (options.detach) {
    console.log('  Encerrar: npm stop');
    return;
  }
  console.log('  Encerrar: Ctrl-C');
  await watch(instance, interruption.signal);
}

async function bringUp(
  options: CommonOptions,
  user: Settings,
  apps: App[],
  plan: ServersPlan,
  interruption: AbortController,
): Promise<PlatformState> {
  const { instance, portOffset, detach } = options;
  const steps = new Steps(interruption.signal);
  let servers: Servers | undefined;
  let state: PlatformState | undefined;
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
                  steps.run(async () => (servers = await plan.start((message) => (task.output = message)))),
              },
              { title: 'Compilação', task: () => steps.run(() => build(steps.signal)) },
            ],
            { concurrent: true },
          ),
      },
      {
        title: 'Migrações, filas e direitos',
        task: () => steps.run(() => prepareServers((servers as Servers).urls)),
      },
      {
        title: 'Aplicações',
        task: (_context, parent) => {
          const ready = servers as Servers;
          state = stateOf(options, user, apps, ready);
          writeState(state);
          const emulatorFolder = join(instanceFolder(instance), 'stripe');
          const settings = { portOffset, urls: ready.urls, secrets: ready.secrets, emulatorFolder, user };
          return parent.newListr(
            apps.map((app) => ({
              title: app.name,
              task: () =>
                steps.run(async () => {
                  const launched = await launchApp(instance, app, settingsFor(app, settings), !detach);
                  await waitUntilReady(instance, app, launched, steps.signal);
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
  return state as unknown as PlatformState;
}

function stateOf(
  { instance, portOffset }: CommonOptions,
  user: Settings,
  apps: App[],
  { mode, urls, secrets }: Servers,
): PlatformState {
  return {
    instance,
    portOffset,
    infra: mode,
    servers: urls,
    apps: Object.fromEntries(apps.map((app) => [app.name, appUrl(app.name, portOffset)])),
    stripe: usesEmulator(user)
      ? { secretKey: secrets.stripeSecretKey, apiBase: appUrl('stripe-emulator', portOffset) }
      : { secretKey: user['STRIPE_SECRET_KEY'] ?? '' },
  };
}

/** Stops all that a start has begun; repeated because a step under way may still launch one more process. */
async function undoStart(instance: string, portOffset: number, plan: ServersPlan): Promise<void> {
  do {
    await stopApps(instance);
    await stopServers(instance, portOffset, plan.mode);
  } while (runningApps(instance).length > 0);
}

/** From here on a signal undoes what was started and ends the process; a second Ctrl-C does not make it hurry into leaving things behind. */
function interruptible(undo: () => Promise<void>): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      controller.abort();
      console.log('\nEncerrando as aplicações e os servidores…');
      undo().then(
        () => process.exit(exitCodeOf[signal]),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
  return controller;
}

/** Keeps the terminal, telling of applications that end on their own; a signal is the way out. */
async function watch(instance: string, interrupted: AbortSignal): Promise<never> {
  let running = runningApps(instance);
  return new Promise(() => {
    setInterval(() => {
      if (interrupted.aborted) return;
      const ended = (app: TrackedProcess): boolean => !app.isRunning;
      for (const app of running.filter(ended)) {
        console.error(
          `\nA aplicação ${app.record.name} terminou. Últimas linhas de ${appLogFile(instance, app.record.name)}:\n${tail(appLogFile(instance, app.record.name))}`,
        );
      }
      running = runningApps(instance);
    }, 1_000);
  });
}
