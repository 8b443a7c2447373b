import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, espaco, cotacao, sessao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const slim = {
  id: reserva.id,
  espaco: 'Sala Ipê',
  foto: 'https://fotos.exemplo.com/1.jpg',
  data: '01/12/2026',
  horario: '21:30 - 23:00',
  valor: 'R$\u00a01.234,50',
  status: 'PENDENTE_PAGAMENTO',
};

const detalhe = { ...slim, codigo: null, remarcacao: null };
const ESPERA = '/v1/fila/0192f0c4-0000-7000-8000-0000000000f2';

describe('O BFF do aplicativo', () => {
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, { ...testEnvironment(platform), ...platform.settings });
    app = await TestApp.start(appModule(config), application);
    token = await platform.token();
  });
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });
  beforeEach(() => platform.reset());

  it('dá de uma reserva o que uma tela pequena mostra, e o que é preciso para pagar', async () => {
    const { status, body } = await app.get(DETALHE, { token });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...detalhe,
      pagamento: { status: 'PENDENTE', valor: slim.valor, clientSecret: 'pi_1_secret_2' },
      faltando: [],
    });
    expect(platform.notificacoes.requests).toEqual([]);
  });

  it('dá uma reserva cheia em até 1 KB', async () => {
    const longo = (n: number) => 'Auditório Ágora & Convenções d’Oeste '.repeat(10).slice(0, n);
    platform.reservas.on(`GET ${DETALHE}`, {
      body: {
        ...reserva,
        espaco: { ...reserva.espaco, nome: longo(120), fotos: [`https://fotos.exemplo.com/${'f'.repeat(270)}`] },
        status: 'PENDENTE_APROVACAO',
        valorCentavos: 99_999_999,
        checkin: { codigo: '7F3K-9Q2M', exigido: true, toleranciaMinutos: 15 },
        remarcacao: { ...reserva, diferencaCentavos: 99_999_999, expiraEm: reserva.fim },
        serieId: reserva.id,
        justificativa: longo(500),
      },
    });
    const segredo = `pi_${'3'.repeat(24)}_secret_${'a'.repeat(25)}`;
    const [{ pagamento }] = [FakePlatform.examples];
    platform.pagamentos.on('GET /v1/pagamentos', {
      body: {
        itens: Array.from({ length: 4 }, (_, parcela) => ({
          ...pagamento,
          parcela: parcela + 1,
          valorCentavos: 99_999_999,
          provedor: { paymentIntentId: 'pi_1', clientSecret: segredo },
        })),
        proximo: null,
      },
    });
    const { body } = await app.get(DETALHE, { token });
    expect(body).toMatchObject({ pagamento: { clientSecret: segredo }, remarcacao: { data: '01/12/2026' } });
    expect(body['foto']).toHaveLength(296);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(1_024);
  });

  it('deixa de fora uma foto cujo endereço pesa mais do que vale', async () => {
    const espacoDaReserva = { ...reserva.espaco, fotos: [`https://fotos.exemplo.com/${'f'.repeat(300)}`] };
    platform.reservas.on(`GET ${DETALHE}`, { body: { ...reserva, espaco: espacoDaReserva } });
    expect((await app.get(DETALHE, { token })).body).toMatchObject({ foto: null });
  });

  it('não manda de novo o que o aparelho já tem, nem a outra língua por ela', async () => {
    const lida = await app.get(DETALHE, { token });
    const etag = lida.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(lida.headers.get('cache-control')).toBe('private, no-cache');
    const outra = await app.get(DETALHE, { token, headers: { 'if-none-match': `"x", ${etag}` } });
    expect([outra.status, outra.body, outra.headers.get('etag')]).toEqual([304, '', etag]);
    const emIngles = { 'if-none-match': etag, 'accept-language': 'en' };
    expect((await app.get(DETALHE, { token, headers: emIngles })).status).toBe(200);
    platform.reservas.on(`GET ${DETALHE}`, { body: { ...reserva, status: 'CONFIRMADA' } });
    expect((await app.get(DETALHE, { token, headers: { 'if-none-match': etag } })).status).toBe(200);
    const recusada = await app.get('/v1/reservas/x', { token, headers: { 'if-none-match': '*' } });
    expect([recusada.status, recusada.headers.get('cache-control')]).toEqual([400, 'no-store']);
  });

  it.each([
    ['br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['gzip;q=1, br;q=0', 'gzip'],
    ['identity', null],
  ])('comprime como o aparelho aceita: %s', async (aceita, vem) => {
    platform.reservas.on('GET /v1/reservas', {
      body: { itens: Array.from({ length: 20 }, () => reserva), proximo: null },
    });
    const answer = await fetch(`${app.url}/mobile/v1/reservas`, {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': aceita },
    });
    expect(answer.headers.get('content-encoding')).toBe(vem);
    const varia = answer.headers.get('vary')?.split(', ') ?? [];
    expect(varia).toContain('accept-encoding');
    expect(varia).toEqual([...new Set(varia)]);
    expect(((await answer.json()) as { itens: unknown[] }).itens).toEqual(Array.from({ length: 20 }, () => slim));
  });

  it('serve em /mobile/v1, e em /v1 diz que isso está de saída', async () => {
    const [aqui, antigo] = [await app.get(`/mobile${DETALHE}?`, { token }), await app.get(DETALHE, { token })];
    expect(aqui.body).toEqual(antigo.body);
    expect(aqui.headers.has('deprecation')).toBe(false);
    expect([antigo.headers.get('deprecation'), antigo.headers.get('sunset'), antigo.headers.get('link')]).toEqual([
      `@${Date.UTC(2026, 10, 27) / 1_000}`,
      'Mon, 31 May 2027 00:00:00 GMT',
      `</mobile${DETALHE}>; rel="successor-version"`,
    ]);
    // Also what is refused before it is looked at.
    expect((await app.get(DETALHE)).headers.has('deprecation')).toBe(true);
    expect((await app.get('/mobile/mobile/v1/reservas', { token })).status).toBe(404);
    expect((await app.get('/mobile/health', { token })).status).toBe(404);
    expect((await app.get('/health')).status).toBe(200);
  });

  it('dá as séries pelo que se mostra delas', async () => {
    const serie = {
      id: '0192f0c4-0000-7000-8000-0000000000b1',
      clienteId: reserva.clienteId,
      espacoId: espaco.id,
      regra: 'FREQ=WEEKLY;COUNT=2',
      excecoes: [],
      inicio: reserva.inicio,
      fim: reserva.fim,
      fuso: reserva.fuso,
      cobranca: 'SERIE',
      criadaEm: reserva.criadaEm,
      reservas: [reserva.id],
    };
    const enxuta = {
      id: serie.id,
      espacoId: espaco.id,
      regra: serie.regra,
      data: slim.data,
      horario: slim.horario,
      reservas: [reserva.id],
    };
    const { inicio, fim } = reserva;
    platform.reservas
      .on('GET /v1/series', { body: { itens: [serie], proximo: null } })
      .on(`GET /v1/series/${serie.id}`, { body: serie })
      .on(`POST /v1/series/${serie.id}/cancelamento`, { body: serie })
      .on('POST /v1/series', {
        status: 201,
        body: {
          serie,
          ocorrencias: [{ inicio, fim, resultado: 'RESERVADA', reservaId: reserva.id, codigo: null, motivo: null }],
        },
      });
    expect((await app.get('/mobile/v1/series', { token })).body).toEqual({ itens: [enxuta], proximo: null });
    expect((await app.get(`/mobile/v1/series/${serie.id}`, { token })).body).toEqual(enxuta);
    const nova = { espacoId: espaco.id, inicio, fim, regra: serie.regra };
    expect((await app.post('/mobile/v1/series', nova, { token })).body).toEqual({
      serie: enxuta,
      ocorrencias: [{ data: slim.data, horario: slim.horario, reservaId: reserva.id, motivo: null }],
    });
    const todas = { escopo: 'TODAS' };
    expect((await app.post(`/mobile/v1/series/${serie.id}/cancelamento`, todas, { token })).body).toEqual(enxuta);
  });

  it('fala a língua do cliente', async () => {
    const { body } = await app.get(DETALHE, { token, headers: { 'accept-language': 'en-US,en;q=0.9' } });
    expect(body).toMatchObject({ valor: 'R$1,234.50', data: '01/12/2026' });
  });

  it('dá uma reserva sem a cobrança enquanto pagamentos está fora, e o diz', async () => {
    platform.pagamentos.on('GET /v1/pagamentos', 'hang-up');
    expect((await app.get(DETALHE, { token })).body).toEqual({
      ...detalhe,
      pagamento: null,
      faltando: ['pagamento'],
    });
  });

  it('não dá reserva que reservas não dá', async () => {
    platform.reservas.on(`GET ${DETALHE}`, problemAnswer(404, 'reservas.reserva-inexistente'));
    expect(await app.get(DETALHE, { token })).toMatchObject({
      status: 404,
      body: { code: 'reservas.reserva-inexistente' },
    });
  });

  it('lista, cria e cancela na mesma forma', async () => {
    platform.reservas
      .on('GET /v1/reservas', { body: { itens: [reserva], proximo: 'x' } })
      .on('POST /v1/reservas', { status: 201, body: reserva, headers: { 'idempotency-replayed': 'true' } })
      .on(`POST ${DETALHE}/cancelamento`, { body: { ...reserva, status: 'CANCELADA' } });
    expect((await app.get('/v1/reservas', { token })).body).toEqual({ itens: [slim], proximo: 'x' });
    const nova = { espacoId: espaco.id, inicio: reserva.inicio, fim: reserva.fim };
    const created = await app.post('/v1/reservas', nova, { token, headers: { 'idempotency-key': 'chave-0001' } });
    expect(created).toMatchObject({ status: 201, body: slim });
    expect(created.headers.get('idempotency-replayed')).toBe('true');
    expect((await app.post(`${DETALHE}/cancelamento`, undefined, { token })).body).toEqual({
      ...slim,
      status: 'CANCELADA',
    });
  });

  it('mostra o código do check-in, e o horário que espera pela diferença', async () => {
    const remarcacao = {
      inicio: '2026-12-03T00:30:00.000Z',
      fim: '2026-12-03T02:00:00.000Z',
      valorCentavos: 150_000,
      diferencaCentavos: 26_550,
      expiraEm: '2026-11-30T12:30:00.000Z',
    };
    const checkin = { codigo: '7F3K-9Q2M', exigido: true, toleranciaMinutos: 15 };
    platform.reservas.on(`GET ${DETALHE}`, { body: { ...reserva, remarcacao, checkin } });
    expect((await app.get(DETALHE, { token })).body).toMatchObject({
      codigo: '7F3K-9Q2M',
      remarcacao: {
        data: '02/12/2026',
        horario: '21:30 - 23:00',
        diferenca: 'R$\u00a0265,50',
        expiraEm: remarcacao.expiraEm,
      },
    });
  });

  it('cota em palavras', async () => {
    platform.reservas.on('POST /v1/cotacoes', { status: 201, body: cotacao });
    const pedido = { espacoId: espaco.id, inicio: reserva.inicio, fim: reserva.fim, cupom: 'BEMVINDO10' };
    expect(await app.post('/v1/cotacoes', pedido, { token })).toMatchObject({
      status: 201,
      body: {
        id: cotacao.id,
        data: '01/12/2026',
        horario: '21:30 - 23:00',
        linhas: [
          { descricao: 'Preço por hora', valor: 'R$\u00a0120,00' },
          { descricao: 'Cupom BEMVINDO10', valor: '-R$\u00a012,00' },
        ],
        total: 'R$\u00a0108,00',
        sinal: { sinal: 'R$\u00a032,40', saldo: 'R$\u00a075,60', vencimento: '29/11/2026 21:30' },
        expiraEm: cotacao.expiraEm,
      },
    });
    expect(platform.reservas.requests[0]?.body).toEqual(pedido);
  });

  it('diz o que um cancelamento traria, em palavras e como é para ser mandado de volta', async () => {
    platform.reservas.on(`GET ${DETALHE}/cancelamento`, {
      body: { reembolsoCentavos: 6_750, retidoCentavos: 0, politicaCancelamento: [], calculadaEm: reserva.criadaEm },
    });
    expect((await app.get(`${DETALHE}/cancelamento`, { token })).body).toEqual({
      reembolso: 'R$\u00a067,50',
      retido: 'R$\u00a00,00',
      reembolsoCentavos: 6_750,
    });
  });

  it.each([
    ['cancelamento', { reembolsoEsperadoCentavos: 6_750 }],
    ['remarcacao', { inicio: reserva.inicio, fim: reserva.fim }],
    ['checkin', { codigo: '7F3K-9Q2M' }],
  ])('repassa %s, e por que foi recusado', async (operacao, body) => {
    const path = `${DETALHE}/${operacao}`;
    platform.reservas.on(`POST ${path}`, { body: reserva });
    const headers = { 'idempotency-key': 'chave-0001' };
    expect(await app.post(path, body, { token, headers })).toMatchObject({ status: 200, body: slim });
    expect(platform.reservas.requests).toMatchObject([{ body, headers }]);
    platform.reservas.on(`POST ${path}`, problemAnswer(409, 'reservas.reembolso-mudou', { reembolsoCentavos: 1 }));
    expect(await app.post(path, body, { token })).toMatchObject({
      status: 409,
      body: { code: 'reservas.reembolso-mudou', reembolsoCentavos: 1 },
    });
    expect(await app.post(path, { ...body, clienteId: reserva.clienteId }, { token })).toMatchObject({ status: 400 });
  });

  it('tem a fila de espera', async () => {
    platform.reservas
      .on('POST /v1/fila', { status: 201, body: { id: '1' } })
      .on('GET /v1/fila', { body: { itens: [], proximo: null } })
      .on(`GET ${ESPERA}`, { body: { id: '1' } })
      .on(`DELETE ${ESPERA}`, { status: 204 });
    const espera = { espacoId: espaco.id, inicio: reserva.inicio, fim: reserva.fim };
    expect(await app.post('/v1/fila', espera, { token })).toMatchObject({ status: 201, body: { id: '1' } });
    expect(await app.get('/v1/fila', { token })).toMatchObject({ status: 200, body: { itens: [] } });
    expect(await app.get(ESPERA, { token })).toMatchObject({ status: 200, body: { id: '1' } });
    expect(await app.send('DELETE', ESPERA, { token })).toMatchObject({ status: 204 });
    expect(await app.get('/v1/fila')).toMatchObject({ status: 401 });
  });

  it('tem cobranças e recibos, para ler', async () => {
    const cobranca = '/v1/pagamentos/0192f0c4-0000-7000-8000-0000000000c1';
    for (const path of [
      cobranca,
      `${cobranca}/recibos`,
      `${cobranca}/estornos`,
      '/v1/pagamentos/recibos/2026-000042',
    ]) {
      platform.pagamentos.on(`GET ${path}`, { body: { resposta: path } });
      expect(await app.get(path, { token })).toMatchObject({ status: 200, body: { resposta: path } });
      expect(await app.get(path)).toMatchObject({ status: 401 });
    }
    expect(await app.post(`${cobranca}/estornos`, { motivo: 'Quero' }, { token })).toMatchObject({ status: 405 });
  });

  it('tem calendários, e aquilo a que os endereços deles levam', async () => {
    const um = '/v1/calendarios/0192f0c4-0000-7000-8000-0000000000f3';
    platform.reservas
      .on('POST /v1/calendarios', { status: 201, body: { id: '1' } })
      .on('GET /v1/calendarios', { body: { itens: [] } })
      .on(`DELETE ${um}`, { status: 204 });
    expect(await app.post('/v1/calendarios', { escopo: 'USUARIO' }, { token })).toMatchObject({ status: 201 });
    expect(await app.get('/v1/calendarios', { token })).toMatchObject({ status: 200, body: { itens: [] } });
    expect(await app.send('DELETE', um, { token })).toMatchObject({ status: 204 });
    expect(await app.get('/v1/calendarios')).toMatchObject({ status: 401 });
    const feed = `/v1/calendarios/feed/${'s'.repeat(43)}.ics`;
    platform.reservas.on(`GET ${feed}`, { body: 'BEGIN:VCALENDAR', headers: { 'content-type': 'text/calendar' } });
    expect(await app.get(feed)).toMatchObject({ status: 200, body: 'BEGIN:VCALENDAR' });
  });

  it('mostra os espaços com uma foto e um preço', async () => {
    platform.reservas
      .on('GET /v1/espacos', { body: { itens: [espaco], proximo: null } })
      .on(`GET /v1/espacos/${espaco.id}`, { body: espaco })
      .on(`GET /v1/espacos/${espaco.id}/disponibilidade`, {
        body: {
          espacoId: espaco.id,
          fuso: espaco.fuso,
          livres: [],
          inicios: ['2026-12-01T11:00:00Z'],
          proximoInicio: null,
        },
      });
    const resumo = {
      id: espaco.id,
      nome: 'Sala Ipê',
      tipo: 'SALA',
      cidade: 'São Paulo',
      capacidade: 8,
      foto: 'https://fotos.exemplo.com/1.jpg',
      precoHora: 'R$\u00a080,00',
      precoDia: null,
    };
    expect((await app.get('/v1/espacos')).body).toEqual({ itens: [resumo], proximo: null });
    expect((await app.get(`/v1/espacos/${espaco.id}`)).body).toEqual({
      ...resumo,
      descricao: 'Sala de reunião',
      endereco: 'Rua das Flores, 1',
      recursos: ['projetor'],
      unidadeDuracao: 'MINUTO',
      duracaoMinimaMinutos: 30,
      duracaoMaximaMinutos: 480,
      passoMinutos: 30,
    });
    const janela = 'de=2026-12-01T00:00:00Z&ate=2026-12-02T00:00:00Z';
    expect((await app.get(`/v1/espacos/${espaco.id}/disponibilidade?${janela}`)).body).toEqual({
      livres: [],
      inicios: [{ inicio: '2026-12-01T11:00:00Z', data: '01/12/2026', hora: '08:00' }],
      proximoInicio: null,
    });
  });

  it('entrega os dois tokens ao aplicativo, que os guarda ele mesmo', async () => {
    const { tokenRenovacao } = sessao;
    platform.auth
      .on('POST /v1/sessoes', { status: 201, body: sessao })
      .on('POST /v1/sessoes/renovacao', { body: sessao })
      .on('POST /v1/sessoes/encerramento', { status: 204 });
    const opened = await app.post('/v1/sessoes', { email: 'ana@exemplo.com', senha: 'uma frase' });
    expect(opened).toMatchObject({ status: 201, body: sessao });
    expect(opened.headers.get('set-cookie')).toBeNull();
    expect(await app.post('/v1/sessoes/renovacao', { tokenRenovacao })).toMatchObject({ status: 200, body: sessao });
    expect(await app.post('/v1/sessoes/encerramento', { tokenRenovacao })).toMatchObject({ status: 204 });
    expect(await app.post('/v1/sessoes/renovacao', { tokenRenovacao: 'x' })).toMatchObject({ status: 400 });
  });

  it('recusa quem não tem token, e campos que ninguém conhece', async () => {
    expect(await app.get(DETALHE)).toMatchObject({ status: 401 });
    const body = { espacoId: espaco.id, inicio: reserva.inicio, fim: reserva.fim, clienteId: reserva.clienteId };
    expect(await app.post('/v1/reservas', body, { token })).toMatchObject({
      status: 400,
      body: { code: 'requisicao.invalida' },
    });
    expect(platform.reservas.requests).toEqual([]);
  });
});
