import {
  CLOUDEVENTS_CONTENT_TYPE,
  cloudEventSchema,
  messageContract,
  messages,
  type MessageType,
  routingKey,
} from '@plataforma/contracts';
import {
  DEAD_LETTER_CAUSES,
  DEAD_LETTER_EXCHANGE,
  DEAD_LETTER_QUEUE,
  FUTURE_CAUSES,
  FUTURE_EXCHANGE,
  futureQueue,
  type QueueName,
  exchangeOf,
  queues,
  RETRY_DELAYS_MS,
  retryStep,
} from '@plataforma/messaging';
import { z } from 'zod';
import type { JsonSchema } from './compatibility.ts';

const types = Object.keys(messages) as MessageType[];

/** `input`: readers ignore members that they do not know, so a version may gain optional ones. */
const jsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
};

/** JSON Schema of the data of every message, by type. */
export const messageSchemas = (): Record<string, JsonSchema> =>
  Object.fromEntries(
    types.map((type) => [
      type,
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        $id: `urn:plataforma-de-reservas:mensagem:${type}`,
        title: type,
        description: messageContract(type).summary,
        ...jsonSchema(messageContract(type).schema),
      },
    ]),
  );

/** Only the saga of bookings gives commands; an event is told by the service that owns it, or by each of itself. */
const senderOf = (type: MessageType): string =>
  messageContract(type).kind === 'evento' ? messageContract(type).owner : 'reservas';

const serviceOf = (queue: string): string => queue.split('.')[0] ?? queue;
const ref = (...path: string[]) => ({ $ref: `#/${path.map((part) => part.replaceAll('/', '~1')).join('/')}` });
const typesOf = (key: string) => types.filter((type) => routingKey(type) === key);

const traceparent = { type: 'string', description: 'W3C Trace Context: o rastro de quem publicou' };
const RETRY_CHANNEL = 'reservas.retry';
const attempt = { type: 'integer', minimum: 1, description: 'Qual tentativa é esta; ausente na primeira' };

/** The AsyncAPI 3.0 document of everything that crosses RabbitMQ. */
export function asyncApiDocument(): Record<string, unknown> {
  const keys = [...new Set(types.map(routingKey))];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Mensagens da Plataforma de Reservas de Espaços',
      version: '1',
      description:
        'Eventos contam o que aconteceu; comandos pedem algo a um serviço. Toda mensagem é um CloudEvent 1.0 em JSON, ' +
        'entregue ao menos uma vez e na ordem do seu agregado; quem consome reconhece a repetição pelo id.',
    },
    defaultContentType: CLOUDEVENTS_CONTENT_TYPE,
    servers: {
      local: {
        host: '127.0.0.1:27672',
        pathname: '/plataforma',
        protocol: 'amqp',
        description: 'Instância dev (npm start)',
        security: [ref('components', 'securitySchemes', 'senha')],
      },
    },
    channels: {
      ...Object.fromEntries(keys.map((key) => [key, topicChannel(key)])),
      [RETRY_CHANNEL]: retryChannel(),
      [DEAD_LETTER_QUEUE]: deadLetterChannel(),
      [FUTURE_EXCHANGE]: futureChannel(),
    },
    operations: Object.assign({}, ...types.map(sendOperation), ...Object.keys(queues).map(queueOperations)) as object,
    components: {
      securitySchemes: { senha: { type: 'userPassword', description: 'Usuário e senha do RabbitMQ' } },
      messages: Object.fromEntries(types.map((type) => [type, message(type)])),
      schemas: {
        CloudEvent: jsonSchema(cloudEventSchema),
        ...Object.fromEntries(types.map((type) => [type, jsonSchema(messageContract(type).schema)])),
      },
    },
  };
}

function message(type: MessageType): object {
  return {
    name: type,
    title: type,
    summary: messageContract(type).summary,
    contentType: CLOUDEVENTS_CONTENT_TYPE,
    correlationId: { location: '$message.payload#/correlationid' },
    headers: { type: 'object', properties: { traceparent, 'x-attempt': attempt } },
    payload: {
      allOf: [
        ref('components', 'schemas', 'CloudEvent'),
        { type: 'object', properties: { type: { const: type }, data: ref('components', 'schemas', type) } },
      ],
    },
    bindings: { amqp: { messageType: type } },
  };
}

function topicChannel(key: string): object {
  const [first] = typesOf(key);
  if (!first) throw new Error(`no message has the routing key ${key}`);
  const { kind } = messageContract(first);
  return {
    address: key,
    title: key,
    description: kind === 'evento' ? 'Evento: recebe quem quiser' : `Comando a ${messageContract(first).owner}`,
    messages: Object.fromEntries(typesOf(key).map((type) => [type, ref('components', 'messages', type)])),
    bindings: exchangeBinding(exchangeOf(first), 'topic'),
  };
}

function retryChannel(): object {
  return {
    address: `${RETRY_CHANNEL}.{degrau}`,
    title: 'Escada de retentativas',
    description:
      'O que falhou espera numa fila com prazo e volta, pela exchange padrão, só à fila em que falhou (é a chave de ' +
      'roteamento). Cada degrau é uma exchange e uma fila do mesmo nome. Depois do último, a mensagem vai à DLQ.',
    parameters: { degrau: { enum: RETRY_DELAYS_MS.map((delayMs) => `${delayMs / 1_000}s`) } },
    messages: allMessages(),
    'x-degraus': RETRY_DELAYS_MS.map((delayMs) => ({ fila: retryStep(delayMs), esperaMs: delayMs })),
    'x-cabecalhos': { 'x-attempt': attempt },
  };
}

function deadLetterChannel(): object {
  return {
    address: DEAD_LETTER_QUEUE,
    title: 'Mensagens mortas (DLQ)',
    description: `O que não pôde ser consumido, com a causa; chega por ${DEAD_LETTER_EXCHANGE} e sai por npm run dlq.`,
    messages: allMessages(),
    bindings: {
      amqp: { is: 'queue', queue: { name: DEAD_LETTER_QUEUE, durable: true, exclusive: false, autoDelete: false } },
    },
    'x-cabecalhos': {
      'x-cause': { type: 'string', enum: DEAD_LETTER_CAUSES },
      'x-detail': { type: 'string', maxLength: 500, description: 'Sem dados pessoais nem pilha' },
      'x-attempt': attempt,
      'x-origin-queue': { type: 'string', enum: Object.keys(queues) },
      'x-dead-at': { type: 'string', format: 'date-time' },
      traceparent,
    },
  };
}

function futureChannel(): object {
  return {
    address: FUTURE_EXCHANGE,
    title: 'Mensagens de versões futuras',
    description:
      'O que o consumidor de uma fila ainda não conhece espera ao lado dela (a chave de roteamento é a fila) até que ' +
      'uma versão que o conheça o tome; npm run dlq o mostra.',
    messages: allMessages(),
    bindings: exchangeBinding(FUTURE_EXCHANGE, 'topic'),
    'x-filas': (Object.keys(queues) as QueueName[]).map(futureQueue),
    'x-cabecalhos': { 'x-cause': { type: 'string', enum: FUTURE_CAUSES } },
  };
}

const allMessages = () => Object.fromEntries(types.map((type) => [type, ref('components', 'messages', type)]));

const exchangeBinding = (name: string, type: 'topic') => ({
  amqp: { is: 'routingKey', exchange: { name, type, durable: true, autoDelete: false } },
});

const channelMessages = (channel: string, of: readonly string[]) =>
  of.map((type) => ref('channels', channel, 'messages', type));

function sendOperation(type: MessageType): object {
  const key = routingKey(type);
  return {
    [`${senderOf(type)}.publica.${type}`]: {
      action: 'send',
      channel: ref('channels', key),
      summary: messageContract(type).summary,
      messages: channelMessages(key, [type]),
    },
  };
}

/** What the consumer of a queue takes from it, and where it puts what fails. */
function queueOperations(queue: string): object {
  const taken: readonly MessageType[] = queues[queue as keyof typeof queues];
  const receives = taken.map((type) => [
    `${serviceOf(queue)}.consome.${type}`,
    {
      action: 'receive',
      channel: ref('channels', routingKey(type)),
      summary: `Pela fila ${queue}; confirmada depois do commit do efeito`,
      messages: channelMessages(routingKey(type), [type]),
      'x-fila': queue,
    },
  ]);
  const passesOn = (verb: string, channel: string, summary: string) => [
    `${queue}.${verb}`,
    { action: 'send', channel: ref('channels', channel), summary, messages: channelMessages(channel, taken) },
  ];
  return Object.fromEntries([
    ...receives,
    passesOn('adia', RETRY_CHANNEL, 'O que falhou, para tentar de novo mais tarde'),
    passesOn(
      'guarda',
      FUTURE_EXCHANGE,
      'O que é de um tipo ou de uma versão que só uma versão nova do serviço conhece',
    ),
    passesOn('desiste', DEAD_LETTER_QUEUE, 'O que nunca poderá ser consumido, ou esgotou as tentativas'),
  ]) as object;
}
