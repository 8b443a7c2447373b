import { setTimeout as delay } from 'node:timers/promises';
import { command, text } from './cli/command.ts';
import { commands } from './cli/commands.mjs';
import type { Outcome, Sources } from './invariants/sources.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { requireRunningPlatform } from './platform/state.ts';

/** Rows printed of each violation; the count is of all. */
const rowsShown = 10;
/** The broker's figures are up to 5 s old: what is quiet must still be so then. */
const quietForMs = 5_500;
const pollMs = 500;

await command('invariants', async ({ values, instance }) => {
  const timeoutS = Number(text(values.timeout) ?? commands.invariants.defaults.timeout);
  const state = requireRunningPlatform(instance);
  await requireRunningServers(instance, 'postgres', 'rabbitmq');
  const [{ connectSources }, { invariants }, { pendingWork }, { judge, SourceDownError }] = await Promise.all([
    import('./invariants/connect.ts'),
    import('./invariants/all.ts'),
    import('./invariants/i5-nada-parado.ts'),
    import('./invariants/sources.ts'),
  ]);
  const { sources, close } = connectSources(state);
  try {
    await waitUntilQuiet(sources, pendingWork, timeoutS).catch((error: unknown) => {
      // Those promises that need it say so, each in its turn.
      if (!(error instanceof SourceDownError)) throw error;
    });
    let broken = 0;
    let unknown = 0;
    for await (const { id, promise, outcome, tookMs } of judge(invariants, sources)) {
      if (outcome instanceof SourceDownError) {
        unknown += 1;
        console.log(`? ${id}  ${promise}  (não conferida)\n      ${outcome.message}`);
        continue;
      }
      if (outcome.violations.length > 0) broken += 1;
      print(id, promise, outcome, tookMs);
    }
    const verdict = [
      ...(broken > 0 ? [`${broken} quebradas`] : []),
      ...(unknown > 0 ? [`${unknown} não conferidas, porque uma fonte não responde`] : []),
    ].join(', ');
    console.log(verdict === '' ? '\nTodas as promessas valem.' : `\nDe ${invariants.length} promessas, ${verdict}.`);
    return verdict === '' ? 0 : 1;
  } finally {
    await close();
  }
});

/** Waits until there has been nothing left to do for a while; when that does not come, I5 says what it is. */
async function waitUntilQuiet(
  sources: Sources,
  pendingWork: (sources: Sources) => Promise<Record<string, number>>,
  timeoutS: number,
): Promise<void> {
  const started = Date.now();
  let quietSince: number | undefined;
  for (;;) {
    const pending = Object.entries(await pendingWork(sources));
    quietSince = pending.length === 0 ? (quietSince ?? Date.now()) : undefined;
    if (quietSince !== undefined && Date.now() - quietSince >= quietForMs) {
      console.log(`Sossego em ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
      return;
    }
    if (Date.now() - started > timeoutS * 1000) {
      const what = pending.map(([name, amount]) => `${amount} ${name}`).join(', ') || 'ainda não por tempo bastante';
      console.log(`Sem sossego em ${timeoutS} s (${what}): confere-se assim mesmo\n`);
      return;
    }
    await delay(pollMs);
  }
}

function print(id: string, promise: string, { checked, violations, notes }: Outcome, tookMs: number): void {
  const mark = violations.length === 0 ? '✔' : '✖';
  console.log(`${mark} ${id}  ${promise}  (${checked} conferidos, ${Math.round(tookMs)} ms)`);
  for (const note of notes) console.log(`      nota: ${note}`);
  for (const { what, rows } of violations) {
    console.log(`      ${what}: ${rows.length}`);
    for (const row of rows.slice(0, rowsShown)) console.log(`        ${JSON.stringify(row)}`);
    if (rows.length > rowsShown) console.log(`        … e mais ${rows.length - rowsShown}`);
  }
}
