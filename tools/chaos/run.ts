import type { PlatformState } from '../platform/state.ts';
import { invariants } from '../invariants/all.ts';
import { connectSources } from '../invariants/connect.ts';
import { waitUntilQuiet } from '../invariants/quiet.ts';
import { judge, type Sources, SourceDownError } from '../invariants/sources.ts';
import type { Fault } from './faults.ts';
import { unexplained } from './history.ts';
import { NotPossible, NotSurvived } from './outcomes.ts';
import type { Stage } from './stage.ts';

/** Nothing that died leaves work taken up for longer, retries and the reconciler included. */
const quietWithinMs = 150_000;
const [loadBeforeMs, loadAfterMs] = [2_500, 3_500];
const rowsShown = 3;

export interface Round {
  n: number;
  falha: string;
  deveValer: string;
  /** Absent: it was not done, for this reason. */
  naoExecutada?: string;
  sobreviveu?: boolean;
  sossegoSegundos?: number;
  operacoes?: number;
  nota?: string;
  /** What did not hold. */
  quebras?: string[];
}

/**
 * Injects faults, one after the other, into a platform in use, and looks whether all that was promised holds once it is
 * quiet again. What does not is said of the last of them: of several nobody knows which it was.
 */
export async function play(faults: readonly Fault[], stage: Stage): Promise<Round[]> {
  const rounds: Round[] = [];
  stage.crowd.start();
  await stage.pass(loadBeforeMs);
  for (const fault of faults) {
    const { n, name: falha, holds: deveValer } = fault;
    const round: Round = { n, falha, deveValer };
    rounds.push(round);
    await inject(fault.inject, stage, round);
  }
  const done = rounds.filter(({ sobreviveu }) => sobreviveu !== undefined);
  const last = done.at(-1);
  if (!last) {
    await stage.crowd.stop();
    return rounds;
  }
  await stage.pass(loadAfterMs);
  await stage.crowd.stop();
  const { tookMs, broken } = await promises(stage.platform.state);
  for (const quebra of broken) failed(last, quebra);
  try {
    await stage.crowd.witness();
    const clocksMs = Math.max(...faults.map((fault) => fault.clocksMs ?? 0));
    for (const quebra of told(stage, clocksMs || undefined)) failed(last, quebra);
  } catch (error) {
    failed(last, said(error));
  }
  for (const round of done) round.sossegoSegundos = Math.round(tookMs / 100) / 10;
  last.operacoes = stage.crowd.history.length;
  return rounds;
}

async function inject(work: Fault['inject'], stage: Stage, round: Round): Promise<void> {
  round.sobreviveu = true;
  try {
    const nota = await work(stage);
    if (nota) round.nota = nota;
  } catch (error) {
    if (error instanceof NotPossible) {
      delete round.sobreviveu;
      round.naoExecutada = error.message;
    } else failed(round, said(error));
  }
  await stage.heal().catch((error: unknown) => failed(round, said(error)));
}

function failed(round: Round, quebra: string): void {
  round.sobreviveu = false;
  (round.quebras ??= []).push(quebra);
}

function said(error: unknown): string {
  if (!(error instanceof NotSurvived)) console.error(error);
  return error instanceof Error ? error.message : String(error);
}

/** Of the history of the round, what no order explains. */
export const told = ({ crowd }: Stage, clocksMs?: number): string[] =>
  unexplained(crowd.history, clocksMs).map(
    ({ de, ordem, semLugar }) =>
      `história sem explicação, ${de}: depois de [${ordem.slice(-5).join('; ')}] não cabe [${semLugar.join('; ')}]`,
  );

/** Waits for quiet, and then looks at every invariant. */
async function promises(state: PlatformState): Promise<{ tookMs: number; broken: string[] }> {
  const { sources, close } = connectSources(state);
  try {
    const { tookMs, left } = await quiet(sources);
    const broken = left === undefined ? [] : [`sem sossego em ${quietWithinMs / 1_000} s: ${left}`];
    for await (const { id, outcome } of judge(invariants, sources)) {
      if (outcome instanceof SourceDownError) broken.push(`${id} não conferida: ${outcome.message}`);
      else
        for (const { what, rows } of outcome.violations)
          broken.push(`${id} ${what} (${rows.length}): ${JSON.stringify(rows.slice(0, rowsShown))}`);
    }
    return { tookMs, broken };
  } finally {
    await close();
  }
}

async function quiet(sources: Sources): Promise<{ tookMs: number; left: string | undefined }> {
  try {
    return await waitUntilQuiet(sources, quietWithinMs);
  } catch (error) {
    if (error instanceof SourceDownError) return { tookMs: quietWithinMs, left: error.message };
    throw error;
  }
}
