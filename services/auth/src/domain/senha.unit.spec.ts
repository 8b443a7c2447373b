import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SenhaComum, SenhaCurta, SenhaLonga } from './errors.js';
import { normalizarSenha, validarNovaSenha } from './senha.js';

const comuns = new Set(['password', 'correct horse battery', 'qwertyuiop123456']);
const validar = (senha: string) => validarNovaSenha(senha, (candidata) => comuns.has(candidata));

describe('Uma senha nova', () => {
  it('é aceita a partir de quinze caracteres, sejam quais forem', () => {
    expect(() => validar('abcdefghijklmno')).not.toThrow();
    expect(() => validar('abcdefghijklmn')).toThrow(SenhaCurta);
  });

  it('conta caracteres, não unidades de código: um emoji é um', () => {
    const catorze = ['🐘', '🦒', '🦓', '🐍', '🦋', '🐝', '🐞', '🦀', '🐙', '🐬', '🐳', '🦈', '🐢', '🦎'];
    expect(() => validar(catorze.join(''))).toThrow(SenhaCurta);
    expect(() => validar([...catorze, '🦩'].join(''))).not.toThrow();
  });

  it('pode ter espaços nas pontas e no meio, e regra de composição nenhuma se lhe pede', () => {
    expect(() => validar(' meu gato dorme muito ')).not.toThrow();
    expect(() => validar('umafrasesemnumeros')).not.toThrow();
  });

  it('tem no máximo 256 caracteres', () => {
    const longa = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(() => validar(longa)).not.toThrow();
    expect(() => validar(`${longa}x`)).toThrow(SenhaLonga);
  });

  it.each(['qwertyuiop123456', 'QwertyUIOP123456', 'passwordpassword', 'aaaaaaaaaaaaaaaaaaaa', '1234123412341234'])(
    'é recusada quando atacantes a tentam primeiro: %s',
    (senha) => {
      expect(() => validar(senha)).toThrow(SenhaComum);
    },
  );

  it('é a mesma seja como for que o teclado compõe os caracteres, e nada mais muda nela', () => {
    expect(normalizarSenha('canção de ninar')).toBe(normalizarSenha('canção de ninar'.normalize('NFD')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), (senha) => normalizarSenha(senha) === senha),
    );
  });
});
