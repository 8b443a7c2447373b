import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { telas } from '@plataforma/contracts';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  type FakeAnswer,
  FakePlatform,
  problemAnswer,
  TestApp,
  testEnvironment,
} from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { espaco, reserva, pagamento, notificacao, sessao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const TELA = `/v2/reservas/${reserva.id}`;
const futura = { ...reserva, inicio: '2099-12-02T00:30:00.000Z', fim: '2099-12-02T02:00:00.000Z' };
const historico = { reservaId: reserva.id, eventos: [], estado: { ...futura, pagoCentavos: 0 } };
const outroEspaco = { ...espaco, id: '0192f0c4-0000-7000-8000-0000000000e2' };
const disponibilidade = {
  espacoId: espaco.id,
  fuso: espaco.fuso,
  livres: [],
  inicios: [],
  precosCentavos: [],
  proximoInicio: null,
};

describe('As telas do BFF da web', () => {
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, {
      ...testEnvironment(platform),
      ...platform.settings,
      UPSTREAM_TIMEOUT_MS: '1500',
      UPSTREAM_OPCIONAL_TIMEOUT_MS: '400',
    });
    app = await TestApp.start(appModule(config), { ...application, deadlineMs: 2_000 });
    token = await platform.token();
  });
  beforeEach(() => {
    platform.reset();
    platform.reservas
      .on(`GET ${DETALHE}`, { body: futura })
      .on(`GET ${DETALHE}/historico`, { body: historico })
      .on(`GET /v1/espacos/${espaco.id}`, { body: espaco })
      .on(`GET /v1/espacos/${espaco.id}/disponibilidade`, { body: disponibilidade })
      .on('GET /v1/espacos', { body: { itens: [espaco, outroEspaco], proximo: null } });
    const { usuario } = sessao;
    platform.auth
      .on('GET /v1/usuarios/eu', { body: usuario })
      .on('GET /v1/sessoes', { body: { itens: [] } })
      .on('GET /v1/usuarios/eu/fatores', { body: { totp: false } })
      .on('GET /v1/usuarios/eu/provedores', { body: { itens: [] } })
      .on('GET /v1/consentimentos', { body: { itens: [] } });
    platform.notificacoes.on('GET /v1/avisos/preferencias', { body: { canais: [] } });
  });
  afterAll(() => Promise.all([app?.stop(), platform?.stop()]));

  it('dão de uma reserva tudo o que a tela mostra, num pedido', async () => {
    const { status, body } = await app.get(TELA, { token });
    expect(status).toBe(200);
    expect(body).toEqual({
      reserva: futura,
      espaco,
      pagamentos: [pagamento],
      historico,
      notificacoes: [notificacao],
      similares: [outroEspaco],
      degradado: [],
    });
    expect(telas.reservaNaTela.respostas[200].safeParse(body).error).toBeUndefined();
    const procura = platform.reservas.requests.find(({ path }) => path === '/v1/espacos');
    expect(procura?.query).toMatchObject({ cidade: espaco.cidade, tipo: espaco.tipo, livreDe: futura.inicio });
  });

  it.each<[string, () => void, object]>([
    ['pagamentos', () => platform.pagamentos.on('GET /v1/pagamentos', 'silence'), { pagamentos: null }],
    ['notificacoes', () => platform.notificacoes.on('GET /v1/notificacoes', 'hang-up'), { notificacoes: null }],
    [
      'historico',
      () => platform.reservas.on(`GET ${DETALHE}/historico`, problemAnswer(500, 'interno.falha')),
      { historico: null },
    ],
    ['similares', () => platform.reservas.on('GET /v1/espacos', 'silence'), { similares: null }],
  ])('seguem sem %s, que é null e nomeada em degradado', async (parte, quebrar, faltando) => {
    quebrar();
    const { status, body } = await app.get(TELA, { token });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ reserva: futura, ...faltando, degradado: [parte] }),
    ]);
  });

  it('sem o espaço também não dizem os que se parecem com ele', async () => {
    platform.reservas.on(`GET /v1/espacos/${espaco.id}`, 'hang-up');
    const { body } = await app.get(TELA, { token });
    expect(body).toMatchObject({ espaco: null, similares: null, degradado: ['espaco', 'similares'] });
  });

  it('sem a reserva dão só o erro dela, e a quem já não tem sessão o dizem', async () => {
    platform.reservas.on(`GET ${DETALHE}`, problemAnswer(404, 'reservas.inexistente'));
    expect(await app.get(TELA, { token })).toMatchObject({ status: 404, body: { code: 'reservas.inexistente' } });
    platform.reservas.on(`GET ${DETALHE}`, { body: futura });
    platform.notificacoes.on('GET /v1/notificacoes', problemAnswer(401, 'auth.sessao-encerrada'));
    expect(await app.get(TELA, { token })).toMatchObject({ status: 401, body: { code: 'auth.sessao-encerrada' } });
  });

  it('pedem tudo ao mesmo tempo: o que é lento espera junto', async () => {
    let [agora, mais] = [0, 0];
    const devagar = (body: object) => async (): Promise<FakeAnswer> => {
      mais = Math.max(mais, ++agora);
      await eventually(() => mais >= 4, 1_000).catch(() => undefined);
      agora -= 1;
      return { body };
    };
    platform.auth
      .on('GET /v1/usuarios/eu', devagar(sessao.usuario))
      .on('GET /v1/sessoes', devagar({ itens: [] }))
      .on('GET /v1/usuarios/eu/fatores', devagar({}))
      .on('GET /v1/consentimentos', devagar({ itens: [] }));
    expect(await app.get('/v1/conta', { token })).toMatchObject({
      status: 200,
      body: { usuario: sessao.usuario, preferencias: { canais: [] }, provedores: { itens: [] }, degradado: [] },
    });
    expect(mais).toBe(4);
  });

  it('dão a própria conta mesmo sem os avisos', async () => {
    platform.notificacoes.on('GET /v1/avisos/preferencias', 'hang-up');
    expect((await app.get('/v1/conta', { token })).body).toMatchObject({
      preferencias: null,
      degradado: ['preferencias'],
    });
    expect((await app.get('/v1/conta')).status).toBe(401);
  });

  it('dão um espaço com o que está livre e os preços, a qualquer um', async () => {
    const janela = new URLSearchParams({
      de: '2099-12-01T08:00:00-03:00',
      ate: '2099-12-01T18:00:00-03:00',
    }).toString();
    const pagina = `/v1/espacos/${espaco.id}/pagina?${janela}`;
    expect((await app.get(pagina)).body).toEqual({ espaco, disponibilidade, degradado: [] });
    expect(platform.reservas.requests.at(-1)?.query).toMatchObject({ precos: 'sim' });
    // A mistake in what is asked is the caller's; too many who ask, or nobody who answers, is not.
    for (const [status, code] of [
      [400, 'requisicao.invalida'],
      [422, 'reservas.periodo-invalido'],
      [422, 'reservas.janela-grande-demais'],
    ] as const) {
      platform.reservas.on(`GET /v1/espacos/${espaco.id}/disponibilidade`, problemAnswer(status, code));
      const recusada = await app.get<{ code: string }>(pagina);
      expect([recusada.status, recusada.body.code]).toEqual([status, code]);
    }
    platform.reservas.on(`GET /v1/espacos/${espaco.id}/disponibilidade`, 'silence');
    expect((await app.get(pagina)).body).toEqual({ espaco, disponibilidade: null, degradado: ['disponibilidade'] });
    platform.reservas.on(`GET /v1/espacos/${espaco.id}`, problemAnswer(404, 'reservas.espaco-inexistente'));
    expect((await app.get(pagina)).status).toBe(404);
  });

  it('dizem aos serviços até quando se espera, e quem se vai leva consigo tudo o que pediu', async () => {
    await app.get(TELA, { token, headers: { 'x-prazo-ms': '700' } });
    const prazos = [platform.reservas, platform.pagamentos, platform.notificacoes].flatMap(({ requests }) =>
      requests.map(({ headers }) => Number(headers['x-prazo-ms'])),
    );
    expect(prazos.length).toBeGreaterThanOrEqual(6);
    for (const prazo of prazos) expect(prazo).toBeLessThanOrEqual(700);

    platform.reservas.on(`GET ${DETALHE}`, 'silence').on(`GET ${DETALHE}/historico`, 'silence');
    platform.notificacoes.on('GET /v1/notificacoes', 'silence');
    platform.notificacoes.requests.length = 0;
    const ido = new AbortController();
    const pedido = fetch(app.url + TELA, { headers: { authorization: `Bearer ${token}` }, signal: ido.signal });
    await eventually(() => platform.notificacoes.requests.some(({ path }) => path === '/v1/notificacoes'));
    ido.abort();
    await expect(pedido).rejects.toThrow();
    await eventually(() => platform.reservas.abandoned >= 2 && platform.notificacoes.abandoned >= 1);
  });

  it('servem as duas versões lado a lado, e a antiga diz que está de saída', async () => {
    const [v1, v2] = [await app.get(DETALHE, { token }), await app.get(TELA, { token })];
    expect([v1.status, v2.status]).toEqual([200, 200]);
    expect(v1.body).toHaveProperty('faltando', []);
    expect([v1.headers.get('deprecation'), v1.headers.get('sunset'), v1.headers.get('link')]).toEqual([
      `@${Date.UTC(2026, 10, 27) / 1_000}`,
      'Mon, 31 May 2027 00:00:00 GMT',
      `<${TELA}>; rel="successor-version"`,
    ]);
    expect(v2.headers.has('deprecation')).toBe(false);
  });
});
