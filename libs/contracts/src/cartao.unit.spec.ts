import { describe, expect, it } from '@jest/globals';
import { jsonSemNumerosDeCartao, mascararNumerosDeCartao, MASCARA_DE_CARTAO, temNumeroDeCartao } from './cartao.js';

describe('número de cartão', () => {
  it.each(['4242424242424242', '4242 4242 4242 4242', '4242-4242-4242-4242', '378282246310005', '6011.1111.1111.1117'])(
    '%s é reconhecido e mascarado, só ele',
    (numero) => {
      expect(temNumeroDeCartao(`paguei com ${numero}, viu?`)).toBe(true);
      expect(mascararNumerosDeCartao(`paguei com ${numero}, viu?`)).toBe(`paguei com ${MASCARA_DE_CARTAO}, viu?`);
    },
  );

  it.each([
    ['sem o dígito que confere', '4242424242424243'],
    ['de telefone', '+55 11 98765-4321'],
    ['parte de um id do provedor', 'pi_4242424242424242'],
    ['fim de um UUID', '0199c1a2-0000-7000-4242-424242424242'],
    ['instante em segundos', '1795330000'],
  ])('número %s não é mascarado', (_qual, texto) => {
    expect(mascararNumerosDeCartao(texto)).toBe(texto);
  });
});

describe('JSON sem números de cartão', () => {
  it('volta como veio, byte a byte, quando não há nenhum', () => {
    const json = '{ "id":"evt_1",\n  "valor": 9000.0, "nome": "\\u00e7" }';
    expect(jsonSemNumerosDeCartao(json)).toBe(json);
  });

  it('perde os de valores, números e nomes, a qualquer profundidade, e mais nada', () => {
    const json = JSON.stringify({
      id: 'evt_1',
      data: { object: { metadata: { '4242424242424242': 'x', nota: 'cartão 4242 4242 4242 4242' } } },
      lista: [4242424242424242, 9000],
    });
    expect(JSON.parse(jsonSemNumerosDeCartao(json))).toEqual({
      id: 'evt_1',
      data: { object: { metadata: { [MASCARA_DE_CARTAO]: 'x', nota: `cartão ${MASCARA_DE_CARTAO}` } } },
      lista: [MASCARA_DE_CARTAO, 9000],
    });
  });
});
