import type { RetentionRule } from '@plataforma/messaging';

/** What the service forgets. Bookings, their history, the catalogue and what was agreed of coupons stay. */
export const REGRAS_DE_EXPURGO: readonly RetentionRule[] = [
  // What a booking was made under is in the booking's own events.
  { table: 'cotacoes', since: 'expira_em', days: 30 },
  { table: 'fila', since: 'fim', days: 400, where: `situacao <> 'ESPERANDO' OR tentar_em IS NULL` },
  { table: 'calendarios', since: 'revogado_em', days: 30 },
];
