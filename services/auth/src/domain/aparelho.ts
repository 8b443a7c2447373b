/** The longest that is looked at of what a client says it is. */
const MAXIMO = 300;

const NAVEGADORES: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
];
const SISTEMAS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * What a client says it is (`User-Agent`) in words that its owner knows again, and that no update of it changes. It may
 * say anything: of what is not known only the name before the version is shown.
 */
export function descreverAparelho(userAgent: string | undefined): string {
  const texto = (userAgent ?? '').slice(0, MAXIMO);
  const achar = (de: typeof NAVEGADORES) => de.find(([padrao]) => padrao.test(texto))?.[1];
  const [navegador, sistema] = [achar(NAVEGADORES), achar(SISTEMAS)];
  if (navegador && sistema) return `${navegador} em ${sistema}`;
  return navegador ?? sistema ?? /^[\w .-]{1,40}/.exec(texto)?.[0].trim() ?? 'aparelho desconhecido';
}
