import { describe, expect, it } from '@jest/globals';
import { mensagem } from './mensagem.js';

const ESPACOS = '{quantos, plural, =0 {Nenhum espaço} one {# espaço} other {# espaços}} em {onde}';

describe('mensagem', () => {
  it.each([
    [0, 'Nenhum espaço em Manaus'],
    [1, '1 espaço em Manaus'],
    [1_200, '1.200 espaços em Manaus'],
  ])('de %d diz %s', (quantos, dita) => {
    expect(mensagem(ESPACOS, { quantos, onde: 'Manaus' }, 'pt-BR')).toBe(dita);
  });

  it('escolhe pelo nome, ou o que sobra', () => {
    const texto = '{qual, select, PIX {por Pix} other {de {outro}}}';
    expect(mensagem(texto, { qual: 'PIX' }, 'pt-BR')).toBe('por Pix');
    expect(mensagem(texto, { qual: 'x', outro: 'graça' }, 'pt-BR')).toBe('de graça');
  });

  it('o que vem num valor é texto, e não mensagem', () => {
    expect(mensagem('Olá, {nome}', { nome: '{x, plural, other {#}}' }, 'pt-BR')).toBe('Olá, {x, plural, other {#}}');
  });

  it('o que não se deu fica à vista, e o que não se fecha falha', () => {
    expect(mensagem('Olá, {nome}', {}, 'pt-BR')).toBe('Olá, {nome}');
    expect(() => mensagem('Olá, {nome', {}, 'pt-BR')).toThrow(SyntaxError);
  });
});
