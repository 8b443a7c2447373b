import type { RetentionRule } from '@plataforma/messaging';

/** What the service forgets; the database's triggers hold it to the days (migration 0170). */
export const REGRAS_DE_EXPURGO: readonly RetentionRule[] = [
  // Names the person and has the whole letter; there to be looked at while developing.
  { table: 'emails_locais', since: 'registrado_em', days: 30 },
  { table: 'envios_locais', since: 'registrado_em', days: 30 },
  { table: 'codigos_pedidos', since: 'pedido_em', days: 30 },
  // By then no provider tells of the time before any more.
  { table: 'supressoes', since: 'retirada_em', days: 30 },
  // Longer than a payer may dispute a payment: until then it can be shown that they were told.
  { table: 'entregas', since: 'criada_em', days: 400, where: `estado IN ('ENVIADA', 'FALHOU', 'SUPERADA')` },
  // A month after what they were invited to; nobody knows of a booking that never was.
  {
    table: 'convidados g',
    since: 'criado_em',
    days: 30,
    where: `NOT EXISTS (SELECT FROM reservas_conhecidas r WHERE r.reserva_id = g.reserva_id AND r.fim > now() - interval '30 days')`,
  },
  // As long as something may still be told of it.
  { table: 'reservas_conhecidas', since: 'fim', days: 400 },
  // Names the person; what matters of it is in their own mailbox.
  { table: 'cartas_de_conta', since: 'criada_em', days: 30 },
  // What webhooks were sent can be looked at and sent again for so long; in this order, for each goes with those before.
  { table: 'tentativas_de_gancho', since: 'feita_em', days: 30 },
  { table: 'entregas_de_gancho', since: 'criada_em', days: 30, where: `estado <> 'PENDENTE'` },
  {
    table: 'eventos_de_gancho v',
    since: 'recebido_em',
    days: 30,
    where: 'NOT EXISTS (SELECT FROM entregas_de_gancho e WHERE e.evento_id = v.id)',
  },
  {
    table: 'ganchos g',
    since: 'removido_em',
    days: 30,
    where: 'NOT EXISTS (SELECT FROM entregas_de_gancho e WHERE e.gancho_id = g.id)',
  },
];
