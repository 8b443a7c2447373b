import { describe, expect, it } from '@jest/globals';
import { type DisputaNoProvedor, movimentosDaDisputa, retidoPor } from './disputa.js';
import { disputa as movimento, taxa } from './lancamento.js';

const mexeu = (...movimentos: DisputaNoProvedor['movimentos'][number][]): DisputaNoProvedor => ({
  provedorId: 'dp',
  valorCentavos: 9_000,
  situacao: 'ABERTA',
  consulta: false,
  estornavel: false,
  motivo: 'fraudulent',
  responderAte: null,
  abertaEm: new Date(0),
  movimentos,
});
const levou = { transacaoId: 't1', valorCentavos: 9_000, taxaCentavos: 5_500 };
const voltou = { transacaoId: 't2', valorCentavos: -9_000, taxaCentavos: 0 };

describe('O que uma disputa mexeu', () => {
  it('vai ao razão, o valor e a taxa cada um pelo seu nome; o que é zero, não', () => {
    expect(movimentosDaDisputa(mexeu(levou, voltou))).toEqual([
      movimento('t1', 9_000),
      taxa('t1', 5_500),
      movimento('t2', -9_000),
    ]);
    const soTaxa = { transacaoId: 't3', valorCentavos: 0, taxaCentavos: 1_500 };
    expect(movimentosDaDisputa(mexeu(soTaxa))).toEqual([taxa('t3', 1_500)]);
  });

  it('fica com o banco enquanto não volta, e nunca menos que nada', () => {
    expect(retidoPor(mexeu())).toBe(0);
    expect(retidoPor(mexeu(levou))).toBe(9_000);
    expect(retidoPor(mexeu(levou, { ...voltou, valorCentavos: -2_000 }))).toBe(7_000);
    expect(retidoPor(mexeu(levou, voltou, voltou))).toBe(0);
  });
});
