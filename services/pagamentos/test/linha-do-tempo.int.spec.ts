import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ParteDaLinhaHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});
afterAll(() => pagamentos.stop());

it('a linha do tempo de uma cobrança tem eventos, webhooks e lançamentos, e o que ainda se fará; só para a casa', async () => {
  const paga = await pagamentos.paid();
  const token = await pagamentos.issuer.token(randomUUID(), ['OPERADOR']);
  const linha = async (consulta = '') =>
    (
      await pagamentos.http.get<ParteDaLinhaHttp>(
        `/v1/pagamentos/linha-do-tempo?reservaId=${paga.reservaId}${consulta}`,
        { token },
      )
    ).body;
  const inteira = await eventually(async () => {
    const body = await linha();
    const especies = new Set(body.itens.map(({ especie }) => especie));
    return especies.has('WEBHOOK') && especies.has('LANCAMENTO') && body;
  });
  expect(inteira.itens.map(({ tipo }) => tipo)).toEqual(
    expect.arrayContaining(['pagamento.criado.v1', 'pagamento.aprovado.v1']),
  );
  const chaves = inteira.itens.map(({ em, id }) => `${em}~${id}`);
  expect(chaves).toEqual(chaves.toSorted());
  expect(JSON.stringify(inteira)).not.toContain(paga.clienteId);
  const meio = chaves[1] ?? '';
  const resto = await linha(`&cursor=${encodeURIComponent(meio)}`);
  expect(resto.itens.map(({ id }) => id)).toEqual(expect.arrayContaining(inteira.itens.slice(2).map(({ id }) => id)));
  expect(resto.itens.map(({ id }) => id)).not.toContain(inteira.itens[1]?.id);

  const aberta = await pagamentos.charge();
  await pagamentos.opened(aberta);
  const espera = await pagamentos.http.get<ParteDaLinhaHttp>(
    `/v1/pagamentos/linha-do-tempo?reservaId=${aberta.reservaId}`,
    { token },
  );
  expect(espera.body.proximos).toContainEqual(
    expect.objectContaining({ origem: 'pagamentos', alvo: 'ABERTA', parado: false }),
  );
  const alheia = await pagamentos.http.get(`/v1/pagamentos/linha-do-tempo?reservaId=${paga.reservaId}`, {
    token: paga.token,
  });
  expect(alheia.status).toBe(403);
  // Who looks on is told whose it is.
  expect(pagamentos.published('pagamento.aprovado.v1', paga.reservaId)[0]?.data.clienteId).toBe(paga.clienteId);
});
