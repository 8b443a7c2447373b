import { type Idioma, textosDe } from '@plataforma/kit';
import type { Base, Textos } from './pt-BR.js';

let falados: { readonly idioma: Idioma; readonly textos: Base } | undefined;
let querMais = false;

async function trazerMais({ idioma, textos }: NonNullable<typeof falados>): Promise<void> {
  const { mais } = await (idioma === 'en' ? import('./mais-en.js') : import('./mais-pt-BR.js'));
  Object.assign(textos, mais);
}

/** The words of the site, each language loaded when it is spoken; those that only later screens say, with the first of them. */
export async function carregarTextos(idioma: Idioma): Promise<Base> {
  const { textos } = await (idioma === 'en' ? import('./en.js') : import('./pt-BR.js'));
  falados = { idioma, textos };
  if (querMais) await trazerMais(falados);
  return textos;
}

/** Before a screen other than the first is shown. */
export async function carregarMais(): Promise<void> {
  querMais = true;
  if (falados) await trazerMais(falados);
}

export const useTextos = textosDe<Textos>();
