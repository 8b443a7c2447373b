import type { RetentionRule } from '@plataforma/messaging';

/** What the service forgets; the database's triggers hold it to the days (migration 0170). */
export const REGRAS_DE_EXPURGO: readonly RetentionRule[] = [
  // Names the person and has the whole letter; there to be looked at while developing.
  { table: 'emails_locais', since: 'registrado_em', days: 30 },
  // Longer than a payer may dispute a payment: until then it can be shown that they were told.
  { table: 'entregas', since: 'criada_em', days: 400, where: `estado IN ('ENVIADA', 'FALHOU', 'SUPERADA')` },
  // Names the person; what matters of it is in their own mailbox.
  { table: 'cartas_de_conta', since: 'criada_em', days: 30 },
];
