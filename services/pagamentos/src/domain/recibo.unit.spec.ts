import { expect, it } from '@jest/globals';
import { anoDaEmissao } from './recibo.js';

it.each([
  ['2026-12-31T23:59:59.999Z', 2026],
  ['2027-01-01T02:59:59.999Z', 2026],
  ['2027-01-01T03:00:00.000Z', 2027],
  // São Paulo was still in summer time.
  ['2019-01-01T01:59:59.999Z', 2018],
  ['2019-01-01T02:00:00.000Z', 2019],
])('um recibo de %s é do ano de %i em São Paulo', (instante, ano) => {
  expect(anoDaEmissao(new Date(instante))).toBe(ano);
});
