import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { instanceFolder, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';

const run = promisify(execFile);

const module_ = 'github.com/stripe/stripe-mock';
const version = 'v0.203.0';
/** Of the module's contents, as Go's checksum database has it. */
const sum = 'h1:EzW7nb/fphqcAkgVRHAaC88OaAZo6SBWSl54cflDTio=';

/** Everything that Go fetches and builds stays here, beside the other packages and no instance's; `rm -rf` takes it away. */
const cache = join(instanceFolder('pacotes'), 'go');
const environment = {
  ...process.env,
  GOPATH: cache,
  GOBIN: join(cache, 'bin'),
  GOMODCACHE: join(cache, 'mod'),
  GOCACHE: join(cache, 'build'),
  GOFLAGS: '-modcacherw',
};

/** The Go program, when there is one. */
export function findGo(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/go/bin', '/usr/lib/go/bin'];
  return folders.map((folder) => join(folder, 'go')).find((path) => existsSync(path));
}

/**
 * Stripe's own mock server, built here from its source, and the OpenAPI document that it embeds.
 *
 * @param say told of each step before it begins: the first time they take minutes
 * @throws UserError when it cannot be fetched or is not what it was
 */
export async function install(go: string, say: (line: string) => void): Promise<{ program: string; openApi: unknown }> {
  try {
    const isThere = existsSync(join(cache, 'mod/cache/download', module_, `@v/${version}.zip`));
    if (!isThere) say(`Baixando o ${module_}@${version} pelo Go para ${relative(root, cache)}…`);
    const { stdout } = await run(go, ['mod', 'download', '-json', `${module_}@${version}`], { env: environment });
    const { Dir: folder, Sum: found } = JSON.parse(stdout) as { Dir: string; Sum: string };
    if (found !== sum) throw new UserError(`${module_}@${version} não é o esperado: ${found}`);
    const program = join(environment.GOBIN, 'stripe-mock');
    if (!existsSync(program)) {
      say('Baixando o que ele usa e compilando, só desta vez; leva minutos…');
      await run(go, ['install', `${module_}@${version}`], { env: environment });
    }
    return { program, openApi: JSON.parse(readFileSync(join(folder, 'embedded/openapi/spec3.json'), 'utf8')) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`O Go não conseguiu instalar ${module_}: ${(error as Error).message}`);
  }
}

/** A running stripe-mock; stateless, it only looks at the form of requests. */
export async function startMock(program: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(program, ['-http-addr', `127.0.0.1:${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => end(child);
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(50)) {
    if (child.exitCode !== null) break;
    if (await answers(url)) return { url, stop };
  }
  await stop();
  throw new UserError('O stripe-mock não começou a responder.');
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
