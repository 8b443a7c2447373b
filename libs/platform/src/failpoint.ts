/** The named places at which a test may make a process die. */
export const FAILPOINTS = [
  'messaging.relay.antes-de-publicar',
  'messaging.relay.antes-de-marcar',
  'messaging.consumidor.antes-do-ack',
  'pagamentos.stripe.depois-da-cobranca',
  'pagamentos.stripe.depois-do-estorno',
  'pagamentos.recibos.antes-do-commit',
  'pagamentos.recibos.depois-do-commit',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** The one that the environment names; none in production, whatever it names. */
const armed = process.env['NODE_ENV'] === 'production' ? undefined : process.env['FAILPOINT'];
if (armed !== undefined && !FAILPOINTS.includes(armed as Failpoint))
  throw new Error(`FAILPOINT desconhecido; use um de: ${FAILPOINTS.join(', ')}`);

/** Kills the own process, as a crash would, when FAILPOINT names this place; does nothing otherwise. */
export function failpoint(name: Failpoint): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}
