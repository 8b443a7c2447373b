import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { librarySources } from './library-sources.mjs';

it('a conferência de tipos lê cada exportação das bibliotecas na fonte: nada depende do que já foi construído', () => {
  const config = readFileSync(new URL('../../tsconfig.lint.json', import.meta.url), 'utf8');
  const { compilerOptions } = JSON.parse(config) as { compilerOptions: { paths: Record<string, string[]> } };
  const sources = Object.entries(librarySources()).map(([name, source]) => [name, [`./${source}`]]);

  expect(sources.length).toBeGreaterThan(5);
  expect(compilerOptions.paths).toEqual(Object.fromEntries(sources));
});
