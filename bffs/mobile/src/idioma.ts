export type Idioma = 'pt-BR' | 'en';

const QUALITY = /;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** The language that the client likes best of those we have (RFC 9110, 12.5.4); pt-BR when it does not say. */
export function idiomaPreferido(acceptLanguage: string | undefined): Idioma {
  const wanted = (acceptLanguage ?? '').split(',').map((range) => ({
    primary: range.trim().toLowerCase().split(/[-;]/)[0],
    quality: Number(QUALITY.exec(range.trim())?.[1] ?? 1),
  }));
  const known = wanted.filter(({ primary, quality }) => quality > 0 && (primary === 'pt' || primary === 'en'));
  const best = known.reduce<(typeof known)[number] | undefined>(
    (favourite, range) => (favourite && favourite.quality >= range.quality ? favourite : range),
    undefined,
  );
  return best?.primary === 'en' ? 'en' : 'pt-BR';
}
