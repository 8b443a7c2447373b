import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DestinoHttp, operacoesDeNotificacoes } from '@plataforma/contracts';
import {
  type CoisaDeAlguem,
  eventually,
  nadaAlcancado,
  nomeDa,
  operacoesSobreCoisas,
  pedirComo,
  type TestApp,
} from '@plataforma/testing';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const operacoes = operacoesSobreCoisas(operacoesDeNotificacoes, []);

describe('Segurança 24: notificacoes', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;
  let dono: string;
  let outra: string;
  let dela: Readonly<Record<string, CoisaDeAlguem>>;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
    const caso = { ...novoCaso(), serieId: randomUUID() };
    [dono, outra] = await Promise.all([
      notificacoes.issuer.token(caso.clienteId),
      notificacoes.issuer.token(randomUUID()),
    ]);
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await notificacoes.listar(app, caso)).length > 0);
    const { body } = await app.send<DestinoHttp>('PUT', '/v1/destinos/telefone', {
      token: dono,
      body: { numero: '+5511987654321' },
    });
    await app.send('PUT', `/v1/reservas/${caso.reservaId}/convidados`, {
      token: dono,
      body: { emails: ['bia@exemplo.com'] },
    });
    const parametros = { id: body.id };
    dela = {
      'GET /v1/notificacoes': { consulta: { reservaId: caso.reservaId } },
      'POST /v1/destinos/:id/verificacao': { parametros, corpo: { codigo: '000000' } },
      'DELETE /v1/destinos/:id': { parametros },
      'GET /v1/reservas/:id/convidados': { parametros: { id: caso.reservaId } },
      'PUT /v1/reservas/:id/convidados': {
        parametros: { id: caso.reservaId },
        corpo: { emails: ['bia@exemplo.com'] },
      },
      'PUT /v1/series/:id/convidados': {
        parametros: { id: caso.serieId },
        corpo: { emails: ['bia@exemplo.com'] },
      },
    };
  });
  afterAll(() => notificacoes.stop());

  it('24: de cada operação sobre o que é de alguém há um exemplo', () => {
    expect(operacoes.map(nomeDa).toSorted()).toEqual(Object.keys(dela).toSorted());
  });

  it.each(operacoes.map((operacao) => ({ nome: nomeDa(operacao), operacao })))(
    '24: $nome não alcança o que é de outra pessoa, e o dono o alcança',
    async ({ nome, operacao }) => {
      const pedido = dela[nome] ?? {};
      const recusa = await pedirComo(app, operacao, pedido, outra);
      expect([nome, recusa.status, nadaAlcancado(recusa)]).toEqual([nome, recusa.status, true]);
      const resposta = await pedirComo(app, operacao, pedido, dono);
      expect([nome, resposta.status, nadaAlcancado(resposta)]).toEqual([nome, resposta.status, false]);
    },
  );
});
