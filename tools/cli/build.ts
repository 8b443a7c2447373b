import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exclusively } from '../processes/exclusively.ts';
import { root } from './paths.ts';
import { UserError } from './user-error.ts';

/** No daemon that outlives the command; and a command that is itself a task of Nx says nothing of that to another. */
export const nxEnvironment: Record<string, string | undefined> = {
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith('NX_'))
      .map((name) => [name, undefined]),
  ),
  NX_DAEMON: 'false',
  // What Nx prints is read: with CI set it would be in colours although nobody looks.
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

/**
 * Compiles what has changed since the last time; Nx keeps the rest. Only one command at a time: of two, one would put
 * away as finished what the other is just writing, and from then on half a library would be taken for the whole.
 *
 * @throws UserError with the compiler's messages
 */
export async function build(signal?: AbortSignal): Promise<void> {
  const { code, output } = await exclusively(
    'build',
    () =>
      runQuietly(
        join(root, 'node_modules/.bin/nx'),
        ['run-many', '-t', 'build', '--output-style=static'],
        signal,
        nxEnvironment,
      ),
    signal,
  );
  if (code !== 0) throw new UserError(`A compilação falhou:\n${output}`);
}

/** Runs a program to its end, keeping its output for whoever wants to show it. */
export async function runQuietly(
  program: string,
  args: string[],
  signal?: AbortSignal,
  env: Record<string, string | undefined> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(signal ? { signal } : {}),
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
