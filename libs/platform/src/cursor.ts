import { z } from 'zod';
import { Problem } from './problem.js';

/** The place where a page ended, opaque to clients. */
export const encodeCursor = (...keys: string[]): string => Buffer.from(JSON.stringify(keys)).toString('base64url');

/**
 * A page out of rows of which one more than `limite` was asked for: whether there is a next page. `keys` of an item are
 * what `decodeCursor` gives back.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limite: number,
  toItem: (row: Row) => Item,
  keys: (item: Item) => string[],
): { itens: Item[]; proximo: string | null } {
  const itens = rows.slice(0, limite).map(toItem);
  const last = itens.at(-1);
  return { itens, proximo: rows.length > limite && last !== undefined ? encodeCursor(...keys(last)) : null };
}

/** What the database can compare with: no NUL, and no halves of characters. */
const storable = z.array(z.string().regex(/^[^\0\uD800-\uDFFF]*$/u));

/** @throws Problem 400 `requisicao.cursor-invalido` for anything that `encodeCursor` did not make of such keys */
export function decodeCursor<T>(cursor: string, keys: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    json = undefined;
  }
  const texts = storable.safeParse(json);
  const parsed = keys.safeParse(texts.data);
  if (!texts.success || !parsed.success || encodeCursor(...texts.data) !== cursor)
    throw new Problem(400, 'requisicao.cursor-invalido', 'O cursor não é desta lista');
  return parsed.data;
}
