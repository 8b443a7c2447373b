import { messages, type MessageType, routingKey } from '@plataforma/contracts';
import {
  COMMANDS_EXCHANGE,
  DEAD_LETTER_EXCHANGE,
  EVENTS_EXCHANGE,
  FUTURE_EXCHANGE,
  futureQueue,
  LIVE_KEYS,
  type QueueName,
  queues,
  RETRY_DELAYS_MS,
  retryStep,
  reviewedQueues,
} from './topology.js';

/**
 * What a user of the broker may do, in regular expressions over the names of exchanges and queues
 * (https://www.rabbitmq.com/docs/access-control).
 */
export interface BrokerAccess {
  /** To publish to an exchange. */
  readonly write: string;
  /** To consume from a queue. */
  readonly read: string;
  /** The routing keys that it may give to messages for a topic exchange. */
  readonly topics: Readonly<Record<string, string>>;
  /** The routing keys of a topic exchange that it may have sent to a queue; none where it binds nothing. */
  readonly bound?: Readonly<Record<string, string>>;
  /** The queues that it may declare and delete. */
  readonly configure?: string;
  readonly tags: string;
}

const NOTHING = '^$';
const DEFAULT_EXCHANGE = 'amq.default';
/** The one publisher of commands; a command's owner is who carries it out. */
const COMMANDER = 'reservas';

const oneOf = (names: readonly string[]): string =>
  names.length === 0
    ? NOTHING
    : `^(${[...new Set(names)].map((name) => name.replaceAll('.', String.raw`\.`)).join('|')})$`;

function accessOfService(service: string): BrokerAccess {
  const own = (Object.keys(queues) as QueueName[]).filter((queue) => queue.startsWith(`${service}.`));
  const contracts = Object.entries(messages) as [MessageType, (typeof messages)[MessageType]][];
  const events = contracts.filter(
    ([, { kind, owner }]) => kind === 'evento' && (owner === service || owner === 'todos'),
  );
  const commands = service === COMMANDER ? contracts.filter(([, { kind }]) => kind === 'comando') : [];
  const keys = (of: typeof contracts): string => oneOf(of.map(([type]) => routingKey(type)));
  const topics = {
    ...(events.length > 0 && { [EVENTS_EXCHANGE]: keys(events) }),
    ...(commands.length > 0 && { [COMMANDS_EXCHANGE]: keys(commands) }),
    // What failed comes back to the queue that its key names: no one may put a message into another's queue that way.
    ...(own.length > 0 &&
      Object.fromEntries(
        [...RETRY_DELAYS_MS.map(retryStep), DEAD_LETTER_EXCHANGE, FUTURE_EXCHANGE].map((exchange) => [
          exchange,
          oneOf(own),
        ]),
      )),
  };
  return { write: oneOf(Object.keys(topics)), read: oneOf([...own, ...own.map(futureQueue)]), topics, tags: '' };
}

/** To look at dead letters, and at what waits for a later release, and send them back, which takes the default exchange: any queue by its name. */
const deadLetterAccess: BrokerAccess = {
  write: oneOf([DEFAULT_EXCHANGE]),
  read: oneOf(reviewedQueues()),
  topics: {},
  tags: '',
};

/** What an instance of the web's BFF hears, in a queue of its own that goes when it goes. */
const LISTENING = String.raw`^bff-web\.vivo\.[0-9a-f-]{36}$`;
const listeningAccess: BrokerAccess = {
  configure: LISTENING,
  write: LISTENING,
  read: `^(${EVENTS_EXCHANGE.replace('.', String.raw`\.`)}|${LISTENING.slice(1, -1)})$`,
  topics: { [EVENTS_EXCHANGE]: NOTHING },
  bound: { [EVENTS_EXCHANGE]: oneOf(LIVE_KEYS) },
  tags: '',
};

/** The users of the broker and the least that each needs. Of them only who listens declares and deletes: its own queue. */
export const brokerAccess = {
  auth: accessOfService('auth'),
  reservas: accessOfService('reservas'),
  pagamentos: accessOfService('pagamentos'),
  notificacoes: accessOfService('notificacoes'),
  'bff-web': listeningAccess,
  'bff-admin': { ...deadLetterAccess, read: oneOf([...reviewedQueues(), 'bff-admin.apagamentos']) },
  /** The commands of an operator; the tag lets it ask for the depths of queues. */
  operacao: { ...deadLetterAccess, tags: 'management' },
} as const satisfies Record<string, BrokerAccess>;
