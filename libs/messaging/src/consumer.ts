import { setTimeout as delay } from 'node:timers/promises';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { type CloudEvent, isMessageType, type MessageType } from '@plataforma/contracts';
import { about, type Database, failpoint, type Logger, metrics, runInContext } from '@plataforma/platform';
import type { ConfirmChannel, ConsumeMessage, GetMessage } from 'amqplib';
import { lastValueFrom } from 'rxjs';
import type { Alertas } from './alertas.js';
import type { Broker } from './broker.js';
import { settled, type StandingChannel } from './connection.js';
import { attemptOf, DeadLetter, fateOf, FutureMessage, readMessage, SetAside } from './fate.js';
import {
  DEAD_LETTER_CAUSES,
  DEAD_LETTER_EXCHANGE,
  FUTURE_CAUSES,
  FUTURE_EXCHANGE,
  futureQueue,
  type QueueName,
  queues,
  RETRY_DELAYS_MS,
  retryStep,
  WITHOUT_INBOX,
} from './topology.js';

type Headers = Readonly<Record<string, string | number>>;

/** How often a message may have been under way when its consumer died before it is taken for the culprit. */
const MAX_FATAL_STARTS = 3;
const DEAD_LETTER_RETRY_MS = 1_000;
/** How often a consumer looks whether what waits for a later release waits for it: an older one may still run beside. */
const FUTURE_LOOK_MS = 15_000;
const FUTURE_BATCH = 1_000;
/** How long a consumer that closes waits for what it has in hand; the rest is delivered again. */
const DRAIN_MS = 5_000;

const serviceOf = (queue: string): string | undefined => queue.split('.')[0];

/**
 * Nest transport over one queue of the platform: ordinary `@EventPattern('reserva.criada.v1')` handlers receive a
 * validated CloudEvent, once. The inbox row and everything that the handler writes commit together; only then is the
 * message acknowledged. Messages of one stream are handled one after the other, those of different streams side by
 * side. What fails climbs the retry ladder, past which later messages of its stream go on, and ends in the DLQ with its
 * cause; what a later release will know waits for it; nothing is dropped.
 */
export class QueueConsumer extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private standing: StandingChannel | undefined;
  private channel: ConfirmChannel | undefined;
  private readonly consumerTag: string;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly lanes = new Map<string, Promise<void>>();
  private future: StandingChannel | undefined;
  private futureLook: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private readonly queue: QueueName,
    private readonly broker: Broker,
    private readonly database: Database,
    private readonly alertas: Alertas,
    private readonly log: Logger,
    private readonly prefetch: number,
  ) {
    super();
    this.consumerTag = `${queue}-${process.pid}`;
  }

  override listen(callback: (error?: unknown) => void): void {
    this.assertHandlersMatchTopology();
    // Zero is told, too: of a series that begins with the first dead message no increase is ever seen.
    for (const causa of [...DEAD_LETTER_CAUSES, ...FUTURE_CAUSES])
      metrics.deadLettered.inc({ fila: this.queue, causa }, 0);
    metrics.deadLetterFailures.inc({ fila: this.queue }, 0);
    const standing = this.broker.openChannel(this.queue, async (channel) => {
      await channel.prefetch(this.prefetch);
      this.channel = channel;
      if (this.closing) return;
      await channel.consume(
        this.queue,
        (message) => {
          if (message) return this.track(this.receive(channel, message));
          // The broker ended the consumer, as when somebody deleted the queue.
          this.log.warn('Consumidor cancelado pelo RabbitMQ; será refeito', { queue: this.queue });
          standing.renew(channel);
        },
        { consumerTag: this.consumerTag },
      );
    });
    this.standing = standing;
    this.future = this.broker.openChannel(futureQueue(this.queue), (channel) => this.takeUpFuture(channel));
    this.futureLook = setInterval(() => {
      const channel = this.future?.current;
      if (channel)
        this.track(
          this.takeUpFuture(channel).catch((error: unknown) =>
            this.log.debug('O que espera por uma versão nova não pôde ser olhado; olha-se de novo', { error }),
          ),
        );
    }, FUTURE_LOOK_MS).unref();
    standing.ready.then(() => callback(), callback);
  }

  /** Takes no new message, finishes those under way, and leaves the rest to others. */
  override async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.futureLook);
    if (this.channel) await settled(this.channel.cancel(this.consumerTag));
    await settled(Promise.all(this.inFlight), DRAIN_MS);
    await Promise.all([this.standing?.close(), this.future?.close()]);
  }

  override on(): never {
    throw new Error('QueueConsumer não emite eventos');
  }

  override unwrap<T>(): T {
    return this.standing as T;
  }

  /**
   * An application may consume several queues. A handler is of the one that it names (`@EventPattern(tipo, { fila })`), or
   * else of the first of its service that takes the type.
   */
  override addHandler(
    pattern: string,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras: Readonly<Record<string, unknown>> = {},
  ): void {
    const taking = Object.entries(queues).find(
      ([queue, types]) => serviceOf(queue) === serviceOf(this.queue) && (types as readonly string[]).includes(pattern),
    );
    if ((extras['fila'] ?? taking?.[0] ?? this.queue) === this.queue)
      super.addHandler(pattern, callback, isEventHandler, extras);
  }

  private assertHandlersMatchTopology(): void {
    const expected = [...queues[this.queue]].sort().join(', ');
    const actual = [...this.messageHandlers.keys()].sort().join(', ');
    if (expected !== actual)
      throw new Error(`A fila ${this.queue} recebe [${expected}], mas há consumidores para [${actual}]`);
  }

  private track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      this.log.error('Mensagem não pôde ser tratada nem passada adiante; volta quando o canal fechar', {
        queue: this.queue,
        error,
      });
    });
    this.inFlight.add(tracked);
    void tracked.finally(() => this.inFlight.delete(tracked));
  }

  private receive(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    const read = this.read(message);
    const suspect = Number(message.properties.headers?.['x-delivery-count'] ?? 0) > 0;
    // A consumer died (or lost its connection) with a suspect in hand: one such message at a time, so that the culprit
    // does not take its neighbours along.
    const lanes = [...(suspect ? [''] : []), ...(read instanceof Error || !read ? [] : [read.subject])];
    return this.inTurn(lanes, () => this.handle(channel, message, read, suspect));
  }

  /** Begins when all that was given to the same lanes before has ended. */
  private inTurn(lanes: readonly string[], work: () => Promise<void>): Promise<void> {
    const done = Promise.all(lanes.map((lane) => this.lanes.get(lane) ?? Promise.resolve())).then(work);
    const ended = done.catch(() => undefined);
    for (const lane of lanes) {
      this.lanes.set(lane, ended);
      void ended.then(() => this.lanes.get(lane) === ended && this.lanes.delete(lane));
    }
    return done;
  }

  private async handle(
    channel: ConfirmChannel,
    message: ConsumeMessage,
    read: CloudEvent | Error | undefined,
    suspect: boolean,
  ): Promise<void> {
    try {
      if (read instanceof Error) throw read;
      if (read) {
        const handler = this.handlerOf(read.type);
        if (suspect) await this.recordStart(read.id);
        const began = performance.now();
        const applied = await this.applyOnce(read, handler).finally(() =>
          metrics.messageDuration.observe({ fila: this.queue, tipo: read.type }, (performance.now() - began) / 1000),
        );
        if (suspect) await this.forgetStarts(read.id);
        metrics.consumed.inc({ fila: this.queue, tipo: read.type, resultado: applied ? 'efeito' : 'duplicada' });
      }
    } catch (error) {
      if (!(await this.passOn(channel, message, error))) return;
    }
    failpoint('messaging.consumidor.antes-do-ack', read instanceof Error ? undefined : read?.type);
    try {
      if (this.channel === channel) channel.ack(message);
    } catch {
      this.log.debug('Canal fechado antes do ack: a mensagem volta, e a inbox a reconhece');
    }
  }

  private read(message: GetMessage | ConsumeMessage): CloudEvent | Error | undefined {
    return readMessage(message, [...this.messageHandlers.keys()]);
  }

  private handlerOf(type: MessageType): MessageHandler {
    const handler = this.messageHandlers.get(type);
    if (!handler) throw new FutureMessage('sem-consumidor', `nenhum consumidor para ${type}`);
    return handler;
  }

  /** False when the inbox says that this message has had its effect already. */
  private applyOnce(event: CloudEvent, handler: MessageHandler): Promise<boolean> {
    const call = async (): Promise<true> => {
      about(event.data);
      const result: unknown = await handler(event);
      await lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
      return true;
    };
    return runInContext({ correlationId: event.correlationid, causationId: event.id, occurredAt: event.time }, () => {
      if (WITHOUT_INBOX.has(this.queue)) return call();
      return this.database.transaction(async () => {
        const first = await this.database.change(
          'INSERT INTO inbox (consumidor, mensagem_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [this.queue, event.id],
        );
        if (first === 0) return false;
        await call();
        failpoint('messaging.consumidor.antes-do-commit', event.type);
        return true;
      });
    });
  }

  private async recordStart(id: string): Promise<void> {
    const [row] = await this.database.query<{ inicios: number }>(
      `INSERT INTO inbox_suspeitas AS s (consumidor, mensagem_id, inicios) VALUES ($1, $2, 1)
       ON CONFLICT (consumidor, mensagem_id) DO UPDATE SET inicios = s.inicios + 1 RETURNING inicios`,
      [this.queue, id],
    );
    if (row && row.inicios > MAX_FATAL_STARTS)
      throw new DeadLetter(
        'derruba-consumidor',
        `o consumidor caiu ${MAX_FATAL_STARTS} vezes com esta mensagem em mãos`,
      );
  }

  private async forgetStarts(id: string): Promise<void> {
    await this.database.change('DELETE FROM inbox_suspeitas WHERE consumidor = $1 AND mensagem_id = $2', [
      this.queue,
      id,
    ]);
  }

  /** Hands the message to the retry ladder or to the DLQ; true once the broker has it there. */
  private async passOn(channel: ConfirmChannel, message: ConsumeMessage, error: unknown): Promise<boolean> {
    const attempt = attemptOf(message) ?? 1;
    const fate = fateOf(error, attempt);
    if (fate instanceof SetAside) return this.setAside(channel, message, fate, attempt);
    const { delayMs, nextAttempt } = fate;
    this.log.warn('Mensagem falhou; vai à escada de retentativas', { queue: this.queue, attempt, delayMs, error });
    metrics.retried.inc({ fila: this.queue, tipo: knownType(message) });
    return this.forward(channel, message, retryStep(delayMs), { 'x-attempt': nextAttempt });
  }

  private async setAside(
    channel: ConfirmChannel,
    message: ConsumeMessage,
    aside: DeadLetter | FutureMessage,
    attempt: number,
  ): Promise<boolean> {
    const { cause, detail } = aside;
    const dead = aside instanceof DeadLetter;
    if (dead) this.log.error('Mensagem vai à DLQ', { queue: this.queue, cause, detail, attempt });
    else this.log.warn('Mensagem espera por uma versão que a conheça', { queue: this.queue, cause, detail });
    const exchange = dead ? DEAD_LETTER_EXCHANGE : FUTURE_EXCHANGE;
    const done = await this.forward(channel, message, exchange, {
      'x-cause': cause,
      'x-detail': detail,
      'x-attempt': attempt,
      'x-origin-queue': this.queue,
      'x-dead-at': new Date().toISOString(),
    });
    if (done) metrics.deadLettered.inc({ fila: this.queue, causa: cause });
    if (done && dead) await this.alert(`${this.queue}: ${knownType(message)}, ${cause}`);
    return done;
  }

  /** The message is in the DLQ already, and counted: not to be able to say so keeps nothing from going on. */
  private async alert(cause: string): Promise<void> {
    try {
      await this.alertas.raise('MENSAGENS_MORTAS', cause);
    } catch (error) {
      this.log.warn('Não se pôde avisar que há uma mensagem morta', { cause, error });
    }
  }

  /**
   * What waits for a later release and is known by now goes back to the queue, by the shortest step of the retry
   * ladder; the rest stays. It is looked through at the start, and now and then.
   */
  private async takeUpFuture(channel: ConfirmChannel): Promise<void> {
    const queue = futureQueue(this.queue);
    const { messageCount } = await channel.checkQueue(queue);
    const kept: GetMessage[] = [];
    try {
      for (let looked = 0; looked < Math.min(messageCount, FUTURE_BATCH) && !this.closing; looked++) {
        const message = await channel.get(queue);
        if (!message) break;
        kept.push(message);
        if (this.read(message) instanceof FutureMessage) continue;
        await this.resend(message, retryStep(RETRY_DELAYS_MS[0]), {});
        channel.ack(message);
        kept.pop();
      }
    } finally {
      for (const message of kept) channel.nack(message);
    }
    metrics.future.set({ fila: this.queue }, kept.length);
  }

  /**
   * Keeps trying while this channel lives: until it is done the broker holds the original, unacknowledged. False when
   * the channel was closed first: then the broker delivers the original again.
   */
  private async forward(
    channel: ConfirmChannel,
    message: ConsumeMessage,
    exchange: string,
    headers: Headers,
  ): Promise<boolean> {
    while (this.channel === channel && !this.closing) {
      try {
        await this.resend(message, exchange, headers);
        return true;
      } catch (error) {
        metrics.deadLetterFailures.inc({ fila: this.queue });
        this.log.error('O broker não aceitou a mensagem adiante; ela segue na fila de origem', { exchange, error });
        await delay(DEAD_LETTER_RETRY_MS);
      }
    }
    return false;
  }

  /** Hands the message, as it came, to an exchange that knows this queue. @throws PublishError */
  private async resend(message: GetMessage | ConsumeMessage, exchange: string, headers: Headers): Promise<void> {
    const properties: { readonly [name: string]: unknown } = { ...message.properties };
    const { messageId, type, contentType } = properties;
    const kept = Object.fromEntries(
      Object.entries(message.properties.headers ?? {}).filter(
        ([name]) => name === 'traceparent' || name === 'x-attempt',
      ),
    );
    await this.broker.publish({
      exchange,
      key: this.queue,
      body: message.content,
      messageId: typeof messageId === 'string' ? messageId : `${this.queue}-${message.fields.deliveryTag}`,
      ...(typeof type === 'string' && { type }),
      ...(typeof contentType === 'string' && { contentType }),
      mandatory: true,
      headers: { ...kept, ...headers },
    });
  }
}

/** Whatever the sender wrote there: a label has only the values of the catalogue. */
function knownType(message: ConsumeMessage): string {
  const type = String(message.properties.type ?? '');
  return isMessageType(type) ? type : 'desconhecido';
}
