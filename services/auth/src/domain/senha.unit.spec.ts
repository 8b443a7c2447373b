import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SenhaComum, SenhaCurta, SenhaLonga } from './errors.js';
import { normalizarSenha, validarNovaSenha } from './senha.js';

const comuns = new Set(['password', 'correct horse battery', 'qwertyuiop123456']);
const validar = (senha: string) => validarNovaSenha(senha, (candidata) => comuns.has(candidata));

describe('A new password', () => {
  it('is accepted from fifteen characters on, whatever they are', () => {
    expect(() => validar('abcdefghijklmno')).not.toThrow();
    expect(() => validar('abcdefghijklmn')).toThrow(SenhaCurta);
  });

  it('counts characters, not code units: an emoji is one', () => {
    const catorze = ['🐘', '🦒', '🦓', '🐍', '🦋', '🐝', '🐞', '🦀', '🐙', '🐬', '🐳', '🦈', '🐢', '🦎'];
    expect(() => validar(catorze.join(''))).toThrow(SenhaCurta);
    expect(() => validar([...catorze, '🦩'].join(''))).not.toThrow();
  });

  it('may have spaces at its ends and between, and no rule of composition is asked of it', () => {
    expect(() => validar(' meu gato dorme muito ')).not.toThrow();
    expect(() => validar('umafrasesemnumeros')).not.toThrow();
  });

  it('has at most 256 characters', () => {
    const longa = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(() => validar(longa)).not.toThrow();
    expect(() => validar(`${longa}x`)).toThrow(SenhaLonga);
  });

  it.each(['qwertyuiop123456', 'QwertyUIOP123456', 'passwordpassword', 'aaaaaaaaaaaaaaaaaaaa', '1234123412341234'])(
    'is refused when attackers try it first: %s',
    (senha) => {
      expect(() => validar(senha)).toThrow(SenhaComum);
    },
  );

  it('is the same however the keyboard composes its characters, and nothing else is changed in it', () => {
    expect(normalizarSenha('canção de ninar')).toBe(normalizarSenha('canção de ninar'.normalize('NFD')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), (senha) => normalizarSenha(senha) === senha),
    );
  });
});
