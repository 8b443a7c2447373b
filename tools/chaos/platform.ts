import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TcpProxy } from '@plataforma/testing';
import { type App, apps, appUrl } from '../apps.ts';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import type { ServerUrls } from '../infra/connection-urls.ts';
import type { ServerContext } from '../infra/native/native-server.ts';
import { type NativeServerName, startNativeServer } from '../infra/native/native-servers.ts';
import { prepareServers } from '../infra/prepare.ts';
import type { Servers } from '../infra/servers.ts';
import { appLogFile, launchApp, probeReady, waitUntilReady } from '../platform/app-processes.ts';
import { settingsFor, type Settings } from '../platform/settings.ts';
import { digestChoices, type PlatformState, writeState } from '../platform/state.ts';
import type { TrackedProcess } from '../processes/tracked-process.ts';
import { serverProcess } from './nodes.ts';

/** Holds end within a run, and what was lost is missed within seconds. */
export const holdSeconds = 20;
const ofAll: Settings = { NODE_ENV: 'test', LOG_LEVEL: 'warn' };
const ofSome: Readonly<Record<string, Settings>> = {
  auth: {
    AUTH_TOKEN_SEGUNDOS: '7200',
    AUTH_APAGAMENTO_CARENCIA_SEGUNDOS: '1',
    REGISTROS_ENDERECO: '10000',
    LOGIN_TENTATIVAS_ENDERECO: '100000',
    LOGIN_TENTATIVAS_CONTA: '10000',
    LOGIN_TENTATIVAS_CONTA_TOTAL: '10000',
  },
  reservas: { HOLD_SEGUNDOS: String(holdSeconds), CONFERENCIA_SEGUNDOS: '40' },
  pagamentos: { RECONCILIACAO_SEGUNDOS: '5' },
  notificacoes: { GANCHOS_DESTINOS_LOCAIS: 'true' },
  'bff-web': { PEDIDOS_POR_MINUTO: '0' },
  'bff-admin': { PEDIDOS_POR_MINUTO: '0' },
};
/** The applications that the faults are about: clients book by bff-web, and administer by bff-admin. */
const names = ['auth', 'reservas', 'pagamentos', 'notificacoes', 'bff-web', 'bff-admin', 'stripe-emulator'];

const pollMs = 200;
const stopWithinMs = 13_000;
export type Proxied = 'postgres' | 'rabbitmq' | 'stripe';

/**
 * A whole platform to be broken: what dies is started again, as a supervisor would; between the services and their
 * servers are proxies, so that a network can fail; and a point of failure is armed by a file, in a process at work.
 */
export class ChaosPlatform {
  readonly state: PlatformState;
  readonly #servers: Servers;
  readonly #proxies: Readonly<Record<Proxied, TcpProxy>>;
  readonly #processes = new Map<string, TrackedProcess>();
  readonly #own = new Map<string, Settings>();
  /** Not to be started again: stopped on purpose. */
  readonly #held = new Set<string>();
  readonly #ended = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  restarts = 0;

  private constructor(state: PlatformState, servers: Servers, proxies: Readonly<Record<Proxied, TcpProxy>>) {
    this.state = state;
    this.#servers = servers;
    this.#proxies = proxies;
    mkdirSync(this.#folder, { recursive: true });
  }

  static async start(instance: string, portOffset: number, servers: Servers): Promise<ChaosPlatform> {
    const { TcpProxy: Proxy } = await import('@plataforma/testing');
    const { urls, secrets } = servers;
    const apiBase = appUrl('stripe-emulator', portOffset);
    const [postgres, rabbitmq, stripe] = await Promise.all(
      [urls.postgres, urls.rabbitmq, apiBase].map((url) => Proxy.start(url)),
    );
    if (!postgres || !rabbitmq || !stripe) throw new Error('there is no proxy');
    const state: PlatformState = {
      instance,
      portOffset,
      infra: servers.mode,
      servers: urls,
      apps: Object.fromEntries(apps.map(({ name }) => [name, appUrl(name, portOffset)])),
      demo: true,
      choices: digestChoices({}),
      stripe: { secretKey: secrets.stripeSecretKey, apiBase },
    };
    const platform = new ChaosPlatform(state, servers, { postgres, rabbitmq, stripe });
    await prepareServers(urls);
    writeState(state);
    await Promise.all(names.map((name) => platform.launch(name)));
    platform.#watching = platform.#watch();
    return platform;
  }

  get servers(): Servers {
    return this.#servers;
  }

  proxy(name: Proxied): TcpProxy {
    return this.#proxies[name];
  }

  /** Starts an application, and waits until it is ready. */
  async launch(name: string, settings: Settings = {}): Promise<void> {
    this.#own.set(name, settings);
    const started = await this.#start(name);
    this.#held.delete(name);
    await waitUntilReady(this.state.instance, this.#app(name), started, new AbortController().signal);
  }

  /** Ends an application in good order; it stays away until it is launched. */
  async stopApp(name: string): Promise<void> {
    this.#held.add(name);
    await this.#processes.get(name)?.stop(stopWithinMs);
  }

  /** With other settings, until it is launched without. */
  async relaunch(name: string, settings: Settings = {}): Promise<void> {
    await this.stopApp(name);
    await this.launch(name, settings);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const running = this.#processes.get(name);
    if (running?.isRunning) process.kill(running.record.pid, signal);
  }

  pid(name: string): number {
    return this.#processes.get(name)?.record.pid ?? 0;
  }

  /** One more process of an application, at a port of its own and under no supervision. */
  async another(name: string, port: number): Promise<TrackedProcess> {
    const app = { ...this.#app(name), name: `${name}-${port}` };
    return launchApp(this.state.instance, app, { ...this.#settings(this.#app(name)), PORT: String(port) }, true);
  }

  /** Arms a point of failure (see `failpoint`) in an application at work; disarmed with undefined. */
  arm(name: string, point: string | undefined): void {
    if (point === undefined) rmSync(this.#failpointFile(name), { force: true });
    else writeFileSync(this.#failpointFile(name), point);
  }

  /** Whether what was armed has not killed yet. */
  isArmed(name: string): boolean {
    return existsSync(this.#failpointFile(name));
  }

  /** Ends a server as a crash or an operator would, and starts it again on its data after `awayMs`. */
  async bounce(server: NativeServerName, signal: NodeJS.Signals, awayMs: number): Promise<void> {
    await this.halt(server, signal);
    await delay(awayMs);
    await this.revive(server);
  }

  /** Ends a server, and waits until it has. */
  async halt(server: NativeServerName, signal: NodeJS.Signals): Promise<void> {
    const found = serverProcess(this.native, server);
    if (!found) throw new UserError(`${server} não está em execução`);
    if (found.isRunning) process.kill(found.record.pid, signal);
    const deadline = Date.now() + 30_000;
    while (found.isRunning && Date.now() < deadline) await delay(50);
  }

  /** Starts a server again that has ended; of one that works nothing happens. */
  async revive(server: NativeServerName): Promise<void> {
    if (!serverProcess(this.native, server)?.isRunning) await startNativeServer(this.native, server);
  }

  /** How its servers run. */
  get native(): ServerContext {
    if (!this.#servers.native) throw new UserError('os servidores não são processos desta máquina');
    return this.#servers.native;
  }

  /** Waits until every application says that it is ready. @throws UserError naming those that do not */
  async ready(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const late = (
        await Promise.all(
          names.map(async (name) => {
            const running = this.#processes.get(name);
            const error = running?.isRunning ? await probeReady(running).catch(String) : 'não está em execução';
            return error === undefined ? [] : [`${name}: ${error}`];
          }),
        )
      ).flat();
      if (late.length === 0) return;
      if (Date.now() > deadline) throw new UserError(`não ficou pronta em ${withinMs / 1_000} s: ${late.join('; ')}`);
      await delay(pollMs);
    }
  }

  logFile(name: string): string {
    return appLogFile(this.state.instance, name);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#watching;
    for (const { record } of this.#processes.values()) this.signal(record.name, 'SIGCONT');
    await Promise.all([...this.#processes.values()].map((running) => running.stop(stopWithinMs)));
    await Promise.all(Object.values(this.#proxies).map((proxy) => proxy.cut()));
  }

  async #watch(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      for (const [name, running] of this.#processes)
        if (!running.isRunning && !this.#held.has(name)) {
          this.restarts += 1;
          await this.#start(name);
        }
      await delay(pollMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  async #start(name: string): Promise<TrackedProcess> {
    const app = this.#app(name);
    const running = await launchApp(this.state.instance, app, this.#settings(app), true);
    this.#processes.set(name, running);
    return running;
  }

  #settings(app: App): Settings {
    const { portOffset, instance } = this.state;
    const through = (url: string, proxy: TcpProxy): string => {
      const address = new URL(url);
      address.host = new URL(proxy.url).host;
      return address.href;
    };
    const { postgres, rabbitmq, stripe } = this.#proxies;
    const urls: ServerUrls = structuredClone(this.#servers.urls);
    for (const database of Object.values(urls.databases)) database.app = through(database.app, postgres);
    for (const user of Object.keys(urls.brokers) as (keyof typeof urls.brokers)[])
      urls.brokers[user] = through(urls.brokers[user], rabbitmq);
    const own = settingsFor(app, {
      portOffset,
      urls,
      secrets: this.#servers.secrets,
      emulatorFolder: join(instanceFolder(instance), 'stripe'),
      demo: true,
      user: {},
    });
    return {
      ...own,
      ...(app.kind === 'emulator' ? {} : ofAll),
      ...ofSome[app.name],
      ...(app.name === 'pagamentos' && { STRIPE_API_BASE: stripe.url.replace(/\/$/, '') }),
      FAILPOINT_ARQUIVO: this.#failpointFile(app.name),
      ...this.#own.get(app.name),
    };
  }

  get #folder(): string {
    return join(instanceFolder(this.state.instance), 'pontos');
  }

  #failpointFile(name: string): string {
    return join(this.#folder, name);
  }

  #app(name: string): App {
    const app = apps.find((candidate) => candidate.name === name);
    if (!app) throw new Error(`there is no application "${name}"`);
    return app;
  }
}
