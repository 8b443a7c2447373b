import pg from 'pg';
import { invariants } from '../invariants/all.ts';
import { queryOf } from '../invariants/connect.ts';
import { judge, SourceDownError, type Query } from '../invariants/sources.ts';
import type { DatabaseUrls } from '../infra/connection-urls.ts';
import { databases, type Database } from '../infra/secrets.ts';

/** What a moment in the middle of work need not keep: that nothing is left to do. */
const asksForRest = new Set(['I5']);

/**
 * Looks at the promises of the platform in restored databases; what needs queues or the payment provider, which are not
 * of that moment, is said not to have been looked at.
 *
 * @returns whether every promise that could be looked at is kept
 */
export async function judgeRestored(
  instance: string,
  { databases: urls }: { databases: Record<Database, DatabaseUrls> },
): Promise<boolean> {
  const pools = databases.map((database): [Database, pg.Pool] => [
    database,
    new pg.Pool({ connectionString: urls[database].invariants, max: 2, connectionTimeoutMillis: 5_000 }),
  ]);
  const absent = (): Promise<never> => Promise.reject(new SourceDownError('as filas não são desse instante'));
  let kept = true;
  try {
    for (const [database, pool] of pools) {
      const { rows } = await pool.query<{ total: string; last: Date | null }>(
        'SELECT count(*) AS total, max(ocorrido_em) AS last FROM eventos',
      );
      console.log(
        `  ${database.padEnd(14)} ${rows[0]?.total} eventos, o último de ${rows[0]?.last?.toISOString() ?? '—'}`,
      );
    }
    const queries = Object.fromEntries(pools.map(([database, pool]) => [database, queryOf(pool)]));
    const sources = {
      instance,
      databases: queries as Record<Database, Query>,
      queueDepths: absent,
      deadLetters: absent,
      provider: undefined,
    };
    for await (const { id, promise, outcome } of judge(invariants, sources)) {
      if (outcome instanceof SourceDownError || asksForRest.has(id)) {
        console.log(
          `? ${id}  ${promise}  (não conferida: ${outcome instanceof SourceDownError ? outcome.message : 'havia trabalho em andamento'})`,
        );
        continue;
      }
      kept &&= outcome.violations.length === 0;
      console.log(`${outcome.violations.length === 0 ? '✔' : '✖'} ${id}  ${promise}  (${outcome.checked} conferidos)`);
      for (const { what, rows } of outcome.violations) console.log(`      ${what}: ${rows.length}`);
    }
    return kept;
  } finally {
    await Promise.all(pools.map(([, pool]) => pool.end()));
  }
}
