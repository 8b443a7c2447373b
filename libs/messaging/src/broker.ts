import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Logger } from '@plataforma/platform';
import { type AmqpConnectionManager, type ChannelWrapper, connect } from 'amqp-connection-manager';
import type { ConfirmChannel, Message, Options } from 'amqplib';

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

const RECONNECT_MS = 1_000;
/** A publish that was in flight when a connection broke may never be answered: its own time-out decides. */
const CONFIRM_TIMEOUT_MS = 5_000;

/** The process's connection to RabbitMQ: publishes with confirms and opens the channels of consumers. */
export class Broker implements OnModuleInit, OnApplicationShutdown {
  private manager: AmqpConnectionManager | undefined;
  private publisher: ChannelWrapper | undefined;
  private channel: ConfirmChannel | undefined;
  private readonly returned = new Set<string>();
  private reconnection: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly urls: readonly string[],
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.manager = connect([...this.urls], {
      heartbeatIntervalInSeconds: 10,
      reconnectTimeInSeconds: RECONNECT_MS / 1_000,
    });
    this.manager.on('connectFailed', ({ err }) => this.logger.warn('RabbitMQ indisponível', { error: err }));
    this.manager.on('disconnect', ({ err }) => this.logger.warn('RabbitMQ desconectado', { error: err }));
    this.publisher = this.openChannel(async (channel) => {
      channel.on('return', (message: Message) => this.returned.add(String(message.properties.messageId)));
      channel.once('close', () => {
        if (this.channel === channel) this.channel = undefined;
      });
      this.channel = channel;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    clearTimeout(this.reconnection);
    await this.publisher?.close();
    await this.manager?.close();
  }

  /**
   * A channel that is set up anew on every reconnection. The broker closes a channel on which something is refused
   * (what is not there, what this user may not do), and the library would leave it so: then we connect again.
   */
  openChannel(setup: (channel: ConfirmChannel) => Promise<void>): ChannelWrapper {
    if (!this.manager) throw new Error('Broker ainda não iniciado');
    const wrapper = this.manager.createChannel({
      confirm: true,
      setup: async (channel: ConfirmChannel) => {
        channel.on('error', (error: unknown) => this.reconnectLater(error));
        await setup(channel);
      },
    });
    return wrapper.on('error', (error: unknown) => this.reconnectLater(error));
  }

  private reconnectLater(error: unknown): void {
    if (this.closing || this.reconnection) return;
    this.logger.error(
      'O RabbitMQ recusou um canal; nova conexão adiante. Faltam filas ou direitos? npm run provision',
      {
        error,
      },
    );
    this.reconnection = setTimeout(() => {
      this.reconnection = undefined;
      this.manager?.reconnect();
    }, RECONNECT_MS).unref();
  }

  /** @throws PublishError when there is no working channel */
  async ping(): Promise<void> {
    if (!this.channel) throw new PublishError('sem conexão com o RabbitMQ');
  }

  /**
   * Resolves when the broker has taken responsibility for the message.
   * @throws PublishError otherwise; the message may or may not have arrived, so consumers must not repeat effects
   */
  async publish({ exchange, key, body, ...options }: Publication): Promise<void> {
    const { channel } = this;
    if (!channel) throw new PublishError('sem conexão com o RabbitMQ');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new PublishError('sem confirmação a tempo')), CONFIRM_TIMEOUT_MS);
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
