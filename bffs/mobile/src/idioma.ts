import Negotiator from 'negotiator';

export type Idioma = 'pt-BR' | 'en';

/** The language that the client likes best of those we have (RFC 9110, 12.5.4); pt-BR when it does not say. */
export function idiomaPreferido(acceptLanguage: string | undefined): Idioma {
  const wanted = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).languages();
  const best = wanted.map((tag) => tag.split('-')[0]?.toLowerCase()).find((tag) => tag === 'pt' || tag === 'en');
  return best === 'en' ? 'en' : 'pt-BR';
}
