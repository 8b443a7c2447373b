import { command, text } from './cli/command.ts';
import { commands } from './cli/commands.mjs';
import type { Outcome } from './invariants/sources.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { requireRunningPlatform } from './platform/state.ts';

/** Rows printed of each violation; the count is of all. */
const rowsShown = 10;

await command('invariants', async ({ values, instance }) => {
  const timeoutS = Number(text(values.timeout) ?? commands.invariants.defaults.timeout);
  const state = requireRunningPlatform(instance);
  await requireRunningServers(instance, 'postgres', 'rabbitmq');
  const [{ connectSources }, { invariants }, { waitUntilQuiet }, { judge, SourceDownError }] = await Promise.all([
    import('./invariants/connect.ts'),
    import('./invariants/all.ts'),
    import('./invariants/quiet.ts'),
    import('./invariants/sources.ts'),
  ]);
  const { sources, close } = connectSources(state);
  try {
    try {
      const { tookMs, left } = await waitUntilQuiet(sources, timeoutS * 1_000);
      console.log(
        left === undefined
          ? `Sossego em ${(tookMs / 1_000).toFixed(1)} s\n`
          : `Sem sossego em ${timeoutS} s (${left}): confere-se assim mesmo\n`,
      );
    } catch (error) {
      // Those promises that need it say so, each in its turn.
      if (!(error instanceof SourceDownError)) throw error;
    }
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
