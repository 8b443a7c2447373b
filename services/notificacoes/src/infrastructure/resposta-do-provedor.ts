import { FalhaDeEnvio } from '../application/ports.js';

/** Who takes no more for now and does not say for how long is left alone for this long, ms. */
const DEMAIS_MS = 60_000;
/** No provider keeps us from trying for longer than this, whatever it says: ms. */
const MAXIMO_MS = 3_600_000;

/** What `Retry-After` says (RFC 9110, 10.2.3), ms from now; undefined when it says nothing that can be kept to. */
export function retryAfterMs(valor: unknown, maximoMs = MAXIMO_MS): number | undefined {
  if (typeof valor !== 'string' && typeof valor !== 'number') return undefined;
  const segundos = Number(valor);
  const ms = Number.isFinite(segundos) ? segundos * 1_000 : Date.parse(String(valor)) - Date.now();
  return ms > 0 ? Math.min(ms, maximoMs) : undefined;
}

/**
 * What an answer that is none of success makes of a message. One that came too soon was not tried: it says nothing of the
 * message, and nothing of the provider but when to come again.
 * @param dito without anything personal: it is stored and announced
 */
export function recusada(status: number, dito: string, definitiva: boolean, retryAfter: unknown): FalhaDeEnvio {
  const espera = retryAfterMs(retryAfter);
  if (status === 429) return new FalhaDeEnvio(dito, false, espera ?? DEMAIS_MS, false);
  return new FalhaDeEnvio(dito, definitiva, espera);
}
