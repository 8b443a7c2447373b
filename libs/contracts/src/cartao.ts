/** A run of digits as card numbers are written; ids with long numbers are told apart by their check digit. */
const CARD_LIKE = /\d(?:[ .-]?\d){12,18}/g;
/** The same standing by itself: not a part of an id (`pi_…`), and not the end of a UUID. */
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

/** Whether what looks like a card number stands in a text. */
export const temNumeroDeCartao = (text: string): boolean =>
  [...text.matchAll(CARD_LIKE)].some(([number]) => passesLuhn(number));

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
