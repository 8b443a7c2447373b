import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DestinoHttp, EnviosLocaisHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

let seguinte = 0;
const numero = () =>
  `+55119${String(Date.now() % 1_000_000).padStart(6, '0')}${String(seguinte++ % 100).padStart(2, '0')}`;
const inscricao = (nome = randomUUID()) => ({
  endpoint: `https://fcm.googleapis.com/fcm/send/${nome}`,
  keys: {
    p256dh: createECDH('prime256v1').generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
  },
});

describe('Onde as pessoas querem ser avisadas', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  const tokenDe = (id: string) => notificacoes.issuer.token(id, ['CLIENTE']);
  const pedir = async <T = DestinoHttp>(id: string, metodo: 'PUT' | 'POST' | 'DELETE', rota: string, corpo?: unknown) =>
    app.send<T>(metodo, rota, { token: await tokenDe(id), body: corpo });
  const meus = async (id: string) =>
    (await app.get<{ itens: DestinoHttp[] }>('/v1/destinos', { token: await tokenDe(id) })).body.itens;
  const enviados = async (consulta: string) =>
    (
      await app.get<EnviosLocaisHttp>(`/v1/notificacoes/envios-locais?${consulta}`, {
        token: await notificacoes.issuer.token(randomUUID(), ['ADMIN']),
      })
    ).body.itens;
  const codigoEm = (telefone: string, vez = 1) =>
    eventually(async () => {
      const todos = (await enviados('canal=SMS&limite=100')).filter(({ para }) => para === telefone);
      return todos.length >= vez && /^\d{6}/.exec(todos[0]?.texto ?? '')?.[0];
    });

  it('um telefone vale depois que o código volta, e toma o lugar do que havia', async () => {
    const caso = novoCaso();
    const pessoa = caso.clienteId;
    await notificacoes.registrar(caso);
    const [velho, novo] = [numero(), numero()];
    for (const telefone of [velho, novo]) {
      const { status, body } = await pedir(pessoa, 'PUT', '/v1/destinos/telefone', { numero: telefone });
      expect([status, body.verificado, body.numero]).toEqual([202, false, telefone]);
      const codigo = await codigoEm(telefone);
      const errado = String((Number(codigo) + 1) % 1_000_000).padStart(6, '0');
      const rota = `/v1/destinos/${body.id}/verificacao`;
      expect(await pedir(pessoa, 'POST', rota, { codigo: errado })).toMatchObject({
        status: 422,
        body: { code: 'notificacoes.codigo-nao-confere' },
      });
      // Somebody else's is not there.
      expect((await pedir(randomUUID(), 'POST', rota, { codigo })).status).toBe(404);
      expect(await pedir(pessoa, 'POST', rota, { codigo })).toMatchObject({ status: 200, body: { verificado: true } });
      // It holds once.
      expect((await pedir(pessoa, 'POST', rota, { codigo })).status).toBe(422);
    }
    expect((await meus(pessoa)).map(({ numero }) => numero)).toEqual([novo]);

    await notificacoes.confirmar(caso);
    const itens = await eventually(async () => {
      const lista = await notificacoes.listar(app, caso);
      return lista.length === 2 && lista.every(({ estado }) => estado === 'ENVIADA') && lista;
    });
    expect(itens.map(({ canal }) => canal).toSorted()).toEqual(['EMAIL', 'SMS']);
    const [sms] = await enviados(`notificacaoId=${itens.find(({ canal }) => canal === 'SMS')?.id}`);
    expect(sms).toMatchObject({ canal: 'SMS', para: novo, retido: false });
    expect(sms?.texto).toContain('Sala Ipê');
  });

  it('um código aguenta cinco palpites, ainda que venham juntos', async () => {
    const [pessoa, telefone] = [randomUUID(), numero()];
    const { body } = await pedir(pessoa, 'PUT', '/v1/destinos/telefone', { numero: telefone });
    const codigo = await codigoEm(telefone);
    const errado = String((Number(codigo) + 1) % 1_000_000).padStart(6, '0');
    const rota = `/v1/destinos/${body.id}/verificacao`;
    await Promise.all(Array.from({ length: 12 }, () => pedir(pessoa, 'POST', rota, { codigo: errado })));
    expect((await pedir(pessoa, 'POST', rota, { codigo })).status).toBe(422);
    expect((await meus(pessoa))[0]?.verificado).toBe(false);
  });

  it('códigos custam: são contados por pessoa e por número, ainda que se peçam juntos, e só vão aos países da casa', async () => {
    const pessoa = randomUUID();
    const respostas = await Promise.all(
      Array.from({ length: 8 }, () => pedir(pessoa, 'PUT', '/v1/destinos/telefone', { numero: numero() })),
    );
    expect(respostas.map(({ status }) => status).toSorted()).toEqual([202, 202, 202, 429, 429, 429, 429, 429]);
    const telefone = numero();
    const outras = await Promise.all(
      Array.from({ length: 5 }, () => pedir(randomUUID(), 'PUT', '/v1/destinos/telefone', { numero: telefone })),
    );
    expect(outras.map(({ status }) => status).toSorted()).toEqual([202, 202, 202, 429, 429]);
    expect(outras.find(({ status }) => status === 429)?.body).toMatchObject({ code: 'notificacoes.codigos-demais' });
    expect(await pedir(randomUUID(), 'PUT', '/v1/destinos/telefone', { numero: '+8821612345678' })).toMatchObject({
      status: 422,
      body: { code: 'notificacoes.pais-sem-sms' },
    });
    for (const torto of ['11999990000', '+55 11 99999-0000', '+0551199999', `+55${'1'.repeat(20)}`, '+55119999\r\n00'])
      expect([torto, (await pedir(randomUUID(), 'PUT', '/v1/destinos/telefone', { numero: torto })).status]).toEqual([
        torto,
        400,
      ]);
  });

  it('aparelhos são de quem os registrou por último, e dez por pessoa', async () => {
    const caso = novoCaso();
    const [ana, bia] = [caso.clienteId, randomUUID()];
    const token = `token-${randomUUID()}`;
    await pedir(bia, 'PUT', '/v1/destinos/aplicativo', { token });
    const { status, body } = await pedir(ana, 'PUT', '/v1/destinos/aplicativo', { token, nome: 'Celular' });
    expect([status, body.nome, body.verificado, body.numero]).toEqual([200, 'Celular', true, null]);
    expect(await meus(bia)).toEqual([]);
    await Promise.all(Array.from({ length: 12 }, () => pedir(ana, 'PUT', '/v1/destinos/navegador', inscricao())));
    const dela = await meus(ana);
    expect(dela).toHaveLength(10);
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    const push = await eventually(async () =>
      (await notificacoes.listar(app, caso)).find(({ canal, estado }) => canal === 'PUSH' && estado === 'ENVIADA'),
    );
    expect(await enviados(`notificacaoId=${push.id}&limite=100`)).toHaveLength(10);
    // What is not one's own stays.
    expect((await pedir(bia, 'DELETE', `/v1/destinos/${dela[0]?.id}`)).status).toBe(404);
    expect(await meus(ana)).toHaveLength(10);
    for (const { id } of dela) expect((await pedir(ana, 'DELETE', `/v1/destinos/${id}`)).status).toBe(204);
    expect(await meus(ana)).toEqual([]);
  });

  it.each([
    ['http', { endpoint: 'http://fcm.googleapis.com/x' }, 400],
    ['outro servidor', { endpoint: 'https://mal.com/x' }, 422],
    ['um endereço de dentro', { endpoint: 'https://127.0.0.1/x' }, 422],
    ['nome que só começa igual', { endpoint: 'https://fcm.googleapis.com.mal.com/x' }, 422],
    ['outra porta', { endpoint: 'https://fcm.googleapis.com:8443/x' }, 422],
    ['usuário no endereço', { endpoint: 'https://a:b@fcm.googleapis.com/x' }, 422],
    ['chave que não é ponto da curva', { keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) } }, 422],
    ['chave curta', { keys: { p256dh: 'AAAA', auth: 'AAAA' } }, 400],
  ])('uma inscrição de navegador não vale com %s', async (_com, mudanca, status) => {
    const pessoa = randomUUID();
    const resposta = await pedir(pessoa, 'PUT', '/v1/destinos/navegador', { ...inscricao(), ...mudanca });
    expect(resposta.status).toBe(status);
    expect(await meus(pessoa)).toEqual([]);
  });

  it('cartas que deixam entrar não se mostram onde as pessoas são de verdade', async () => {
    const producao = await notificacoes.start({ NODE_ENV: 'production', SITE_URL: 'https://reservas.exemplo.com' });
    const [pessoa, telefone] = [randomUUID(), numero()];
    await pedir(pessoa, 'PUT', '/v1/destinos/telefone', { numero: telefone });
    await codigoEm(telefone);
    const { body } = await producao.get<EnviosLocaisHttp>('/v1/notificacoes/envios-locais?canal=SMS&limite=100', {
      token: await notificacoes.issuer.token(randomUUID(), ['ADMIN']),
    });
    expect(body.itens.find(({ para }) => para === telefone)).toMatchObject({ retido: true, texto: '' });
    for (const papel of ['CLIENTE', 'OPERADOR'] as const)
      expect(
        (
          await app.get('/v1/notificacoes/envios-locais', {
            token: await notificacoes.issuer.token(randomUUID(), [papel]),
          })
        ).status,
      ).toBe(403);
  });
});
