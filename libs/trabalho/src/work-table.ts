import type { Database } from '@plataforma/platform';
import type { Notifier } from './notifier.js';

export interface WorkTableOptions<Row, Item> {
  /** Of the work: for logs, metrics and readiness. */
  readonly name: string;
  /** An SQL identifier, one for each work of a database. */
  readonly channel: string;
  readonly table: string;
  /** The primary key. */
  readonly key: readonly string[];
  /** Column: from when on there is something to do; null = nothing. */
  readonly due: string;
  /**
   * Column: until when somebody has it, or nobody may: also what a claim is proved by, since no later claim has the same
   * instant. It may be the due column itself, which then moves with each claim.
   */
  readonly lease: string;
  /** Column: how often in a row it was claimed without success. */
  readonly attempts: string;
  /** The attempts are counted on after a success: they mean something to others. */
  readonly keepsAttempts?: boolean;
  /** The due column is a date of the business's own: a pause is written into the lease instead. */
  readonly keepsDue?: boolean;
  /** Condition of the rows `w` that are this work's, whatever the time; with the due column it should have an index. */
  readonly scope?: string;
  /** What must hold besides for a row `w` to be claimed now. */
  readonly eligible?: string;
  /** Condition of the rows that were given up, or fail for so long that somebody has to look; it should have an index. */
  readonly stuck: string;
  /** What a claim returns of the row `w`, as SQL; all its columns when absent. */
  readonly returning?: string;
  readonly toItem: (row: Row, attempts: number) => Item;
  /** For how long a claim holds, ms: longer than any call of one item may take; what takes longer renews it. */
  readonly leaseMs: number;
  readonly backoff: Backoff;
}

/** Pause after the first failure, ms, twice as long after each further one, up to `maxMs`; jittered by a quarter. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** That a row is this worker's, until the lease ends or somebody else has it. */
export interface Claim {
  readonly key: readonly unknown[];
  /** The claims of this row in a row that had no success, this one included. */
  readonly attempts: number;
  /** When it was due: what is due at another time now was asked for again meanwhile. Null = whether or not it was. */
  readonly due: string | null;
  /** The end of the lease, to the microsecond; changes when it is renewed. */
  proof: string;
}

export interface Claimed<Item> {
  readonly item: Item;
  readonly claim: Claim;
}

export interface Survey {
  /** How many rows are due and nobody's, at most a thousand. */
  readonly due: number;
  readonly oldestS: number;
  readonly stuck: number;
  /** Until the next row is due or its lease ends, ms; not positive when one is due now, null when none is for long. */
  readonly nextMs: number | null;
}

type RawRow = Readonly<Record<string, unknown>> & {
  readonly posse_chave: unknown[];
  readonly posse_prova: string;
  readonly posse_devida: string;
  readonly posse_tentativas: number;
};

const MOST = 1_000;
/** True: PostgreSQL wants to know the type of each parameter, also of those that a statement has no use for. */
const ALL_MENTIONED = (n: number) =>
  `coalesce($${n + 2}::timestamptz IS NULL, $${n + 3}::float8 IS NULL, true) IS NOT NULL`;

/**
 * Rows of a business table as work: claimed in bounded batches, the longest due first, by whichever process comes
 * (SKIP LOCKED), under a lease. Whoever lost the lease can neither end the work nor put it off: every statement that
 * does proves the claim. The business's own columns are written by its repository, in the same transaction (`holding`).
 */
export class WorkTable<Item> {
  readonly name: string;
  readonly channel: string;
  readonly leaseMs: number;
  private readonly sql: {
    readonly claim: string;
    readonly survey: string;
    readonly hold: string;
    readonly holdAll: string;
    readonly renew: string;
    readonly finish: string;
    readonly postpone: string;
    readonly giveBack: string;
  };
  private readonly toItem: (row: RawRow, attempts: number) => Item;
  private readonly proven: (claim: Claim) => Record<string, unknown>;
  private readonly backoff: Backoff;

  constructor(
    private readonly database: Database,
    readonly notifier: Notifier,
    options: WorkTableOptions<never, Item>,
  ) {
    this.name = options.name;
    this.channel = options.channel;
    this.leaseMs = options.leaseMs;
    this.backoff = options.backoff;
    this.toItem = options.toItem as (row: RawRow, attempts: number) => Item;
    this.proven = ({ key, proof }) => ({
      ...Object.fromEntries(options.key.map((column, i) => [column, key[i]])),
      [options.lease]: proof,
    });
    this.sql = statements(options);
  }

  /** Claims up to `limit` rows that are due. */
  async claim(limit: number): Promise<Claimed<Item>[]> {
    const rows = await this.database.query<RawRow>(this.sql.claim, [limit, this.leaseMs]);
    return rows.map((row) => ({
      item: this.toItem(row, row.posse_tentativas),
      claim: {
        key: row.posse_chave,
        attempts: row.posse_tentativas,
        due: row.posse_devida,
        proof: row.posse_prova,
      },
    }));
  }

  /** What is due, and when the next is within `horizonMs`. */
  async survey(horizonMs: number): Promise<Survey> {
    const [row] = await this.database.query<{ due: number; oldest: number; stuck: number; next: number | null }>(
      this.sql.survey,
      [horizonMs],
    );
    return {
      due: row?.due ?? 0,
      oldestS: row?.oldest ?? 0,
      stuck: row?.stuck ?? 0,
      nextMs: row?.next ?? null,
    };
  }

  /**
   * Runs `work` in a transaction that holds the row, if the claim is still ours; what it writes and what ends the claim
   * commit together. Undefined when the claim was lost: then nothing was done.
   */
  holding<T>(claim: Claim, work: () => Promise<T>): Promise<T | undefined> {
    return this.database.transaction(async () => {
      const held = await this.database.query(this.sql.hold, [...claim.key, claim.proof]);
      return held.length > 0 ? work() : undefined;
    });
  }

  /**
   * The same with many: `work` is given those of `claimed` whose claims are still ours, and writes what ends them (a lease
   * that it does not end ends by itself). It is not called when none is.
   */
  async holdingAll<C extends { readonly claim: Claim }>(
    claimed: readonly C[],
    work: (held: readonly C[]) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const held = await this.database.query<{ n: number }>(this.sql.holdAll, [
        JSON.stringify(claimed.map(({ claim }) => this.proven(claim))),
      ]);
      const ours = new Set(held.map(({ n }) => n));
      if (ours.size > 0) await work(claimed.filter((_, index) => ours.has(index + 1)));
    });
  }

  /** Has it for another lease. False when it was lost. */
  async renew(claim: Claim): Promise<boolean> {
    const [row] = await this.database.query<{ prova: string }>(this.sql.renew, [
      ...claim.key,
      claim.proof,
      this.leaseMs,
    ]);
    if (row) claim.proof = row.prova;
    return row !== undefined;
  }

  /**
   * Ends the claim with success: nothing more to do, or again in `againMs`; unless somebody has asked for it again
   * meanwhile. False when the claim was lost.
   */
  finish(claim: Claim, againMs?: number): Promise<boolean> {
    return this.end(this.sql.finish, claim, againMs ?? null);
  }

  /** Ends the claim without success: again after a pause, by default one that grows with the attempts. False as above. */
  postpone(claim: Claim, pauseMs = this.pauseAfter(claim.attempts)): Promise<boolean> {
    return this.end(this.sql.postpone, claim, pauseMs);
  }

  /** Ends the claim when what was done has said when to look again; if it has not, after a pause. */
  release(claim: Claim): Promise<boolean> {
    return this.postpone(claim);
  }

  /** Ends the claim as if it had not been. */
  giveBack(claim: Claim): Promise<boolean> {
    return this.end(this.sql.giveBack, claim, null);
  }

  /** The pause after so many attempts, ms. */
  pauseAfter(attempts: number): number {
    const { firstMs, maxMs } = this.backoff;
    return Math.min(firstMs * 2 ** Math.min(attempts - 1, 30), maxMs) * (0.75 + Math.random() / 2);
  }

  /** Says that something is due, once the current transaction has committed. */
  announce(): void {
    this.notifier.announce(this.channel);
  }

  private async end(sql: string, { key, proof, due }: Claim, ms: number | null): Promise<boolean> {
    return (await this.database.change(sql, [...key, proof, due, ms])) > 0;
  }
}

function statements(options: WorkTableOptions<never, unknown>) {
  const {
    table,
    key,
    due,
    lease,
    attempts,
    keepsDue = false,
    keepsAttempts = false,
    scope = 'true',
    eligible = 'true',
    stuck,
  } = options;
  const single = due === lease;
  const n = key.length;
  const mine = `${key.map((column, i) => `${column} = $${i + 1}`).join(' AND ')} AND ${lease} = $${n + 1}::timestamptz`;
  const keys = (alias: string) => key.map((column) => `${alias}.${column}`).join(', ');
  const inMs = (parameter: string) => `now() + ${parameter}::float8 * interval '1 millisecond'`;
  const pause = inMs(`$${n + 3}`);
  /** `later`, unless it is due at another time than when it was claimed. */
  const unlessAsked = (later: string) =>
    `CASE WHEN $${n + 2}::timestamptz IS NULL OR ${due} = $${n + 2}::timestamptz THEN ${later} ELSE ${due} END`;
  const end = (dueThen: string, leaseThen: string, attemptsThen: string) =>
    `UPDATE ${table} SET ${single ? '' : `${due} = ${dueThen}, `}${lease} = ${single ? dueThen : leaseThen}, ${attempts} = ${attemptsThen}
      WHERE ${mine} AND ${ALL_MENTIONED(n)}`;
  return {
    claim: `WITH vez AS MATERIALIZED (
        SELECT ${keys('w')} FROM ${table} w
         WHERE ${scope} AND ${due} <= now() AND (${lease} IS NULL OR ${lease} <= now()) AND ${eligible}
         ORDER BY ${keepsDue ? `greatest(${due}, ${lease})` : due} LIMIT $1 FOR UPDATE OF w SKIP LOCKED)
      UPDATE ${table} w SET ${lease} = ${inMs('$2')}, ${attempts} = w.${attempts} + 1
        FROM vez WHERE ${key.map((column) => `w.${column} = vez.${column}`).join(' AND ')}
      RETURNING ${options.returning ?? 'w.*'}, jsonb_build_array(${keys('w')}) AS posse_chave,
                w.${lease}::text AS posse_prova, w.${due}::text AS posse_devida, w.${attempts} AS posse_tentativas`,
    survey: `SELECT count(*) FILTER (WHERE em <= now())::int AS due,
              coalesce(extract(epoch FROM now() - min(em) FILTER (WHERE em <= now())), 0)::float8 AS oldest,
              (extract(epoch FROM min(em) - now()) * 1000)::float8 AS next,
              (SELECT count(*)::int FROM (SELECT FROM ${table} w WHERE ${stuck} LIMIT ${MOST}) AS parados) AS stuck
         FROM (SELECT greatest(${due}, ${lease}) AS em FROM ${table} w
                WHERE ${scope} AND ${due} <= ${inMs('$1')} ORDER BY ${due} LIMIT ${MOST}) AS proximas`,
    hold: `SELECT FROM ${table} WHERE ${mine} FOR UPDATE`,
    holdAll: `SELECT p.ordinality::int AS n
       FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) WITH ORDINALITY AS p
       JOIN ${table} w ON ${[...key, lease].map((column) => `w.${column} = p.${column}`).join(' AND ')} FOR UPDATE OF w`,
    renew: `UPDATE ${table} SET ${lease} = ${inMs(`$${n + 2}`)} WHERE ${mine} RETURNING ${lease}::text AS prova`,
    finish: end(single ? pause : unlessAsked(pause), 'NULL', keepsAttempts ? attempts : '0'),
    postpone: keepsDue ? end(due, pause, attempts) : end(single ? pause : unlessAsked(pause), 'NULL', attempts),
    giveBack: end(single ? 'now()' : due, 'NULL', `greatest(${attempts} - 1, 0)`),
  };
}
