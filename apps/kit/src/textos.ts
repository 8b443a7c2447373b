import { useContext, useMemo } from 'react';
import { EmIdioma } from './idioma.js';
import { mensagem, type Valores } from './mensagem.js';
import type { textos } from './textos/pt-BR.js';

/** The paths of every text: `busca.titulo`. */
export type Folhas<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Folhas<T[K]>}`;
}[keyof T & string];
/** Texts of the same form in another language. */
export type Traducao<T> = { readonly [K in keyof T]: T[K] extends string ? string : Traducao<T[K]> };
interface Arvore {
  readonly [nome: string]: string | Arvore;
}

function acharTexto(textos: unknown, chave: string): string {
  const achado = chave.split('.').reduce<string | Arvore | undefined>((onde, nome) => {
    return typeof onde === 'object' ? onde[nome] : undefined;
  }, textos as Arvore);
  return typeof achado === 'string' ? achado : chave;
}

/** The words of a page: `const t = useTextos(); t('busca.titulo')`. @typeParam T the texts of one of its languages */
export const textosDe =
  <T>() =>
  (): ((chave: Folhas<T>, valores?: Valores) => string) => {
    const { textos, idioma } = useContext(EmIdioma);
    return useMemo(
      () => (chave, valores) => {
        const texto = acharTexto(textos, chave);
        return valores === undefined ? texto : mensagem(texto, valores, idioma);
      },
      [textos, idioma],
    );
  };

/** Of what the kit itself says: every page has it among its own words. */
export const useTextosDoKit = textosDe<typeof textos>();
