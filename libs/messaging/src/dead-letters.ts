import { type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { DEAD_LETTER_QUEUE } from './topology.js';

/** A message of the DLQ, as an operator sees it. */
export interface DeadLetterEntry {
  /** Id of the message; together with its queue it names the entry. */
  readonly id: string;
  readonly tipo: string;
  readonly fila: string;
  readonly causa: string;
  readonly detalhe: string;
  readonly tentativas: number;
  readonly desde: string | null;
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

/** RabbitMQ's own dead-lettering (a delivery limit) says in `x-death` what our consumers say in headers. */
function toEntry({ content, properties }: GetMessage): DeadLetterEntry {
  const headers = properties.headers ?? {};
  const death = headers['x-death']?.[0];
  const text = (name: string, fallback: string) => {
    const value: unknown = headers[name];
    return typeof value === 'string' ? value : fallback;
  };
  return {
    id: String(properties.messageId ?? ''),
    tipo: String(properties.type ?? 'desconhecido'),
    fila: text('x-origin-queue', String(death?.queue ?? 'desconhecida')),
    causa: text('x-cause', String(death?.reason ?? 'desconhecida')),
    detalhe: text('x-detail', ''),
    tentativas: Number(headers['x-attempt'] ?? death?.count ?? 1),
    desde: text('x-dead-at', '') || null,
    conteudo: parse(content),
  };
}

const ignored = (): void => undefined;

type Verdict = 'keep' | 'replay' | 'drop';

/**
 * Looks through the dead letters and acts on those that `judge` picks: a replayed one goes back to the queue that it
 * failed in, with its attempts counted anew, and leaves the DLQ only when the broker has confirmed it there. What is
 * kept is requeued when the look ends, also by a crash.
 */
async function review(
  url: string,
  limit: number,
  judge: (entry: DeadLetterEntry) => Verdict,
): Promise<DeadLetterEntry[]> {
  const connection = await connect(url, { timeout: 5_000 });
  // What fails rejects the operation under way; as an event that nobody hears it would end the process.
  connection.on('error', ignored);
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', ignored);
    const reviewed: DeadLetterEntry[] = [];
    const { messageCount } = await channel.checkQueue(DEAD_LETTER_QUEUE);
    for (let seen = 0; seen < Math.min(limit, messageCount); seen++) {
      const message = await channel.get(DEAD_LETTER_QUEUE);
      if (!message) break;
      const entry = toEntry(message);
      const verdict = judge(entry);
      if (verdict === 'replay') await replay(channel, message, entry);
      if (verdict !== 'keep') channel.ack(message);
      reviewed.push(entry);
    }
    await channel.close();
    return reviewed;
  } finally {
    await connection.close();
  }
}

async function replay(channel: ConfirmChannel, { content, properties }: GetMessage, { id, fila }: DeadLetterEntry) {
  const { traceparent } = (properties.headers ?? {}) as { traceparent?: string };
  await channel.checkQueue(fila);
  channel.sendToQueue(fila, content, {
    persistent: true,
    messageId: id,
    type: properties.type as string,
    contentType: properties.contentType as string,
    headers: { 'x-attempt': 1, ...(traceparent && { traceparent }) },
  });
  await channel.waitForConfirms();
}

const MAX_REVIEWED = 10_000;

/** Operations on the dead-letter queue at `url` (AMQP). */
export const deadLetters = {
  /** The first `limit` entries, oldest first; the queue stays as it is. */
  list: (url: string, limit = 100): Promise<DeadLetterEntry[]> => review(url, limit, () => 'keep'),

  /** Sends the entries with these ids back to where they failed; all of them without ids. Returns those it sent. */
  replay: (url: string, ids?: readonly string[]): Promise<DeadLetterEntry[]> => act(url, 'replay', ids),

  /** Deletes the entries with these ids for good. Returns those it deleted. */
  drop: (url: string, ids?: readonly string[]): Promise<DeadLetterEntry[]> => act(url, 'drop', ids),
};

async function act(url: string, verdict: Verdict, ids?: readonly string[]): Promise<DeadLetterEntry[]> {
  const acted: DeadLetterEntry[] = [];
  await review(url, MAX_REVIEWED, (entry) => {
    if (ids && !ids.includes(entry.id)) return 'keep';
    acted.push(entry);
    return verdict;
  });
  return acted;
}
