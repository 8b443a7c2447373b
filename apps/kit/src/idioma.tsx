import { createContext, type ReactNode, useContext, useMemo } from 'react';

export type Idioma = 'pt-BR' | 'en';
export const IDIOMAS: readonly Idioma[] = ['pt-BR', 'en'];
/** Each in its own words. */
export const NOMES_DE_IDIOMAS: Readonly<Record<Idioma, string>> = { 'pt-BR': 'Português', en: 'English' };
const LUGAR = 'idioma';

/** What was chosen here, or else what the browser asks for. */
export function idiomaInicial(): Idioma {
  try {
    const guardado = localStorage.getItem(LUGAR);
    if (guardado === 'en' || guardado === 'pt-BR') return guardado;
  } catch {
    // As if nothing had been chosen.
  }
  return navigator.languages.find((dito) => /^(pt|en)/.test(dito))?.startsWith('en') === true ? 'en' : 'pt-BR';
}

interface Falado {
  readonly idioma: Idioma;
  /** What is said in it, as a tree. */
  readonly textos: unknown;
  readonly trocar: (idioma: Idioma) => void;
}
export const EmIdioma = createContext<Falado>({ idioma: 'pt-BR', textos: {}, trocar: () => undefined });

/** The language in which all within is said. */
export function ProverIdioma({ idioma, textos, trocar, children }: Falado & { children: ReactNode }) {
  const falado = useMemo(
    () => ({
      idioma,
      textos,
      trocar: (novo: Idioma) => {
        try {
          localStorage.setItem(LUGAR, novo);
        } catch {
          // It holds until the page is left.
        }
        trocar(novo);
      },
    }),
    [idioma, textos, trocar],
  );
  return <EmIdioma value={falado}>{children}</EmIdioma>;
}

export const useIdioma = (): Idioma => useContext(EmIdioma).idioma;
export const useTrocarIdioma = (): ((idioma: Idioma) => void) => useContext(EmIdioma).trocar;
