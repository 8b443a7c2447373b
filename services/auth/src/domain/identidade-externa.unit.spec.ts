import { describe, expect, it } from '@jest/globals';
import { dominioAceito, papeisPeloProvedor } from './identidade-externa.js';
import type { Papel } from './usuario.js';

describe('Os papéis de quem entra por um provedor', () => {
  it.each<[string, Papel[], Papel[], Papel[], Papel[]]>([
    ['ficam, se o mapa não fala deles', ['CLIENTE', 'ADMIN'], [], [], ['CLIENTE', 'ADMIN']],
    ['ganham o que o mapa dá', ['CLIENTE'], ['OPERADOR'], ['OPERADOR'], ['CLIENTE', 'OPERADOR']],
    ['perdem o que o mapa governa e não dá', ['CLIENTE', 'ADMIN'], ['ADMIN'], [], ['CLIENTE']],
    ['mantêm o que outro governa', ['ADMIN', 'OPERADOR'], ['OPERADOR'], [], ['ADMIN']],
    ['nunca são nenhum', ['OPERADOR'], ['OPERADOR'], [], ['CLIENTE']],
  ])('%s', (_, atuais, governados, dados, depois) => {
    expect(papeisPeloProvedor(atuais, { governados, dados })).toEqual(depois);
  });
});

describe('O domínio do e-mail', () => {
  it.each([
    ['ana@exemplo.com', ['exemplo.com'], true],
    ['ana@sub.exemplo.com', ['exemplo.com'], false],
    ['ana@mauexemplo.com', ['exemplo.com'], false],
    ['ana@exemplo.com.br', ['exemplo.com'], false],
    [undefined, ['exemplo.com'], false],
    [undefined, [], true],
  ])('%s em %j: %s', (email, dominios, aceito) => {
    expect(dominioAceito(email, dominios)).toBe(aceito);
  });
});
