import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type CoisaDeAlguem, nomeDa, operacoesSobreCoisas, pedirComo, type TestApp } from '@plataforma/testing';
import { AutenticadorVirtual } from '@plataforma/testing/autenticador';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

// Purposes and providers are the house's: what a person has said of them is not named by an id.
const operacoes = operacoesSobreCoisas(operacoesDeAuth, ['finalidade', 'provedor']);

describe('Segurança 24: auth', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let dono: string;
  let outra: string;
  let dela: Readonly<Record<string, CoisaDeAlguem>>;

  const entrada = async (): Promise<string> => (await entrar(app, (await registrar(app)).email)).tokenAcesso;

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start();
    const ana = await registrar(app);
    outra = await entrada();
    await entrar(app, ana.email);
    dono = (await entrar(app, ana.email)).tokenAcesso;
    const chaveDeApi = await app.post<{ id: string }>(
      '/v1/chaves-de-api',
      { nome: 'Integração', escopos: ['reservas.ver'] },
      { token: dono },
    );
    const autenticador = new AutenticadorVirtual({ origem: 'http://localhost:3101', dominio: 'localhost' });
    const registro = await app.post<{ desafio: string; opcoes: Record<string, unknown> }>(
      '/v1/usuarios/eu/chaves-de-acesso/opcoes',
      undefined,
      { token: dono },
    );
    await app.post(
      '/v1/usuarios/eu/chaves-de-acesso',
      { desafio: registro.body.desafio, nome: 'Dela', credencial: autenticador.create(registro.body.opcoes) },
      { token: dono },
    );
    const { body: sessoes } = await app.get<{ itens: { id: string; atual: boolean }[] }>('/v1/sessoes', {
      token: dono,
    });
    const chave = { parametros: { chave: autenticador.id } };
    const api = { parametros: { id: chaveDeApi.body.id } };
    dela = {
      'POST /v1/chaves-de-api/:id/rotacao': { ...api, corpo: {} },
      'DELETE /v1/chaves-de-api/:id': api,
      'PATCH /v1/usuarios/eu/chaves-de-acesso/:chave': { ...chave, corpo: { nome: 'Outra' } },
      'DELETE /v1/usuarios/eu/chaves-de-acesso/:chave': chave,
      'DELETE /v1/sessoes/:id': { parametros: { id: sessoes.itens.find(({ atual }) => !atual)?.id ?? '' } },
    };
  });
  afterAll(() => auth.stop());

  it('24: de cada operação sobre o que é de alguém há um exemplo', () => {
    expect(operacoes.map(nomeDa).toSorted()).toEqual(Object.keys(dela).toSorted());
  });

  it.each(operacoes.map((operacao) => ({ nome: nomeDa(operacao), operacao })))(
    '24: $nome não alcança o que é de outra pessoa, e o dono o alcança',
    async ({ nome, operacao }) => {
      const pedido = dela[nome] ?? {};
      expect([nome, (await pedirComo(app, operacao, pedido, outra)).status]).toEqual([nome, 404]);
      const { status } = await pedirComo(app, operacao, pedido, dono);
      expect([nome, Math.floor(status / 100)]).toEqual([nome, 2]);
    },
  );
});
