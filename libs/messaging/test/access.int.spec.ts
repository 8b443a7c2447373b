import { randomUUID } from 'node:crypto';
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
  LIVE_KEYS,
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
const ESCUTA = `bff-web.vivo.${randomUUID()}`;

describe('Os usuários do RabbitMQ', () => {
  it.each<[User, string, (channel: ConfirmChannel) => Promise<unknown>]>([
    ['pagamentos', 'consome da sua fila', (channel) => channel.get('pagamentos.comandos')],
    ['pagamentos', 'conta os próprios eventos', publish(EVENTS_EXCHANGE, 'pagamento.aprovado')],
    ['pagamentos', 'adia o que falhou na sua fila', publish(retryStep(1_000), 'pagamentos.eventos')],
    ['pagamentos', 'desiste do que falhou na sua fila', publish(DEAD_LETTER_EXCHANGE, 'pagamentos.eventos')],
    ['pagamentos', 'guarda o que ainda não conhece', publish(FUTURE_EXCHANGE, 'pagamentos.eventos')],
    ['pagamentos', 'toma-o quando conhece', (channel) => channel.get(futureQueue('pagamentos.eventos'))],
    ['operacao', 'olha o que espera por uma versão', (channel) => channel.get(futureQueue('reservas.saga'))],
    ['reservas', 'dá comandos', publish('reservas.commands', 'cobranca.criar')],
    ['auth', 'conta de usuários', publish(EVENTS_EXCHANGE, 'usuario.registrado')],
    ['bff-admin', 'olha as mensagens mortas', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    ['bff-admin', 'manda-as de volta', publish('', 'pagamentos.comandos')],
    ['operacao', 'olha as mensagens mortas', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    [
      'bff-web',
      'escuta numa fila sua o que se mostra ao vivo',
      async (channel) => {
        await channel.assertQueue(ESCUTA, { exclusive: true });
        for (const key of LIVE_KEYS) await channel.bindQueue(ESCUTA, EVENTS_EXCHANGE, key);
        await channel.get(ESCUTA);
        await channel.deleteQueue(ESCUTA);
      },
    ],
  ])('deixam %s fazer o que tem de fazer: %s', async (user, _, action) => {
    await attempt(user, action);
  });

  it.each<[User, string, (channel: ConfirmChannel) => Promise<unknown>]>([
    ['pagamentos', 'ler a fila de outro', (channel) => channel.get('reservas.saga')],
    ['pagamentos', 'consumir da fila de outro', (channel) => channel.consume('reservas.saga', () => undefined)],
    ['pagamentos', 'esvaziar a fila de outro', (channel) => channel.purgeQueue('notificacoes.eventos')],
    ['pagamentos', 'apagar a fila de outro', (channel) => channel.deleteQueue('reservas.saga')],
    ['pagamentos', 'apagar a própria fila', (channel) => channel.deleteQueue('pagamentos.comandos')],
    ['pagamentos', 'declarar uma fila', (channel) => channel.assertQueue('pagamentos.escuta')],
    ['pagamentos', 'escutar uma exchange', (channel) => channel.bindQueue('pagamentos.eventos', EVENTS_EXCHANGE, '#')],
    ['pagamentos', 'apagar uma exchange', (channel) => channel.deleteExchange(EVENTS_EXCHANGE)],
    ['pagamentos', 'contar eventos de outro', publish(EVENTS_EXCHANGE, 'reserva.confirmada')],
    ['pagamentos', 'dar comandos', publish('reservas.commands', 'estorno.criar')],
    ['pagamentos', 'escrever numa fila pelo nome', publish('', 'reservas.saga')],
    ['pagamentos', 'alcançar a fila de outro pelas retentativas', publish(retryStep(1_000), 'reservas.saga')],
    ['pagamentos', 'enterrar uma mensagem como de outro', publish(DEAD_LETTER_EXCHANGE, 'reservas.saga')],
    ['pagamentos', 'tomar o que espera pela versão de outro', (channel) => channel.get(futureQueue('reservas.saga'))],
    ['pagamentos', 'pôr o que quiser no que espera pela de outro', publish(FUTURE_EXCHANGE, 'reservas.saga')],
    ['pagamentos', 'ler mensagens mortas', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    ['auth', 'consumir nada', (channel) => channel.get('notificacoes.eventos')],
    ['auth', 'adiar nada', publish(retryStep(1_000), 'notificacoes.eventos')],
    ['notificacoes', 'pedir dinheiro de volta', publish('reservas.commands', 'estorno.criar')],
    ['bff-admin', 'ler o que não é mensagem morta', (channel) => channel.get('pagamentos.comandos')],
    ['bff-admin', 'contar eventos', publish(EVENTS_EXCHANGE, 'pagamento.aprovado')],
    ['operacao', 'apagar uma fila', (channel) => channel.deleteQueue('reservas.saga')],
    ['bff-web', 'declarar outra fila', (channel) => channel.assertQueue('bff-web.vivo.outra')],
    ['bff-web', 'ler a fila de um serviço', (channel) => channel.get('reservas.saga')],
    ['bff-web', 'ler mensagens mortas', (channel) => channel.get(DEAD_LETTER_QUEUE)],
    ['bff-web', 'apagar a fila de um serviço', (channel) => channel.deleteQueue('reservas.saga')],
    ['bff-web', 'contar eventos', publish(EVENTS_EXCHANGE, 'reserva.confirmada')],
    ['bff-web', 'dar comandos', publish('reservas.commands', 'estorno.criar')],
    ['bff-web', 'escrever numa fila pelo nome', publish('', 'reservas.saga')],
    [
      'bff-web',
      'escutar o que não se mostra',
      async (channel) => {
        await channel.assertQueue(ESCUTA, { exclusive: true });
        await channel.bindQueue(ESCUTA, EVENTS_EXCHANGE, 'usuario.registrado');
      },
    ],
  ])('não deixam %s %s', async (user, _, action) => {
    await expect(attempt(user, action)).rejects.toThrow(refusal);
  });
});
