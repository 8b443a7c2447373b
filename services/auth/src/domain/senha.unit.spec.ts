import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SenhaComum, SenhaCurta, SenhaLonga } from './errors.js';
import { normalizarSenha, validarNovaSenha } from './senha.js';

const comuns = new Set(['password', 'correct horse battery', 'qwertyuiop', 'qwertyuiop123456']);
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

  it.each([
    'p@ssw0rdp@ssw0rd',
    'P4ssw0rdP4ssw0rd',
    'P@$$w0rd!!!!!!!',
    '2026!P4ssword!!',
    'C0rrect H0rse B4ttery',
    'corr3ct hors3 batt3ry!2026',
    'QW3RTYU10P!!2026',
    'pa55wordpa55word',
  ])('é recusada também como atacantes a variam: %s', (senha) => {
    expect(() => validar(senha)).toThrow(SenhaComum);
  });

  it.each([
    'o rato roeu a roupa',
    'correct horse battery staple',
    'password is not what I chose',
    'meu gato 4nda s0bre 0 muro',
    '83651927461935827',
    'password83651927461935827',
    'p4l@vr4s que s3 m1stur4m',
  ])('não é recusada por parecer uma delas: %s', (senha) => {
    expect(() => validar(senha)).not.toThrow();
  });

  it('de nenhum tamanho custa mais do que umas dezenas de perguntas à lista', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 15, maxLength: 256 }), (senha) => {
        let perguntas = 0;
        try {
          validarNovaSenha(senha, () => ++perguntas < 0);
        } catch {
          // Of another rule.
        }
        return perguntas <= 2 * 3 * 2 * 8 + 1;
      }),
    );
  });

  it('é a mesma seja como for que o teclado compõe os caracteres, e nada mais muda nela', () => {
    expect(normalizarSenha('canção de ninar')).toBe(normalizarSenha('canção de ninar'.normalize('NFD')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), (senha) => normalizarSenha(senha) === senha),
    );
  });
});
