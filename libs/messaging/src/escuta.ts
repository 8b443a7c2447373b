import { randomUUID } from 'node:crypto';
import { type CloudEvent, isMessageType, messageContract } from '@plataforma/contracts';
import type { Logger } from '@plataforma/platform';
import type { Broker } from './broker.js';
import { EVENTS_EXCHANGE, LIVE_KEYS, liveTypes } from './topology.js';

/** More than this waits only for who does not read at all, and whose connection ends for it within seconds. */
const MOST_WAITING = 50_000;

export interface Ouvinte {
  /** From now on every message is heard: of those before nothing is known. */
  ouvindo(): void;
  ouviu(evento: CloudEvent): void;
  /** The queue is gone, and what comes meanwhile is missed. */
  surdo(): void;
}

/**
 * Hears every message of some types, in the order in which they are published, in an exclusive queue of this process:
 * the broker deletes it with the connection, and it is declared anew with the next. Nothing is kept for who is away:
 * `surdo` and `ouvindo` say so. For telling people who look on, never for what has to have an effect.
 */
export class Escuta {
  constructor(
    private readonly broker: Broker,
    private readonly logger: Logger,
    private readonly name: string,
  ) {}

  start(ouvinte: Ouvinte): void {
    const standing = this.broker.openChannel(`escuta de ${this.name}`, async (channel) => {
      const { queue } = await channel.assertQueue(`${this.name}.vivo.${randomUUID()}`, {
        exclusive: true,
        durable: false,
        autoDelete: true,
        maxLength: MOST_WAITING,
      });
      for (const key of LIVE_KEYS) await channel.bindQueue(queue, EVENTS_EXCHANGE, key);
      channel.once('close', () => ouvinte.surdo());
      await channel.consume(
        queue,
        (message) => {
          if (!message) return standing.renew(channel);
          const evento = this.read(message.content);
          if (evento) ouvinte.ouviu(evento);
        },
        { noAck: true, exclusive: true },
      );
      ouvinte.ouvindo();
    });
  }

  /** What has another form is for those consumers that have an effect by it: they bury it. */
  private read(content: Buffer): CloudEvent | undefined {
    try {
      const evento = JSON.parse(content.toString('utf8')) as CloudEvent;
      if (!isMessageType(evento.type) || !(liveTypes as readonly string[]).includes(evento.type)) return undefined;
      return { ...evento, data: messageContract(evento.type).schema.parse(evento.data) } as CloudEvent;
    } catch (error) {
      this.logger.warn('Mensagem que não se lê, na escuta', { escuta: this.name, error });
      return undefined;
    }
  }
}
