import type { z } from 'zod';
import { Problem } from './problem.js';

/**
 * The place where a page ended, opaque to clients: its keys as the pattern of the list in the contracts has them, none
 * with a ~ in it.
 */
export const encodeCursor = (...keys: string[]): string => keys.join('~');

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

/** @throws Problem 400 `requisicao.cursor-invalido` for anything that is not such keys */
export function decodeCursor<T>(cursor: string, keys: z.ZodType<T>): T {
  const parsed = keys.safeParse(cursor.split('~'));
  if (!parsed.success) throw new Problem(400, 'requisicao.cursor-invalido', 'O cursor não é desta lista');
  return parsed.data;
}
