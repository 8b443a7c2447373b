import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { App } from '../apps.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { appLogFile } from './app-processes.ts';
import { appRecordsFolder } from './state.ts';
import { howItEnded, nextPause, readRestarts, Supervision } from './supervision.ts';

describe('nextPause', () => {
  it('dobra, nunca passa de meio minuto, e acaba', () => {
    const pauses = Array.from({ length: 9 }, (_, restarts) => nextPause(restarts));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, undefined, undefined]);
  });
});

describe('Supervision', () => {
  const instance = `supervisao-${process.pid}`;
  const apps: App[] = ['auth', 'reservas'].map((name) => ({
    name,
    folder: 'tools',
    port: 0,
    kind: 'service',
    needsRabbitmq: false,
  }));
  const [auth, reservas] = apps as [App, App];
  const processes: TrackedProcess[] = [];
  let said: string[];
  let launched: string[];

  /** A process that stays, or one that ends at once. */
  const launch = (
    app: App,
    program = `console.log('o que ela disse neste início'); setInterval(() => undefined, 1000)`,
  ): Promise<TrackedProcess> => {
    launched.push(app.name);
    return TrackedProcess.launch({
      name: app.name,
      command: process.execPath,
      args: ['--eval', program],
      env: {},
      cwd: root,
      logFile: appLogFile(instance, app.name),
      recordsFolder: appRecordsFolder(instance),
    }).then((started) => {
      processes.push(started);
      return started;
    });
  };

  const supervised = (program?: string) =>
    new Supervision({
      instance,
      apps,
      launch: (app) => launch(app, program),
      say: (line) => said.push(line),
      pauses: (restarts) => (restarts >= 2 ? undefined : 1),
    });

  /** Looks until it is so. */
  async function roundsUntil(supervision: Supervision, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`never came true; said: ${said.join(' | ')}`);
      await supervision.round();
    }
  }

  beforeEach(() => {
    said = [];
    launched = [];
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.stop(1_000)));
    rmSync(instanceFolder(instance), { recursive: true, force: true });
  });

  it('segue num processo que nada mais faz, por mais que o que lançou seja morto', async () => {
    const module = (path: string) => JSON.stringify(pathToFileURL(join(root, 'tools', path)).href);
    const program = `
      import { Supervision } from ${module('platform/supervision.ts')};
      import { TrackedProcess } from ${module('processes/tracked-process.ts')};
      const app = ${JSON.stringify(auth)};
      const launch = async () => {
        const { record } = await TrackedProcess.launch({
          name: app.name, command: process.execPath, args: ['--eval', 'setInterval(() => undefined, 1000)'], env: {},
          cwd: ${JSON.stringify(root)}, logFile: ${JSON.stringify(appLogFile(instance, auth.name))},
          recordsFolder: ${JSON.stringify(appRecordsFolder(instance))},
        });
        process.stdout.write('pid ' + record.pid + '\\n');
      };
      const stop = new AbortController();
      process.once('SIGTERM', () => stop.abort());
      await launch();
      await new Supervision({ instance: ${JSON.stringify(instance)}, apps: [app], launch, say() {}, pauses: () => 1 }).run(stop.signal);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const ended = once(child, 'close');
    let launched: number[] = [];
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      launched = [...output.matchAll(/pid (\d+)\n/g)].map(([, pid]) => Number(pid));
    });
    for (let kills = 1; kills <= 4; kills++) {
      while (launched.length < kills)
        await Promise.race([once(child.stdout, 'data'), ended.then(() => expect(launched).toHaveLength(kills))]);
      process.kill(launched[kills - 1] ?? 0, 'SIGKILL');
    }
    while (launched.length < 5)
      await Promise.race([once(child.stdout, 'data'), ended.then(() => expect(launched).toHaveLength(5))]);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    process.kill(launched[4] ?? 0, 'SIGKILL');
  });

  it('reinicia o que foi morto, e só isso, o diz e o conta', async () => {
    const [killed] = await Promise.all(apps.map((app) => launch(app)));
    const supervision = supervised();
    launched = [];
    await supervision.round();
    expect(launched).toEqual([]);
    await roundsUntil(supervision, () => readFileSync(appLogFile(instance, 'auth'), 'utf8').includes('neste início'));
    process.kill(killed?.record.pid ?? 0, 'SIGKILL');
    await roundsUntil(supervision, () => said.some((line) => line.includes('auth foi reiniciada')));
    expect(launched).toEqual(['auth']);
    expect(said.join('\n')).toContain('A aplicação auth terminou pelo sinal SIGKILL');
    expect(said.join('\n')).toContain('o que ela disse neste início');
    expect(readRestarts(instance)).toEqual({
      auth: { restarts: 1, gaveUp: false },
      reservas: { restarts: 0, gaveUp: false },
    });
  });

  it('diz com que código uma aplicação acabou, e quando ninguém pode saber', async () => {
    await Promise.all(apps.map((app) => launch(app, 'process.exitCode = 3')));
    const supervision = supervised();
    await roundsUntil(supervision, () => said.some((line) => line.includes('auth terminou com o código 3')));
    expect(howItEnded(undefined)).toContain('não se sabe como');
  });

  it('desiste do que acaba sempre de novo, à vista, e segue cuidando dos outros', async () => {
    const [, other] = await Promise.all(apps.map((app) => launch(app)));
    await processes[0]?.stop(1_000);
    const supervision = supervised('process.exit(1)');
    await roundsUntil(supervision, () => readRestarts(instance)['auth']?.gaveUp === true);
    expect(readRestarts(instance)['auth']).toEqual({ restarts: 2, gaveUp: true });
    expect(said.at(-1)).toContain('desisto');
    process.kill(other?.record.pid ?? 0, 'SIGKILL');
    await roundsUntil(supervision, () => said.some((line) => line.includes('reservas foi reiniciada')));
  });

  it('toma um lançamento que falha por mais uma morte', async () => {
    await launch(reservas);
    const supervision = new Supervision({
      instance,
      apps,
      launch: () => Promise.reject(new Error('não foi compilada')),
      say: (line) => said.push(line),
      pauses: (restarts) => (restarts >= 1 ? undefined : 1),
    });
    await roundsUntil(supervision, () => readRestarts(instance)['auth']?.gaveUp === true);
    expect(said.join('\n')).toContain('auth não pôde ser reiniciada: não foi compilada');
  });

  it('deixa em paz o que alguém para de propósito, e depois volta a cuidar dele', async () => {
    const [held] = await Promise.all(apps.map((app) => launch(app)));
    const supervision = supervised();
    launched = [];
    await supervision.hold(auth, async () => {
      await held?.stop(1_000);
      // Long beyond the pause after which it would be restarted.
      for (const end = Date.now() + 50; Date.now() < end;) await supervision.round();
      expect(launched).toEqual([]);
      await launch(auth);
    });
    process.kill(processes.at(-1)?.record.pid ?? 0, 'SIGKILL');
    await roundsUntil(supervision, () => said.some((line) => line.includes('auth foi reiniciada')));
  });
});
