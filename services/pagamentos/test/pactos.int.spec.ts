import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageType } from '@plataforma/contracts';
import { pactosCom, quebrados } from '@plataforma/testing';
import { type CobrancaDeTeste, PagamentosFixture } from './pagamentos-fixture.js';

const pactos = pactosCom('pagamentos');
const lidas = pactos.flatMap(({ consumer, interactions = [] }) =>
  interactions.map((interacao) => [`${consumer.name}: ${interacao.description}`, consumer.name, interacao] as const),
);
/** Those that this story brings about. */
const CONTADAS: readonly string[] = [
  'pagamento.criado.v1',
  'pagamento.aprovado.v1',
  'pagamento.estornado.v1',
] satisfies MessageType[];
const ditas = pactos.flatMap(({ consumer, messages = [] }) =>
  messages
    .filter(({ description }) => CONTADAS.includes(description))
    .map((mensagem) => [`${consumer.name}: ${mensagem.description}`, mensagem] as const),
);

describe('O que outros leem de pagamentos', () => {
  let pagamentos: PagamentosFixture;
  let aberta: CobrancaDeTeste;
  let paga: { readonly reservaId: string };

  beforeAll(async () => {
    pagamentos = await PagamentosFixture.start();
    aberta = await pagamentos.charge();
    await pagamentos.opened(aberta);
    paga = await pagamentos.paid();
    await pagamentos.refund(paga.reservaId, 100);
  });
  afterAll(() => pagamentos.stop());

  it.each(lidas)('%s', async (_nome, consumidor, { request, response }) => {
    const token = consumidor === 'bff-admin' ? await pagamentos.issuer.token(randomUUID(), ['OPERADOR']) : aberta.token;
    const { status, body } = await pagamentos.http.get(`${request.path}?reservaId=${aberta.reservaId}`, { token });
    expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
  });

  it('estão todas as mensagens desta história entre as acordadas', () => {
    const acordadas = new Set(ditas.map(([, { description }]) => description));
    expect(CONTADAS.filter((type) => !acordadas.has(type))).toEqual([]);
  });

  it.each(ditas)('%s', async (_nome, { description, matchingRules, contents }) => {
    const [publicada] = await pagamentos.told(description as MessageType, paga.reservaId);
    expect(quebrados(matchingRules, contents, publicada)).toEqual([]);
  });
});
