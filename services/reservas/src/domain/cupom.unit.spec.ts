import { describe, expect, it } from '@jest/globals';
import { codigoCanonico, type Cupom, descontar, verificarCupom, verificarUsos } from './cupom.js';

const AGORA = Date.parse('2026-11-22T12:00:00Z');
const SALA = { id: 'sala', tipo: 'SALA' };
const cupom = (campos: Partial<Cupom> = {}): Cupom => ({
  id: 'cupom',
  codigo: 'BEMVINDO',
  ativo: true,
  desconto: { tipo: 'PERCENTUAL', percentual: 10 },
  vigenteDe: null,
  vigenteAte: null,
  limiteTotal: null,
  limitePorPessoa: null,
  espacos: null,
  tipos: null,
  valorMinimoCentavos: 0,
  ...campos,
});
const codigoDe = (tentar: () => void): unknown => {
  try {
    tentar();
    return 'vale';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('cupom', () => {
  it.each([
    ['sem restrição', {}, 'vale'],
    ['desativado', { ativo: false }, 'reservas.cupom-desconhecido'],
    ['no instante em que começa a valer', { vigenteDe: AGORA }, 'vale'],
    ['um instante antes', { vigenteDe: AGORA + 1 }, 'reservas.cupom-fora-da-validade'],
    ['no último instante', { vigenteAte: AGORA + 1 }, 'vale'],
    ['no instante em que deixa de valer', { vigenteAte: AGORA }, 'reservas.cupom-fora-da-validade'],
    ['deste espaço', { espacos: ['outra', 'sala'] }, 'vale'],
    ['de outros espaços', { espacos: ['outra'] }, 'reservas.cupom-nao-se-aplica'],
    ['deste tipo', { tipos: ['SALA'] }, 'vale'],
    ['de outro tipo', { tipos: ['MESA'] }, 'reservas.cupom-nao-se-aplica'],
    ['deste espaço mas de outro tipo', { espacos: ['sala'], tipos: ['MESA'] }, 'reservas.cupom-nao-se-aplica'],
  ])('%s', (_nome, campos, esperado) => {
    expect(codigoDe(() => verificarCupom(cupom(campos), SALA, AGORA))).toBe(esperado);
  });

  it.each([
    [{ limiteTotal: 3 }, { total: 2, daPessoa: 2 }, 'vale'],
    [{ limiteTotal: 3 }, { total: 3, daPessoa: 0 }, 'reservas.cupom-esgotado'],
    [{ limitePorPessoa: 1 }, { total: 9, daPessoa: 0 }, 'vale'],
    [{ limitePorPessoa: 1 }, { total: 9, daPessoa: 1 }, 'reservas.cupom-limite-por-pessoa'],
  ])('com %j e usos %j', (campos, usos, esperado) => {
    expect(codigoDe(() => verificarUsos(cupom(campos), usos))).toBe(esperado);
  });

  it.each([
    ['arredonda a favor de quem paga', { desconto: { tipo: 'PERCENTUAL', percentual: 10 } }, 1_001, -101],
    ['não passa do que há', { desconto: { tipo: 'VALOR', valorCentavos: 500 } }, 300, -300],
    ['de nada é zero', { desconto: { tipo: 'PERCENTUAL', percentual: 100 } }, 0, 0],
    ['no mínimo exigido já vale', { valorMinimoCentavos: 1_000 }, 1_000, -100],
  ] as const)('o desconto %s', (_nome, campos, subtotal, esperado) => {
    expect(descontar(cupom(campos), subtotal).valorCentavos).toBe(esperado);
  });

  it('abaixo do mínimo exigido não vale, e diz qual é', () => {
    expect(() => descontar(cupom({ valorMinimoCentavos: 1_000 }), 999)).toThrow(
      expect.objectContaining({
        code: 'reservas.cupom-nao-se-aplica',
        extensions: expect.objectContaining({ valorMinimoCentavos: 1_000 }),
      }),
    );
  });

  it('o código é o mesmo em maiúsculas e minúsculas', () => {
    expect(codigoCanonico(' bemVindo ')).toBe('BEMVINDO');
  });
});
