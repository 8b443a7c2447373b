import { createHash } from 'node:crypto';
import { isAboutPerson } from '@plataforma/contracts';
import type { GetMessage } from 'amqplib';

/** A message of the DLQ, or one that waits for a later release of its consumer, as an operator sees it. */
export interface DeadLetterEntry {
  /** Names the entry: the same message that died in two queues is two of them. */
  readonly id: string;
  /** Id of the message, as its sender gave it; empty when there is none. */
  readonly mensagemId: string;
  readonly tipo: string;
  readonly fila: string;
  readonly causa: string;
  readonly detalhe: string;
  readonly tentativas: number;
  readonly desde: string | null;
  /** Of its trace (W3C); null when it has none. */
  readonly rastroId: string | null;
  readonly conteudo: unknown;
}

export const parse = (body: Buffer): unknown => {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** The same whenever it is looked at; also of what came without an id, or with that of another. */
const nameOf = (fila: string, mensagemId: string, content: Buffer): string =>
  createHash('sha256')
    .update(JSON.stringify([fila, mensagemId]))
    .update(content)
    .digest('hex')
    .slice(0, 32);

/** As long as one of AMQP's may be. */
const MAX_TYPE = 255;

/** What a CloudEvent says of itself, also when who sent it did not say it to the broker. */
function typeIn(body: unknown): string | undefined {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return typeof type === 'string' && type !== '' ? type.slice(0, MAX_TYPE) : undefined;
}

/** RabbitMQ's own dead-lettering (a delivery limit) says in `x-death` what our consumers say in headers. */
export function toEntry({ content, properties }: Pick<GetMessage, 'content' | 'properties'>): DeadLetterEntry {
  const headers = properties.headers ?? {};
  const death = headers['x-death']?.[0];
  const text = (name: string, fallback: string) => {
    const value: unknown = headers[name];
    return typeof value === 'string' ? value : fallback;
  };
  const fila = text('x-origin-queue', String(death?.queue ?? 'desconhecida'));
  const mensagemId = String(properties.messageId ?? '');
  const conteudo = parse(content);
  return {
    id: nameOf(fila, mensagemId, content),
    mensagemId,
    tipo: String(properties.type ?? typeIn(conteudo) ?? 'desconhecido'),
    fila,
    causa: text('x-cause', String(death?.reason ?? 'desconhecida')),
    detalhe: text('x-detail', ''),
    tentativas: Number.isSafeInteger(headers['x-attempt']) ? Number(headers['x-attempt']) : (death?.count ?? 1),
    rastroId: /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(text('traceparent', ''))?.[1] ?? null,
    desde: text('x-dead-at', '') || (death ? new Date(death.time.value * 1_000).toISOString() : null),
    conteudo,
  };
}

/** A message id names messages of several queues: which one is meant must be said by the id of the entry. */
export class AmbiguousDeadLetterError extends Error {
  override readonly name = 'AmbiguousDeadLetterError';
  readonly code = 'mensagens.id-ambiguo';
  constructor(readonly candidatas: readonly DeadLetterEntry[]) {
    super('A mensagem está morta em mais de uma fila; use o id da entrada');
  }
}

/** The ids of the entries that `id` means. @throws AmbiguousDeadLetterError */
export function namedBy(id: string, entries: readonly DeadLetterEntry[]): string[] {
  if (entries.some((entry) => entry.id === id)) return [id];
  const ofMessage = entries.filter(({ mensagemId }) => mensagemId === id);
  const named = [...new Set(ofMessage.map((entry) => entry.id))];
  if (named.length > 1) throw new AmbiguousDeadLetterError(ofMessage);
  return named;
}

/** Whom a message is about, if it says so. */
export function personIn(body: unknown): string | undefined {
  const { usuarioId } = ((body as { data?: unknown } | null)?.data ?? {}) as { usuarioId?: unknown };
  return typeof usuarioId === 'string' ? usuarioId : undefined;
}

/** Also what nobody could read at all. */
export const mayNamePerson = ({ tipo, causa }: DeadLetterEntry): boolean =>
  isAboutPerson(tipo) || causa === 'malformada';

/** @param moment ms */
export const wasThereBefore = ({ desde }: DeadLetterEntry, moment: number): boolean =>
  desde !== null && Date.parse(desde) < moment;

export function isAboutOneOf({ tipo, conteudo }: DeadLetterEntry, people: ReadonlySet<string | undefined>): boolean {
  const person = personIn(conteudo);
  return isAboutPerson(tipo) && person !== undefined && people.has(person);
}
