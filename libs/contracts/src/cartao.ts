/** A run of digits as card numbers are written, by itself: not a part of an id (`pi_…`), and not the end of a UUID. */
const UUID_OR_CARD_LIKE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<!\w)\d(?:[ .-]?\d){12,18}(?!\w)/gi;

export const MASCARA_DE_CARTAO = '[número de cartão]';

/** The check digit of card numbers (ISO/IEC 7812-1). */
function passesLuhn(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** Lengths and beginnings that issuers use (ISO/IEC 7812), and any sixteen digits; a telephone has others. */
const ISSUED = /^(?:[1-9]\d{15}|4\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|[3-6]\d{16,18})$/;

/** The digit that a character of any script stands for; Unicode keeps the ten of a script side by side. */
function digitOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/** The text as a reader takes it: ordinary digits, spaces and hyphens, and nothing between them that cannot be seen. */
const asRead = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/(?![0-9])\p{Nd}/gu, digitOf)
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Pd}/gu, '-');

const UUID = /(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi;
/** Groups of digits with up to three characters between them that are no letters. */
const RUN = /\d+(?:[^\p{L}\d]{1,3}\d+)*/gu;

/**
 * Whether what looks like a card number stands in a text: whole groups of digits, in any script, that together pass for
 * one, with spaces, dots and hyphens between them as it comes or any one separator (dates and hours have several).
 */
export function temNumeroDeCartao(text: string): boolean {
  for (const [run] of asRead(text).replace(UUID, 'x').matchAll(RUN)) {
    const groups = run.match(/\d+/g) ?? [];
    const between = run.match(/\D+/g) ?? [];
    for (let first = 0; first < groups.length; first += 1) {
      let number = '';
      for (let last = first; last < groups.length && number.length < 19; last += 1) {
        const separator = between[last - 1] ?? '';
        if (last > first && separator !== between[first] && !/^[ .-]+$/.test(separator + (between[first] ?? ''))) break;
        number += groups[last] ?? '';
        if (ISSUED.test(number) && passesLuhn(number)) return true;
      }
    }
  }
  return false;
}

/** The text without the card numbers that stand in it. */
export const mascararNumerosDeCartao = (text: string): string =>
  text.replace(UUID_OR_CARD_LIKE, (found) =>
    !/^[0-9a-f]{8}-/i.test(found) && passesLuhn(found) ? MASCARA_DE_CARTAO : found,
  );

/**
 * A JSON text without the card numbers that stand in its values and names; as it came, to the byte, when there are none.
 * @throws SyntaxError when it is no JSON
 */
export function jsonSemNumerosDeCartao(json: string): string {
  let masked = false;
  const mask = (text: string): string => {
    const clean = mascararNumerosDeCartao(text);
    masked ||= clean !== text;
    return clean;
  };
  const value: unknown = JSON.parse(json, (_key, item: unknown) => {
    if (typeof item === 'string') return mask(item);
    // A card number may stand there as a number too; amounts and instants have fewer digits.
    if (typeof item === 'number') return mask(String(item)) === String(item) ? item : MASCARA_DE_CARTAO;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([name, inner]) => [mask(name), inner as unknown]));
  });
  return masked ? JSON.stringify(value) : json;
}
