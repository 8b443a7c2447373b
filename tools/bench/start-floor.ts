import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A server of `floors` in a process of its own, as an application is. */
export async function startFloor(
  file: 'bare-nest.ts' | 'guarded-nest.ts',
  argument: string,
): Promise<{ url: string; stop: () => void }> {
  const child = fork(join(import.meta.dirname, 'floors', file), [argument], { execArgv: [] });
  const [port] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`))),
  ])) as [number];
  return { url: `http://127.0.0.1:${port}/`, stop: () => child.disconnect() };
}
