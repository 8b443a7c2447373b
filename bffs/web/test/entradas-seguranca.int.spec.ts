import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { sessao } = FakePlatform.examples;
const PEDIDO = 'p'.repeat(43);
const LIGACAO = 'l'.repeat(43);
const INICIO = 'POST /v1/sessoes/externas';
const RETORNO = 'POST /v1/sessoes/externas/retorno';
const VOLTA = '/v1/sessoes/externas/retorno?state=estado&code=codigo&scope=openid%20email&authuser=0';
const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('Segurança 18 e 23: entrar por um provedor num navegador', () => {
  let platform: FakePlatform;
  let app: TestApp;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, { ...testEnvironment(platform), ...platform.settings });
    app = await TestApp.start(appModule(config), application);
  });
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });
  beforeEach(() => platform.reset());

  const iniciada = {
    status: 201,
    body: { endereco: 'https://provedor.exemplo/auth', tokenPedido: PEDIDO, expiraEm: '2026-11-27T12:00:00.000Z' },
  };
  const voltar = (headers: Record<string, string> = {}) =>
    app.get(VOLTA, { headers: { cookie: `__Host-entrada=${PEDIDO}`, 'sec-fetch-site': 'cross-site', ...headers } });
  const cookies = ({ headers }: { headers: Headers }) => headers.get('set-cookie') ?? '';

  it('prende o pedido a ele: num cookie que nenhuma página lê, e não no corpo', async () => {
    platform.auth.on(INICIO, iniciada);
    const { status, body, headers } = await app.post('/v1/sessoes/externas', { provedor: 'google' });
    expect([status, Object.keys(body).toSorted()]).toEqual([201, ['endereco', 'expiraEm']]);
    expect(headers.get('set-cookie')).toBe(
      `__Host-entrada=${PEDIDO}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
    expect(platform.auth.requests.at(-1)?.body).toEqual({ provedor: 'google', retorno: 'WEB' });
  });

  it('não se começa nem se confirma de outra origem', async () => {
    const headers = { origin: 'https://mau.exemplo', 'sec-fetch-site': 'cross-site' };
    for (const [rota, corpo] of [
      ['/v1/sessoes/externas', { provedor: 'google' }],
      ['/v1/sessoes/externas/ligacao', { senha: 'uma frase bem comprida' }],
    ] as const)
      expect(await app.post(rota, corpo, { headers })).toMatchObject({
        status: 403,
        body: { code: 'requisicao.origem-recusada' },
      });
    expect(platform.auth.requests).toEqual([]);
  });

  it('volta com a sessão no cookie, e o pedido esquecido; o que o provedor acrescenta não passa', async () => {
    platform.auth.on(RETORNO, { body: sessao });
    const volta = await voltar();
    expect([volta.status, volta.headers.get('location')]).toEqual([303, '/']);
    expect(cookies(volta)).toContain(`__Host-renovacao=${sessao.tokenRenovacao};`);
    expect(cookies(volta)).toMatch(/__Host-entrada=; Max-Age=0/);
    expect(JSON.stringify(volta.body)).not.toContain(sessao.tokenAcesso);
    expect(platform.auth.requests.at(-1)?.body).toEqual({ tokenPedido: PEDIDO, state: 'estado', code: 'codigo' });
  });

  it('que não a começou não a conclui', async () => {
    for (const cookie of ['', '__Host-entrada=<script>', `entrada=${PEDIDO}`])
      expect(await voltar({ cookie })).toMatchObject({ status: 401, body: { code: 'auth.entrada-externa-invalida' } });
    expect(platform.auth.requests).toEqual([]);
  });

  it('guarda a ligação por provar num cookie, e a confirma com a senha', async () => {
    platform.auth.on(RETORNO, {
      status: 202,
      body: { tokenLigacao: LIGACAO, email: 'ana@exemplo.com', expiraEm: '2026-11-27T12:00:00.000Z' },
    });
    const volta = await voltar();
    expect([volta.status, volta.headers.get('location')]).toEqual([303, '/entrar/ligar']);
    expect(cookies(volta)).toContain(
      `__Host-ligacao=${LIGACAO}; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Strict`,
    );
    expect(cookies(volta)).not.toContain('__Host-renovacao');
    platform.auth.on('POST /v1/sessoes/externas/ligacao', { body: sessao });
    const senha = 'uma frase bem comprida';
    const ligar = (cookie: string) => app.post('/v1/sessoes/externas/ligacao', { senha }, { headers: { cookie } });
    expect(await ligar('')).toMatchObject({ status: 401 });
    const ligada = await ligar(`__Host-ligacao=${LIGACAO}`);
    expect(ligada).toMatchObject({ status: 200, body: { tokenAcesso: sessao.tokenAcesso } });
    expect(ligada.body['tokenRenovacao']).toBeUndefined();
    expect(cookies(ligada)).toContain(`__Host-renovacao=${sessao.tokenRenovacao};`);
    expect(platform.auth.requests.at(-1)?.body).toEqual({ senha, tokenLigacao: LIGACAO });
  });

  it('uma ligação feita leva à página dos provedores, sem sessão', async () => {
    platform.auth.on(RETORNO, { status: 204 });
    const volta = await voltar();
    expect([volta.status, volta.headers.get('location')]).toEqual([303, '/conta/provedores']);
    expect(cookies(volta)).not.toContain('__Host-renovacao');
  });

  it('o que se recusa leva uma pessoa à página de entrar, e a um programa é o problema', async () => {
    platform.auth.on(RETORNO, problemAnswer(503, 'auth.provedor-indisponivel'));
    expect(await voltar()).toMatchObject({ status: 503, body: { code: 'auth.provedor-indisponivel' } });
    const volta = await voltar(HTML);
    expect([volta.status, volta.headers.get('location')]).toEqual([303, '/entrar#erro=auth.provedor-indisponivel']);
  });

  it('o desafio de um segundo fator vai à página depois de #, que não sai do navegador', async () => {
    const desafio = { desafio: 'd'.repeat(43), expiraEmSegundos: 300, fatores: ['TOTP'], chaveDeAcesso: null };
    const recusa = problemAnswer(403, 'auth.segundo-fator-necessario');
    platform.auth.on(RETORNO, { ...recusa, body: { ...(recusa.body as object), ...desafio } });
    const [pagina, fragmento = ''] = ((await voltar(HTML)).headers.get('location') ?? '').split('#');
    const { desafio: token, fatores, chaveDeAcesso } = desafio;
    expect(pagina).toBe('/entrar/segundo-fator');
    expect(JSON.parse(decodeURIComponent(fragmento))).toEqual({ desafio: token, fatores, chaveDeAcesso });
  });
});
