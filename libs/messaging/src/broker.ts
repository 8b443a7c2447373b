import { once } from 'node:events';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Logger } from '@plataforma/platform';
import type { ChannelModel, ConfirmChannel, Message, Options } from 'amqplib';
import { connectTo, pauseAfter, settled, StandingChannel } from './connection.js';
import { EVENTS_EXCHANGE } from './topology.js';

/** The broker did not take the message (disconnected, refused, no route, no confirm in time): try again later. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

export interface Publication extends Options.Publish {
  readonly exchange: string;
  readonly key: string;
  readonly body: Buffer;
  readonly messageId: string;
}

/** A publish that was in flight when a connection broke may never be answered: its own time-out decides. */
const CONFIRM_TIMEOUT_MS = 5_000;

/** The process's connection to RabbitMQ: publishes with confirms and keeps the channels of consumers. */
export class Broker implements OnModuleInit, OnApplicationShutdown {
  private readonly channels = new Set<StandingChannel>();
  private readonly closing = new AbortController();
  private live: { readonly connection: ChannelModel; readonly lost: AbortSignal } | undefined;
  private publisher: StandingChannel | undefined;
  private asking: Promise<unknown> | undefined;
  private readonly returned = new Set<string>();

  constructor(
    private readonly urls: readonly string[],
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.publisher = this.openChannel('publicação', async (channel) => {
      channel.on('return', (message: Message) => this.returned.add(String(message.properties.messageId)));
    });
    void this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.channels].map((channel) => channel.close()));
    if (this.live) await settled(this.live.connection.close());
  }

  /** A channel on which `setup` is done anew whenever it, its consumer or the connection was lost. */
  openChannel(name: string, setup: (channel: ConfirmChannel) => Promise<void>): StandingChannel {
    const channel = new StandingChannel(name, setup, this.logger);
    this.channels.add(channel);
    channel.closed.addEventListener('abort', () => this.channels.delete(channel), { once: true });
    if (this.live) void channel.serve(this.live.connection, this.live.lost);
    return channel;
  }

  /** @throws PublishError when the broker does not answer, or a channel does not work: also one that only consumes */
  async ping(): Promise<void> {
    if (!this.live) throw new PublishError('sem conexão com o RabbitMQ');
    for (const { name, current } of this.channels) if (!current) throw new PublishError(`sem canal: ${name}`);
    // One question at a time: while there is no answer, a second would wait behind the first.
    this.asking ??= this.publisher?.current?.checkExchange(EVENTS_EXCHANGE).finally(() => (this.asking = undefined));
    await this.asking;
  }

  /** Whether there is a channel to publish on. */
  get connected(): boolean {
    return this.publisher?.current !== undefined;
  }

  private async run(): Promise<void> {
    for (let tries = 0, failures = 0; !this.closing.signal.aborted; tries++) {
      try {
        const connection = await connectTo(this.urls[tries % this.urls.length] ?? '');
        failures = 0;
        await this.serve(connection);
        if (!this.closing.signal.aborted) this.logger.warn('RabbitMQ desconectado');
      } catch (error) {
        this.logger.warn('RabbitMQ indisponível', { error });
      }
      if (!this.closing.signal.aborted) await pauseAfter(failures++, this.closing.signal);
    }
  }

  /** Ends when the connection does. */
  private async serve(connection: ChannelModel): Promise<void> {
    const lost = new AbortController();
    connection.once('close', () => lost.abort());
    this.live = { connection, lost: lost.signal };
    for (const channel of this.channels) void channel.serve(connection, lost.signal);
    if (this.closing.signal.aborted) await settled(connection.close());
    await once(lost.signal, 'abort');
    this.live = undefined;
  }

  /**
   * Resolves when the broker has taken responsibility for the message.
   * @throws PublishError otherwise; the message may or may not have arrived, so consumers must not repeat effects
   */
  async publish({ exchange, key, body, ...options }: Publication): Promise<void> {
    const channel = this.publisher?.current;
    if (!channel) throw new PublishError('sem conexão com o RabbitMQ');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.returned.delete(options.messageId);
        reject(new PublishError('sem confirmação a tempo'));
      }, CONFIRM_TIMEOUT_MS);
      const settle = (error: unknown) => {
        clearTimeout(timer);
        const unroutable = this.returned.delete(options.messageId);
        if (error) reject(new PublishError('o RabbitMQ recusou a mensagem', { cause: error }));
        else if (unroutable) reject(new PublishError(`sem rota para ${key} em ${exchange || 'default'}`));
        else resolve();
      };
      try {
        channel.publish(exchange, key, body, { ...options, persistent: true }, settle);
      } catch (error) {
        settle(error);
      }
    });
  }
}
