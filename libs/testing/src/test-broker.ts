import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type CloudEvent,
  CLOUDEVENTS_CONTENT_TYPE,
  messageContract,
  type MessageData,
  type MessageType,
  routingKey,
} from '@plataforma/contracts';
import {
  assertTopology,
  type BrokerAccess,
  brokerAccess,
  COMMANDS_EXCHANGE,
  DEAD_LETTER_QUEUE,
  EVENTS_EXCHANGE,
  exchangeOf,
} from '@plataforma/messaging';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { quebradosPor } from './pacto.js';
import { testServers } from './servers.js';

async function manage(method: 'PUT' | 'DELETE', path: string, body: unknown = {}): Promise<void> {
  const { origin, username, password } = new URL(testServers.rabbitmqManagement());
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`RabbitMQ: ${method} ${path} respondeu ${response.status}`);
}

/** Without heartbeats, whose timers would go on for ever, as the socket would: what a spec failed to end keeps no process. */
async function connectLoosely(url: URL): Promise<ChannelModel> {
  const address = new URL(url);
  address.searchParams.set('heartbeat', '0');
  const model = await connect(address.href);
  (model.connection as unknown as { stream: Socket }).stream.unref();
  return model;
}

type BrokerUser = keyof typeof brokerAccess;

/** A RabbitMQ virtual host of a test's own, with the platform's topology, and an ear on everything published. */
export class TestBroker {
  /** Every event and command that was published since, in order of arrival. */
  readonly published: CloudEvent[] = [];
  private readonly users = new Set<string>();
  /** For the service under test. */
  serviceUrl: string;

  private constructor(
    private readonly vhost: string,
    /** As an administrator. */
    readonly url: string,
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly service: BrokerUser | undefined,
  ) {
    this.serviceUrl = url;
  }

  /** @param service whose rights its `serviceUrl` has; without one, an administrator's */
  static async create(service?: BrokerUser): Promise<TestBroker> {
    const vhost = `teste-${randomBytes(6).toString('hex')}`;
    const url = new URL(testServers.rabbitmq());
    url.pathname = `/${vhost}`;
    await manage('PUT', `vhosts/${vhost}`);
    await manage('PUT', `permissions/${vhost}/${url.username || 'guest'}`, {
      configure: '.*',
      write: '.*',
      read: '.*',
    });
    const connection = await connectLoosely(url);
    const channel = await connection.createConfirmChannel();
    await assertTopology(channel);
    const broker = new TestBroker(vhost, url.href, connection, channel, service);
    await broker.listen();
    if (service) broker.serviceUrl = await broker.as(service);
    return broker;
  }

  private async listen(): Promise<void> {
    const { queue } = await this.channel.assertQueue('', { exclusive: true });
    await this.channel.bindQueue(queue, EVENTS_EXCHANGE, '#');
    await this.channel.bindQueue(queue, COMMANDS_EXCHANGE, '#');
    await this.channel.consume(
      queue,
      (message) => {
        // What is no CloudEvent is for the consumer under test to deal with.
        if (message?.properties.type) this.published.push(JSON.parse(message.content.toString('utf8')) as CloudEvent);
      },
      { noAck: true },
    );
  }

  /** The address for a user with the rights of production, and no more: of the service that is under test. */
  async as(who: BrokerUser): Promise<string> {
    const { write, read, topics, bound = {}, configure = '^$', tags }: BrokerAccess = brokerAccess[who];
    const url = new URL(this.url);
    url.username = `${this.vhost}-${who}`;
    url.password = 'teste';
    if (this.users.has(url.username)) return url.href;
    this.users.add(url.username);
    await manage('PUT', `users/${url.username}`, { password: url.password, tags });
    await manage('PUT', `permissions/${this.vhost}/${url.username}`, { configure, write, read });
    for (const [exchange, keys] of Object.entries(topics))
      await manage('PUT', `topic-permissions/${this.vhost}/${url.username}`, {
        exchange,
        write: keys,
        read: bound[exchange] ?? '^$',
      });
    return url.href;
  }

  /** What was published of one type. */
  publishedOf<T extends MessageType>(type: T): CloudEvent<T>[] {
    return this.published.filter((event): event is CloudEvent<T> => event.type === type);
  }

  /**
   * Publishes a CloudEvent as the service that owns it would, and resolves when the broker has it. The same `id` given
   * twice makes a duplicate.
   */
  async publish<T extends MessageType>(
    type: T,
    data: MessageData<T>,
    overrides: Partial<Pick<CloudEvent, 'id' | 'subject' | 'sequence' | 'time' | 'correlationid'>> = {},
    headers: Readonly<Record<string, unknown>> = {},
  ): Promise<CloudEvent<T>> {
    const event = {
      specversion: '1.0',
      id: randomUUID(),
      source: `/servicos/${messageContract(type).owner}`,
      type,
      subject: 'teste/1',
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      sequence: '1',
      correlationid: randomUUID(),
      ...overrides,
      data,
    } as CloudEvent<T>;
    await this.publishRaw(exchangeOf(type), routingKey(type), Buffer.from(JSON.stringify(event)), {
      messageId: event.id,
      type,
      headers,
    });
    return event;
  }

  /** Publishes any bytes, also ones that are no CloudEvent. */
  async publishRaw(
    exchange: string,
    key: string,
    body: Buffer,
    properties: {
      readonly messageId?: string;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, unknown>>;
    } = {},
  ): Promise<void> {
    this.channel.publish(exchange, key, body, {
      messageId: randomUUID(),
      contentType: CLOUDEVENTS_CONTENT_TYPE,
      persistent: true,
      ...properties,
    });
    await this.channel.waitForConfirms();
  }

  /** How many messages wait in the dead-letter queue. */
  async deadLetterCount(): Promise<number> {
    return (await this.channel.checkQueue(DEAD_LETTER_QUEUE)).messageCount;
  }

  /** @throws Error when what the service under test published breaks a pact that somebody has with it */
  async drop(): Promise<void> {
    await this.connection.close();
    await manage('DELETE', `vhosts/${this.vhost}`);
    for (const user of this.users) await manage('DELETE', `users/${user}`);
    const broken = this.service ? quebradosPor(this.service, this.published) : [];
    if (broken.length > 0) throw new Error(`Pactos que ${this.service} quebrou:\n${broken.join('\n')}`);
  }
}
