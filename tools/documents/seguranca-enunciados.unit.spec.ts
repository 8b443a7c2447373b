import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { selectSpecs } from '../testing/specs.ts';

/** Passwords and second factors, tokens, the API, and what the law gives people; the others are proved elsewhere. */
const ENUNCIADOS = [...Array.from({ length: 31 }, (_, i) => i + 1), 35, 36, 37, 38];

/** The numbers that a title begins with: `'7: um código…'`, `'Segurança 18 e 23: …'`. */
const numerados = (source: string): number[] =>
  [...source.matchAll(/\(\s*['`](?:Segurança )?(\d+(?:(?:, | e )\d+)*): /g)].flatMap(([, numbers = '']) =>
    (numbers.match(/\d+/g) ?? []).map(Number),
  );

it('Cada enunciado de segurança tem um teste com o seu número entre os que `npm test -- seguranca` roda', () => {
  const provados = new Set(
    selectSpecs(['seguranca']).flatMap((file) => numerados(readFileSync(join(root, file), 'utf8'))),
  );
  expect(ENUNCIADOS.filter((numero) => !provados.has(numero))).toEqual([]);
});
