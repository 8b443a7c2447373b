import type { ChildProcess } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { appLogFile, programOf, recordOptions, spawnOptions } from '../platform/app-processes.ts';
import type { Settings } from '../platform/settings.ts';
import { keepEarlier, TrackedProcess } from '../processes/tracked-process.ts';
import { partsOf } from './workspaces.ts';

interface Spare {
  child: ChildProcess;
  isWarm: boolean;
}

/**
 * For each application a process that has loaded its packages and nothing of ours, and becomes the application as soon
 * as it is asked to: what a restart costs then is our own code alone.
 */
export class Spares {
  readonly #instance: string;
  readonly #settingsOf: (app: App) => Settings;
  readonly #spares = new Map<string, Spare>();
  #missing: App[] = [];
  #filling = false;

  constructor(instance: string, settingsOf: (app: App) => Settings) {
    this.#instance = instance;
    this.#settingsOf = settingsOf;
  }

  /** Makes those that are missing, one after the other: whoever works meanwhile keeps the other cores. */
  async fill(apps: readonly App[]): Promise<void> {
    this.#missing = apps.filter(({ kind }) => kind !== 'emulator');
    if (this.#filling) return;
    this.#filling = true;
    try {
      for (let app = this.#missing.shift(); app; app = this.#missing.shift())
        if (!this.#spares.has(app.name)) await this.#make(app);
    } finally {
      this.#filling = false;
    }
  }

  /** Makes no more of them for now. */
  pause(): void {
    this.#missing = [];
  }

  /** Resolves when it is warm, or gone. */
  async #make(app: App): Promise<void> {
    const program = programOf(app);
    const main = program.pop() ?? '';
    const child = await TrackedProcess.spawn({
      ...spawnOptions(app, this.#settingsOf(app), true, [
        '--experimental-import-meta-resolve',
        ...program,
        join(root, 'tools/dev/warm.mjs'),
        main,
        ...[...partsOf(app.folder)].map((folder) => join(root, folder)),
      ]),
      logFile: this.#logFile(app),
      ipc: true,
    });
    const spare = { child, isWarm: false };
    this.#spares.set(app.name, spare);
    child.once('exit', () => {
      if (this.#spares.get(app.name) === spare) this.#spares.delete(app.name);
    });
    await new Promise((resolve) => child.once('message', resolve).once('exit', resolve));
    spare.isWarm = true;
  }

  /** The application in the process that was kept for it; undefined when there is none that is ready for it. */
  take(app: App): TrackedProcess | undefined {
    const spare = this.#spares.get(app.name);
    if (!spare?.isWarm) return undefined;
    this.#spares.delete(app.name);
    const { child } = spare;
    const log = appLogFile(this.#instance, app.name);
    keepEarlier(log);
    if (existsSync(this.#logFile(app))) renameSync(this.#logFile(app), log);
    child.send('agora');
    return TrackedProcess.record(child, recordOptions(this.#instance, app, this.#settingsOf(app)));
  }

  #logFile = (app: App): string => `${appLogFile(this.#instance, app.name)}.reserva`;
}
