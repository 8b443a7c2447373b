/** No provider keeps us from trying for longer than this, whatever it says: ms. */
const MAXIMO_MS = 3_600_000;

/** What `Retry-After` says (RFC 9110, 10.2.3), ms from now; undefined when it says nothing that can be kept to. */
export function retryAfterMs(valor: unknown): number | undefined {
  if (typeof valor !== 'string' && typeof valor !== 'number') return undefined;
  const segundos = Number(valor);
  const ms = Number.isFinite(segundos) ? segundos * 1_000 : Date.parse(String(valor)) - Date.now();
  return ms > 0 ? Math.min(ms, MAXIMO_MS) : undefined;
}
