import { setTimeout as delay } from 'node:timers/promises';
import { pendingWork } from './i5-nada-parado.ts';
import type { Sources } from './sources.ts';

/** The broker's figures are up to 5 s old: what is quiet must still be so then. */
const quietForMs = 5_500;
const pollMs = 500;

/**
 * Waits until there has been nothing left to do for a while.
 *
 * @returns how long it took, and what is left when that does not come in time: I5 then says more
 * @throws SourceDownError when one of the sources does not answer
 */
export async function waitUntilQuiet(
  sources: Sources,
  timeoutMs: number,
): Promise<{ tookMs: number; left: string | undefined }> {
  const started = Date.now();
  let quietSince: number | undefined;
  for (;;) {
    const pending = Object.entries(await pendingWork(sources));
    const tookMs = Date.now() - started;
    quietSince = pending.length === 0 ? (quietSince ?? Date.now()) : undefined;
    if (quietSince !== undefined && Date.now() - quietSince >= quietForMs) return { tookMs, left: undefined };
    if (tookMs > timeoutMs) {
      const left = pending.map(([name, amount]) => `${amount} ${name}`).join(', ');
      return { tookMs, left: left || 'ainda não por tempo bastante' };
    }
    await delay(pollMs);
  }
}
