import { describe, expect, it } from '@jest/globals';
import {
  captura,
  type Conta,
  devolucao,
  devolucaoRecusada,
  disputa,
  estorno,
  estornoBaixado,
  estornoDevido,
  estornoDevolvido,
  estornoPorFora,
  estornoReduzido,
  type Movimento,
  taxa,
} from './lancamento.js';

function saldos(...movimentos: Movimento[]): Partial<Record<Conta, number>> {
  const contas: Partial<Record<Conta, number>> = {};
  for (const { conta, valorCentavos } of movimentos.flatMap(({ lancamentos }) => lancamentos))
    contas[conta] = (contas[conta] ?? 0) + valorCentavos;
  return contas;
}

describe('razão', () => {
  it('a captura é o que o provedor nos deve, menos a taxa', () => {
    expect(saldos(captura('pi', 9_000), taxa('txn', 398))).toEqual({ CLIENTE: -9_000, RECEBIVEL: 8_602, TAXAS: 398 });
  });

  it('um estorno é devido assim que decidido, e pago quando o provedor o faz', () => {
    const devido = [captura('pi', 9_000), estornoDevido('e1', 4_000)];
    expect(saldos(...devido)).toEqual({ CLIENTE: -5_000, RECEBIVEL: 9_000, ESTORNOS: -4_000 });
    expect(saldos(...devido, estorno('re', 4_000))).toEqual({ CLIENTE: -5_000, RECEBIVEL: 5_000, ESTORNOS: 0 });
  });

  it('o que o banco devolve volta a ser devido; o que não pode mais ser feito deixa de ser', () => {
    const feito = [captura('pi', 9_000), estornoDevido('e1', 4_000), estorno('re', 4_000)];
    expect(saldos(...feito, estornoDevolvido('re', 4_000))).toEqual({
      CLIENTE: -5_000,
      RECEBIVEL: 9_000,
      ESTORNOS: -4_000,
    });
    expect(saldos(captura('pi', 9_000), estornoDevido('e1', 4_000), estornoReduzido('e1', 1_000, 3_000))).toEqual({
      CLIENTE: -8_000,
      RECEBIVEL: 9_000,
      ESTORNOS: -1_000,
    });
  });

  it('uma disputa ganha não deixa rastro no saldo', () => {
    const movimentos = [captura('pi', 9_000), disputa('t1', 9_000), taxa('t1', 5_500)];
    expect(saldos(...movimentos)).toMatchObject({ RECEBIVEL: -5_500, DISPUTAS: 9_000, TAXAS: 5_500 });
    expect(saldos(...movimentos, disputa('t2', -9_000), taxa('t2', -5_500))).toMatchObject({
      RECEBIVEL: 9_000,
      DISPUTAS: 0,
      TAXAS: 0,
    });
  });

  it('um estorno devido pode ser pago por fora, ou baixado: o provedor segue nos devendo o que devia', () => {
    const devido = [captura('pi', 9_000), estornoDevido('e1', 4_000)];
    expect(saldos(...devido, estornoPorFora('e1', 4_000))).toEqual({
      CLIENTE: -5_000,
      RECEBIVEL: 9_000,
      ESTORNOS: 0,
      CAIXA: -4_000,
    });
    expect(saldos(...devido, estornoBaixado('e1', 4_000))).toEqual({ CLIENTE: -9_000, RECEBIVEL: 9_000, ESTORNOS: 0 });
  });

  it('o que ninguém queria volta direto a quem pagou; recusado pelo banco, fica conosco de novo', () => {
    const devolvido = [captura('pi', 9_000), devolucao('re', 9_000)];
    expect(saldos(...devolvido)).toEqual({ CLIENTE: 0, RECEBIVEL: 0 });
    expect(saldos(...devolvido, devolucaoRecusada('re', 9_000))).toEqual({ CLIENTE: -9_000, RECEBIVEL: 9_000 });
  });

  it('todo movimento soma zero', () => {
    for (const movimento of [captura('a', 1), taxa('a', 2), disputa('a', 3), devolucao('a', 4), estornoDevido('a', 5)])
      expect(movimento.lancamentos.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0)).toBe(0);
  });
});
