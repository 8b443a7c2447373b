import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { reservaCompletaHttp } from '@plataforma/contracts';
import { loadConfig, Logger } from '@plataforma/platform';
import {
  eventually,
  FakePlatform,
  problemAnswer,
  TestApp,
  TestBroker,
  type TestMethod,
  testEnvironment,
} from '@plataforma/testing';
import { application, appModule, settings, type WebConfig } from '../src/app.module.js';

const { reserva, pagamento, notificacao, espaco, sessao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const OTHER_USER = '0192f0c4-0000-7000-8000-00000000000b';
const periodo = { inicio: '2026-12-01T21:30:00-03:00', fim: '2026-12-01T23:00:00-03:00' };
const SPA = 'https://app.exemplo.com';

const SERIE = '/v1/series/0192f0c4-0000-7000-8000-0000000000f1';
const PAGAMENTO = `/v1/pagamentos/${pagamento.id}`;
const ESPERA = '/v1/fila/0192f0c4-0000-7000-8000-0000000000f2';

/** What goes on to its service as it came, with the status of its success. */
const rotas: [TestMethod, string, (object | undefined)?, number?][] = [
  ['GET', `/v1/espacos/${espaco.id}/porque?${new URLSearchParams({ ...periodo, pessoas: '3' }).toString()}`],
  ['POST', '/v1/cotacoes', { espacoId: espaco.id, ...periodo, cupom: 'BEMVINDO10' }, 201],
  ['POST', '/v1/reservas', { espacoId: espaco.id, ...periodo, cotacaoId: reserva.id, cupom: 'BEMVINDO10' }, 201],
  ['GET', `${DETALHE}/historico?em=2026-11-30T12:00:00Z`],
  ['GET', `${DETALHE}/cancelamento`],
  ['POST', `${DETALHE}/cancelamento`],
  ['POST', `${DETALHE}/cancelamento`, { justificativa: 'Mudança de planos', reembolsoEsperadoCentavos: 500 }],
  ['POST', `${DETALHE}/remarcacao`, periodo],
  ['POST', `${DETALHE}/checkin`, { codigo: '7F3K-9Q2M' }],
  [
    'POST',
    '/v1/series',
    {
      espacoId: espaco.id,
      ...periodo,
      regra: 'FREQ=WEEKLY;COUNT=4',
      excecoes: ['2026-12-08'],
      modo: 'PULAR_CONFLITOS',
      cobranca: 'SERIE',
    },
    201,
  ],
  ['GET', '/v1/series?limite=5&cursor=0192f0c4-0000-7000-8000-000000000001'],
  ['GET', SERIE],
  ['POST', `${SERIE}/cancelamento`, { escopo: 'TODAS' }],
  ['POST', `${SERIE}/remarcacao`, { escopo: 'ESTA', reservaId: reserva.id, ...periodo }],
  ['POST', '/v1/fila', { espacoId: espaco.id, ...periodo, flexibilidadeMinutos: 30 }, 201],
  ['GET', '/v1/fila?limite=5'],
  ['GET', ESPERA],
  ['DELETE', ESPERA, undefined, 204],
  ['POST', '/v1/calendarios', { escopo: 'ESPACO', espacoId: espaco.id }, 201],
  ['GET', '/v1/calendarios'],
  ['DELETE', '/v1/calendarios/0192f0c4-0000-7000-8000-0000000000f3', undefined, 204],
  ['GET', `/v1/pagamentos?reservaId=${reserva.id}&limite=5`],
  ['GET', PAGAMENTO],
  ['GET', `${PAGAMENTO}/estornos`],
  ['GET', `${PAGAMENTO}/recibos`],
];

describe('O BFF da web', () => {
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;
  let config: WebConfig;
  let broker: TestBroker;

  beforeAll(async () => {
    [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create('bff-web')]);
    config = loadConfig(settings, {
      ...testEnvironment({ ...platform, broker }),
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
    await Promise.all([broker.drop(), platform.stop()]);
  });
  beforeEach(() => platform.reset());

  describe('monta uma reserva', () => {
    it('com a cobrança e os avisos, tudo pedido com o token do próprio usuário', async () => {
      const headers = { 'accept-language': 'en', 'x-correlation-id': 'correlacao-0001', 'x-user-id': OTHER_USER };
      const answer = await app.get(DETALHE, { token, headers });
      expect(answer).toMatchObject({
        status: 200,
        body: { reserva, pagamento, pagamentos: [pagamento], notificacoes: [notificacao], faltando: [] },
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
      expect(platform.pagamentos.requests[0]?.query).toEqual({ reservaId: reserva.id, limite: '100' });
      expect(platform.notificacoes.requests[0]?.query).toEqual({ reservaId: reserva.id });
    });

    it('antes que haja cobrança, o que não é nada faltando', async () => {
      platform.pagamentos.on('GET /v1/pagamentos', { body: { itens: [], proximo: null } });
      expect((await app.get(DETALHE, { token })).body).toMatchObject({ pagamento: null, faltando: [] });
    });

    it('com todas as cobranças, primeiro a que se paga agora', async () => {
      const cobranca = (parcela: number, finalidade: string, status: string) => ({
        ...pagamento,
        id: `0192f0c4-0000-7000-8000-0000000000d${parcela}`,
        parcela,
        finalidade,
        status,
      });
      const [sinal, saldo, desfeita, diferenca] = [
        cobranca(1, 'SINAL', 'APROVADO'),
        cobranca(2, 'SALDO', 'PENDENTE'),
        cobranca(3, 'DIFERENCA', 'CANCELADO'),
        cobranca(4, 'DIFERENCA', 'PENDENTE'),
      ];
      const shown = async (itens: unknown[]) => {
        platform.pagamentos.on('GET /v1/pagamentos', { body: { itens, proximo: null } });
        const { body } = await app.get<{ pagamento: unknown; pagamentos: unknown[] }>(DETALHE, { token });
        expect(body.pagamento).toEqual(body.pagamentos[0]);
        return body.pagamentos;
      };
      expect(await shown([sinal, saldo])).toEqual([saldo, sinal]);
      expect(await shown([sinal, saldo, desfeita, diferenca])).toEqual([diferenca, saldo, sinal, desfeita]);
      expect(await shown([sinal, desfeita])).toEqual([sinal, desfeita]);
    });

    it('com a cobrança da série, quando esta é cobrada de uma vez', async () => {
      platform.reservas.on(`GET ${DETALHE}`, { body: { ...reserva, cobrancaId: OTHER_USER, serieId: OTHER_USER } });
      platform.pagamentos.on('GET /v1/pagamentos', ({ query }) => ({
        body: { itens: query['reservaId'] === OTHER_USER ? [pagamento] : [], proximo: null },
      }));
      expect((await app.get(DETALHE, { token })).body).toMatchObject({ pagamento, faltando: [] });
    });

    it.each([
      ['fails', problemAnswer(500, 'interno.falha')],
      ['está fora', 'hang-up' as const],
      ['não responde a tempo', 'silence' as const],
      ['answers nonsense', { body: 'olá' }],
    ])('também enquanto um serviço opcional %s, e diz o que falta', async (_, behaviour) => {
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

    it('não sem a reserva: o erro dela é a resposta', async () => {
      platform.reservas.on(`GET ${DETALHE}`, problemAnswer(404, 'reservas.reserva-inexistente'));
      const { status, headers, body } = await app.get(DETALHE, { token });
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch('application/problem+json');
      expect(body).toMatchObject({ code: 'reservas.reserva-inexistente', instance: DETALHE });
    });

    it('não enquanto reservas está fora: 503 ou 504, e quando voltar', async () => {
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

  describe('repassa', () => {
    const nova = { espacoId: espaco.id, ...periodo };

    describe.each(rotas)('%s %s', (method, path, body, status = 200) => {
      const [rota = ''] = path.split('?');
      const headers = { 'idempotency-key': 'chave-0001', 'if-match': '"6"', 'x-correlation-id': 'correlacao-0001' };

      it('inteiro, na ida e na volta', async () => {
        const reply = status === 204 ? undefined : { resposta: rota };
        platform.behind(path).on(`${method} ${rota}`, {
          status,
          body: reply,
          headers: { 'idempotency-replayed': 'true' },
        });
        const answer = await app.send(method, path, { token, body, headers });
        expect(answer).toMatchObject({ status, body: reply ?? '' });
        if (method === 'POST') expect(answer.headers.get('idempotency-replayed')).toBe('true');
        expect(platform.behind(path).requests).toMatchObject([
          { headers: { ...headers, authorization: `Bearer ${token}` } },
        ]);
        expect(platform.behind(path).requests[0]?.body).toEqual(body);
      });

      it('e por que foi recusado', async () => {
        platform.behind(path).on(`${method} ${rota}`, {
          ...problemAnswer(409, 'reservas.reembolso-mudou', { reembolsoCentavos: 1 }),
          headers: { 'retry-after': '9' },
        });
        const answer = await app.send(method, path, { token, body, headers });
        expect(answer).toMatchObject({
          status: 409,
          body: { code: 'reservas.reembolso-mudou', reembolsoCentavos: 1, correlationId: 'correlacao-0001' },
        });
        expect(answer.headers.get('retry-after')).toBe('9');
        expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      });
    });

    it('cada filtro de uma busca, e de quem é a busca quando há token', async () => {
      platform.reservas.on('GET /v1/espacos', { body: { itens: [], proximo: null } });
      const query = {
        cidade: 'São Paulo',
        tipo: 'SALA',
        capacidade: '4',
        recursos: 'projetor,som',
        precoMaximoCentavos: '9000',
        texto: 'ipê',
        livreDe: periodo.inicio,
        livreAte: periodo.fim,
        livreMinutos: '60',
        limite: '5',
        cursor: 'c2FsYQ~0192f0c4-0000-7000-8000-000000000001',
      };
      await app.get(`/v1/espacos?${new URLSearchParams(query).toString()}`, { token });
      expect(platform.reservas.requests).toMatchObject([{ query, headers: { authorization: `Bearer ${token}` } }]);
      expect(await app.get('/v1/espacos', { token: 'x' })).toMatchObject({ status: 401 });
    });

    it('um recibo como quem o lê prefere, e a qualquer um se é autêntico', async () => {
      const recibo = '/v1/pagamentos/recibos/2026-000042';
      platform.pagamentos.on(`GET ${recibo}`, ({ headers, query }) =>
        headers.accept === 'application/pdf' || query['formato'] === 'pdf'
          ? {
              body: '%PDF-1.7',
              headers: {
                'content-type': 'application/pdf',
                'content-disposition': 'inline; filename="recibo.pdf"',
                vary: 'Accept',
              },
            }
          : { body: { numero: '2026-000042' } },
      );
      const ler = (path: string, accept: string) =>
        fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
      const pdf = await ler(recibo, 'application/pdf');
      expect([await pdf.text(), pdf.headers.get('content-type')]).toEqual(['%PDF-1.7', 'application/pdf']);
      expect(pdf.headers.get('content-disposition')).toBe('inline; filename="recibo.pdf"');
      expect(pdf.headers.get('vary')).toMatch('Accept');
      expect(await (await ler(`${recibo}?formato=pdf`, '*/*')).text()).toBe('%PDF-1.7');
      expect(await (await ler(recibo, 'application/json')).json()).toEqual({ numero: '2026-000042' });
      const codigo = 'q3Zk0aWcT5m1x8Yb2LrNvA';
      platform.pagamentos.on(`GET /v1/pagamentos/recibos/verificacoes/${codigo}`, { body: { situacao: 'VALIDO' } });
      const conferido = await app.get(`/v1/pagamentos/recibos/verificacoes/${codigo}`);
      expect(conferido).toMatchObject({ status: 200, body: { situacao: 'VALIDO' } });
    });

    it('a versão de um espaço, para quem o muda noutro lugar', async () => {
      platform.reservas.on(`GET /v1/espacos/${espaco.id}`, { body: espaco, headers: { etag: '"7"' } });
      expect((await app.get(`/v1/espacos/${espaco.id}`)).headers.get('etag')).toBe('"7"');
    });

    it('um calendário como é, a quem conhece o endereço, e que não mudou', async () => {
      const feed = `/v1/calendarios/feed/${'s'.repeat(43)}.ics`;
      const ics = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n';
      const own = { etag: '"abc"', 'cache-control': 'private, no-cache', 'referrer-policy': 'no-referrer' };
      platform.reservas.on(`GET ${feed}`, ({ headers }) =>
        headers['if-none-match'] === '"abc"'
          ? { status: 304, headers: own }
          : { body: ics, headers: { ...own, 'content-type': 'text/calendar; charset=utf-8' } },
      );
      const answer = await fetch(`${app.url}${feed}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe(ics);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...own,
        'content-type': 'text/calendar; charset=utf-8',
      });
      const unchanged = await fetch(`${app.url}${feed}`, { headers: { 'if-none-match': '"abc"' } });
      expect(unchanged.status).toBe(304);
      expect(await unchanged.text()).toBe('');
      platform.reservas.on(`GET ${feed}`, problemAnswer(404, 'reservas.calendario-inexistente'));
      expect(await app.get(feed)).toMatchObject({ status: 404, body: { code: 'reservas.calendario-inexistente' } });
    });

    it('um calendário sem que o endereço entre no log, aconteça o que acontecer', async () => {
      const [secret, logger] = ['z'.repeat(43), app.nest.get(Logger)];
      const spies = (['info', 'warn', 'error'] as const).map((level) => jest.spyOn(logger, level));
      for (const behaviour of ['hang-up' as const, problemAnswer(500, 'interno.falha')]) {
        platform.reservas.on(`GET /v1/calendarios/feed/${secret}.ics`, behaviour);
        expect((await app.get(`/v1/calendarios/feed/${secret}.ics`)).status).toBeGreaterThanOrEqual(500);
      }
      const written = inspect(
        spies.map(({ mock }) => mock.calls),
        { depth: 10 },
      );
      expect(written).toContain('/v1/calendarios/feed/:arquivo');
      expect(written).not.toContain(secret);
      for (const spy of spies) spy.mockRestore();
    });

    it('uma reserva nova com a sua Idempotency-Key, e que a resposta é repetida', async () => {
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

    it('por que uma reserva foi recusada, inteiro', async () => {
      platform.reservas.on('POST /v1/reservas', {
        ...problemAnswer(409, 'reservas.espaco-indisponivel', { conflitos: [1] }),
        headers: { 'retry-after': '9' },
      });
      const answer = await app.post('/v1/reservas', nova, { token });
      expect(answer).toMatchObject({ status: 409, body: { code: 'reservas.espaco-indisponivel', conflitos: [1] } });
      expect(answer.headers.get('retry-after')).toBe('9');
      expect(platform.reservas.requests).toHaveLength(1);
    });

    it('buscas, e o que é público sem token', async () => {
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

    it('aquilo de que a página precisa para pagar', async () => {
      expect((await app.get('/v1/configuracao')).body).toEqual({
        pagamento: { chavePublicavel: 'pk_test_1', apiBase: null },
      });
    });

    it('contas', async () => {
      const { usuario } = sessao;
      platform.auth
        .on('POST /v1/usuarios', { status: 202, body: { email: usuario.email } })
        .on('GET /v1/usuarios/eu', { body: usuario });
      const novo = { nome: 'Ana', email: 'ana@exemplo.com', senha: 'uma frase bem comprida' };
      expect(await app.post('/v1/usuarios', novo)).toMatchObject({ status: 202, body: { email: usuario.email } });
      expect(await app.get('/v1/usuarios/eu', { token })).toMatchObject({ status: 200, body: usuario });
      expect(platform.auth.requests[0]?.body).toEqual({ ...novo, idioma: 'pt-BR' });
    });

    it('de onde vem um login, até onde proxies confiáveis respondem por isso', async () => {
      platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
      const login = { email: 'ana@exemplo.com', senha: 'uma frase' };
      const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
      const behindProxy = await TestApp.start(appModule(config), { ...application, trustedProxies: ['127.0.0.1'] });
      await app.post('/v1/sessoes', login, { headers });
      await behindProxy.post('/v1/sessoes', login, { headers });
      await behindProxy.stop();
      expect(platform.auth.requests.map((request) => request.headers['x-forwarded-for'])).toEqual([
        '127.0.0.1',
        '203.0.113.7',
      ]);
    });
  });

  describe('recusa, sem perguntar a serviço nenhum,', () => {
    afterEach(() => {
      for (const service of [platform.reservas, platform.pagamentos, platform.notificacoes, platform.auth])
        expect(service.requests).toEqual([]);
    });

    it('quem não tem um token bom', async () => {
      for (const path of [
        '/v1/reservas',
        DETALHE,
        '/v1/usuarios/eu',
        '/v1/series',
        '/v1/fila',
        '/v1/calendarios',
        PAGAMENTO,
      ])
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
      ['POST', `${DETALHE}/remarcacao`, { ...periodo, valorCentavos: 1 }],
      ['POST', `${DETALHE}/checkin`, {}],
      ['POST', '/v1/cotacoes', { espacoId: espaco.id, ...periodo, totalCentavos: 1 }],
      ['POST', '/v1/series', { espacoId: espaco.id, ...periodo, regra: 'FREQ=DAILY;COUNT=2', clienteId: OTHER_USER }],
      ['POST', '/v1/fila', periodo],
      ['POST', '/v1/calendarios', { escopo: 'TODOS' }],
      ['GET', '/v1/calendarios/feed/segredo', undefined],
      ['GET', '/v1/calendarios/feed/%2e%2e%2f%2e%2e%2freservas.ics', undefined],
      ['GET', `/v1/espacos/${espaco.id}/porque?inicio=ontem&fim=hoje`, undefined],
      ['POST', '/v1/usuarios', { nome: 'Ana', email: 'ana@exemplo.com', senha: 'uma frase', papeis: ['ADMIN'] }],
      ['POST', '/v1/sessoes', { email: 'ana@exemplo.com', senha: 'x', lembrar: true }],
      ['POST', '/v1/sessoes/renovacao', { tokenRenovacao: 'r'.repeat(43) }],
      ['GET', '/v1/reservas/..%2F..%2Fadmin', undefined],
      ['GET', '/v1/pagamentos/recibos/..%2Fdisputas', undefined],
      ['GET', '/v1/pagamentos/recibos/verificacoes/curto', undefined],
      ['GET', '/v1/reservas?todas=1', undefined],
      ['GET', '/v1/espacos?limite=1000', undefined],
    ])('%s %s com %j', async (method, path, body) => {
      expect(await app.send(method, path, { token, body })).toMatchObject({ status: 400 });
    });
  });

  it('diz no seu endereço o que é e por onde seguir, a quem o abre', async () => {
    expect(await app.get('/')).toMatchObject({
      status: 200,
      body: { nome: 'bff-web', descricao: expect.any(String), documentacao: '/docs', pronto: '/health/ready' },
    });
  });

  it('mostra as figuras dos espaços de demonstração, como documentos que nada podem fazer', async () => {
    const answer = await fetch(`${app.url}/fotos/sala-ipe-1.svg`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*sandbox/);
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(await answer.text()).toMatch(/^<svg /);
  });

  it.each([
    ['/fotos/outra-1.svg', 404],
    ['/fotos/..%2Fpackage.json', 400],
    ['/fotos/sala-ipe-1.png', 400],
  ])('não tem figura em %s', async (path, status) => {
    expect((await app.get(path)).status).toBe(status);
  });

  it.each([
    ['/fotos/string', { campo: 'arquivo', mensagem: 'esperado o nome de uma imagem, como sala-ipe-1.svg' }],
    ['/v1/calendarios/feed/string', { campo: 'arquivo', mensagem: 'esperado o segredo, seguido de .ics' }],
    ['/v1/pagamentos/recibos/verificacoes/string', { campo: 'codigo', mensagem: expect.not.stringContaining('\\') }],
  ])('diz do que no endereço é que %s é recusado', async (path, erro) => {
    expect(await app.get(path)).toMatchObject({ status: 400, body: { code: 'requisicao.invalida', erros: [erro] } });
  });

  describe('está pronto', () => {
    it('quando cada serviço está', async () => {
      await eventually(async () => (await app.get('/health/ready')).body['status'] === 'ok');
      expect(await app.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    });

    it('embora degradado, sem os opcionais', async () => {
      platform.notificacoes.on('GET /health/ready', problemAnswer(503, 'servico.indisponivel'));
      platform.pagamentos.on('GET /health/ready', 'hang-up');
      expect(await app.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'degraded' } });
    });

    it.each(['reservas', 'auth'] as const)('não sem %s', async (name) => {
      platform[name].on('GET /health/ready', problemAnswer(503, 'servico.indisponivel'));
      expect(await app.get('/health/ready')).toMatchObject({
        status: 503,
        body: { dependencias: { [name]: { status: 'down' } } },
      });
    });
  });
});
