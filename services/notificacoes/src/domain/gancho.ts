const MINUTO_MS = 60_000;
const HORA_MS = 60 * MINUTO_MS;

/** How long after each failure the next try comes, ms: eleven tries, the last three days after the first. */
export const ESPERAS_MS = [
  5_000,
  MINUTO_MS,
  5 * MINUTO_MS,
  30 * MINUTO_MS,
  2 * HORA_MS,
  5 * HORA_MS,
  10 * HORA_MS,
  14 * HORA_MS,
  20 * HORA_MS,
  20 * HORA_MS,
] as const;
/** So that what failed together is not tried again together. */
const VARIACAO = 0.1;
/** Whoever asks for time is given it, up to this. */
const ESPERA_PEDIDA_MS = 24 * HORA_MS;

/** However long they ask us to wait: a round of tries is over then. */
const RODADA_MS = 72 * HORA_MS;

/**
 * How long to wait after the `tentativas`-th failure in a row, ms; undefined when it was the last.
 * @param acaso from 0 to 1
 * @param haMs since the first try of the round
 * @param pedidaMs what the receiver asked for (Retry-After)
 */
export function esperaDepoisDe(tentativas: number, acaso: number, haMs: number, pedidaMs = 0): number | undefined {
  const espera = ESPERAS_MS[tentativas - 1];
  if (espera === undefined || haMs >= RODADA_MS) return undefined;
  const devida = Math.max(Math.round(espera * (1 + VARIACAO * (2 * acaso - 1))), Math.min(pedidaMs, ESPERA_PEDIDA_MS));
  return Math.min(devida, RODADA_MS - haMs);
}

/** Nothing is accepted for so long: whoever runs the house is told. */
export const AVISO_DEPOIS_DE_MS = 24 * HORA_MS;
/** And after so long from there the webhook stops. */
export const DESATIVA_DEPOIS_DO_AVISO_MS = 48 * HORA_MS;

/** Of a webhook that has just failed again. */
export interface Falhando {
  readonly desde: Date;
  readonly avisadoEm: Date | null;
}

/** What is to be done about it; it never stops without having been warned of, long enough before. */
export function cuidadoCom({ desde, avisadoEm }: Falhando, agora: Date): 'NADA' | 'AVISAR' | 'DESATIVAR' {
  if (avisadoEm) return agora.getTime() - avisadoEm.getTime() >= DESATIVA_DEPOIS_DO_AVISO_MS ? 'DESATIVAR' : 'NADA';
  return agora.getTime() - desde.getTime() >= AVISO_DEPOIS_DE_MS ? 'AVISAR' : 'NADA';
}
