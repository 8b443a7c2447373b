import { createHash } from 'node:crypto';
import { isAboutPerson } from '@plataforma/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel, GetMessage } from 'amqplib';
import { connectTo, settled } from './connection.js';
import { type QueueName, reviewedQueues } from './topology.js';

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

const parse = (body: Buffer): unknown => {
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
function toEntry({ content, properties }: GetMessage): DeadLetterEntry {
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

/** How long the next one who looks may have to wait for what this one has kept, ms; others may look at the same time. */
const BACK_MS = 5_000;

type Verdict = 'keep' | 'replay' | 'drop';

/** A message id names messages of several queues: which one is meant must be said by the id of the entry. */
export class AmbiguousDeadLetterError extends Error {
  override readonly name = 'AmbiguousDeadLetterError';
  readonly code = 'mensagens.id-ambiguo';
  constructor(readonly candidatas: readonly DeadLetterEntry[]) {
    super('A mensagem está morta em mais de uma fila; use o id da entrada');
  }
}

/**
 * Looks through the dead letters and acts on those that `judge` picks: a replayed one goes back to the queue that it
 * failed in, with its attempts counted anew, and leaves the DLQ only when the broker has confirmed it there. What is
 * kept is requeued when the look ends, also by a crash.
 */
async function review(
  url: string,
  limit: number,
  judge: (entries: readonly DeadLetterEntry[]) => readonly Verdict[],
): Promise<DeadLetterEntry[]> {
  const connection = await connectTo(url);
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    try {
      const seen: { readonly queue: string; readonly message: GetMessage; readonly entry: DeadLetterEntry }[] = [];
      for (const queue of reviewedQueues()) {
        const { messageCount } = await channel.checkQueue(queue);
        const last = Math.min(limit, seen.length + messageCount);
        while (seen.length < last) {
          const message = await channel.get(queue);
          if (!message) break;
          seen.push({ queue, message, entry: toEntry(message) });
        }
      }
      const verdicts = judge(seen.map(({ entry }) => entry));
      const kept = new Map<string, number>();
      for (const [index, { queue, message, entry }] of seen.entries()) {
        if (verdicts[index] === 'replay') await replay(channel, message, entry);
        if (verdicts[index] !== 'keep') channel.ack(message);
        else {
          channel.nack(message);
          kept.set(queue, (kept.get(queue) ?? 0) + 1);
        }
      }
      await back(channel, kept);
      return seen.map(({ entry }) => entry);
    } finally {
      await settled(channel.close());
    }
  } finally {
    await settled(connection.close());
  }
}

/** Waits until what was kept is in its queue again: a quorum queue takes it back after it has said so. */
async function back(channel: ConfirmChannel, kept: ReadonlyMap<string, number>): Promise<void> {
  const deadline = Date.now() + BACK_MS;
  for (const [queue, count] of kept)
    while ((await channel.checkQueue(queue)).messageCount < count && Date.now() < deadline) await delay(20);
}

async function replay(
  channel: ConfirmChannel,
  { content, properties }: GetMessage,
  { mensagemId, fila }: DeadLetterEntry,
) {
  const { traceparent } = (properties.headers ?? {}) as { traceparent?: string };
  await channel.checkQueue(fila);
  channel.sendToQueue(fila, content, {
    persistent: true,
    messageId: mensagemId,
    type: properties.type as string,
    contentType: properties.contentType as string,
    headers: { 'x-attempt': 1, ...(traceparent && { traceparent }) },
  });
  await channel.waitForConfirms();
}

const MAX_REVIEWED = 10_000;

/** Operations on the dead letters at `url` (AMQP), and on what waits there for a later release. */
export const deadLetters = {
  /** The first `limit` entries, those of each queue oldest first; the queues stay as they are. */
  list: (url: string, limit = 100): Promise<DeadLetterEntry[]> =>
    review(url, limit, (entries) => entries.map(() => 'keep')),

  /**
   * Sends the entries with these ids back to where they failed; all of them without ids. An id is an entry's own, or that
   * of a message that died in one queue only. Returns those it sent.
   * @throws AmbiguousDeadLetterError, with nothing sent
   */
  replay: (url: string, ids?: readonly string[]): Promise<DeadLetterEntry[]> => act(url, 'replay', ids),

  /** Deletes the entries with these ids for good. Returns those it deleted. @throws AmbiguousDeadLetterError */
  drop: (url: string, ids?: readonly string[]): Promise<DeadLetterEntry[]> => act(url, 'drop', ids),

  /**
   * Deletes for good what may name a person and has been there for longer than `days`: messages about people, and what
   * nobody could read at all. Returns those it deleted.
   */
  async forgetPeople(url: string, days: number): Promise<DeadLetterEntry[]> {
    const before = Date.now() - days * DAY_MS;
    const due = ({ tipo, causa, desde }: DeadLetterEntry): boolean =>
      (isAboutPerson(tipo) || causa === 'malformada') && desde !== null && Date.parse(desde) < before;
    let forgotten: DeadLetterEntry[] = [];
    await review(url, MAX_REVIEWED, (entries) => {
      forgotten = entries.filter(due);
      return entries.map((entry) => (due(entry) ? 'drop' : 'keep'));
    });
    return forgotten;
  },

  /**
   * Deletes for good the messages about people whose erasure was announced since it was last asked. Who dies with an
   * announcement in hand leaves it to the next look.
   */
  async forgetErased(url: string): Promise<DeadLetterEntry[]> {
    const connection = await connectTo(url);
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      const announced: GetMessage[] = [];
      while (announced.length < MAX_ANNOUNCED) {
        const message = await channel.get(ERASURES_QUEUE);
        if (!message) break;
        announced.push(message);
      }
      if (announced.length === 0) return [];
      const erased = new Set(announced.map(({ content }) => personIn(parse(content))));
      const due = ({ tipo, conteudo }: DeadLetterEntry): boolean =>
        isAboutPerson(tipo) && personIn(conteudo) !== undefined && erased.has(personIn(conteudo));
      let forgotten: DeadLetterEntry[] = [];
      await review(url, MAX_REVIEWED, (entries) => {
        forgotten = entries.filter(due);
        return entries.map((entry) => (due(entry) ? 'drop' : 'keep'));
      });
      for (const message of announced) channel.ack(message);
      await settled(channel.close());
      return forgotten;
    } finally {
      await settled(connection.close());
    }
  },
};

/** Where erasures are announced to whoever looks after the dead letters. */
const ERASURES_QUEUE: QueueName = 'bff-admin.apagamentos';
const MAX_ANNOUNCED = 100;
/** Whom a message is about, if it says so. */
function personIn(body: unknown): string | undefined {
  const { usuarioId } = ((body as { data?: unknown } | null)?.data ?? {}) as { usuarioId?: unknown };
  return typeof usuarioId === 'string' ? usuarioId : undefined;
}

const DAY_MS = 86_400_000;
/** How long the dead letters may hold what names a person, days. */
export const PEOPLE_IN_DEAD_LETTERS_DAYS = 30;

async function act(url: string, verdict: Verdict, ids?: readonly string[]): Promise<DeadLetterEntry[]> {
  let acted: DeadLetterEntry[] = [];
  await review(url, MAX_REVIEWED, (entries) => {
    const chosen = new Set((ids ?? entries.map(({ id }) => id)).flatMap((id) => namedBy(id, entries)));
    acted = entries.filter(({ id }) => chosen.has(id));
    return entries.map(({ id }) => (chosen.has(id) ? verdict : 'keep'));
  });
  return acted;
}

/** The ids of the entries that `id` means. @throws AmbiguousDeadLetterError */
export function namedBy(id: string, entries: readonly DeadLetterEntry[]): string[] {
  if (entries.some((entry) => entry.id === id)) return [id];
  const ofMessage = entries.filter(({ mensagemId }) => mensagemId === id);
  const named = [...new Set(ofMessage.map((entry) => entry.id))];
  if (named.length > 1) throw new AmbiguousDeadLetterError(ofMessage);
  return named;
}
