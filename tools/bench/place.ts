import { join } from 'node:path';
import { apps, type App } from '../apps.ts';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { serverRecordsFolder } from '../infra/native/native-servers.ts';
import type { Servers } from '../infra/servers.ts';
import { launchApp, waitUntilReady } from '../platform/app-processes.ts';
import { settingsFor, type Settings, type SettingsContext } from '../platform/settings.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { type CpuByKind, snapshot, spentBetween, type Watched } from './cpu.ts';
import { Load } from './load/load.ts';

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
  readonly #undo: (() => Promise<void>)[] = [];

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

  /** What was started is ended at the end, the last first. */
  atEnd(undo: () => Promise<void>): void {
    this.#undo.push(undo);
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
    for (const undo of this.#undo.toReversed()) await undo();
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

/** @throws UserError unless the servers are processes of this machine, whose CPU and programs can be had */
export function requireNative({ servers }: Place, what: string): void {
  if (servers.mode !== 'native')
    throw new UserError(`${what} só se mede com servidores nativos: npm run bench -- --infra=native`);
}
