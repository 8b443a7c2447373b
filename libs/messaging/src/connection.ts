import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@plataforma/platform';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';

/** From the first packet to the end of the handshake, ms: one that begins while the network swallows packets ends too. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Two that do not come in a row end the connection, s: what waits for an answer on it then fails. */
const HEARTBEAT_S = 4;
const MIN_PAUSE_MS = 200;
const MAX_PAUSE_MS = 3_000;
const CLOSE_TIMEOUT_MS = 2_000;

const ignored = (): void => undefined;

/**
 * A connection to RabbitMQ that ends in bounded time, whatever the network does.
 * @throws Error when there is none in five seconds
 */
export async function connectTo(url: string): Promise<ChannelModel> {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(HEARTBEAT_S));
  const connection = await connect(address.href, {
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveDelay: 5_000,
    noDelay: true,
  });
  // What fails rejects the operation under way; as an event that nobody hears it would end the process.
  connection.on('error', ignored);
  return connection;
}

/** Waits for `work`, but no longer than `timeoutMs`; its failure is of no interest. */
export async function settled(work: Promise<unknown>, timeoutMs = CLOSE_TIMEOUT_MS): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    work.then(ignored, ignored),
    delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).catch(ignored),
  ]);
  timer.abort();
}

/** Closes what may have been closed already: amqplib then throws at once. */
const closing = (channel: ConfirmChannel): Promise<void> => settled((async () => channel.close())());

/** Grows with failures in a row; those who lost the same server do not all come back at the same moment. */
export async function pauseAfter(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(MIN_PAUSE_MS * 2 ** failures, MAX_PAUSE_MS);
  await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(ignored);
}

/**
 * A channel that is always there: made anew, and with it whatever `setup` does on it, when it or its connection is lost,
 * or when the broker ends what was set up (a queue that was deleted takes its consumers with it).
 */
export class StandingChannel {
  private channel: ConfirmChannel | undefined;
  private readonly over = new AbortController();
  private readonly first = Promise.withResolvers<void>();

  constructor(
    readonly name: string,
    private readonly setup: (channel: ConfirmChannel) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** The channel, while it works. */
  get current(): ConfirmChannel | undefined {
    return this.channel;
  }

  /** Aborted when it is no longer wanted. */
  get closed(): AbortSignal {
    return this.over.signal;
  }

  /** Resolves when it works for the first time. */
  get ready(): Promise<void> {
    return this.first.promise;
  }

  /** Gives up this channel for a new one. */
  renew(channel: ConfirmChannel): void {
    if (this.channel === channel) this.channel = undefined;
    void settled(channel.close());
  }

  async close(): Promise<void> {
    this.over.abort();
    if (this.channel) await settled(this.channel.close());
  }

  /** Keeps it working for as long as `connection` lives. */
  async serve(connection: ChannelModel, connectionLost: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([connectionLost, this.over.signal]);
    let failures = 0;
    while (!ended.aborted) {
      let channel: ConfirmChannel | undefined;
      try {
        channel = await connection.createConfirmChannel();
        const made = channel;
        const closed = new Promise<unknown>((resolve) => made.once('close', resolve));
        let reason: unknown;
        channel.on('error', (error) => (reason = error));
        await this.setup(channel);
        this.channel = channel;
        this.first.resolve();
        failures = 0;
        await closed;
        if (!ended.aborted)
          this.logger.warn('Canal do RabbitMQ perdido; será refeito', { canal: this.name, error: reason });
      } catch (error) {
        if (!ended.aborted)
          this.logger.warn('Canal do RabbitMQ não pôde ser feito. Faltam filas ou direitos? npm run provision', {
            canal: this.name,
            error,
          });
        if (channel) await closing(channel);
      }
      this.channel = undefined;
      if (!ended.aborted) await pauseAfter(failures++, ended);
    }
  }
}
