import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { App } from '../apps.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import { freePort } from '@plataforma/testing';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { appLogFile, probeReady, waitUntilReady } from './app-processes.ts';
import { appRecordsFolder } from './state.ts';

const instance = `pronta-${process.pid}`;
const app: App = { name: 'auth', folder: 'tools', port: 0, kind: 'service' };
const never = new AbortController().signal;

describe('Uma aplicação está pronta', () => {
  const processes: TrackedProcess[] = [];
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.stop(1_000)));
    rmSync(instanceFolder(instance), { recursive: true, force: true });
  });

  const launch = async (name: string, port: number, program: string): Promise<TrackedProcess> => {
    const launched = await TrackedProcess.launch({
      name,
      command: process.execPath,
      args: ['--eval', program],
      env: {},
      cwd: root,
      logFile: appLogFile(instance, name),
      recordsFolder: appRecordsFolder(instance),
      port,
    });
    processes.push(launched);
    return launched;
  };
  const serving = (port: number, headers: string): string =>
    `require('node:http').createServer((_, answer) => answer.writeHead(200, ${headers}).end('{"status":"ok"}')).listen(${port}, '127.0.0.1')`;

  it('quando o próprio processo o diz', async () => {
    const port = await freePort();
    await waitUntilReady(
      instance,
      app,
      await launch('auth', port, serving(port, `{ 'x-processo': process.pid }`)),
      never,
    );
  });

  it.each([
    ['outro programa', '{}'],
    ['uma aplicação de outra instância', `{ 'x-processo': process.pid }`],
  ])('e não quando %s responde na porta dela: esse é nomeado, na hora', async (_, headers) => {
    const port = await freePort();
    const other = await launch('bff-web', port, serving(port, headers));
    const answered = async (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (const deadline = Date.now() + 60_000; !(await answered());)
      if (Date.now() > deadline) throw new Error('the other program never answered');
    const ours = await launch('auth', port, 'setInterval(() => undefined, 1000)');
    await expect(waitUntilReady(instance, app, ours, never)).rejects.toThrow(
      `na ${port} responde o processo ${other.record.pid} (bff-web da instância ${instance})`,
    );
    await expect(probeReady(ours)).rejects.toThrow(String(port));
  });
});
