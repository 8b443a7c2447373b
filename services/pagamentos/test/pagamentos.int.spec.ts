import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { PagamentosHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import { startEmulator } from '@plataforma/stripe-emulator';
import { readSettings } from '@plataforma/stripe-emulator/settings';
import {
  eventually,
  freePort,
  TestApp,
  TestBroker,
  TestDatabase,
  testEnvironment,
  TokenIssuer,
} from '@plataforma/testing';
import Stripe from 'stripe';
import { application, AppModule, migrations, settings } from '../src/app.module.js';

jest.setTimeout(30_000);

const SECRET_KEY = 'sk_test_pagamentos';
const PUBLISHABLE_KEY = 'pk_test_pagamentos';
const WEBHOOK_SECRET = 'whsec_pagamentos';
const OLD_WEBHOOK_SECRET = 'whsec_anterior';

let app: TestApp;
let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let folder: string;
/** What a browser with Stripe.js would use. */
let cliente: Stripe;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagamentos-'));
  const port = await freePort();
  [broker, database, issuer, emulator] = await Promise.all([
    TestBroker.create(),
    TestDatabase.create('pagamentos', migrations),
    TokenIssuer.start(),
    startEmulator(
      readSettings({
        PORT: '0',
        DATA_DIR: folder,
        LOG_LEVEL: 'error',
        STRIPE_SECRET_KEY: SECRET_KEY,
        STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        STRIPE_WEBHOOK_URL: `http://127.0.0.1:${port}/webhooks/stripe`,
        WEBHOOK_RETRY_BASE_MS: '100',
      }),
    ),
  ]);
  const { hostname, port: emulatorPort } = new URL(emulator.url);
  cliente = new Stripe(PUBLISHABLE_KEY, { host: hostname, port: emulatorPort, protocol: 'http', maxNetworkRetries: 0 });
  const config = loadConfig(settings, {
    ...testEnvironment({ database, broker, issuer }),
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_WEBHOOK_SECRET: `${OLD_WEBHOOK_SECRET},${WEBHOOK_SECRET}`,
    STRIPE_API_BASE: emulator.url,
    RECONCILIACAO_SEGUNDOS: '1',
  });
  app = await TestApp.start(AppModule.with(config), application, {
    consumers: (nest) => consumeQueue(nest, 'pagamentos.comandos', 50),
    port,
  });
});

afterAll(async () => {
  await app.stop();
  await emulator.close();
  await Promise.all([broker.drop(), database.drop(), issuer.stop(), rm(folder, { recursive: true })]);
});

const control = (path: string, body?: unknown) =>
  fetch(new URL(`/_emulador/${path}`, emulator.url), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** What the provider holds for a booking, by its own ledger. */
async function provedor(reservaId: string) {
  const response = await control(`razao?metadata[reservaId]=${reservaId}`);
  const { porPaymentIntent } = (await response.json()) as {
    porPaymentIntent: { liquidoCentavos: number; capturadoCentavos: number }[];
  };
  return {
    intentos: porPaymentIntent.length,
    liquido: porPaymentIntent.reduce((soma, item) => soma + item.liquidoCentavos, 0),
  };
}

const saldoDoCliente = async (reservaId: string) => {
  const [row] = await database.query<{ saldo: string }>(
    `SELECT coalesce(sum(l.valor_centavos), 0) AS saldo FROM lancamentos l JOIN cobrancas c ON c.id = l.cobranca_id
      WHERE c.reserva_id = $1 AND l.conta = 'CLIENTE'`,
    [reservaId],
  );
  return Number(row?.saldo);
};

async function charge(valorCentavos = 9_000) {
  const [reservaId, clienteId] = [randomUUID(), randomUUID()];
  await broker.publish('cobranca.criar.v1', {
    reservaId,
    clienteId,
    valorCentavos,
    moeda: 'BRL',
    descricao: 'Reserva de teste',
    expiraEm: new Date(Date.now() + 60_000).toISOString(),
  });
  return { reservaId, clienteId, token: await issuer.token(clienteId) };
}

async function opened(token: string, reservaId: string) {
  return eventually(async () => {
    const { body } = await app.get<PagamentosHttp>(`/v1/pagamentos?reservaId=${reservaId}`, { token });
    const [pagamento] = body.itens;
    return pagamento?.provedor?.clientSecret
      ? { ...pagamento, intent: pagamento.provedor.paymentIntentId, secret: pagamento.provedor.clientSecret }
      : null;
  });
}

const pay = (intent: string, secret: string, payment_method = 'pm_card_visa') =>
  cliente.paymentIntents.confirm(intent, {
    payment_method,
    return_url: 'http://127.0.0.1/volta',
    // What Stripe.js sends; the server SDK's types do not know it.
    ...{ client_secret: secret },
  });

const published = <T extends Parameters<TestBroker['publishedOf']>[0]>(type: T, reservaId: string) =>
  broker.publishedOf(type).filter((event) => (event.data as { reservaId: string }).reservaId === reservaId);

describe('cobrança', () => {
  it('aberta por comando, paga no provedor, aprovada pelo webhook, com o razão equilibrado', async () => {
    const { reservaId, token } = await charge();
    const { intent, secret } = await opened(token, reservaId);
    await pay(intent, secret);
    const [aprovado] = await eventually(() => {
      const eventos = published('pagamento.aprovado.v1', reservaId);
      return eventos.length > 0 && eventos;
    });
    expect(aprovado?.data).toMatchObject({ reservaId, valorCentavos: 9_000 });
    expect(await saldoDoCliente(reservaId)).toBe(-9_000);
    expect(await provedor(reservaId)).toEqual({ intentos: 1, liquido: 9_000 });
  });

  it('o mesmo comando três vezes abre uma cobrança só', async () => {
    const { reservaId, clienteId, token } = await charge();
    const data = {
      reservaId,
      clienteId,
      valorCentavos: 9_000,
      moeda: 'BRL' as const,
      descricao: 'x',
      expiraEm: new Date().toISOString(),
    };
    await Promise.all([broker.publish('cobranca.criar.v1', data), broker.publish('cobranca.criar.v1', data)]);
    await opened(token, reservaId);
    expect((await app.get<PagamentosHttp>(`/v1/pagamentos?reservaId=${reservaId}`, { token })).body.itens).toHaveLength(
      1,
    );
  });

  it('conta cada recusa uma vez e ainda aceita outro cartão', async () => {
    const { reservaId, token } = await charge();
    const { intent, secret } = await opened(token, reservaId);
    await expect(pay(intent, secret, 'pm_card_chargeDeclined')).rejects.toThrow();
    await eventually(() => published('pagamento.recusado.v1', reservaId).length === 1);
    await pay(intent, secret);
    await eventually(() => published('pagamento.aprovado.v1', reservaId).length === 1);
    expect(published('pagamento.recusado.v1', reservaId)).toHaveLength(1);
  });

  it('encerrada, não pode mais ser paga', async () => {
    const { reservaId, token } = await charge();
    const { intent, secret } = await opened(token, reservaId);
    await broker.publish('cobranca.cancelar.v1', { reservaId });
    await eventually(() => published('pagamento.cancelado.v1', reservaId).length === 1);
    await expect(pay(intent, secret)).rejects.toThrow(/cancel/i);
    expect(await provedor(reservaId)).toMatchObject({ liquido: 0 });
  });

  it('paga antes do pedido de encerrar, conta como aprovada', async () => {
    const { reservaId, token } = await charge();
    await control('falhas', { tipo: 'webhook_perdido', metadata: { reservaId }, vezes: null });
    const { intent, secret } = await opened(token, reservaId);
    await pay(intent, secret);
    await broker.publish('cobranca.cancelar.v1', { reservaId });
    await eventually(() => published('pagamento.aprovado.v1', reservaId).length === 1);
    expect(published('pagamento.cancelado.v1', reservaId)).toHaveLength(0);
  });

  it('um webhook perdido é reparado pela reconciliação', async () => {
    const { reservaId, token } = await charge();
    await control('falhas', { tipo: 'webhook_perdido', metadata: { reservaId }, vezes: null });
    const { intent, secret } = await opened(token, reservaId);
    await pay(intent, secret);
    await eventually(() => published('pagamento.aprovado.v1', reservaId).length === 1, 10_000);
    expect(await saldoDoCliente(reservaId)).toBe(-9_000);
  });

  it('um webhook triplicado tem efeito uma vez', async () => {
    const { reservaId, token } = await charge();
    await control('falhas', { tipo: 'webhook_duplicado', metadata: { reservaId }, copias: 3, vezes: null });
    const { intent, secret } = await opened(token, reservaId);
    await pay(intent, secret);
    await eventually(() => published('pagamento.aprovado.v1', reservaId).length > 0);
    await eventually(async () => (await database.query(`SELECT FROM webhooks WHERE estado = 'PENDENTE'`)).length === 0);
    expect(published('pagamento.aprovado.v1', reservaId)).toHaveLength(1);
    expect(await saldoDoCliente(reservaId)).toBe(-9_000);
  });

  it('a conexão que cai depois de o provedor criar a cobrança não cria outra', async () => {
    const reservaId = randomUUID();
    await control('falhas', {
      tipo: 'cai_depois_do_efeito',
      operacao: 'payment_intents.create',
      metadata: { reservaId },
      vezes: 2,
    });
    const clienteId = randomUUID();
    await broker.publish('cobranca.criar.v1', {
      reservaId,
      clienteId,
      valorCentavos: 5_000,
      moeda: 'BRL',
      descricao: 'queda',
      expiraEm: new Date().toISOString(),
    });
    const { intent, secret } = await opened(await issuer.token(clienteId), reservaId);
    await pay(intent, secret);
    await eventually(() => published('pagamento.aprovado.v1', reservaId).length === 1);
    expect(await provedor(reservaId)).toEqual({ intentos: 1, liquido: 5_000 });
  });

  it('um 500 guardado pelo provedor sob a chave não prende a cobrança', async () => {
    const reservaId = randomUUID();
    await control('falhas', {
      tipo: 'erro_500',
      operacao: 'payment_intents.create',
      metadata: { reservaId },
      vezes: 1,
    });
    const clienteId = randomUUID();
    await broker.publish('cobranca.criar.v1', {
      reservaId,
      clienteId,
      valorCentavos: 5_000,
      moeda: 'BRL',
      descricao: '500',
      expiraEm: new Date().toISOString(),
    });
    await opened(await issuer.token(clienteId), reservaId);
  });
});

describe('estorno', () => {
  async function paid() {
    const charged = await charge();
    const { intent, secret } = await opened(charged.token, charged.reservaId);
    await pay(intent, secret);
    await eventually(() => published('pagamento.aprovado.v1', charged.reservaId).length === 1);
    return charged;
  }

  it('devolve o pedido, uma vez, ainda que o comando se repita', async () => {
    const { reservaId } = await paid();
    const comando = await broker.publish('estorno.criar.v1', {
      reservaId,
      valorCentavos: 4_000,
      motivo: 'CANCELAMENTO',
    });
    await broker.publish(
      'estorno.criar.v1',
      { reservaId, valorCentavos: 4_000, motivo: 'CANCELAMENTO' },
      { id: comando.id },
    );
    await eventually(() => published('pagamento.estornado.v1', reservaId).length === 1);
    expect(await provedor(reservaId)).toMatchObject({ liquido: 5_000 });
    expect(await saldoDoCliente(reservaId)).toBe(-5_000);
  });

  it('que falha no provedor é pedido de novo até dar certo', async () => {
    const { reservaId } = await paid();
    await control('falhas', { tipo: 'estorno_falha', metadata: { reservaId }, vezes: 2 });
    await broker.publish('estorno.criar.v1', { reservaId, valorCentavos: 9_000, motivo: 'CANCELAMENTO' });
    await eventually(() => published('pagamento.estornado.v1', reservaId).length === 1, 20_000);
    expect(await provedor(reservaId)).toMatchObject({ liquido: 0 });
  });

  it('acima do que resta devolve o que resta; quando nada resta, responde na hora com zero', async () => {
    const { reservaId } = await paid();
    await broker.publish('estorno.criar.v1', { reservaId, valorCentavos: 9_001, motivo: 'ERRO' });
    await eventually(() => published('pagamento.estornado.v1', reservaId).length === 1);
    await broker.publish('estorno.criar.v1', { reservaId, valorCentavos: 1_000, motivo: 'DE NOVO' });
    const eventos = await eventually(() => {
      const found = published('pagamento.estornado.v1', reservaId);
      return found.length === 2 && found;
    });
    expect(eventos.map(({ data }) => [data.valorCentavos, data.totalEstornadoCentavos, data.origem])).toEqual([
      [9_000, 9_000, 'RESERVA'],
      [0, 9_000, 'RESERVA'],
    ]);
    expect(await provedor(reservaId)).toMatchObject({ liquido: 0 });
    expect(await saldoDoCliente(reservaId)).toBe(0);
  });
});

describe('webhook', () => {
  const evento = () =>
    JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type: 'payout.paid', data: { object: {} } });
  const assinar = (payload: string, options: { secret?: string; timestamp?: number } = {}) =>
    cliente.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, ...options });
  const enviar = (payload: string, assinatura: string) =>
    app.send('POST', '/webhooks/stripe', { body: payload, headers: { 'stripe-signature': assinatura } });
  const agora = () => Math.floor(Date.now() / 1000);

  it('de tipo desconhecido é guardado e ignorado', async () => {
    const payload = evento();
    expect((await enviar(payload, assinar(payload))).status).toBe(200);
    const { id } = JSON.parse(payload) as { id: string };
    await eventually(
      async () =>
        (await database.query(`SELECT FROM webhooks WHERE evento_id = $1 AND estado = 'IGNORADO'`, [id])).length === 1,
    );
  });

  it('assinado com o segredo anterior ainda vale, durante a troca', async () => {
    const payload = evento();
    expect((await enviar(payload, assinar(payload, { secret: OLD_WEBHOOK_SECRET }))).status).toBe(200);
  });

  it.each([
    ['com um byte alterado', (payload: string) => [payload.replace('payout', 'pay0ut'), assinar(payload)] as const],
    ['com outro segredo', (payload: string) => [payload, assinar(payload, { secret: 'whsec_outro' })] as const],
    ['antigo', (payload: string) => [payload, assinar(payload, { timestamp: agora() - 301 })] as const],
    ['do futuro', (payload: string) => [payload, assinar(payload, { timestamp: agora() + 400 })] as const],
    ['sem assinatura', (payload: string) => [payload, ''] as const],
    [
      'reescrito, com o mesmo conteúdo',
      (payload: string) => [JSON.stringify(JSON.parse(payload), null, 2), assinar(payload)] as const,
    ],
  ])('%s é recusado sem efeito', async (_nome, forjar) => {
    const payload = evento();
    const [corpo, assinatura] = forjar(payload);
    const { status, body } = await enviar(corpo, assinatura);
    expect([status, body['code']]).toEqual([400, 'pagamentos.assinatura-invalida']);
    const { id } = JSON.parse(payload) as { id: string };
    expect(await database.query('SELECT FROM webhooks WHERE evento_id = $1', [id])).toHaveLength(0);
  });
});

describe('consulta', () => {
  it('não mostra a ninguém o pagamento de outro, nem a quem administra o segredo do cliente', async () => {
    const { reservaId, token } = await charge();
    const pagamento = await opened(token, reservaId);
    const outro = await app.get(`/v1/pagamentos/${pagamento.id}`, { token: await issuer.token(randomUUID()) });
    expect([outro.status, outro.body['code']]).toEqual([404, 'pagamentos.pagamento-inexistente']);
    const admin = await app.get(`/v1/pagamentos/${pagamento.id}`, {
      token: await issuer.token(randomUUID(), ['ADMIN']),
    });
    expect(admin.body['provedor']).toEqual({ paymentIntentId: pagamento.intent, clientSecret: null });
  });
});
