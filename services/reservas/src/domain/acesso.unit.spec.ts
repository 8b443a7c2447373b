import { describe, expect, it } from '@jest/globals';
import { acessoDe, comoReserva, permite, SEM_GRUPOS, type Vista } from './acesso.js';

const DIREITOS = ['VER', 'RESERVAR', 'RESERVAR_SEM_APROVACAO', 'APROVAR', 'ADMINISTRAR'] as const;
const de = (...grupos: string[]): Vista => ({ tudo: false, grupos });
const tem = (acesso: Parameters<typeof permite>[0], vista: Vista) =>
  DIREITOS.filter((direito) => permite(acesso, direito, vista));

describe('O acesso a um espaço', () => {
  it('de que nada se disse: todos o veem e reservam, e mais ninguém faz mais', () => {
    for (const acesso of [null, acessoDe({})]) expect(tem(acesso, SEM_GRUPOS)).toEqual(['VER', 'RESERVAR']);
  });

  it.each([
    ['VER', ['VER']],
    ['RESERVAR', ['VER', 'RESERVAR']],
    ['RESERVAR_SEM_APROVACAO', ['VER', 'RESERVAR', 'RESERVAR_SEM_APROVACAO']],
    ['APROVAR', ['VER', 'APROVAR']],
    ['ADMINISTRAR', [...DIREITOS]],
  ] as const)('quem tem %s tem também o que é menos, e nada mais', (direito, esperados) => {
    const acesso = acessoDe(Object.fromEntries(DIREITOS.map((um) => [um, [um]])));
    expect(tem(acesso, de(direito))).toEqual(esperados);
  });

  it('um direito dito sem grupos não é de ninguém; quem administra todos os espaços tem todos', () => {
    const acesso = acessoDe({ VER: [], RESERVAR: [], APROVAR: [], ADMINISTRAR: [] });
    expect(tem(acesso, de('qualquer'))).toEqual([]);
    expect(tem(acesso, { tudo: true, grupos: [] })).toEqual(DIREITOS);
  });

  it('quem não o vê não o reserva, ainda que reservar seja de todos', () => {
    expect(tem(acessoDe({ VER: ['a'] }), de('b'))).toEqual([]);
    expect(tem(acessoDe({ VER: ['a'] }), de('a'))).toEqual(['VER', 'RESERVAR']);
  });

  it('o espaço diz se pede aprovação, salvo onde se disse quem não a espera', () => {
    const espaco = { requerAprovacao: false, acesso: acessoDe({ RESERVAR_SEM_APROVACAO: ['a'] }) };
    expect(comoReserva(espaco, de('b')).requerAprovacao).toBe(true);
    expect(comoReserva({ ...espaco, requerAprovacao: true }, de('a')).requerAprovacao).toBe(false);
    expect(comoReserva({ requerAprovacao: true, acesso: acessoDe({ VER: ['a'] }) }, de('a')).requerAprovacao).toBe(
      true,
    );
  });
});
