import { join } from 'node:path';
import { type App, apps, appUrl } from './apps.ts';
import { build, runQuietly } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import { instanceFolder, root } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { freePortOffset } from './infra/ports.ts';
import { prepareServers } from './infra/prepare.ts';
import { deleteInstanceData, planServers, type Servers, stopServers } from './infra/servers.ts';
import { launchApp, stopApps, waitUntilReady } from './platform/app-processes.ts';
import { settingsFor } from './platform/settings.ts';
import { appProcess, claimInstance, digestChoices, writeState } from './platform/state.ts';
import {
  earlierVersion,
  type EarlierVersion,
  inVersion,
  lastRelease,
  lendInstance,
  withOurMigrations,
} from './releases/earlier-version.ts';

const instance = 'compatibilidade';
const STOP_MS = 13_000;
/** What is up to date at each step, of an update as it is done: the schema, half of the services, the other half, all. */
const STEPS: readonly { readonly what: string; readonly novas: readonly string[] }[] = [
  { what: 'o banco e as filas são novos, tudo o mais é da versão anterior', novas: [] },
  { what: 'reservas e auth são novos', novas: ['reservas', 'auth'] },
  { what: 'pagamentos e notificacoes são novos, reservas e auth voltaram', novas: ['pagamentos', 'notificacoes'] },
  { what: 'os quatro serviços são novos', novas: ['reservas', 'auth', 'pagamentos', 'notificacoes'] },
];

await command('compatibilidade', async ({ values, infra, yes }) => {
  const begun = Date.now();
  const progress = (line: string): void =>
    console.log(`  ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const ref = text(values.desde) ?? (await lastRelease());
  const earlier = await earlierVersion(ref, progress);
  progress(`a versão anterior é ${ref} (${earlier.commit.slice(0, 12)})`);
  await build();
  if (values.tudo === true && !(await specsOf(earlier, yes, progress))) return 1;
  const portOffset = await freePortOffset(7_000);
  const release = claimInstance(instance, portOffset);
  const plan = await planServers({
    instance,
    portOffset,
    infra: infra ?? 'native',
    durable: false,
    dieWithUs: true,
    consent: consentOf(yes),
    env: {},
  });
  await deleteInstanceData(instance, portOffset);
  try {
    const servers = await plan.start(progress);
    await prepareServers(servers.urls);
    return (await converse(servers, portOffset, earlier, progress)) ? 0 : 1;
  } finally {
    await stopApps(instance);
    await stopServers(instance, portOffset, plan.mode, 'at once');
    await deleteInstanceData(instance, portOffset);
    release();
  }
});

/** Its own specs, on our schema. @returns whether they hold */
async function specsOf(earlier: EarlierVersion, yes: boolean, progress: (line: string) => void): Promise<boolean> {
  withOurMigrations(earlier);
  progress('as specs da versão anterior, com as migrações desta');
  const line = `cd "$0" && exec node tools/run.mjs test ${yes ? '--yes' : ''} services/`;
  const { code, output } = await runQuietly('sh', ['-c', line, earlier.folder]);
  progress(code === 0 ? 'as specs valem' : `as specs NÃO valem:\n${output.slice(-4_000)}`);
  return code === 0;
}

/** Both versions at once, in every order: the six stories are told at each step, and what they left behind is judged. */
async function converse(
  servers: Servers,
  portOffset: number,
  earlier: EarlierVersion,
  progress: (line: string) => void,
): Promise<boolean> {
  const { urls, secrets } = servers;
  const settings = (app: App) =>
    settingsFor(app, {
      portOffset,
      urls,
      secrets,
      emulatorFolder: join(instanceFolder(instance), 'stripe'),
      demo: true,
      user: {},
    });
  writeState({
    instance,
    portOffset,
    infra: servers.mode,
    servers: urls,
    apps: Object.fromEntries(apps.map(({ name }) => [name, appUrl(name, portOffset)])),
    demo: true,
    choices: digestChoices({}),
    stripe: { secretKey: secrets.stripeSecretKey, apiBase: appUrl('stripe-emulator', portOffset) },
  });
  const running = new Map<string, 'nova' | 'anterior'>();
  for (const { what, novas } of STEPS) {
    const wanted = apps.map((app) => [app, novas.includes(app.name) ? 'nova' : 'anterior'] as const);
    const changed = wanted.filter(([{ name }, version]) => running.get(name) !== version);
    await Promise.all(changed.map(async ([{ name }]) => appProcess(instance, name)?.stop(STOP_MS)));
    await Promise.all(
      changed.map(async ([app, version]) => {
        const of = version === 'nova' ? app : inVersion(earlier, app);
        const started = await launchApp(instance, of, settings(app), true);
        await waitUntilReady(instance, of, started, new AbortController().signal);
        running.set(app.name, version);
      }),
    );
    progress(what);
    lendInstance(earlier, instance);
    // Who asks is of the version of the BFFs, which are updated last.
    for (const [of, name] of [
      [earlier.folder, 'demo'],
      [root, 'invariants'],
    ] as const) {
      const { code, output } = await runQuietly('sh', [
        '-c',
        `cd "$0" && exec node tools/run.mjs ${name} --instance ${instance}`,
        of,
      ]);
      if (code !== 0) {
        progress(`NÃO: npm run ${name}\n${output.slice(-4_000)}`);
        return false;
      }
      progress(`npm run ${name}: como deve`);
    }
  }
  progress('as duas versões convivem, em qualquer ordem');
  return true;
}
