import {
  type CloudEvent,
  cloudEventSchema,
  isMessageType,
  messageContract,
  type MessageType,
  routingKey,
} from '@plataforma/contracts';
import { isUnavailable, redact } from '@plataforma/platform';
import type { GetMessage } from 'amqplib';
import { type DeadLetterCause, type FutureCause, RETRY_DELAYS_MS } from './topology.js';

/* What a message says, and what becomes of one that could not be read or handled. Decides only; who consumes carries it out. */

/** The message can never be handled, however often it is tried: it goes to the DLQ at once. */
export class UnprocessableMessageError extends Error {
  override readonly name = 'UnprocessableMessageError';
}

/** The message is put aside: dead, or until a later release of this consumer knows it. */
export class SetAside<Cause extends DeadLetterCause | FutureCause> extends Error {
  constructor(
    override readonly cause: Cause,
    readonly detail: string,
  ) {
    super(`${cause}: ${detail}`);
  }
}
export class DeadLetter extends SetAside<DeadLetterCause> {}
export class FutureMessage extends SetAside<FutureCause> {}

const DETAIL_LENGTH = 500;
const TYPE_LENGTH = 100;

type Received = Pick<GetMessage, 'content' | 'properties'>;

/** What counts the attempts is ours; undefined when it says what we never say. */
export function attemptOf({ properties }: Received): number | undefined {
  const said: unknown = properties.headers?.['x-attempt'];
  if (said === undefined) return 1;
  return typeof said === 'number' && Number.isInteger(said) && said >= 1 && said <= RETRY_DELAYS_MS.length + 1
    ? said
    : undefined;
}

/**
 * The event; or why there is none to handle; or nothing when it is another published version of one that is handled
 * (`known`): whoever publishes it publishes ours beside it. What a later release may know is not ours to throw away: it
 * waits for that.
 */
export function readMessage(message: Received, known: readonly string[]): CloudEvent | Error | undefined {
  if (attemptOf(message) === undefined) return new DeadLetter('malformada', 'o cabeçalho x-attempt não é nosso');
  let json: unknown;
  try {
    json = JSON.parse(message.content.toString('utf8'));
  } catch {
    return new DeadLetter('malformada', 'o corpo não é JSON');
  }
  const envelope = cloudEventSchema.safeParse(json);
  if (!envelope.success)
    return new DeadLetter('malformada', `não é um CloudEvent: ${envelope.error.issues[0]?.path.join('.')}`);
  const { type, data } = envelope.data;
  if (!known.includes(type)) {
    const versions = known.some((other) => routingKey(other) === routingKey(type));
    if (versions && isMessageType(type)) return undefined;
    return new FutureMessage(
      versions ? 'versao-desconhecida' : 'sem-consumidor',
      `nenhum consumidor para ${type.slice(0, TYPE_LENGTH)}`,
    );
  }
  const parsed = messageContract(type as MessageType).schema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return new DeadLetter('invalida', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { ...envelope.data, type, data: parsed.data } as CloudEvent;
}

/** To be tried again, after so long. */
interface Retry {
  readonly delayMs: (typeof RETRY_DELAYS_MS)[number];
  readonly nextAttempt: number;
}

/** @param attempt which of its tries failed, from 1 on */
export function fateOf(error: unknown, attempt: number): DeadLetter | FutureMessage | Retry {
  if (error instanceof DeadLetter || error instanceof FutureMessage) return error;
  if (error instanceof UnprocessableMessageError) return new DeadLetter('improcessavel', describe(error));
  // A database that is away is nobody's fault: wait for it without using up attempts.
  if (isUnavailable(error)) return { delayMs: RETRY_DELAYS_MS[2], nextAttempt: attempt };
  const delayMs = RETRY_DELAYS_MS[attempt - 1];
  return delayMs === undefined
    ? new DeadLetter('tentativas-esgotadas', describe(error))
    : { delayMs, nextAttempt: attempt + 1 };
}

function describe(error: unknown): string {
  const shown = redact(error instanceof Error ? error : String(error));
  const { name, message } = shown as { name?: string; message?: string };
  return (name === undefined ? String(shown) : `${name}: ${message}`).slice(0, DETAIL_LENGTH);
}
