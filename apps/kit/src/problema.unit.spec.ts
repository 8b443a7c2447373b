import { describe, expect, it } from '@jest/globals';
import { Recusa } from '@plataforma/contracts/cliente';
import { comoProblema, passageira } from './problema.js';

describe('o que se diz de uma recusa', () => {
  it('traz o código, as palavras e cada campo com o seu erro', () => {
    const recusa = new Recusa(400, {
      code: 'requisicao.invalida',
      title: 'Requisição inválida',
      erros: [{ campo: 'email', mensagem: 'esperado um endereço de e-mail' }],
    });
    expect(comoProblema(recusa)).toEqual({
      code: 'requisicao.invalida',
      titulo: 'Requisição inválida',
      campos: { email: 'esperado um endereço de e-mail' },
    });
  });

  it.each([[{}], [{ code: 7, erros: 'x' }], [{ erros: [{ campo: 1 }, {}] }]])(
    'um documento que não é um, %j, ainda tem um código',
    (documento) => {
      expect(comoProblema(new Recusa(418, documento)).code).toBe('http-418');
    },
  );

  it('sem resposta não se sabe', () => {
    expect(comoProblema(new TypeError('Failed to fetch')).code).toBe('sem-resposta');
  });

  it.each([
    [new TypeError('x'), true],
    [new Recusa(503, {}), true],
    [new Recusa(429, {}), true],
    [new Recusa(409, {}), false],
  ])('%s se tenta de novo: %s', (erro, sim) => {
    expect(passageira(erro)).toBe(sim);
  });
});
