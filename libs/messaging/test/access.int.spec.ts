import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestBroker } from '@plataforma/testing';
import { type ConfirmChannel, connect } from 'amqplib';
import {
  brokerAccess,
  DEAD_LETTER_EXCHANGE,
  DEAD_LETTER_QUEUE,
  EVENTS_EXCHANGE,
  FUTURE_EXCHANGE,
  futureQueue,
  retryStep,
} from '../src/index.js';

type User = keyof typeof brokerAccess;

let broker: TestBroker;

beforeAll(async () => {
  broker = await TestBroker.create();
});
afterAll(() => broker.drop());

/** Does something on a channel of its own. @throws what the broker said when it refused */
async function attempt(user: User, action: (channel: ConfirmChannel) => Promise<unknown>): Promise<void> {
  const connection = await connect(await broker.as(user));
  try {
    const channel = await connection.createConfirmChannel();
    const refused = new Promise<never>((_, reject) => channel.on('error', reject));
    refused.catch(() => undefined);
    await Promise.race([action(channel), refused]);
    // A refused publish is told on its own, after the fact.
    await Promise.race([channel.checkQueue(DEAD_LETTER_QUEUE), refused]);
  } finally {
    await connection.close();
  }
}

const publish = (exchange: string, key: string) => async (channel: ConfirmChannel) => {
  channel.publish(exchange, key, Buffer.from('{}'));
  await channel.waitForConfirms();
};
const refusal = /ACCESS_REFUSED/;

describe('The users of the broker', () => {
  it.each<[User, string, (channel: ConfirmChannel) => Promise<unknown>]>([
    ['pagamentos', 'consumes from its queue', (channel) => channel.get('pagamentos.comandos')],
    ['pagamentos', 'tells its own events', publish(EVENTS_EXCHANGE, 'pagamento.aprovado')],
    ['pagamentos', 'puts off what failed in its queue', publish(retryStep(1_000), 'pagamentos.eventos')],
    ['pagamentos', 'gives up what failed in its queue', publish(DEAD_LETTER_EXCHANGE, 'pagamentos.eventos')],
    ['pagamentos', 'keeps what it does not know yet', publish(FUTURE_EXCHANGE, 'pagamentos.eventos')],
    ['pagamentos', 'takes it when it does', (channel) => channel.get(futureQueue('pagamentos.eventos'))],
    ['operacao', 'looks at what waits for a release', (channel) => channel.get(futureQueue('reservas.saga'))],
    ['reservas', 'gives commands', publish('reservas.commands', 'cobranca.criar')],
    ['auth', 'tells of users', publish(EVENTS_EXCHANGE, 'usuario.registrado')],
    ['bff-admin', 'looks at dead letters', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    ['bff-admin', 'sends them back', publish('', 'pagamentos.comandos')],
    ['operacao', 'looks at dead letters', (channel) => channel.get(DEAD_LETTER_QUEUE)],
  ])('let %s do what it has to: it %s', async (user, _, action) => {
    await attempt(user, action);
  });

  it.each<[User, string, (channel: ConfirmChannel) => Promise<unknown>]>([
    ['pagamentos', "read another's queue", (channel) => channel.get('reservas.saga')],
    ['pagamentos', "consume from another's queue", (channel) => channel.consume('reservas.saga', () => undefined)],
    ['pagamentos', "empty another's queue", (channel) => channel.purgeQueue('notificacoes.eventos')],
    ['pagamentos', "delete another's queue", (channel) => channel.deleteQueue('reservas.saga')],
    ['pagamentos', 'delete its own queue', (channel) => channel.deleteQueue('pagamentos.comandos')],
    ['pagamentos', 'declare a queue', (channel) => channel.assertQueue('pagamentos.escuta')],
    [
      'pagamentos',
      'listen in on an exchange',
      (channel) => channel.bindQueue('pagamentos.eventos', EVENTS_EXCHANGE, '#'),
    ],
    ['pagamentos', 'delete an exchange', (channel) => channel.deleteExchange(EVENTS_EXCHANGE)],
    ['pagamentos', "tell another's events", publish(EVENTS_EXCHANGE, 'reserva.confirmada')],
    ['pagamentos', 'give commands', publish('reservas.commands', 'estorno.criar')],
    ['pagamentos', 'write to a queue by its name', publish('', 'reservas.saga')],
    ['pagamentos', "reach another's queue by way of the retries", publish(retryStep(1_000), 'reservas.saga')],
    ['pagamentos', "bury a message as another's", publish(DEAD_LETTER_EXCHANGE, 'reservas.saga')],
    ['pagamentos', "take what waits for another's release", (channel) => channel.get(futureQueue('reservas.saga'))],
    ['pagamentos', "put what it likes among what waits for another's", publish(FUTURE_EXCHANGE, 'reservas.saga')],
    ['pagamentos', 'read dead letters', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    ['auth', 'consume anything', (channel) => channel.get('notificacoes.eventos')],
    ['auth', 'put anything off', publish(retryStep(1_000), 'notificacoes.eventos')],
    ['notificacoes', 'ask for money back', publish('reservas.commands', 'estorno.criar')],
    ['bff-admin', 'read what is no dead letter', (channel) => channel.get('pagamentos.comandos')],
    ['bff-admin', 'tell events', publish(EVENTS_EXCHANGE, 'pagamento.aprovado')],
    ['operacao', 'delete a queue', (channel) => channel.deleteQueue('reservas.saga')],
  ])('do not let %s %s', async (user, _, action) => {
    await expect(attempt(user, action)).rejects.toThrow(refusal);
  });
});
