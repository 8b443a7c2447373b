import { expect, it } from '@jest/globals';
import { normalizarEmail } from './usuario.js';

it.each([
  [' Ana@Exemplo.COM ', 'ana@exemplo.com'],
  ['ana@coração.com.br', 'ana@xn--corao-dra1a.com.br'],
  ['ana@Coração.com.br'.normalize('NFD'), 'ana@xn--corao-dra1a.com.br'],
  ['ana@XN--corao-dra1a.com.br', 'ana@xn--corao-dra1a.com.br'],
  ['ana@ｅｘｅｍｐｌｏ.com', 'ana@exemplo.com'],
])('%s é o endereço %s', (escrito, normal) => {
  expect(normalizarEmail(escrito)).toBe(normal);
  expect(normalizarEmail(normal)).toBe(normal);
});

it.each([
  ['ana.s@exemplo.com', 'anas@exemplo.com'],
  ['ana+1@exemplo.com', 'ana@exemplo.com'],
  ['ana@straße.de', 'ana@strasse.de'],
  ['ana@exemplo.com', 'ana@exempIo.com'],
  // A Cyrillic letter that looks like ours.
  ['ana@exemplo.com', 'ana@ex\u0435mplo.com'],
])('%s e %s são de pessoas diferentes', (uma, outra) => {
  expect(normalizarEmail(uma)).not.toBe(normalizarEmail(outra));
});
