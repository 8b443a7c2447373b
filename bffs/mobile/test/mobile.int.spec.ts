import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, problemAnswer, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, espaco, sessao } = FakePlatform.examples;
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

describe('The mobile BFF', () => {
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

  it('gives of a booking what a small screen shows, and what it takes to pay', async () => {
    const { status, body } = await app.get(DETALHE, { token });
    expect(status).toBe(200);
    expect(body).toEqual({ ...slim, pagamento: { status: 'PENDENTE', clientSecret: 'pi_1_secret_2' }, faltando: [] });
    expect(platform.notificacoes.requests).toEqual([]);
  });

  it('speaks the language of the client', async () => {
    const { body } = await app.get(DETALHE, { token, headers: { 'accept-language': 'en-US,en;q=0.9' } });
    expect(body).toMatchObject({ valor: 'R$1,234.50', data: '01/12/2026' });
  });

  it('gives a booking without its charge while pagamentos is away, and says so', async () => {
    platform.pagamentos.on('GET /v1/pagamentos', 'hang-up');
    expect((await app.get(DETALHE, { token })).body).toEqual({ ...slim, pagamento: null, faltando: ['pagamento'] });
  });

  it('gives no booking that reservas does not give', async () => {
    platform.reservas.on(`GET ${DETALHE}`, problemAnswer(404, 'reservas.reserva-inexistente'));
    expect(await app.get(DETALHE, { token })).toMatchObject({
      status: 404,
      body: { code: 'reservas.reserva-inexistente' },
    });
  });

  it('lists, creates and cancels in the same shape', async () => {
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

  it('shows spaces with one photo and a price', async () => {
    platform.reservas
      .on('GET /v1/espacos', { body: { itens: [espaco], proximo: null } })
      .on(`GET /v1/espacos/${espaco.id}`, { body: espaco })
      .on(`GET /v1/espacos/${espaco.id}/disponibilidade`, {
        body: { espacoId: espaco.id, fuso: espaco.fuso, livres: [], inicios: ['2026-12-01T11:00:00Z'] },
      });
    const resumo = {
      id: espaco.id,
      nome: 'Sala Ipê',
      tipo: 'SALA',
      cidade: 'São Paulo',
      capacidade: 8,
      foto: 'https://fotos.exemplo.com/1.jpg',
      precoHora: 'R$\u00a080,00',
    };
    expect((await app.get('/v1/espacos')).body).toEqual({ itens: [resumo], proximo: null });
    expect((await app.get(`/v1/espacos/${espaco.id}`)).body).toEqual({
      ...resumo,
      descricao: 'Sala de reunião',
      endereco: 'Rua das Flores, 1',
      recursos: ['projetor'],
      duracaoMinimaMinutos: 30,
      duracaoMaximaMinutos: 480,
      passoMinutos: 30,
    });
    const janela = 'de=2026-12-01T00:00:00Z&ate=2026-12-02T00:00:00Z';
    expect((await app.get(`/v1/espacos/${espaco.id}/disponibilidade?${janela}`)).body).toEqual({
      livres: [],
      inicios: [{ inicio: '2026-12-01T11:00:00Z', data: '01/12/2026', hora: '08:00' }],
    });
  });

  it('hands both tokens to the application, which keeps them itself', async () => {
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

  it('refuses whoever has no token, and fields that nobody knows', async () => {
    expect(await app.get(DETALHE)).toMatchObject({ status: 401 });
    const body = { espacoId: espaco.id, inicio: reserva.inicio, fim: reserva.fim, clienteId: reserva.clienteId };
    expect(await app.post('/v1/reservas', body, { token })).toMatchObject({
      status: 400,
      body: { code: 'requisicao.invalida' },
    });
    expect(platform.reservas.requests).toEqual([]);
  });
});
