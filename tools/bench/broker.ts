import { randomBytes } from 'node:crypto';
import { type ConfirmChannel, connect } from 'amqplib';
import pLimit from 'p-limit';
import { manage } from '../infra/rabbitmq-management.ts';
import type { Place } from './place.ts';

/** As an order to charge a booking is: what a hold has published. */
export const messageBytes = 800;

/** A virtual host with the platform's queues and nobody who empties them. */
export class OwnVhost {
  /** As an administrator. */
  readonly url: string;
  readonly #management: string;

  private constructor(url: string, management: string) {
    this.url = url;
    this.#management = management;
  }

  static async create({ servers: { urls } }: Place): Promise<OwnVhost> {
    const { assertTopology } = await import('@plataforma/messaging/topology');
    const url = new URL(urls.rabbitmq);
    const name = `bench-${randomBytes(4).toString('hex')}`;
    url.pathname = `/${name}`;
    await manage(urls.rabbitmqManagement, 'POST', '/api/definitions', {
      vhosts: [{ name }],
      permissions: [{ user: decodeURIComponent(url.username), vhost: name, configure: '.*', write: '.*', read: '.*' }],
    });
    const vhost = new OwnVhost(url.href, urls.rabbitmqManagement);
    await vhost.withChannel((channel) => assertTopology(channel));
    return vhost;
  }

  async withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const connection = await connect(this.url);
    try {
      return await work(await connection.createConfirmChannel());
    } finally {
      await connection.close();
    }
  }

  async drop(): Promise<void> {
    const { origin, username, password } = new URL(this.#management);
    const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`;
    await fetch(`${origin}/api/vhosts${new URL(this.url).pathname}`, { method: 'DELETE', headers: { authorization } });
  }
}

/** Publishes durably so many messages to a queue, `window` of them unconfirmed at most. @returns how long it took, ms */
export async function publishConfirmed(
  channel: ConfirmChannel,
  queue: string,
  count: number,
  window: number,
): Promise<number> {
  const body = Buffer.alloc(messageBytes, 'x');
  const started = performance.now();
  await pLimit(window).map(
    Array.from({ length: count }),
    () =>
      new Promise<void>((resolve, reject) =>
        channel.sendToQueue(queue, body, { persistent: true }, (error: unknown) =>
          error ? reject(new Error('the broker refused a message', { cause: error })) : resolve(),
        ),
      ),
  );
  return performance.now() - started;
}
