import { setTimeout as delay } from 'node:timers/promises';
import { type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { asAdmin } from '../bench/occupations.ts';
import { databaseUrl } from '../infra/provision-databases.ts';
import type { Database } from '../infra/secrets.ts';
import type { Crowd, Mix } from './crowd.ts';
import { NotSurvived } from './outcomes.ts';
import type { ChaosPlatform } from './platform.ts';
import type { Random } from './random.ts';

/** Where a fault is played: the platform, the people on it, and what a fault may do to both. */
export class Stage {
  readonly platform: ChaosPlatform;
  readonly crowd: Crowd;
  readonly random: Random;
  /** Only what the short selection has time for. */
  readonly short: boolean;
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(options: Pick<Stage, 'platform' | 'crowd' | 'random' | 'short'>) {
    this.platform = options.platform;
    this.crowd = options.crowd;
    this.random = options.random;
    this.short = options.short;
  }

  /** Lets things go on for so long, ms. */
  pass(ms: number): Promise<void> {
    return delay(ms);
  }

  /** @throws NotSurvived saying what was waited for */
  async until(what: string, look: () => unknown, withinMs = 30_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await look())) {
      if (Date.now() > deadline) throw new NotSurvived(`esperava ${what}, e não aconteceu em ${withinMs / 1_000} s`);
      await delay(100);
    }
  }

  /** @throws NotSurvived */
  must(holds: boolean, otherwise: string): void {
    if (!holds) throw new NotSurvived(otherwise);
  }

  /** What is undone after the fault, whatever comes of it; the last first. */
  afterwards(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  async heal(): Promise<void> {
    const failures: unknown[] = [];
    for (const undo of this.#undo.splice(0).toReversed())
      await undo().catch((error: unknown) => void failures.push(error));
    await fetch(`${this.#emulator}/_emulador/falhas`, { method: 'DELETE' }).catch(() => undefined);
    await this.platform.ready(90_000);
    if (failures.length > 0) throw failures[0];
  }

  /** Everybody does something else until the fault is over. */
  async instead(mix: Mix): Promise<void> {
    await this.crowd.stop();
    this.crowd.resume(mix);
  }

  /** Kills an application where the point says, once somebody comes by there; and waits until it is back. */
  async killAt(app: string, point: string, provoke?: () => Promise<unknown>): Promise<void> {
    this.platform.arm(app, point);
    const provoked = provoke?.().catch(() => undefined);
    try {
      await this.until(`${app} em ${point}`, () => !this.platform.isArmed(app), 25_000);
    } finally {
      this.platform.arm(app, undefined);
    }
    await provoked;
    await this.platform.ready(60_000);
  }

  /** Switches a fault of the payment emulator on (see its README). */
  async breakPayments(...faults: Record<string, unknown>[]): Promise<void> {
    for (const fault of faults) await this.emulator('POST', 'falhas', { vezes: null, ...fault });
  }

  async emulator(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#emulator}/_emulador/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`o emulador respondeu ${response.status}: ${await response.text()}`);
    return response.json();
  }

  get #emulator(): string {
    return this.platform.state.stripe.apiBase ?? '';
  }

  /** Rows of a service's database, as its superuser, past every proxy. */
  async rows<Row>(database: Database, sql: string): Promise<Row[]> {
    return asAdmin(databaseUrl(this.platform.servers.urls.postgres, database), async (client) => {
      const { rows } = await client.query(sql);
      return rows as Row[];
    });
  }

  /** As the administrator of the broker. */
  async broker<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const connection = await connect(this.platform.servers.urls.rabbitmq);
    connection.on('error', () => undefined);
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      return await work(channel);
    } finally {
      await connection.close().catch(() => undefined);
    }
  }
}

/** The same message again, to whoever takes it from the exchange. */
export function publishAgain(channel: ConfirmChannel, { content, fields, properties }: GetMessage): void {
  channel.publish(fields.exchange, fields.routingKey, content, {
    persistent: true,
    messageId: String(properties.messageId),
    type: String(properties.type),
    contentType: String(properties.contentType),
    headers: properties.headers ?? {},
  });
}

/** All that is in a queue now. */
export async function drain(channel: ConfirmChannel, queue: string): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (!message) return messages;
    messages.push(message);
  }
}
