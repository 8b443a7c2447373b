import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operacoesDePagamentos, type RecibosHttp } from '@plataforma/contracts';
import {
  type CoisaDeAlguem,
  eventually,
  nadaAlcancado,
  nomeDa,
  operacoesSobreCoisas,
  pedirComo,
} from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

const operacoes = operacoesSobreCoisas(operacoesDePagamentos, []);

describe('Segurança 24: pagamentos', () => {
  let pagamentos: PagamentosFixture;
  let dono: string;
  let outra: string;
  let dela: Readonly<Record<string, CoisaDeAlguem>>;

  beforeAll(async () => {
    pagamentos = await PagamentosFixture.start();
    outra = await pagamentos.issuer.token(randomUUID());
    const { id, reservaId, token } = await pagamentos.paid();
    dono = token;
    const numero = await eventually(async () => {
      const { body } = await pagamentos.http.get<RecibosHttp>(`/v1/pagamentos/${id}/recibos`, { token });
      return body.itens[0]?.numero;
    });
    await pagamentos.refund(reservaId, 100);
    await pagamentos.told('pagamento.estornado.v1', reservaId);
    const parametros = { id };
    dela = {
      'GET /v1/pagamentos': { consulta: { reservaId } },
      'GET /v1/pagamentos/:id': { parametros },
      'GET /v1/pagamentos/:id/estornos': { parametros },
      'GET /v1/pagamentos/:id/recibos': { parametros },
      'GET /v1/pagamentos/recibos/:numero': { parametros: { numero } },
    };
  });
  afterAll(() => pagamentos.stop());

  it('24: de cada operação sobre o que é de alguém há um exemplo', () => {
    expect(operacoes.map(nomeDa).toSorted()).toEqual(Object.keys(dela).toSorted());
  });

  it.each(operacoes.map((operacao) => ({ nome: nomeDa(operacao), operacao })))(
    '24: $nome não alcança o que é de outra pessoa, e o dono o alcança',
    async ({ nome, operacao }) => {
      const pedido = dela[nome] ?? {};
      const recusa = await pedirComo(pagamentos.http, operacao, pedido, outra);
      expect([nome, recusa.status, nadaAlcancado(recusa)]).toEqual([nome, recusa.status, true]);
      const resposta = await pedirComo(pagamentos.http, operacao, pedido, dono);
      expect([nome, resposta.status, nadaAlcancado(resposta)]).toEqual([nome, 200, false]);
    },
  );
});
