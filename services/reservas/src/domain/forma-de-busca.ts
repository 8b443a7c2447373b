/**
 * Text as people look for it, whatever keyboard and machine they have: without case, accents and punctuation. What is
 * stored and what is asked for pass through the same functions, so that they meet; nothing here hangs on the locale of
 * a database or a host.
 */

/** Letters that do not decompose, as they are typed where they are not on the keyboard. */
const LETRAS: Readonly<Record<string, string>> = {
  ...{ ł: 'l', đ: 'd', ð: 'd', ɖ: 'd', ø: 'o', ħ: 'h', ŧ: 't', ı: 'i', ŋ: 'n', ĸ: 'k', ƶ: 'z' },
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' },
};
const SEM_PAR = new RegExp(`[${Object.keys(LETRAS).join('')}]`, 'g');
/**
 * Accents that any script may bear, and the points of Hebrew, which are left out in writing. Not the vowel signs of
 * Devanagari or Thai, without which a word is another, nor the voicing marks of kana.
 */
const ACENTOS = /(?![\u3099\u309a])(?=[\p{Script=Inherited}\p{Script=Hebrew}])\p{Mn}/gu;
/** Soft hyphens, joiners, marks of direction: nobody sees them. */
const INVISIVEIS = /\p{Cf}/gu;
const PALAVRAS = /[\p{L}\p{M}\p{N}]+/gu;
const SINAIS = /[^\s\p{L}\p{M}\p{N}]/gu;
/** Scripts that do not part words with spaces: a short word may be in the middle of what looks like one. */
const SEM_ESPACOS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

const dobrado = (texto: string): string =>
  texto
    .normalize('NFKD')
    .replace(ACENTOS, '')
    .replace(INVISIVEIS, '')
    .toLowerCase()
    .replace(SEM_PAR, (letra) => LETRAS[letra] ?? letra)
    .normalize('NFC');

/** The words of a text; its other signs where it has no words. */
function termos(texto: string): string[] {
  const forma = dobrado(texto);
  return [...new Set(forma.match(PALAVRAS) ?? forma.match(SINAIS) ?? [])];
}

/** As much of a text as fits in so many bytes of UTF-8: an index takes no more, and one letter may unfold to eighteen. */
const limitado = (texto: string, bytes: number): string =>
  new TextDecoder().decode(new TextEncoder().encode(texto).subarray(0, bytes), { stream: true });

/** Two names of a place are the same when these are. */
export const formaDoLugar = (nome: string): string =>
  limitado(dobrado(nome).match(PALAVRAS)?.join(' ') ?? nome.trim(), 400);

/** What is searched of a text: each word once, with a space before it, and then the other signs. */
export function formaDoTexto(texto: string): string {
  const forma = dobrado(texto);
  return ` ${[...new Set([...(forma.match(PALAVRAS) ?? []), ...(forma.match(SINAIS) ?? [])])].join(' ')} `;
}

/**
 * Patterns of LIKE that a `formaDoTexto` matches, all of them, when it has the words of `texto`. One of one or two
 * letters is looked for where a word begins, so that the index has three characters to go by.
 */
export const padroesDe = (texto: string): string[] =>
  termos(texto).map((termo) => {
    const curto = [...termo].length < 3 && /[\p{L}\p{N}]/u.test(termo) && !SEM_ESPACOS.test(termo);
    return `%${curto ? ' ' : ''}${termo.replace(/[\\%_]/g, '\\$&')}%`;
  });

/**
 * Sorts names byte by byte as people expect: case and accents tell apart only what is the same without them (Abacate,
 * Ábaco, Acai, Açaí). Short enough to be in a cursor.
 */
export const formaDeOrdem = (nome: string): string =>
  `${limitado(dobrado(nome).trim(), 240)}\u0001${limitado(nome.normalize('NFD').toLowerCase(), 80)}`;
