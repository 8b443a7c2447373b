import { join } from 'node:path';
import { apps, type App } from '../apps.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { serverRecordsFolder } from '../infra/native/native-servers.ts';
import type { Servers } from '../infra/servers.ts';
import { launchApp, waitUntilReady } from '../platform/app-processes.ts';
import { settingsFor, type Settings, type SettingsContext } from '../platform/settings.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { type CpuByKind, snapshot, spentBetween, type Watched } from './cpu.ts';
import { Load } from './load/load.ts';
import type { OwnVhost } from './broker.ts';
import type { Platform } from './platform.ts';

export const stopWithinMs = 13_000;

/** What a scenario needs of where it runs. */
export class Place {
  readonly instance: string;
  readonly portOffset: number;
  readonly servers: Servers;
  readonly progress: (message: string) => void;
  /** Few rounds and small counts: to see that all is well, not to judge. */
  readonly quick: boolean;
  /** Sizes of tables that growth is measured at. */
  readonly rows: readonly number[];
  readonly #apps = new Map<string, TrackedProcess>();
  readonly #loads = new Map<string, Load>();
  #platform: Promise<Platform> | undefined;

  constructor(options: Pick<Place, 'instance' | 'portOffset' | 'servers' | 'progress' | 'quick' | 'rows'>) {
    this.instance = options.instance;
    this.portOffset = options.portOffset;
    this.servers = options.servers;
    this.progress = options.progress;
    this.quick = options.quick;
    this.rows = options.rows;
  }

  get rounds(): number {
    return this.quick ? 3 : 5;
  }

  /** How long one measurement of a rate lasts, s. */
  get seconds(): number {
    return this.quick ? 1 : 3;
  }

  /** A generator; the same for all scenarios. Two things at once need two, each with a name. */
  async load(name = generatorKind): Promise<Load> {
    const load = this.#loads.get(name) ?? (await Load.start());
    this.#loads.set(name, load);
    return load;
  }

  /** The whole platform, started by the first scenario that needs it. */
  platform(): Promise<Platform> {
    this.#platform ??= import('./platform.ts').then(({ Platform }) => Platform.start(this));
    return this.#platform;
  }

  get platformIfStarted(): Promise<Platform> | undefined {
    return this.#platform;
  }

  settingsContext(): SettingsContext {
    const { servers, portOffset } = this;
    const emulatorFolder = join(instanceFolder(this.instance), 'stripe');
    return { portOffset, urls: servers.urls, secrets: servers.secrets, emulatorFolder, demo: false, user: {} };
  }

  /** Launches an application as in production, and waits until it is ready. */
  async launch(app: App, settings: Settings = {}): Promise<TrackedProcess> {
    const running = await launchApp(
      this.instance,
      app,
      { ...settingsFor(app, this.settingsContext()), NODE_ENV: 'production', LOG_LEVEL: 'warn', ...settings },
      true,
    );
    this.#apps.set(app.name, running);
    await waitUntilReady(this.instance, app, running, new AbortController().signal);
    return running;
  }

  async stopApp(name: string): Promise<void> {
    await this.#apps.get(name)?.stop(stopWithinMs);
    this.#apps.delete(name);
  }

  appPid(name: string): number | undefined {
    return this.#apps.get(name)?.record.pid;
  }

  /** What `work` costs, by kind of process; of servers that are not this machine's processes nothing is known. */
  async cpuOf<T>(work: () => Promise<T>): Promise<{ result: T; cpu: CpuByKind }> {
    const watched = this.#watched();
    const before = snapshot(watched);
    const result = await work();
    return { result, cpu: spentBetween(before, snapshot(watched)) };
  }

  #watched(): Watched {
    const servers = TrackedProcess.all(serverRecordsFolder(this.instance)).map(({ record }) => record);
    const kinds: Record<string, string> = { redis: 'Redis', rabbitmq: 'RabbitMQ' };
    const roots = new Map<number, string>();
    for (const { name, pid } of servers) if (kinds[name]) roots.set(pid, kinds[name]);
    for (const [name, { record }] of this.#apps) roots.set(record.pid, name);
    for (const { pid } of this.#loads.values()) roots.set(pid, generatorKind);
    return { roots, postmaster: servers.find(({ name }) => name === 'postgres')?.pid };
  }

  async close(): Promise<void> {
    await (await this.#platform)?.close();
    for (const name of this.#apps.keys()) await this.stopApp(name);
    for (const load of this.#loads.values()) load.stop();
  }
}

export const generatorKind = 'gerador';

export function appNamed(name: string): App {
  const app = apps.find((candidate) => candidate.name === name);
  if (!app) throw new Error(`there is no application "${name}"`);
  return app;
}

/** A service with a database and a virtual host of the broker of its own: it gets no message that is another's. */
export interface OwnService {
  url: string;
  vhost: OwnVhost;
  /** As superuser, to its database. */
  adminUrl: string;
  databaseName: string;
  /** As the service itself. */
  databaseUrl: string;
  close: () => Promise<void>;
}

export interface OwnServiceOptions {
  /** `reservas`, `pagamentos`. */
  service: string;
  /** Of the process; there may be several of a service. */
  name: string;
  /** Without the instance's offset. */
  port: number;
  settings?: Settings;
  /** Fills the database before the service starts. */
  fill?: (adminUrl: string) => Promise<void>;
}

/** The migrations of a service's database. */
export async function migrationsOf(service: string): Promise<string[]> {
  const { messagingMigrations } = await import('@plataforma/messaging');
  const { platformMigrations } = await import('@plataforma/platform');
  return [platformMigrations, messagingMigrations, join(root, 'services', service, 'migrations')];
}

/** An empty database as `service` has it. */
export async function ownDatabase(place: Place, service: string) {
  const { TestDatabase } = await import('@plataforma/testing');
  process.env['TEST_POSTGRES_URL'] = place.servers.urls.postgres;
  const database = await TestDatabase.create(service, await migrationsOf(service));
  const adminUrl = new URL(place.servers.urls.postgres);
  adminUrl.pathname = `/${database.name}`;
  return { database, adminUrl: adminUrl.href };
}

export async function startOwn(place: Place, options: OwnServiceOptions): Promise<OwnService> {
  const { service, name, port, settings = {}, fill } = options;
  const { OwnVhost } = await import('./broker.ts');
  const [{ database, adminUrl }, vhost] = await Promise.all([ownDatabase(place, service), OwnVhost.create(place)]);
  await fill?.(adminUrl);
  const app: App = { ...appNamed(service), name, port };
  const { SEED_DEMO, ...own } = settingsFor({ ...appNamed(service), port }, place.settingsContext());
  await place.launch(app, {
    ...own,
    ...(SEED_DEMO === undefined ? {} : { SEED_DEMO: 'false' }),
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    ...(app.cache ? { REDIS_URL: `${place.servers.urls.redis}?keyPrefix=${name}:` } : {}),
    DATABASE_URL: database.options.DATABASE_URL,
    RABBITMQ_URL: vhost.url,
    ...settings,
  });
  return {
    vhost,
    url: `http://127.0.0.1:${port + place.portOffset}`,
    adminUrl,
    databaseName: database.name,
    databaseUrl: database.options.DATABASE_URL,
    close: async () => {
      await place.stopApp(name);
      await Promise.all([database.drop(), vhost.drop()]);
    },
  };
}

/** @throws UserError unless the servers are processes of this machine, whose CPU and programs can be had */
export function requireNative({ servers }: Place, what: string): void {
  if (servers.mode !== 'native')
    throw new UserError(`${what} só se mede com servidores nativos: npm run bench -- --infra=native`);
}
