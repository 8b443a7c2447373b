import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** What every log line, message and outgoing call of one request or message carries along. */
export interface RequestContext {
  /** One per business operation, from the edge to the last effect. */
  readonly correlationId: string;
  /** Id of the message being handled, when there is one. */
  readonly causationId?: string;
  /** When what the message tells happened, RFC 3339. */
  readonly occurredAt?: string;
  /** Of a request that only reads: aborted once whoever asked has gone, and nobody is left to answer. */
  readonly departure?: AbortSignal;
  /** When whoever asked gives up, ms of `performance.now()`. */
  readonly ate?: number;
  /** Who asks, once that is known. */
  autorId?: string;
}

/** How long whoever asks still waits, ms: of one process to the next, since their clocks differ. */
export const DEADLINE_HEADER = 'x-prazo-ms';
/** No answer is waited for longer. */
const LONGEST_MS = 30_000;

/** @param header what the caller says @param own what this application gives a request, ms */
export function deadlineFrom(header: unknown, own = LONGEST_MS): Pick<RequestContext, 'ate'> {
  const said = typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : LONGEST_MS;
  return { ate: performance.now() + Math.min(said, own) };
}

const storage = new AsyncLocalStorage<RequestContext>();
const ACCEPTED = /^[A-Za-z0-9._:-]{8,128}$/;

export const currentContext = (): RequestContext | undefined => storage.getStore();

export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/**
 * When the caller of a request that only reads goes away before its answer. Of what changes something nothing is known:
 * it goes on to its end, and whoever tries it again gets the same answer.
 */
export function departureOf(method: string, reply: ServerResponse): Pick<RequestContext, 'departure'> {
  if (method !== 'GET' && method !== 'HEAD') return {};
  const gone = new AbortController();
  reply.once('close', () => {
    if (!reply.writableFinished) gone.abort(new DepartedError());
  });
  return { departure: gone.signal };
}

/** Why work for somebody who has gone ends: no failure of anything. */
export class DepartedError extends Error {
  override readonly name = 'DepartedError';
  constructor() {
    super('quem pediu já se foi');
  }
}

/** The caller's id when it is well-formed (it ends up in logs and messages), else a new one. */
export const correlationIdFrom = (header: unknown): string =>
  typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID();
