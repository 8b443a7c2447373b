import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { sessao } = FakePlatform.examples;
const SPA = 'https://app.exemplo.com';
const DESAFIO = 'd'.repeat(43);

describe('Segurança: sessões num navegador', () => {
  let platform: FakePlatform;
  let app: TestApp;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, { ...testEnvironment(platform), ...platform.settings, CORS_ORIGINS: SPA });
    app = await TestApp.start(appModule(config), { ...application, corsOrigins: config.CORS_ORIGINS });
  });
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });
  beforeEach(() => platform.reset());

  describe('23: guarda o token de renovação de um navegador', () => {
    const cookie = `__Host-renovacao=${sessao.tokenRenovacao}`;
    const renew = (headers: Record<string, string>) => app.post('/v1/sessoes/renovacao', undefined, { headers });
    const { tokenRenovacao: _, ...withoutToken } = sessao;

    it('num cookie que scripts e outros sites não alcançam, e fora do corpo', async () => {
      platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
      const { status, headers, body } = await app.post('/v1/sessoes', { email: 'ana@exemplo.com', senha: 'uma frase' });
      expect(status).toBe(201);
      expect(body).toEqual(withoutToken);
      expect(headers.get('cache-control')).toBe('no-store');
      const [pair, ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
      expect(pair).toBe(cookie);
      expect(attributes.toSorted()).toEqual([
        'HttpOnly',
        expect.stringMatching(/^Max-Age=\d{8,}$/),
        'Path=/',
        'SameSite=Strict',
        'Secure',
      ]);
    });

    it('e o troca a cada renovação', async () => {
      const next = 'n'.repeat(43);
      platform.auth.on('POST /v1/sessoes/renovacao', { body: { ...sessao, tokenRenovacao: next } });
      const { status, headers, body } = await renew({ cookie: `tema=escuro; ${cookie}; x=y` });
      expect(status).toBe(200);
      expect(body).toEqual(withoutToken);
      expect(headers.get('set-cookie')).toContain(`__Host-renovacao=${next};`);
      expect(platform.auth.requests[0]?.body).toEqual({ tokenRenovacao: sessao.tokenRenovacao });
    });

    it('até que o auth não o conheça mais', async () => {
      platform.auth.on('POST /v1/sessoes/renovacao', problemAnswer(401, 'auth.renovacao-invalida'));
      const { status, headers, body } = await renew({ cookie });
      expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.renovacao-invalida' });
      expect(headers.get('set-cookie')).toMatch(/^__Host-renovacao=; Max-Age=0(; |$)/);
    });

    it('também quando o auth está fora, ou duas abas renovam ao mesmo tempo', async () => {
      for (const behaviour of ['hang-up' as const, problemAnswer(409, 'auth.renovacao-concorrente')]) {
        platform.auth.on('POST /v1/sessoes/renovacao', behaviour);
        expect((await renew({ cookie })).headers.get('set-cookie')).toBeNull();
      }
    });

    it('até que a sessão seja encerrada', async () => {
      platform.auth.on('POST /v1/sessoes/encerramento', { status: 204 });
      const { status, headers } = await app.post('/v1/sessoes/encerramento', undefined, { headers: { cookie } });
      expect(status).toBe(204);
      expect(headers.get('set-cookie')).toMatch(/; Max-Age=0(; |$)/);
      expect(platform.auth.requests[0]?.body).toEqual({ tokenRenovacao: sessao.tokenRenovacao });
    });

    it('e não precisa de nenhum para dizer que não há sessão', async () => {
      expect(await renew({})).toMatchObject({ status: 401, body: { code: 'auth.renovacao-invalida' } });
      expect(await renew({ cookie: '__Host-renovacao=<script>' })).toMatchObject({ status: 401 });
      expect((await app.post('/v1/sessoes/encerramento')).status).toBe(204);
      expect(platform.auth.requests).toEqual([]);
    });

    it.each([
      [{ 'sec-fetch-site': 'cross-site', origin: 'https://mal.exemplo.net' }, 403],
      [{ 'sec-fetch-site': 'same-site', origin: 'https://outro.exemplo.com' }, 403],
      [{ origin: 'https://mal.exemplo.net' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'same-origin' }, 200],
      [{ 'sec-fetch-site': 'same-site', origin: SPA }, 200],
      [{ origin: SPA }, 200],
      [{}, 200],
    ])('contra requisições de outras origens: %j recebe %i', async (headers, status) => {
      platform.auth.on('POST /v1/sessoes/renovacao', { body: sessao });
      const answer = await renew({ ...headers, cookie });
      expect(answer.status).toBe(status);
      if (status === 403) {
        expect(answer.body).toMatchObject({ code: 'requisicao.origem-recusada' });
        expect(platform.auth.requests).toEqual([]);
      }
    });

    it('e toma o próprio host pela própria origem', async () => {
      platform.auth.on('POST /v1/sessoes/renovacao', { body: sessao });
      expect((await renew({ cookie, origin: app.url })).status).toBe(200);
    });
  });

  describe('10: com segundo fator', () => {
    const { tokenRenovacao, ...withoutToken } = sessao;
    const desafio = {
      desafio: DESAFIO,
      expiraEm: '2026-11-27T12:05:00.000Z',
      fatores: ['TOTP', 'CHAVE_DE_ACESSO', 'CODIGO_DE_RECUPERACAO'],
      chaveDeAcesso: { challenge: DESAFIO, rpId: 'localhost', userVerification: 'required' },
    };
    const credencial = {
      id: 'QUJD',
      rawId: 'QUJD',
      type: 'public-key',
      response: { clientDataJSON: 'e30', authenticatorData: 'QUJD', signature: 'QUJD' },
      clientExtensionResults: {},
    };
    const novaCredencial = { ...credencial, response: { clientDataJSON: 'e30', attestationObject: 'QUJD' } };
    const opcoes = { desafio: DESAFIO, opcoes: desafio.chaveDeAcesso };
    const chaveCriada = {
      chave: {
        id: 'QUJD',
        nome: 'Notebook',
        sincronizada: false,
        criadaEm: '2026-11-27T12:00:00.000Z',
        usadaEm: null,
      },
      codigosRecuperacao: Array.from({ length: 10 }, (_, i) => `abcde-fghi${(i % 6) + 2}`),
    };
    const aberta = ({ status, body, headers }: Awaited<ReturnType<TestApp['post']>>) => {
      expect([status, body]).toEqual([201, withoutToken]);
      expect(headers.get('set-cookie')).toContain(`__Host-renovacao=${tokenRenovacao};`);
    };

    it('a senha só traz o desafio: 202, e cookie nenhum', async () => {
      platform.auth.on('POST /v1/sessoes', { status: 202, body: desafio });
      const entrada = await app.post('/v1/sessoes', { email: 'ana@exemplo.com', senha: 'uma frase bem comprida' });
      expect([entrada.status, entrada.body]).toEqual([202, desafio]);
      expect(entrada.headers.get('set-cookie')).toBeNull();
    });

    it.each([
      ['um código', { codigo: '123456' }],
      ['um código de recuperação', { codigoRecuperacao: 'abcde-fghij' }],
      ['uma chave de acesso', { credencial }],
    ])('%s o troca pela sessão, guardada no cookie', async (_, prova) => {
      platform.auth.on('POST /v1/sessoes/segundo-fator', { status: 201, body: sessao });
      aberta(await app.post('/v1/sessoes/segundo-fator', { desafio: DESAFIO, ...prova }));
      expect(platform.auth.requests.at(-1)?.body).toEqual({ desafio: DESAFIO, ...prova });
    });

    it('o que não confere é dito como o auth o diz, sem cookie', async () => {
      platform.auth.on('POST /v1/sessoes/segundo-fator', problemAnswer(401, 'auth.fator-incorreto'));
      const recusa = await app.post('/v1/sessoes/segundo-fator', { desafio: DESAFIO, codigo: '123456' });
      expect(recusa).toMatchObject({ status: 401, body: { code: 'auth.fator-incorreto' } });
      expect(recusa.headers.get('set-cookie')).toBeNull();
    });

    it('uma chave de acesso entra sozinha: as opções, e com o que ela assinou a sessão', async () => {
      platform.auth.on('POST /v1/sessoes/chave-de-acesso/opcoes', { body: opcoes });
      expect(await app.post('/v1/sessoes/chave-de-acesso/opcoes')).toMatchObject({ status: 200, body: opcoes });
      platform.auth.on('POST /v1/sessoes/chave-de-acesso', { status: 201, body: sessao });
      aberta(await app.post('/v1/sessoes/chave-de-acesso', { desafio: DESAFIO, credencial }));
      expect(platform.auth.requests.at(-1)?.body).toEqual({ desafio: DESAFIO, credencial });
    });

    it('nada disso se faz de outra origem', async () => {
      const headers = { origin: 'https://mal.exemplo.net' };
      for (const [rota, corpo] of [
        ['segundo-fator', { desafio: DESAFIO, codigo: '123456' }],
        ['chave-de-acesso/opcoes', undefined],
        ['chave-de-acesso', { desafio: DESAFIO, credencial }],
      ] as const)
        expect(await app.post(`/v1/sessoes/${rota}`, corpo, { headers })).toMatchObject({
          status: 403,
          body: { code: 'requisicao.origem-recusada' },
        });
      expect(platform.auth.requests).toEqual([]);
    });

    it.each([
      ['POST', '/v1/usuarios/eu/chaves-de-acesso/opcoes', undefined, 200, opcoes],
      [
        'POST',
        '/v1/usuarios/eu/chaves-de-acesso',
        { desafio: DESAFIO, nome: 'Notebook', credencial: novaCredencial },
        201,
        chaveCriada,
      ],
      ['PATCH', '/v1/usuarios/eu/chaves-de-acesso/QUJD', { nome: 'Casa' }, 204, undefined],
      ['DELETE', '/v1/usuarios/eu/chaves-de-acesso/QUJD', undefined, 204, undefined],
    ] as const)('%s %s passa ao auth com o token da pessoa', async (metodo, rota, corpo, status, resposta) => {
      platform.auth.on(`${metodo} ${rota}`, { status, body: resposta });
      const token = await platform.token();
      const { status: veio, body } = await app.send(metodo, rota, { token, body: corpo });
      expect(veio).toBe(status);
      if (resposta) expect(body).toEqual(resposta);
      const pedido = platform.auth.requests.at(-1);
      expect(pedido?.headers.authorization).toBe(`Bearer ${token}`);
      if (corpo) expect(pedido?.body).toEqual(corpo);
    });
  });
});
