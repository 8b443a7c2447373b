import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { root } from '../cli/paths.ts';
import { until } from './deadline.ts';

/** Nothing that is done under a lock takes this long, ms, on however busy a machine. */
const waitAtMostMs = 15 * 60_000;

/**
 * Does something that two commands in one clone may not do at the same time. The lock is one of the operating system's
 * on a file (SQLite's): of a command that crashed, nothing is left to be cleaned up.
 *
 * @param name of what is done
 * @param signal ends the wait
 * @throws what `work` throws, and an Error after a quarter of an hour without its turn
 */
export async function exclusively<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const file = join(root, '.nx', `${name}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    await until(
      async () => lock.exec('BEGIN EXCLUSIVE'),
      waitAtMostMs,
      () => signal?.throwIfAborted(),
    );
    return await work();
  } finally {
    lock.close();
  }
}
