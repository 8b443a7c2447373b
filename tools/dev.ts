import { join } from 'node:path';
import type { App } from './apps.ts';
import { command } from './cli/command.ts';
import { instanceFolder } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { compileFile } from './dev/compile.ts';
import { servePage } from './dev/page.ts';
import { Spares } from './dev/spares.ts';
import { Sources } from './dev/sources.ts';
import { TypeCheck } from './dev/type-check.ts';
import { appsUsing, changeOf } from './dev/workspaces.ts';
import { appProcess, claimInstance } from './platform/state.ts';
import { isAlreadyRunning } from './platform/already-running.ts';
import { waitUntilReady } from './platform/app-processes.ts';
import { requireLocalProviderAllowed, requireWorkableSettings, userSettings, wantsDemo } from './platform/settings.ts';
import { startPlatform, type Started } from './platform/start-platform.ts';
import { Supervision } from './platform/supervision.ts';

/** An application that has not ended in good order by then is killed: what it was doing survives that. */
const stopWithinMs = 150;

const typeCheck = new TypeCheck();

await command('dev', async (request) => {
  const user = userSettings(process.env);
  requireWorkableSettings(user);
  if (request.oidc) requireLocalProviderAllowed(user);
  const demo = wantsDemo(user, request.demo);
  if (await isAlreadyRunning(request, user, demo)) return 1;
  const release = claimInstance(request.instance, request.portOffset);
  try {
    const { instance } = request;
    // Node keeps what it has compiled of the packages, which is most of an application's start.
    const environment = { NODE_COMPILE_CACHE: join(instanceFolder(instance), 'node') };
    const sources = new Sources();
    const platform = await startPlatform({
      ...request,
      demo,
      user,
      dieWithUs: true,
      consent: consentOf(request.yes),
      environment,
    });
    const { apps, launch, interrupted } = platform;
    const site = await servePage('site', request.portOffset, interrupted);
    const painel = await servePage('painel', request.portOffset, interrupted);
    console.log(`  O site e o painel, como estão em apps: ${site} e ${painel} (o que mudar neles aparece em seguida)`);
    console.log('  O que mudar em libs, services, bffs e no emulador reinicia quem o usa. Encerrar: Ctrl-C');
    const supervision = new Supervision({ instance, apps, launch, say: (line) => console.error(line) });
    void supervision.run(interrupted);
    const spares = new Spares(instance, platform.settingsOf);
    void spares.fill(apps).catch((error: unknown) => console.error(error));
    await followAll(sources, instance, platform, supervision, spares).catch((error: unknown) => {
      console.error(error);
      // Nobody would follow any more: undone as by Ctrl-C, and a failure.
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    });
    return await new Promise<number>(() => undefined); // The handler of the signal is undoing, and ends the process.
  } finally {
    release();
  }
});

async function followAll(
  sources: Sources,
  instance: string,
  platform: Started & { interrupted: AbortSignal },
  supervision: Supervision,
  spares: Spares,
): Promise<void> {
  const { interrupted } = platform;
  sources.watch(interrupted);
  let waiting: string[] = [];
  while (!interrupted.aborted) {
    const paths = [...new Set([...waiting, ...(await sources.changed())])];
    waiting = await follow(paths, instance, platform, supervision, spares);
    void spares.fill(platform.apps).catch((error: unknown) => console.error(error));
  }
}

/**
 * Compiles what changed and restarts what uses it. A mistake in it is told, and nothing that uses it is restarted.
 *
 * @returns the files that wait for a mistake to be mended
 */
async function follow(
  paths: string[],
  instance: string,
  { apps, launch, interrupted }: Started & { interrupted: AbortSignal },
  supervision: Supervision,
  spares: Spares,
): Promise<string[]> {
  const begun = Date.now();
  spares.pause();
  const changes = paths.flatMap((path) => {
    const change = changeOf(path);
    return change ? [{ path, ...change }] : [];
  });
  const broken = new Set<string>();
  await Promise.all(
    changes.map(async ({ path, workspace, output }) => {
      if (output === undefined) return;
      await compileFile(path, output).catch((error: unknown) => {
        console.error(`\n${error instanceof Error ? error.message : String(error)}`);
        broken.add(workspace);
      });
    }),
  );
  const using = (workspaces: Iterable<string>): App[] =>
    appsUsing(new Set(workspaces)).filter((app) => apps.includes(app));
  const held = using(broken);
  const affected = using(changes.map(({ workspace }) => workspace)).filter((app) => !held.includes(app));
  const restart = (app: App): Promise<void> =>
    supervision.hold(app, async () => {
      await appProcess(instance, app.name)?.stop(stopWithinMs);
      await waitUntilReady(instance, app, spares.take(app) ?? (await launch(app)), interrupted);
    });
  const outcomes = await Promise.allSettled(affected.map(restart));
  const namesOf = (some: App[]): string => some.map(({ name }) => name).join(', ');
  for (const outcome of outcomes)
    if (outcome.status === 'rejected' && !interrupted.aborted) console.error(`\n${String(outcome.reason)}`);
  if (held.length > 0) console.error(`Com o código de antes, até que se corrija: ${namesOf(held)}`);
  if (affected.length > 0 && outcomes.every(({ status }) => status === 'fulfilled'))
    console.log(`${paths.join(', ')} → ${namesOf(affected)}: de novo em ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  if (broken.size === 0) void typeCheck.start().catch((error: unknown) => console.error(error));
  return changes.flatMap(({ path, workspace }) => (using([workspace]).some((app) => held.includes(app)) ? [path] : []));
}
