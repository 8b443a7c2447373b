import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel, GetMessage } from 'amqplib';
import { connectTo, settled } from './connection.js';
import {
  type DeadLetterEntry,
  isAboutOneOf,
  mayNamePerson,
  namedBy,
  parse,
  personIn,
  toEntry,
  wasThereBefore,
} from './dead-letter-entry.js';
import { type QueueName, reviewedQueues } from './topology.js';

/** How long the next one who looks may have to wait for what this one has kept, ms; others may look at the same time. */
const BACK_MS = 5_000;

type Verdict = 'keep' | 'replay' | 'drop';

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
    const due = (entry: DeadLetterEntry): boolean => mayNamePerson(entry) && wasThereBefore(entry, before);
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
      const due = (entry: DeadLetterEntry): boolean => isAboutOneOf(entry, erased);
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
