import { Problem } from './problem.js';

/** The strong entity tag of a record's version (RFC 9110, section 8.8.3). */
export const etagOf = (versao: number): string => `"${versao}"`;

/**
 * The version that an `If-Match` header asks for; undefined for `*`, which means whichever there is.
 * @throws Problem 428 without the header, 400 for one that `etagOf` did not make
 */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined)
    throw new Problem(428, 'requisicao.if-match-ausente', 'Diga em If-Match qual versão você leu (o ETag dela)');
  if (ifMatch.trim() === '*') return undefined;
  const [, versao] = /^\s*"(\d{1,9})"\s*$/.exec(ifMatch) ?? [];
  if (versao === undefined)
    throw new Problem(400, 'requisicao.if-match-invalido', 'If-Match deve ser o ETag que você leu, com as aspas');
  return Number(versao);
}
