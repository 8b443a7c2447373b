import type { DeadLetterEntry } from '@plataforma/messaging';
import type { Database } from '../infra/secrets.ts';

/** Rows of a read-only statement in one service's database. */
export type Query = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/** What the payment provider itself says of one PaymentIntent, centavos. */
export interface ProviderBalance {
  paymentIntent: string;
  reservaId: string | undefined;
  /** Which of the booking's charges it was asked for. */
  parcela: number;
  capturadoCentavos: number;
  estornadoCentavos: number;
  /** What banks have, held or taken. */
  disputadoCentavos: number;
}

/** Everything that the invariants look at. */
export interface Sources {
  instance: string;
  databases: Record<Database, Query>;
  /** Messages in each queue of the broker, ready or being handled. */
  queueDepths: () => Promise<Record<string, number>>;
  deadLetters: () => Promise<Pick<DeadLetterEntry, 'id' | 'mensagemId' | 'fila' | 'tipo' | 'causa'>[]>;
  /** Undefined where the provider cannot be asked for all it has (Stripe itself). */
  provider: (() => Promise<ProviderBalance[]>) | undefined;
}

/** A promise that is broken: what is wrong, and the rows that show it. */
export interface Violation {
  what: string;
  rows: unknown[];
}

/** One of the sources does not answer: what of a promise depends on it cannot be said. */
export class SourceDownError extends Error {
  override readonly name = 'SourceDownError';
}

export interface Outcome {
  /** How many things were looked at. */
  checked: number;
  violations: Violation[];
  /** What could not be asked, or deserves to be known although no promise is broken. */
  notes: string[];
}

export interface Invariant {
  id: string;
  promise: string;
  check: (sources: Sources) => Promise<Outcome>;
}

/** A violation when there are rows that show one. */
export const violation = (what: string, rows: unknown[]): Violation[] => (rows.length > 0 ? [{ what, rows }] : []);

/** The number that a `SELECT count(*) AS total` finds. */
export async function count(query: Query, from: string): Promise<number> {
  const [row] = await query<{ total: string }>(`SELECT count(*) AS total FROM ${from}`);
  return Number(row?.total ?? 0);
}

/**
 * Looks at every promise, also when a source of one is down: that promise is then not kept as far as anybody knows.
 *
 * @returns what there is to say of each, in turn
 */
export async function* judge(
  invariants: readonly Invariant[],
  sources: Sources,
): AsyncGenerator<{ id: string; promise: string; outcome: Outcome | SourceDownError; tookMs: number }> {
  for (const { id, promise, check } of invariants) {
    const started = performance.now();
    const outcome = await check(sources).catch((error: unknown) => {
      if (error instanceof SourceDownError) return error;
      throw error;
    });
    yield { id, promise, outcome, tookMs: performance.now() - started };
  }
}
