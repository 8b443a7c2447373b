import { expect, it } from '@jest/globals';
import { dinheiro } from './dinheiro.js';

it.each([
  [123_456, 'pt-BR', 'R$ 1.234,56'],
  [123_456, 'en', 'R$1,234.56'],
  [-2_160, 'pt-BR', '-R$ 21,60'],
  [0, 'pt-BR', 'R$ 0,00'],
])('%d centavos em %s são %s', (centavos, idioma, dito) => {
  expect(dinheiro(centavos, idioma).replaceAll('\u00a0', ' ')).toBe(dito);
});
