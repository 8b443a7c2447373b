import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../apps.ts';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { accountFor, asAccount, privateFolder } from '../infra/native/account.ts';
import { loadSecrets } from '../infra/secrets.ts';
import { settingsFor, userSettings } from '../platform/settings.ts';
import { readState } from '../platform/state.ts';
import { until } from '../processes/deadline.ts';

const readyWithinMs = 60_000;

/**
 * Starts an assembled application as an image would: by its own files alone, as nobody, who may write none of them, with
 * the command of the Dockerfile and the health check's question. Beside those of an instance, whose servers it uses.
 *
 * @returns what was seen
 * @throws UserError when it does not become ready
 */
export async function startAlone(app: App, folder: string, instance: string): Promise<string> {
  const state = readState(instance);
  if (!state) return `não iniciada: a instância ${instance} não tem servidores a que ligá-la (npm start)`;
  const port = await freePort();
  const nobody = accountFor('nobody');
  const { command, args } = asAccount(
    nobody,
    process.execPath,
    app.kind === 'emulator'
      ? ['main.ts']
      : ['--max-semi-space-size=4', '--import', join(folder, 'libs/platform/otel.mjs'), 'dist/main.js'],
  );
  // The emulator's journal, which a volume holds elsewhere.
  const scratch = privateFolder(mkdtempSync(join(tmpdir(), 'diario-')), nobody);
  const settings = settingsFor(app, {
    portOffset: state.portOffset,
    urls: state.servers,
    secrets: loadSecrets(instanceFolder(instance)),
    emulatorFolder: scratch,
    demo: false,
    user: userSettings(process.env),
  });
  const child = spawn(command, args, {
    cwd: join(folder, app.folder),
    env: { ...settings, PATH: process.env['PATH'], NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 2 * readyWithinMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  try {
    const started = performance.now();
    await until(
      async () => {
        const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
        if (!response.ok)
          throw new UserError(`${app.name}: /health/ready dá ${response.status}\n${await response.text()}`);
      },
      readyWithinMs,
      () => {
        if (child.exitCode !== null) throw new UserError(`${app.name} terminou ao iniciar:\n${output.slice(-2_000)}`);
      },
    );
    return `pronta em ${((performance.now() - started) / 1000).toFixed(1)} s${nobody ? ', como nobody, que nada pode escrever ali' : ''}`;
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(scratch, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
