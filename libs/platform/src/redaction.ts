const UUID_OR_LONG_NUMBER = /\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|\b\d(?:[ -]?\d){12,18}\b/gi;
/**
 * In this order: a password may look like the beginning of an e-mail address. Each begins only where a word does, or a
 * word of a megabyte, which anybody may send in a message, would be read from each of its letters to its end.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/((?<![a-z])[a-z]+:\/\/[^:/\s]*:)[^@/\s]+@/g, '$1[senha]@'],
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[jwt]'],
  [/\b(sk|rk|pk|whsec)_[A-Za-z0-9_]{6,}/g, '[chave]'],
  [/\bpi_\w+_secret_\w+/g, '[segredo]'],
  [/(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+/g, '[email]'],
];

/** Of a longer text the rest is only counted. */
const MAX_TEXT = 100_000;

/** A text without what looks like a secret or somebody's: for logs and traces alike. */
export function redactText(text: string): string {
  const read =
    text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (mais ${text.length - MAX_TEXT} caracteres)` : text;
  return PATTERNS.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), read).replace(
    UUID_OR_LONG_NUMBER,
    (_, uuid: string | undefined) => uuid ?? '[numero]',
  );
}
