import { describe, expect, it } from '@jest/globals';
import {
  assertTopology,
  COMMANDS_EXCHANGE,
  DEAD_LETTER_EXCHANGE,
  DEAD_LETTER_QUEUE,
  EVENTS_EXCHANGE,
  exchangeOf,
  FUTURE_EXCHANGE,
  futureQueue,
  hasConsumer,
  queueNames,
  queues,
  RETRY_DELAYS_MS,
  retryStep,
  reviewedQueues,
} from './topology.js';

/** Writes down what is declared. */
async function declared() {
  const exchanges: Record<string, string> = {};
  const declaredQueues: Record<string, unknown> = {};
  const bindings: string[] = [];
  await assertTopology({
    assertExchange: async (name: string, type: string) => {
      exchanges[name] = type;
      return { exchange: name };
    },
    assertQueue: async (name: string, options: { arguments?: unknown }) => {
      declaredQueues[name] = options.arguments;
      return { queue: name, messageCount: 0, consumerCount: 0 };
    },
    bindQueue: async (queue: string, exchange: string, key: string) => {
      bindings.push(`${exchange} --${key}--> ${queue}`);
      return {};
    },
  });
  return { exchanges, queues: declaredQueues, bindings };
}

describe('As filas', () => {
  it('recebem os seus tipos, e cada uma tem onde esperem os que só uma versão futura conhece', async () => {
    const { queues: made, bindings } = await declared();
    const steps = RETRY_DELAYS_MS.map(retryStep);
    expect(Object.keys(made).sort()).toEqual(
      [...queueNames, ...queueNames.map(futureQueue), ...steps, DEAD_LETTER_QUEUE].sort(),
    );
    expect(bindings).toContain('reservas.commands --cobranca.criar--> pagamentos.comandos');
    expect(bindings).toContain('reservas.events --pagamento.aprovado--> reservas.saga');
    expect(bindings).toContain(`${FUTURE_EXCHANGE} --reservas.saga--> reservas.saga.futuras`);
    const types = Object.values(queues).reduce((sum, of) => sum + of.length, 0);
    expect(bindings).toHaveLength(1 + steps.length + types + queueNames.length);
  });

  it('nada perdem no caminho da DLQ, que recebe de todas', async () => {
    const { exchanges, queues: made, bindings } = await declared();
    const durable = {
      'x-queue-type': 'quorum',
      'x-overflow': 'reject-publish',
      'x-dead-letter-strategy': 'at-least-once',
    };
    expect(made['reservas.saga']).toEqual({
      ...durable,
      'x-delivery-limit': 50,
      'x-dead-letter-exchange': DEAD_LETTER_EXCHANGE,
    });
    // A step has nobody who takes from it: its time over, each goes back to the queue that its key names.
    expect(made['reservas.retry.2s']).toEqual({ ...durable, 'x-message-ttl': 2_000, 'x-dead-letter-exchange': '' });
    const lookedAt = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 };
    expect(made[DEAD_LETTER_QUEUE]).toEqual(lookedAt);
    expect(made['reservas.saga.futuras']).toEqual(lookedAt);
    expect(bindings).toContain(`${DEAD_LETTER_EXCHANGE} --#--> ${DEAD_LETTER_QUEUE}`);
    expect(bindings).toContain('reservas.retry.4s --#--> reservas.retry.4s');
    expect(new Set(Object.values(exchanges))).toEqual(new Set(['topic']));
  });

  it('que alguém revê são a DLQ e as das versões futuras', () => {
    expect(reviewedQueues()).toEqual([DEAD_LETTER_QUEUE, ...queueNames.map((queue) => `${queue}.futuras`)]);
  });
});

describe('Um tipo de mensagem', () => {
  it('vai à troca dos eventos, ou à dos comandos', () => {
    expect(exchangeOf('reserva.criada.v1')).toBe(EVENTS_EXCHANGE);
    expect(exchangeOf('cobranca.criar.v1')).toBe(COMMANDS_EXCHANGE);
  });

  it('tem quem o receba quando está numa fila', () => {
    expect(hasConsumer('pagamento.aprovado.v1')).toBe(true);
    expect(hasConsumer('auditoria.registrada.v1' as Parameters<typeof hasConsumer>[0])).toBe(false);
  });
});
