import { messageContract, type MessageType, routingKey, tiposDeGancho } from '@plataforma/contracts';
import type { Channel } from 'amqplib';

export const EVENTS_EXCHANGE = 'reservas.events';
export const COMMANDS_EXCHANGE = 'reservas.commands';
export const DEAD_LETTER_EXCHANGE = 'reservas.events.dlq';
export const DEAD_LETTER_QUEUE = 'failed_events_queue';

/** Why a message is in the DLQ. */
export const DEAD_LETTER_CAUSES = [
  'malformada',
  'invalida',
  'improcessavel',
  'tentativas-esgotadas',
  'derruba-consumidor',
] as const;
export type DeadLetterCause = (typeof DEAD_LETTER_CAUSES)[number];

/** Why a message waits for a later release of its consumer. */
export const FUTURE_CAUSES = ['sem-consumidor', 'versao-desconhecida'] as const;
export type FutureCause = (typeof FUTURE_CAUSES)[number];
export const FUTURE_EXCHANGE = 'reservas.futuras';

/** The retry ladder: how long the n-th failure waits, ms. */
export const RETRY_DELAYS_MS = [1_000, 2_000, 4_000] as const;

/** Every consumer queue and the message types that it takes. */
export const queues = {
  'reservas.saga': [
    'pagamento.criado.v1',
    'pagamento.em-processamento.v1',
    'pagamento.aprovado.v1',
    'pagamento.recusado.v1',
    'pagamento.cancelado.v1',
    'pagamento.estornado.v1',
    'pagamento.disputado.v1',
  ],
  'reservas.cache': [
    'espaco.alterado.v1',
    'reserva.aprovada.v1',
    'reserva.prorrogada.v1',
    'reserva.confirmada.v1',
    'reserva.saldo-pago.v1',
    'reserva.remarcacao-pedida.v1',
    'reserva.remarcacao-desfeita.v1',
    'reserva.remarcada.v1',
    'reserva.reembolsada.v1',
    'reserva.contestada.v1',
    'reserva.reembolso-baixado.v1',
    'reserva.iniciada.v1',
    'reserva.nao-compareceu.v1',
    'reserva.concluida.v1',
    'reserva.cancelada.v1',
  ],
  'reservas.acessos': ['usuario.grupos-alterados.v1', 'usuario.grupos-em-dia.v1', 'espaco.acesso-alterado.v1'],
  'auth.acessos': ['acesso.reenviar.v1'],
  'auth.espacos': ['espaco.alterado.v1'],
  'reservas.sessoes': ['sessao.revogada.v1'],
  'pagamentos.sessoes': ['sessao.revogada.v1'],
  'notificacoes.sessoes': ['sessao.revogada.v1'],
  'reservas.pessoas': ['usuario.apagamento-pedido.v1', 'usuario.exportacao-pedida.v1'],
  'pagamentos.pessoas': ['usuario.apagamento-pedido.v1', 'usuario.exportacao-pedida.v1'],
  'notificacoes.pessoas': ['usuario.apagamento-pedido.v1', 'usuario.exportacao-pedida.v1'],
  'auth.apagamentos': ['apagamento.respondido.v1'],
  'auth.exportacoes': ['usuario.dados-exportados.v1'],
  // It has no database: it takes them one by one, and forgets the dead letters of each.
  'bff-admin.apagamentos': ['usuario.anonimizado.v1'],
  // Two of them keep each other's anchors, and those of the rest.
  'auth.auditoria': ['auditoria.ancorada.v1'],
  'notificacoes.auditoria': ['auditoria.ancorada.v1'],
  'pagamentos.comandos': ['cobranca.criar.v1', 'cobranca.cancelar.v1', 'estorno.criar.v1'],
  'pagamentos.eventos': [
    'reserva.criada.v1',
    'reserva.confirmada.v1',
    'reserva.saldo-pago.v1',
    'reserva.remarcada.v1',
    'reserva.reembolsada.v1',
    'reserva.contestada.v1',
    'reserva.reembolso-baixado.v1',
    'reserva.iniciada.v1',
    'reserva.nao-compareceu.v1',
    'reserva.concluida.v1',
    'reserva.cancelada.v1',
    'notificacao.enviada.v1',
  ],
  'notificacoes.eventos': [
    'usuario.registrado.v1',
    'usuario.atualizado.v1',
    'usuario.carta-pedida.v1',
    'reserva.criada.v1',
    'reserva.saldo-pago.v1',
    'pagamento.aprovado.v1',
    'pagamento.estornado.v1',
    'pagamento.disputado.v1',
    'consentimento.alterado.v1',
    'reserva.aprovada.v1',
    'reserva.confirmada.v1',
    'reserva.remarcada.v1',
    'reserva.cancelada.v1',
    'reserva.nao-compareceu.v1',
    'reserva.concluida.v1',
    'fila.atendida.v1',
    'operacao.alertada.v1',
  ],
  // After the one before: of what both take, that one's handlers are those that name no queue.
  'notificacoes.ganchos': tiposDeGancho,
} as const satisfies Record<string, readonly MessageType[]>;

/**
 * What whoever looks on is told of as it happens: bookings, their charges and spaces; and by what they may lose the
 * right to look on: a session that is over, other groups, other rules of a space.
 */
export const liveTypes = [
  'reserva.criada.v1',
  'reserva.aprovada.v1',
  'reserva.prorrogada.v1',
  'reserva.confirmada.v1',
  'reserva.saldo-pago.v1',
  'reserva.remarcacao-pedida.v1',
  'reserva.remarcacao-desfeita.v1',
  'reserva.remarcada.v1',
  'reserva.reembolsada.v1',
  'reserva.contestada.v1',
  'reserva.reembolso-baixado.v1',
  'reserva.iniciada.v1',
  'reserva.nao-compareceu.v1',
  'reserva.concluida.v1',
  'reserva.cancelada.v1',
  'pagamento.criado.v1',
  'pagamento.em-processamento.v1',
  'pagamento.aprovado.v1',
  'pagamento.recusado.v1',
  'pagamento.cancelado.v1',
  'pagamento.estornado.v1',
  'pagamento.disputado.v1',
  'espaco.alterado.v1',
  'espaco.bloqueio-alterado.v1',
  'sessao.revogada.v1',
  'usuario.grupos-alterados.v1',
  'espaco.acesso-alterado.v1',
] as const satisfies readonly MessageType[];

export const LIVE_KEYS = [...new Set(liveTypes.map((type) => routingKey(type)))];

export type QueueName = keyof typeof queues;
/** What their handlers do again they do once by themselves: they need neither row nor transaction to know that they did. */
export const WITHOUT_INBOX: ReadonlySet<QueueName> = new Set(['notificacoes.ganchos']);
export const queueNames = Object.keys(queues) as QueueName[];

export const exchangeOf = (type: MessageType): string =>
  messageContract(type).kind === 'evento' ? EVENTS_EXCHANGE : COMMANDS_EXCHANGE;

/** Whether someone is to receive messages of this type: then a publish that reaches no queue is a failure. */
export const hasConsumer = (type: MessageType): boolean =>
  Object.values(queues).some((types: readonly MessageType[]) => types.includes(type));

/**
 * A step of the ladder: an exchange and, of the same name, the queue in which everything waits. Topic exchanges, since
 * only there can the broker say which routing keys (here: queues to come back to) a user may write.
 */
export const retryStep = (delayMs: number): string => `reservas.retry.${delayMs / 1000}s`;

/** Where messages wait that `queue` has got before a release that knows their type or version. */
export const futureQueue = (queue: QueueName): string => `${queue}.futuras`;

/** What an operator looks through and empties: no process takes anything from there to have its effect. */
export const reviewedQueues = (): string[] => [DEAD_LETTER_QUEUE, ...queueNames.map(futureQueue)];

/**
 * Quorum queues that lose nothing on the way to the DLQ: at-least-once dead-lettering needs reject-publish
 * (https://www.rabbitmq.com/docs/quorum-queues#activating-at-least-once-dead-lettering). The delivery limit is far
 * above our own count of attempts; it ends a message that we could not even begin to count.
 */
const durableQueue = {
  'x-queue-type': 'quorum',
  'x-overflow': 'reject-publish',
  'x-dead-letter-strategy': 'at-least-once',
};
const DELIVERY_LIMIT = 50;
/** What is looked at often must not be dropped for that. */
const lookedAt = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 };

/**
 * Declares exchanges, queues and bindings; safe to repeat. An administrator does it before any application starts: an
 * application may neither declare nor delete, or one could take away what another needs.
 */
export async function assertTopology(
  channel: Pick<Channel, 'assertExchange' | 'assertQueue' | 'bindQueue'>,
): Promise<void> {
  await channel.assertExchange(EVENTS_EXCHANGE, 'topic');
  await channel.assertExchange(COMMANDS_EXCHANGE, 'topic');
  await channel.assertExchange(DEAD_LETTER_EXCHANGE, 'topic');
  await channel.assertExchange(FUTURE_EXCHANGE, 'topic');
  await channel.assertQueue(DEAD_LETTER_QUEUE, { arguments: lookedAt });
  await channel.bindQueue(DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#');
  for (const delayMs of RETRY_DELAYS_MS) {
    const step = retryStep(delayMs);
    await channel.assertExchange(step, 'topic');
    // The routing key of a retried message is the queue that it failed in: when its time is over, the default
    // exchange hands it back to that queue alone.
    await channel.assertQueue(step, {
      arguments: { ...durableQueue, 'x-message-ttl': delayMs, 'x-dead-letter-exchange': '' },
    });
    await channel.bindQueue(step, step, '#');
  }
  for (const queue of queueNames) {
    await channel.assertQueue(queue, {
      arguments: {
        ...durableQueue,
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': DEAD_LETTER_EXCHANGE,
      },
    });
    for (const type of queues[queue]) await channel.bindQueue(queue, exchangeOf(type), routingKey(type));
    await channel.assertQueue(futureQueue(queue), { arguments: lookedAt });
    await channel.bindQueue(futureQueue(queue), FUTURE_EXCHANGE, queue);
  }
}
