import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, TestBroker, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { sessao } = FakePlatform.examples;
const { tokenRenovacao, ...semToken } = sessao;
const COOKIE = `__Host-renovacao-painel=${tokenRenovacao}`;

describe('Segurança 23: o painel num navegador', () => {
  let platform: FakePlatform;
  let broker: TestBroker;
  let app: TestApp;
  const pagina = mkdtempSync(join(tmpdir(), 'painel-'));

  beforeAll(async () => {
    writeFileSync(join(pagina, 'index.html'), '<!doctype html><html lang="pt-BR"><title>Painel</title></html>');
    [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create()]);
    const config = loadConfig(settings, {
      ...testEnvironment({ issuer: platform.issuer, broker }),
      ...platform.settings,
      RASTROS_URL: 'https://rastros.exemplo.com',
      PAGINA_DIR: pagina,
    });
    app = await TestApp.start(appModule(config), application);
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([platform.stop(), broker.drop()]);
    rmSync(pagina, { recursive: true });
  });
  beforeEach(() => platform.reset());

  const renovar = (headers: Record<string, string>) =>
    app.post('/admin/v1/navegador/sessoes/renovacao', undefined, { headers });

  it('guarda o token de renovação num cookie só dele, fora do corpo; a quem é programa ele vai no corpo', async () => {
    platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
    const quem = { email: 'ana@exemplo.com', senha: 'uma frase' };
    const noNavegador = await app.post('/admin/v1/navegador/sessoes', quem);
    expect([noNavegador.status, noNavegador.body]).toEqual([201, semToken]);
    expect(noNavegador.headers.get('set-cookie')).toMatch(
      new RegExp(`^${COOKIE}; Max-Age=\\d+; Path=/; HttpOnly; Secure; SameSite=Strict$`),
    );
    const programa = await app.post('/admin/v1/sessoes', quem);
    expect(programa.body).toEqual(sessao);
    expect(programa.headers.get('set-cookie')).toBeNull();
  });

  it('renova e encerra por esse cookie, e nunca pelo do site, que na mesma máquina vem junto', async () => {
    platform.auth.on('POST /v1/sessoes/renovacao', { body: sessao });
    platform.auth.on('POST /v1/sessoes/encerramento', { status: 204 });
    expect(await renovar({ cookie: `__Host-renovacao=${'x'.repeat(43)}; ${COOKIE}` })).toMatchObject({ status: 200 });
    expect(platform.auth.requests.at(-1)?.body).toEqual({ tokenRenovacao });
    expect((await renovar({ cookie: `__Host-renovacao=${tokenRenovacao}` })).status).toBe(401);
    const saida = await app.post('/admin/v1/navegador/sessoes/encerramento', undefined, {
      headers: { cookie: COOKIE },
    });
    expect(saida.headers.get('set-cookie')).toMatch(/^__Host-renovacao-painel=; Max-Age=0/);
    expect(platform.auth.requests.at(-1)?.body).toEqual({ tokenRenovacao });
  });

  it('recusa o que uma página de outra origem manda', async () => {
    const answer = await renovar({ cookie: COOKIE, 'sec-fetch-site': 'cross-site', origin: 'https://mal.exemplo.net' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'requisicao.origem-recusada' } });
    expect(platform.auth.requests).toEqual([]);
  });

  it('por um provedor entra como no site: o que prende a entrada a ele fica em cookies só seus, e ela acaba onde o painel segue', async () => {
    const externas = '/admin/v1/navegador/sessoes/externas';
    const [pedido, ligacao] = ['p'.repeat(43), 'l'.repeat(43)];
    platform.auth.on('POST /v1/sessoes/externas', {
      status: 201,
      body: { endereco: 'https://provedor.exemplo/auth', tokenPedido: pedido, expiraEm: '2026-11-27T12:00:00.000Z' },
    });
    const iniciada = await app.post(externas, { provedor: 'google' });
    expect([iniciada.status, Object.keys(iniciada.body).toSorted()]).toEqual([201, ['endereco', 'expiraEm']]);
    expect(iniciada.headers.get('set-cookie')).toBe(
      `__Host-entrada-painel=${pedido}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
    expect(platform.auth.requests.at(-1)?.body).toEqual({ provedor: 'google', retorno: 'ADMINISTRACAO' });

    const voltar = (cookie: string) =>
      app.get(`${externas}/retorno?state=estado&code=codigo`, {
        headers: { cookie, accept: 'text/html', 'sec-fetch-site': 'cross-site' },
      });
    // That of the site, which on the same machine comes along, ends nothing here.
    const alheia = await voltar(`__Host-entrada=${pedido}`);
    expect([alheia.status, alheia.headers.get('location')]).toEqual([
      303,
      '/entrar#erro=auth.entrada-externa-invalida',
    ]);
    platform.auth.on('POST /v1/sessoes/externas/retorno', { body: sessao });
    const volta = await voltar(`__Host-entrada-painel=${pedido}`);
    expect([volta.status, volta.headers.get('location')]).toEqual([303, '/']);
    expect(volta.headers.get('set-cookie')).toContain(`${COOKIE};`);
    expect(volta.headers.get('set-cookie')).toContain('__Host-entrada-painel=; Max-Age=0');

    platform.auth.on('POST /v1/sessoes/externas/retorno', {
      status: 202,
      body: { tokenLigacao: ligacao, email: 'ana@exemplo.com', expiraEm: '2026-11-27T12:00:00.000Z' },
    });
    const pendente = await voltar(`__Host-entrada-painel=${pedido}`);
    expect(pendente.headers.get('location')).toBe('/entrar/ligar');
    platform.auth.on('POST /v1/sessoes/externas/ligacao', { body: sessao });
    const ligar = (headers: Record<string, string>) =>
      app.post(`${externas}/ligacao`, { senha: 'uma frase bem comprida' }, { headers });
    expect((await ligar({ cookie: `__Host-ligacao=${ligacao}` })).status).toBe(401);
    expect((await ligar({ cookie: `__Host-ligacao-painel=${ligacao}`, 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    const ligada = await ligar({ cookie: `__Host-ligacao-painel=${ligacao}` });
    expect([ligada.status, ligada.body]).toEqual([200, semToken]);
    expect(ligada.headers.get('set-cookie')).toContain(`${COOKIE};`);
  });

  it('nada roda na página dele que não venha daqui, nem da Stripe, e ninguém a mostra dentro de outra', async () => {
    const { status, headers, body } = await app.get<string>('/reservas', { headers: { accept: 'text/html' } });
    expect([status, body]).toEqual([200, expect.stringContaining('<title>Painel</title>')]);
    expect(headers.get('content-security-policy')?.split('; ').toSorted()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self' data: https:",
      "manifest-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "worker-src 'self'",
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('de relance diz o que responde e o que espera em cada fila; a clientes, e a quem já saiu, nada', async () => {
    platform.auth.on('GET /v1/usuarios/eu', { body: sessao.usuario });
    const token = await platform.issuer.token(sessao.usuario.id, ['OPERADOR']);
    const situacao = () => app.get<Record<string, unknown>>('/admin/v1/situacao', { token });
    const { status, body } = await situacao();
    expect(status).toBe(200);
    expect(body).toMatchObject({ rastrosUrl: 'https://rastros.exemplo.com', graficosUrl: null });
    expect(body['dependencias']).toContainEqual({ nome: 'rabbitmq', responde: true, essencial: false });
    expect(body['filas']).toContainEqual({ nome: 'failed_events_queue', mensagens: 0, consumidores: null });
    expect(body['filas']).toContainEqual({ nome: 'notificacoes.eventos', mensagens: 0, consumidores: 0 });
    expect((await app.get('/admin/v1/situacao', { token: await platform.token() })).status).toBe(403);
    platform.auth.on('GET /v1/usuarios/eu', problemAnswer(401, 'auth.sessao-encerrada'));
    expect((await situacao()).status).toBe(401);
  });
});
