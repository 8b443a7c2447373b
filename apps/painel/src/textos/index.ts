import { type Idioma, textosDe } from '@plataforma/kit';
import type { Textos } from './pt-BR.js';

/** The words of the panel, each language loaded when it is spoken. */
export const carregarTextos = async (idioma: Idioma): Promise<Textos> =>
  idioma === 'en' ? (await import('./en.js')).textos : (await import('./pt-BR.js')).textos;

export const useTextos = textosDe<Textos>();
