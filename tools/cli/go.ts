import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { instanceFolder, root } from './paths.ts';
import { UserError } from './user-error.ts';

const execute = promisify(execFile);

/** Everything that Go fetches and builds stays here, beside the other packages and no instance's; `rm -rf` takes it away. */
const cache = join(instanceFolder('pacotes'), 'go');
const env = {
  ...process.env,
  GOPATH: cache,
  GOBIN: join(cache, 'bin'),
  GOMODCACHE: join(cache, 'mod'),
  GOCACHE: join(cache, 'build'),
  GOFLAGS: '-modcacherw',
  CGO_ENABLED: '0',
};

/** A program's source, as its author published it. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** Of the module's contents, as Go's checksum database has it. */
  readonly sum: string;
}

/** The Go program, when there is one. */
export function findGo(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/go/bin', '/usr/lib/go/bin'];
  return folders.map((folder) => join(folder, 'go')).find((path) => existsSync(path));
}

/** Where a program that is built goes. */
export const goProgram = (name: string): string => join(env.GOBIN, name);

/** @throws Error when it ends with another code than zero */
export const runGo = (go: string, args: readonly string[], cwd?: string): Promise<{ stdout: string }> =>
  execute(go, [...args], { env, ...(cwd !== undefined && { cwd }), maxBuffer: 64 * 1024 * 1024 });

/** The module's folder, once it is here. @throws UserError when it cannot be fetched or is not what it was */
export async function downloadModule(
  go: string,
  { path, version, sum }: GoModule,
  say: (line: string) => void,
): Promise<string> {
  if (
    !existsSync(
      join(
        cache,
        'mod/cache/download',
        path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`),
        `@v/${version}.zip`,
      ),
    )
  )
    say(`Baixando o ${path}@${version} pelo Go para ${relative(root, cache)}…`);
  const { stdout } = await runGo(go, ['mod', 'download', '-json', `${path}@${version}`]);
  const { Dir: folder, Sum: found } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (found !== sum) throw new UserError(`${path}@${version} não é o esperado: ${found}`);
  return folder;
}

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
