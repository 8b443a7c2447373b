import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../apps.ts';
import { instanceFolder } from '../cli/paths.ts';
import { tail, TrackedProcess, type Ending } from '../processes/tracked-process.ts';
import { serverRecordsFolder } from '../infra/native/native-servers.ts';
import { appLogFile } from './app-processes.ts';
import { appProcess, runningApps } from './state.ts';

const pollMs = 250;
/** Within this a parent has been told how a process that is gone ended. */
const toldInMs = 5_000;
/** What has run this long is taken for sound again. */
const soundAfterMs = 60_000;
const [firstPauseMs, longestPauseMs] = [500, 30_000];
/** Together with their pauses about a minute: what still dies then does so for a reason that time does not mend. */
const mostRestarts = 7;

/** What happened to one application, for `npm run status`. */
export interface Restarts {
  restarts: number;
  /** The supervisor no longer tries. */
  gaveUp: boolean;
}

/** The pause before the next restart, ms, after `restarts` in short succession; undefined: give up. */
export function nextPause(restarts: number): number | undefined {
  return restarts >= mostRestarts ? undefined : Math.min(firstPauseMs * 2 ** restarts, longestPauseMs);
}

/** An ending in words that follow "terminou". */
export function howItEnded(ending: Ending | undefined): string {
  if (ending?.signal === 'SIGKILL')
    return ' pelo sinal SIGKILL (alguém a encerrou à força, ou faltou memória à máquina; ela mesma não pôde registrá-lo)';
  if (ending?.signal) return ` pelo sinal ${ending.signal}`;
  return ending ? ` com o código ${ending.code}` : ', e não se sabe como: quem a iniciou já não está';
}

interface Watched extends Restarts {
  /** Restarts since it last ran soundly. */
  recent: number;
  startedAt: number;
  restartAt: number | undefined;
}

export interface Supervised {
  instance: string;
  apps: App[];
  /** Starts an application anew; resolves once the process exists. */
  launch: (app: App) => Promise<unknown>;
  say: (line: string) => void;
  /** See `nextPause`. */
  pauses?: typeof nextPause;
}

/** Restarts the applications of an instance that end on their own, ever more slowly, until it gives up. */
export class Supervision {
  readonly #context: Supervised;
  readonly #watched: Map<string, Watched>;
  readonly #servers = new Set<string>();
  /** Being restarted on purpose, by somebody else. */
  readonly #held = new Set<string>();

  constructor(context: Supervised) {
    this.#context = context;
    const now = Date.now();
    this.#watched = new Map(
      context.apps.map(({ name }) => [
        name,
        { restarts: 0, recent: 0, gaveUp: false, startedAt: now, restartAt: undefined },
      ]),
    );
  }

  /** Works until the signal; what is being launched then is launched to its end, so that whoever stops finds it. */
  async run(signal: AbortSignal): Promise<void> {
    this.#write();
    // Nothing else keeps this process going while it waits to be told of an ending: what it launched lives on its own.
    const alive = setInterval(() => undefined, 60_000);
    try {
      while (!signal.aborted) {
        await this.round();
        await delay(pollMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      clearInterval(alive);
    }
  }

  /** Stops or restarts an application without its end being taken for a crash; what happened before is forgotten. */
  async hold(app: App, work: () => Promise<void>): Promise<void> {
    this.#held.add(app.name);
    try {
      await work();
    } finally {
      this.#watched.set(app.name, {
        restarts: 0,
        recent: 0,
        gaveUp: false,
        startedAt: Date.now(),
        restartAt: undefined,
      });
      this.#held.delete(app.name);
    }
  }

  /** Looks once at everything. */
  async round(): Promise<void> {
    const running = new Set(runningApps(this.#context.instance).map(({ record }) => record.name));
    for (const app of this.#context.apps) if (!this.#held.has(app.name)) await this.#look(app, running.has(app.name));
    this.#lookAtServers();
  }

  async #look(app: App, isRunning: boolean): Promise<void> {
    const watched = this.#watched.get(app.name);
    if (!watched || watched.gaveUp) return;
    const now = Date.now();
    if (isRunning) {
      if (now - watched.startedAt >= soundAfterMs) watched.recent = 0;
      return;
    }
    if (watched.restartAt === undefined) {
      const { instance, say, pauses = nextPause } = this.#context;
      const pause = pauses(watched.recent);
      const log = appLogFile(instance, app.name);
      const ending = appProcess(instance, app.name)?.ending;
      const how = howItEnded(await Promise.race([ending, delay(toldInMs, undefined, { ref: false })]));
      say(
        `\nA aplicação ${app.name} terminou${how}. Últimas linhas que registrou desde que foi iniciada (${log}):\n${tail(log)}`,
      );
      if (pause === undefined) {
        watched.gaveUp = true;
        say(`${app.name} terminou ${watched.recent + 1} vezes seguidas: desisto de reiniciá-la.`);
      } else {
        watched.restartAt = now + pause;
        say(`${app.name} será reiniciada em ${pause / 1000} s.`);
      }
      this.#write();
    } else if (now >= watched.restartAt) {
      watched.restartAt = undefined;
      watched.startedAt = now;
      watched.restarts += 1;
      watched.recent += 1;
      await this.#launch(app, watched.restarts);
      this.#write();
    }
  }

  /** A launch that fails counts like an application that ends at once: the next round sees nothing running. */
  async #launch(app: App, restarts: number): Promise<void> {
    const { launch, say } = this.#context;
    await launch(app).then(
      () => say(`${app.name} foi reiniciada (${restarts}ª vez).`),
      (error: unknown) =>
        say(`${app.name} não pôde ser reiniciada: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /** A server is not restarted: its data comes first, and somebody should look at why it ended. */
  #lookAtServers(): void {
    const { instance, say } = this.#context;
    for (const { record, isRunning } of TrackedProcess.all(serverRecordsFolder(instance))) {
      if (isRunning) this.#servers.add(record.name);
      else if (this.#servers.delete(record.name))
        say(
          `\nO servidor ${record.name} terminou, e não é reiniciado sozinho: o registro dele está em ${join(instanceFolder(instance), 'logs', `${record.name}.log`)}. Encerre e inicie de novo a instância ${instance}.`,
        );
    }
  }

  #write(): void {
    const report = Object.fromEntries(
      [...this.#watched].map(([name, { restarts, gaveUp }]) => [name, { restarts, gaveUp }]),
    );
    const file = reportFile(this.#context.instance);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.novo`, JSON.stringify(report));
    renameSync(`${file}.novo`, file);
  }
}

const reportFile = (instance: string): string => join(instanceFolder(instance), 'processos', 'reinicios.json');

/** What the supervisor of an instance did since it began. */
export function readRestarts(instance: string): Record<string, Restarts> {
  try {
    return JSON.parse(readFileSync(reportFile(instance), 'utf8')) as Record<string, Restarts>;
  } catch {
    return {}; // Never started, or by a version that did not restart anything.
  }
}

export function forgetRestarts(instance: string): void {
  rmSync(reportFile(instance), { force: true });
}
