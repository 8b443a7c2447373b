import type { RetentionRule } from '@plataforma/messaging';

/** Longer than any payer may dispute a payment (card schemes: up to 540 days): until then it is evidence. */
const EVIDENCIA_DIAS = 550;
const CORPO = {
  table: 'webhooks',
  since: 'coalesce(processado_em, descartado_em, recebido_em)',
  empties: `corpo = '{}'`,
};

/** What the service forgets. Charges, refunds, ledger, receipts and decisions are the accounts, and stay. */
export const REGRAS_DE_EXPURGO: readonly RetentionRule[] = [
  // The payer's name and e-mail are in there; nothing reads it once it had its effect.
  { ...CORPO, days: 30, where: `corpo <> '{}' AND estado IN ('PROCESSADO', 'IGNORADO', 'DESCARTADO')` },
  // Somebody was to look at it.
  { ...CORPO, days: 90, where: `corpo <> '{}' AND estado = 'INESPERADO'` },
  {
    table: 'webhooks',
    since: 'recebido_em',
    days: EVIDENCIA_DIAS,
    where: `estado IN ('PROCESSADO', 'IGNORADO', 'DESCARTADO')`,
  },
  {
    table: 'fatos_da_reserva f',
    since: 'ocorrido_em',
    days: EVIDENCIA_DIAS,
    // Those of a booking go together, when its last is over: what was booked long before is still to be proved.
    where: `NOT EXISTS (SELECT FROM fatos_da_reserva n WHERE n.reserva_id = f.reserva_id AND greatest(n.ocorrido_em,
              (n.dados ->> 'fim')::timestamptz) >= now() - make_interval(days => $1))`,
  },
  // The charge that a cancellation overtook comes within days, or never.
  { table: 'cancelamentos_antecipados', since: 'pedido_em', days: 90 },
  { table: 'divergencias', since: 'reparada_em', days: EVIDENCIA_DIAS, where: `situacao = 'REPARADA'` },
  { table: 'reconciliacoes', since: 'concluida_em', days: 400 },
];
