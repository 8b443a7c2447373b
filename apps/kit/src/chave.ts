/**
 * What is asked for under an Idempotency-Key: the same for as long as the same is asked, also after a reload or without an
 * answer, so that twice is once. Kept for the tab alone; without storage it lasts as long as the page.
 */
const guardados = new Map<string, string>();

interface Guardado<Corpo> {
  readonly chave: string;
  readonly corpo: Corpo;
}

const lugarDe = (o: unknown): string => `chave:${JSON.stringify(o)}`;

function ler<Corpo>(lugar: string): Guardado<Corpo> | undefined {
  let dito: string | null | undefined;
  try {
    dito = sessionStorage.getItem(lugar);
  } catch {
    // Nothing is kept there.
  }
  dito ??= guardados.get(lugar);
  return dito === undefined ? undefined : (JSON.parse(dito) as Guardado<Corpo>);
}

/**
 * @param o all that makes it another
 * @param corpo what is sent when it is asked for the first time; what was then sent is sent again, for a key is of one body
 */
export function guardarPedido<Corpo>(o: unknown, corpo: Corpo): Guardado<Corpo> {
  const lugar = lugarDe(o);
  const havia = ler<Corpo>(lugar);
  if (havia) return havia;
  const novo = { chave: crypto.randomUUID(), corpo };
  guardados.set(lugar, JSON.stringify(novo));
  try {
    sessionStorage.setItem(lugar, JSON.stringify(novo));
  } catch {
    // Nowhere to keep it: it lasts as long as the page.
  }
  return novo;
}

/** @param o what is asked for, all that makes it another */
export const chaveDe = (o: unknown): string => guardarPedido(o, null).chave;

/** Once it was answered, for good or ill: the same asked for again is another. */
export function esquecerChave(o: unknown): void {
  const lugar = lugarDe(o);
  guardados.delete(lugar);
  try {
    sessionStorage.removeItem(lugar);
  } catch {
    // Nothing was kept.
  }
}
