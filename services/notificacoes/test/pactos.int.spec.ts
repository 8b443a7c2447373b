import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, pactosCom, quebrados, type TestApp } from '@plataforma/testing';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const pactos = pactosCom('notificacoes');
const lidas = pactos.flatMap(({ consumer, interactions = [] }) =>
  interactions.map((interacao) => [`${consumer.name}: ${interacao.description}`, consumer.name, interacao] as const),
);
const ditas = pactos.flatMap(({ consumer, messages = [] }) =>
  messages.map((mensagem) => [`${consumer.name}: ${mensagem.description}`, mensagem] as const),
);

describe('O que outros leem de notificacoes', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;
  const caso = novoCaso();

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).some(({ estado }) => estado === 'ENVIADA'));
  });
  afterAll(() => notificacoes.stop());

  it.each(lidas)('%s', async (_nome, consumidor, { request, response }) => {
    const token =
      consumidor === 'bff-admin'
        ? await notificacoes.issuer.token(randomUUID(), ['OPERADOR'])
        : await notificacoes.issuer.token(caso.clienteId);
    const consulta = request.query['reservaId'] ? `?reservaId=${caso.reservaId}` : '';
    const { status, body } = await app.get(`${request.path}${consulta}`, { token });
    expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
  });

  it('há o que se leia', () => expect([lidas.length, ditas.length].every((quantas) => quantas > 0)).toBe(true));

  it.each(ditas)('%s', async (_nome, { description, matchingRules, contents }) => {
    const publicada = await eventually(() => notificacoes.broker.published.find(({ type }) => type === description));
    expect(quebrados(matchingRules, contents, publicada)).toEqual([]);
  });
});
