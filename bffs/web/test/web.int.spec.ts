import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reservaCompletaHttp } from '@plataforma/bff';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, type TestMethod, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, pagamento, notificacao, espaco, sessao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const OTHER_USER = '0192f0c4-0000-7000-8000-00000000000b';
const SPA = 'https://app.exemplo.com';

describe('The web BFF', () => {
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, {
      ...testEnvironment(platform),
      ...platform.settings,
      CORS_ORIGINS: SPA,
      CHECKOUT_CHAVE_PUBLICAVEL: 'pk_test_1',
      UPSTREAM_TIMEOUT_MS: '1000',
      UPSTREAM_OPCIONAL_TIMEOUT_MS: '200',
    });
    app = await TestApp.start(appModule(config), { ...application, corsOrigins: config.CORS_ORIGINS });
    token = await platform.token();
  });
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });
  beforeEach(() => platform.reset());

  describe('puts a booking together', () => {
    it('with its charge and its notifications, all asked for with the user’s own token', async () => {
      const headers = { 'accept-language': 'en', 'x-correlation-id': 'correlacao-0001', 'x-user-id': OTHER_USER };
      const answer = await app.get(DETALHE, { token, headers });
      expect(answer).toMatchObject({
        status: 200,
        body: { reserva, pagamento, notificacoes: [notificacao], faltando: [] },
      });
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      expect(reservaCompletaHttp.safeParse(answer.body).success).toBe(true);
      for (const service of [platform.reservas, platform.pagamentos, platform.notificacoes]) {
        const [request] = service.requests;
        expect(request?.headers).toMatchObject({
          authorization: `Bearer ${token}`,
          'accept-language': 'en',
          'x-correlation-id': 'correlacao-0001',
          'x-forwarded-for': '127.0.0.1',
        });
        expect(request?.headers).not.toHaveProperty('x-user-id');
      }
      expect(platform.pagamentos.requests[0]?.query).toEqual({ reservaId: reserva.id });
      expect(platform.notificacoes.requests[0]?.query).toEqual({ reservaId: reserva.id });
    });

    it('before there is a charge, which is nothing missing', async () => {
      platform.pagamentos.on('GET /v1/pagamentos', { body: { itens: [], proximo: null } });
      expect((await app.get(DETALHE, { token })).body).toMatchObject({ pagamento: null, faltando: [] });
    });

    it('with the charge that it names, of several; else the newest', async () => {
      const other = { ...pagamento, id: OTHER_USER, criadoEm: '2026-11-30T13:00:00.000Z' };
      platform.pagamentos.on('GET /v1/pagamentos', { body: { itens: [pagamento, other], proximo: null } });
      expect((await app.get(DETALHE, { token })).body['pagamento']).toEqual(pagamento);
      platform.reservas.on(`GET ${DETALHE}`, { body: { ...reserva, pagamentoId: null } });
      expect((await app.get(DETALHE, { token })).body['pagamento']).toEqual(other);
    });

    it.each([
      ['fails', problemAnswer(500, 'interno.falha')],
      ['is away', 'hang-up' as const],
      ['does not answer in time', 'silence' as const],
      ['answers nonsense', { body: 'olá' }],
    ])('also while an optional service %s, and says what is missing', async (_, behaviour) => {
      platform.pagamentos.on('GET /v1/pagamentos', behaviour);
      const partial = await app.get(DETALHE, { token });
      expect(partial).toMatchObject({
        status: 200,
        body: { reserva, pagamento: null, notificacoes: [notificacao], faltando: ['pagamento'] },
      });
      platform.notificacoes.on('GET /v1/notificacoes', behaviour);
      expect((await app.get(DETALHE, { token })).body).toMatchObject({
        reserva,
        notificacoes: [],
        faltando: ['pagamento', 'notificacoes'],
      });
    });

    it('not without the booking: its error is the answer', async () => {
      platform.reservas.on(`GET ${DETALHE}`, problemAnswer(404, 'reservas.reserva-inexistente'));
      const { status, headers, body } = await app.get(DETALHE, { token });
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch('application/problem+json');
      expect(body).toMatchObject({ code: 'reservas.reserva-inexistente', instance: DETALHE });
    });

    it('not while bookings are away: 503 or 504, and when to come back', async () => {
      platform.reservas.on(`GET ${DETALHE}`, 'hang-up');
      const away = await app.get(DETALHE, { token });
      expect(away).toMatchObject({ status: 503, body: { code: 'upstream.indisponivel' } });
      expect(away.headers.get('retry-after')).toBe('2');
      platform.reservas.on(`GET ${DETALHE}`, 'silence');
      const late = await app.get(DETALHE, { token });
      expect(late).toMatchObject({ status: 504, body: { code: 'upstream.tempo-esgotado' } });
      expect(late.headers.get('retry-after')).toBe('2');
    });
  });

  describe('passes on', () => {
    const nova = { espacoId: espaco.id, inicio: '2026-12-01T21:30:00-03:00', fim: '2026-12-01T23:00:00-03:00' };

    it('a new booking with its Idempotency-Key, and that the answer is a repeated one', async () => {
      platform.reservas.on('POST /v1/reservas', {
        status: 201,
        body: reserva,
        headers: { 'idempotency-replayed': 'true' },
      });
      const answer = await app.post('/v1/reservas', nova, { token, headers: { 'idempotency-key': 'chave-0001' } });
      expect(answer).toMatchObject({ status: 201, body: reserva });
      expect(answer.headers.get('idempotency-replayed')).toBe('true');
      expect(platform.reservas.requests).toMatchObject([{ body: nova, headers: { 'idempotency-key': 'chave-0001' } }]);
    });

    it('why a booking was refused, whole', async () => {
      platform.reservas.on('POST /v1/reservas', {
        ...problemAnswer(409, 'reservas.espaco-indisponivel', { conflitos: [1] }),
        headers: { 'retry-after': '9' },
      });
      const answer = await app.post('/v1/reservas', nova, { token });
      expect(answer).toMatchObject({ status: 409, body: { code: 'reservas.espaco-indisponivel', conflitos: [1] } });
      expect(answer.headers.get('retry-after')).toBe('9');
      expect(platform.reservas.requests).toHaveLength(1);
    });

    it('a cancellation', async () => {
      platform.reservas.on(`POST ${DETALHE}/cancelamento`, { body: { ...reserva, status: 'CANCELADA' } });
      expect(await app.post(`${DETALHE}/cancelamento`, undefined, { token })).toMatchObject({
        status: 200,
        body: { status: 'CANCELADA' },
      });
    });

    it('searches, and what is public without a token', async () => {
      platform.reservas
        .on('GET /v1/espacos', { body: { itens: [espaco], proximo: null } })
        .on(`GET /v1/espacos/${espaco.id}`, { body: espaco })
        .on(`GET /v1/espacos/${espaco.id}/disponibilidade`, {
          body: { espacoId: espaco.id, fuso: espaco.fuso, livres: [], inicios: [] },
        })
        .on('GET /v1/reservas', { body: { itens: [reserva], proximo: 'x' } });
      expect((await app.get('/v1/espacos?cidade=S%C3%A3o%20Paulo&tipo=SALA')).body).toEqual({
        itens: [espaco],
        proximo: null,
      });
      expect((await app.get(`/v1/espacos/${espaco.id}`)).body).toEqual(espaco);
      const janela = 'de=2026-12-01T00:00:00Z&ate=2026-12-02T00:00:00Z&duracaoMinutos=60';
      expect((await app.get(`/v1/espacos/${espaco.id}/disponibilidade?${janela}`)).body).toMatchObject({
        espacoId: espaco.id,
      });
      expect((await app.get('/v1/reservas?status=CONFIRMADA&limite=1', { token })).body).toEqual({
        itens: [reserva],
        proximo: 'x',
      });
      expect(platform.reservas.requests.map(({ query }) => query)).toEqual([
        { cidade: 'São Paulo', tipo: 'SALA', limite: '20' },
        {},
        { de: '2026-12-01T00:00:00Z', ate: '2026-12-02T00:00:00Z', duracaoMinutos: '60' },
        { status: 'CONFIRMADA', limite: '1' },
      ]);
    });

    it('what the page needs to pay with', async () => {
      expect((await app.get('/v1/configuracao')).body).toEqual({
        pagamento: { chavePublicavel: 'pk_test_1', apiBase: null },
      });
    });

    it('accounts', async () => {
      const { usuario } = sessao;
      platform.auth
        .on('POST /v1/usuarios', { status: 201, body: usuario })
        .on('GET /v1/usuarios/eu', { body: usuario });
      const novo = { nome: 'Ana', email: 'ana@exemplo.com', senha: 'uma frase bem comprida' };
      expect(await app.post('/v1/usuarios', novo)).toMatchObject({ status: 201, body: usuario });
      expect(await app.get('/v1/usuarios/eu', { token })).toMatchObject({ status: 200, body: usuario });
      expect(platform.auth.requests[0]?.body).toEqual({ ...novo, idioma: 'pt-BR' });
    });

    it('where a login comes from, behind what proxies said', async () => {
      platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
      const login = { email: 'ana@exemplo.com', senha: 'uma frase' };
      await app.post('/v1/sessoes', login, { headers: { 'x-forwarded-for': '203.0.113.7' } });
      expect(platform.auth.requests[0]?.headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1');
    });
  });

  describe('refuses, without asking any service,', () => {
    afterEach(() => {
      for (const service of [platform.reservas, platform.pagamentos, platform.notificacoes, platform.auth])
        expect(service.requests).toEqual([]);
    });

    it('whoever has no good token', async () => {
      for (const path of ['/v1/reservas', DETALHE, '/v1/usuarios/eu'])
        expect(await app.get(path)).toMatchObject({ status: 401 });
      const expired = await platform.issuer.token(OTHER_USER, ['CLIENTE'], { expiresIn: '-1m' });
      expect(await app.get(DETALHE, { token: expired })).toMatchObject({
        status: 401,
        body: { code: 'auth.token-expirado' },
      });
    });

    it.each<[TestMethod, string, unknown?]>([
      [
        'POST',
        '/v1/reservas',
        { espacoId: espaco.id, inicio: '2026-12-01T10:00:00Z', fim: '2026-12-01T11:00:00Z', valorCentavos: 1 },
      ],
      ['POST', '/v1/reservas', { espacoId: espaco.id, inicio: '2026-12-01T10:00:00', fim: '2026-12-01T11:00:00' }],
      ['POST', '/v1/reservas', '{"espacoId":'],
      ['POST', `${DETALHE}/cancelamento`, { motivo: 'ADMIN' }],
      ['POST', '/v1/usuarios', { nome: 'Ana', email: 'ana@exemplo.com', senha: 'uma frase', papeis: ['ADMIN'] }],
      ['POST', '/v1/sessoes', { email: 'ana@exemplo.com', senha: 'x', lembrar: true }],
      ['POST', '/v1/sessoes/renovacao', { tokenRenovacao: 'r'.repeat(43) }],
      ['GET', '/v1/reservas/..%2F..%2Fadmin', undefined],
      ['GET', '/v1/reservas?todas=1', undefined],
      ['GET', '/v1/espacos?limite=1000', undefined],
    ])('%s %s with %j', async (method, path, body) => {
      expect(await app.send(method, path, { token, body })).toMatchObject({ status: 400 });
    });
  });

  describe('keeps the refresh token of a browser', () => {
    const cookie = `__Host-renovacao=${sessao.tokenRenovacao}`;
    const renew = (headers: Record<string, string>) => app.post('/v1/sessoes/renovacao', undefined, { headers });
    const { tokenRenovacao: _, ...withoutToken } = sessao;

    it('in a cookie that scripts and other sites cannot reach, and out of the body', async () => {
      platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
      const { status, headers, body } = await app.post('/v1/sessoes', { email: 'ana@exemplo.com', senha: 'uma frase' });
      expect(status).toBe(201);
      expect(body).toEqual(withoutToken);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('set-cookie')).toMatch(
        new RegExp(`^${cookie}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=\\d{8,}$`),
      );
    });

    it('and changes it at every renewal', async () => {
      const next = 'n'.repeat(43);
      platform.auth.on('POST /v1/sessoes/renovacao', { body: { ...sessao, tokenRenovacao: next } });
      const { status, headers, body } = await renew({ cookie: `tema=escuro; ${cookie}; x=y` });
      expect(status).toBe(200);
      expect(body).toEqual(withoutToken);
      expect(headers.get('set-cookie')).toContain(`__Host-renovacao=${next};`);
      expect(platform.auth.requests[0]?.body).toEqual({ tokenRenovacao: sessao.tokenRenovacao });
    });

    it('until auth no longer knows it', async () => {
      platform.auth.on('POST /v1/sessoes/renovacao', problemAnswer(401, 'auth.renovacao-invalida'));
      const { status, headers, body } = await renew({ cookie });
      expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.renovacao-invalida' });
      expect(headers.get('set-cookie')).toMatch(/^__Host-renovacao=; .*Max-Age=0$/);
    });

    it('also when auth is away, or two tabs renew at once', async () => {
      for (const behaviour of ['hang-up' as const, problemAnswer(409, 'auth.renovacao-concorrente')]) {
        platform.auth.on('POST /v1/sessoes/renovacao', behaviour);
        expect((await renew({ cookie })).headers.get('set-cookie')).toBeNull();
      }
    });

    it('until the session is ended', async () => {
      platform.auth.on('POST /v1/sessoes/encerramento', { status: 204 });
      const { status, headers } = await app.post('/v1/sessoes/encerramento', undefined, { headers: { cookie } });
      expect(status).toBe(204);
      expect(headers.get('set-cookie')).toMatch(/Max-Age=0$/);
      expect(platform.auth.requests[0]?.body).toEqual({ tokenRenovacao: sessao.tokenRenovacao });
    });

    it('and needs none to say that there is no session', async () => {
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
    ])('from requests of other origins: %j gets %i', async (headers, status) => {
      platform.auth.on('POST /v1/sessoes/renovacao', { body: sessao });
      const answer = await renew({ ...headers, cookie });
      expect(answer.status).toBe(status);
      if (status === 403) {
        expect(answer.body).toMatchObject({ code: 'requisicao.origem-recusada' });
        expect(platform.auth.requests).toEqual([]);
      }
    });

    it('and takes the own host for the own origin', async () => {
      platform.auth.on('POST /v1/sessoes/renovacao', { body: sessao });
      expect((await renew({ cookie, origin: app.url })).status).toBe(200);
    });
  });

  describe('is ready', () => {
    it('when every service is', async () => {
      expect(await app.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    });

    it('though degraded, without the optional ones', async () => {
      platform.notificacoes.on('GET /health/ready', problemAnswer(503, 'servico.indisponivel'));
      platform.pagamentos.on('GET /health/ready', 'hang-up');
      expect(await app.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'degraded' } });
    });

    it.each(['reservas', 'auth'] as const)('not without %s', async (name) => {
      platform[name].on('GET /health/ready', problemAnswer(503, 'servico.indisponivel'));
      expect(await app.get('/health/ready')).toMatchObject({
        status: 503,
        body: { dependencias: { [name]: { status: 'down' } } },
      });
    });
  });
});
