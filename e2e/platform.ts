import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type App, apps, appUrl, oidcProvider } from '../tools/apps.ts';
import { instanceFolder, root } from '../tools/cli/paths.ts';
import type { ServerUrls } from '../tools/infra/connection-urls.ts';
import { prepareServers } from '../tools/infra/prepare.ts';
import { provisionDatabases } from '../tools/infra/provision-databases.ts';
import { databases, loadSecrets, type Secrets } from '../tools/infra/secrets.ts';
import { appLogFile, launchApp, waitUntilReady } from '../tools/platform/app-processes.ts';
import { settingsFor } from '../tools/platform/settings.ts';
import type { PlatformState } from '../tools/platform/state.ts';
import { isPortFree } from '../tools/processes/ports.ts';
import { topologyFile } from '../tools/releases/topology.ts';
import type { TrackedProcess } from '../tools/processes/tracked-process.ts';

const INSTANCE = 'e2e';
const STOP_DEADLINE_MS = 13_000;
/** Of AMQP. */
const NOT_FOUND = 404;

async function freeOffset(): Promise<number> {
  for (let offset = 2_000; offset < 20_000; offset += 500) {
    const free = await Promise.all(apps.map(({ port }) => isPortFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('não há portas livres para a plataforma de teste');
}

/** Takes away what a platform before this one left on the servers: no spec finds what another did. */
async function forget(urls: ServerUrls): Promise<void> {
  const admin = new pg.Client({ connectionString: urls.postgres });
  await admin.connect();
  for (const database of databases) await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.end();
  const cache = new Redis(urls.redis);
  // Of its users alone: other specs, which run at the same time, have keys there too.
  for (const user of Object.keys(urls.caches))
    for await (const keys of cache.scanStream({ match: `${user}:*`, count: 1_000 }) as AsyncIterable<string[]>)
      if (keys.length > 0) await cache.unlink(keys);
  cache.disconnect();
  const broker = await connect(urls.rabbitmq);
  // What was said of another platform is not of this one.
  const { queues } = JSON.parse(readFileSync(join(root, topologyFile), 'utf8')) as { queues: Record<string, unknown> };
  for (const queue of Object.keys(queues)) {
    const channel = await broker.createChannel();
    // Heard by whoever asked.
    channel.on('error', () => undefined);
    try {
      await channel.purgeQueue(queue);
      await channel.close();
    } catch (error) {
      // Where there is no such queue yet there is nothing in it, and the channel is closed for asking.
      if ((error as { code?: unknown }).code !== NOT_FOUND) throw error;
    }
  }
  await broker.close();
}

/** The whole platform as processes of its own, on the servers of `npm test`, with nothing but the demo data. */
export class E2ePlatform {
  private readonly processes = new Map<string, TrackedProcess>();
  private readonly emulatorFolder = mkdtempSync(join(tmpdir(), 'e2e-emulador-'));

  private constructor(
    private readonly urls: ServerUrls,
    private readonly portOffset: number,
    readonly secrets: Secrets,
    private readonly settings: Record<string, string>,
    private readonly demo: boolean,
    private readonly oidc: boolean,
  ) {}

  /**
   * @param names of the applications that a spec needs; all of them if it names none
   * @param settings more for every application
   * @param demo whether there is anything in it at first
   * @param oidc whether the local OpenID Connect provider runs beside
   */
  static async start({
    names = apps.map(({ name }) => name),
    settings = {},
    demo = true,
    oidc = false,
  }: {
    names?: readonly string[];
    settings?: Record<string, string>;
    demo?: boolean;
    oidc?: boolean;
  } = {}): Promise<E2ePlatform> {
    const { TEST_SERVER_URLS: urls, TEST_INSTANCE: instance } = process.env;
    if (!urls || !instance)
      throw new Error(
        'TEST_SERVER_URLS e TEST_INSTANCE não estão definidas: os testes de ponta a ponta rodam por "npm test"',
      );
    const platform = new E2ePlatform(
      JSON.parse(urls) as ServerUrls,
      await freeOffset(),
      loadSecrets(instanceFolder(instance)),
      settings,
      demo,
      oidc,
    );
    try {
      await forget(platform.urls);
      await provisionDatabases(platform.urls.postgres, platform.secrets.roles);
      await prepareServers(platform.urls);
      await Promise.all([...names, ...(oidc ? [oidcProvider.name] : [])].map((name) => platform.launch(name)));
    } catch (error) {
      await platform.stop();
      throw error;
    }
    return platform;
  }

  /** As the tools know a running platform. */
  get state(): PlatformState {
    return {
      instance: INSTANCE,
      portOffset: this.portOffset,
      infra: 'native',
      servers: this.urls,
      apps: Object.fromEntries(
        [...apps, ...(this.oidc ? [oidcProvider] : [])].map(({ name }) => [name, appUrl(name, this.portOffset)]),
      ),
      demo: this.demo,
      oidc: this.oidc,
      choices: {},
      stripe: { secretKey: this.secrets.stripeSecretKey, apiBase: appUrl('stripe-emulator', this.portOffset) },
    };
  }

  /** Starts an application and waits until it is ready. */
  async launch(name: string, settings: Record<string, string> = {}): Promise<void> {
    const app = this.app(name);
    const own = settingsFor(app, {
      portOffset: this.portOffset,
      urls: this.urls,
      secrets: this.secrets,
      emulatorFolder: this.emulatorFolder,
      demo: this.demo,
      oidc: this.oidc,
      user: {},
    });
    const process = await launchApp(INSTANCE, app, { ...own, NODE_ENV: 'test', ...this.settings, ...settings }, true);
    this.processes.set(name, process);
    await waitUntilReady(INSTANCE, app, process, new AbortController().signal);
  }

  /** All that anyone who looks at the process of an application from outside could find out. */
  visibleOf(name: string): string {
    const { pid } = this.process(name).record;
    return process.platform === 'linux'
      ? ['environ', 'cmdline'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\0')
      : execFileSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  }

  /** What an application has written down so far. */
  logOf(name: string): string {
    return readFileSync(appLogFile(INSTANCE, name), 'utf8');
  }

  /** Ends an application as a crash would. */
  kill(name: string): void {
    process.kill(this.process(name).record.pid, 'SIGKILL');
  }

  isRunning(name: string): boolean {
    return this.process(name).isRunning;
  }

  /** Stops an application in good order and starts it again with other settings. */
  async restart(name: string, settings: Record<string, string> = {}): Promise<void> {
    await this.process(name).stop(STOP_DEADLINE_MS);
    await this.launch(name, settings);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.processes.values()].map((process) => process.stop(STOP_DEADLINE_MS)));
    rmSync(this.emulatorFolder, { recursive: true, force: true });
    rmSync(instanceFolder(INSTANCE), { recursive: true, force: true });
  }

  private app(name: string): App {
    const app = [...apps, oidcProvider].find((candidate) => candidate.name === name);
    if (!app) throw new Error(`não há aplicação ${name}`);
    return app;
  }

  private process(name: string): TrackedProcess {
    const process = this.processes.get(name);
    if (!process) throw new Error(`${name} não foi iniciada`);
    return process;
  }
}
