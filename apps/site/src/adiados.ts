import { useSyncExternalStore } from 'react';

/** How long what was asked for can still be taken back, ms. */
const DESFAZ_SE_POR_MS = 30_000;

/** Something that was asked for and is not done yet, so that it can be undone. */
export interface Adiado {
  readonly id: string;
  /** What will have happened, in words. */
  readonly titulo: string;
  /** Of `performance.now()`: whatever clocks say meanwhile. */
  readonly ateMs: number;
  readonly fazendo: boolean;
  /** Why it did not come about. */
  readonly erro?: unknown;
}

interface Guardado extends Adiado {
  readonly fazer: () => Promise<unknown>;
  readonly relogio: ReturnType<typeof setTimeout>;
}

let adiados: readonly Guardado[] = [];
const ouvintes = new Set<() => void>();
function mudar(novos: readonly Guardado[]): void {
  adiados = novos;
  for (const ouvir of ouvintes) ouvir();
}
const tirar = (id: string): void => mudar(adiados.filter((um) => um.id !== id));

/** @param fazer what is done once it can no longer be undone */
export function adiar(id: string, titulo: string, fazer: () => Promise<unknown>): void {
  if (adiados.some((um) => um.id === id && um.erro === undefined)) return;
  const relogio = setTimeout(() => void fazerJa(id), DESFAZ_SE_POR_MS);
  const novo = { id, titulo, fazer, relogio, ateMs: performance.now() + DESFAZ_SE_POR_MS, fazendo: false };
  mudar([...adiados.filter((um) => um.id !== id), novo]);
}

/** It never happens, unless it is happening already. */
export function desfazer(id: string): void {
  const um = adiados.find((adiado) => adiado.id === id);
  if (!um || um.fazendo) return;
  clearTimeout(um.relogio);
  tirar(id);
}

/** It happens now. */
export async function fazerJa(id: string): Promise<void> {
  const um = adiados.find((adiado) => adiado.id === id);
  if (!um || um.fazendo || um.erro !== undefined) return;
  clearTimeout(um.relogio);
  mudar(adiados.map((adiado) => (adiado.id === id ? { ...adiado, fazendo: true } : adiado)));
  try {
    await um.fazer();
    tirar(id);
  } catch (erro) {
    mudar(adiados.map((adiado) => (adiado.id === id ? { ...adiado, fazendo: false, erro } : adiado)));
  }
}

/** None of it is anybody's any more. */
export function largarTudo(): void {
  for (const { relogio } of adiados) clearTimeout(relogio);
  mudar([]);
}

/** All of it happens now: whoever leaves meant what they asked for. */
export const fazerTudoJa = async (): Promise<void> => {
  await Promise.all(adiados.map(({ id }) => fazerJa(id)));
};

// The last that a page is sure to hear (https://www.w3.org/TR/page-visibility-2/): it may never be shown again.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void fazerTudoJa();
});

export const useAdiados = (): readonly Adiado[] =>
  useSyncExternalStore(
    (ouvir) => {
      ouvintes.add(ouvir);
      return () => ouvintes.delete(ouvir);
    },
    () => adiados,
  );

/** Of one of them, as it is now. */
export const useAdiado = (id: string): Adiado | undefined => useAdiados().find((um) => um.id === id);
