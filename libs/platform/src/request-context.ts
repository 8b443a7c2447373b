import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What every log line, message and outgoing call of one request or message carries along. */
export interface RequestContext {
  /** One per business operation, from the edge to the last effect. */
  readonly correlationId: string;
  /** Id of the message being handled, when there is one. */
  readonly causationId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();
const ACCEPTED = /^[A-Za-z0-9._:-]{8,128}$/;

export const currentContext = (): RequestContext | undefined => storage.getStore();

export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** The caller's id when it is well-formed (it ends up in logs and messages), else a new one. */
export const correlationIdFrom = (header: unknown): string =>
  typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID();
