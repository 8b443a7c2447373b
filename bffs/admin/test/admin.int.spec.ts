import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CLOUDEVENTS_CONTENT_TYPE } from '@plataforma/contracts';
import { DEAD_LETTER_EXCHANGE } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import { eventually, FakePlatform, TestApp, type TestMethod, TestBroker, testEnvironment } from '@plataforma/testing';
import { connect } from 'amqplib';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, pagamento, notificacao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const SOMEONE = '0192f0c4-0000-7000-8000-00000000000b';

interface MensagensMortas {
  readonly itens: readonly { id: string; conteudo: unknown; detalhe: string }[];
}

describe('The admin BFF', () => {
  let platform: FakePlatform;
  let broker: TestBroker;
  let app: TestApp;
  let admin: string;
  let operador: string;

  beforeAll(async () => {
    [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create()]);
    const config = loadConfig(settings, {
      ...testEnvironment({ issuer: platform.issuer, broker }),
      ...platform.settings,
    });
    app = await TestApp.start(appModule(config), application);
    [admin, operador] = await Promise.all([
      platform.issuer.token(SOMEONE, ['ADMIN']),
      platform.issuer.token(SOMEONE, ['OPERADOR']),
    ]);
  }, 30_000);
  afterAll(async () => {
    await app.stop();
    await Promise.all([platform.stop(), broker.drop()]);
  });
  beforeEach(() => platform.reset());

  it.each<[TestMethod, string]>([
    ['GET', '/v1/reservas'],
    ['GET', DETALHE],
    ['POST', `${DETALHE}/cancelamento`],
    ['GET', '/v1/mensagens-mortas'],
    ['POST', '/v1/mensagens-mortas/x/reenvio'],
    ['DELETE', '/v1/mensagens-mortas/x'],
  ])('refuses %s %s to clients, and to nobody in particular', async (method, path) => {
    expect(await app.send(method, path, { token: await platform.token() })).toMatchObject({
      status: 403,
      body: { code: 'auth.sem-permissao' },
    });
    expect(await app.send(method, path)).toMatchObject({ status: 401 });
    expect(platform.reservas.requests).toEqual([]);
  });

  it('lists everybody’s bookings in one call, each with the place of its details', async () => {
    platform.reservas.on('GET /v1/reservas', { body: { itens: [reserva], proximo: 'x' } });
    const { status, body } = await app.get('/v1/reservas?status=CONFIRMADA&limite=50&cursor=abc', { token: operador });
    expect(status).toBe(200);
    expect(body).toEqual({ itens: [{ ...reserva, detalhe: DETALHE }], proximo: 'x' });
    expect(platform.reservas.requests[0]?.query).toEqual({ status: 'CONFIRMADA', limite: '50', cursor: 'abc' });
    expect(platform.pagamentos.requests).toEqual([]);
  });

  it('puts a booking together', async () => {
    const { body } = await app.get(DETALHE, { token: operador });
    expect(body).toEqual({ reserva, pagamento, notificacoes: [notificacao], faltando: [] });
  });

  it('lets admins cancel, but not operators', async () => {
    platform.reservas.on(`POST ${DETALHE}/cancelamento`, { body: { ...reserva, status: 'CANCELADA' } });
    expect(await app.post(`${DETALHE}/cancelamento`, undefined, { token: operador })).toMatchObject({ status: 403 });
    expect(await app.post(`${DETALHE}/cancelamento`, undefined, { token: admin })).toMatchObject({
      status: 200,
      body: { status: 'CANCELADA' },
    });
    expect(platform.reservas.requests).toHaveLength(1);
  });

  describe('shows messages that nobody could process', () => {
    const list = async () => (await app.get<MensagensMortas>('/v1/mensagens-mortas', { token: operador })).body.itens;

    async function bury(id: string, content: string, origin = 'notificacoes.eventos'): Promise<void> {
      const connection = await connect(broker.url);
      const channel = await connection.createConfirmChannel();
      channel.publish(DEAD_LETTER_EXCHANGE, origin, Buffer.from(content), {
        messageId: id,
        type: 'usuario.registrado.v1',
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        persistent: true,
        headers: {
          'x-origin-queue': origin,
          'x-cause': 'esgotada',
          'x-detail': 'falhou ao escrever para ana@exemplo.com',
          'x-attempt': 4,
          'x-dead-at': '2026-11-30T12:00:00.000Z',
        },
      });
      await channel.waitForConfirms();
      await connection.close();
      await eventually(async () => (await list()).some((entry) => entry.id === id));
    }

    beforeEach(async () => {
      for (const { id } of await list()) await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: admin });
    });

    it('without the personal data in them', async () => {
      const id = randomUUID();
      const data = { usuarioId: SOMEONE, nome: 'Ana Silva', email: 'ana@exemplo.com', idioma: 'pt-BR' };
      await bury(id, JSON.stringify({ id, type: 'usuario.registrado.v1', data }));
      const [entry] = await list();
      expect(entry).toEqual({
        id,
        tipo: 'usuario.registrado.v1',
        fila: 'notificacoes.eventos',
        causa: 'esgotada',
        detalhe: 'falhou ao escrever para [email]',
        tentativas: 4,
        desde: '2026-11-30T12:00:00.000Z',
        conteudo: { id, type: 'usuario.registrado.v1', data: { ...data, nome: '[redigido]', email: '[redigido]' } },
      });
    });

    it('and not at all what is no JSON', async () => {
      await bury(randomUUID(), '{"nome":"Ana Silva"');
      expect((await list())[0]?.conteudo).toBe('[19 caracteres que não são um objeto JSON]');
    });

    it('all of them to everyone who looks at the same time', async () => {
      for (let n = 0; n < 3; n++) await bury(randomUUID(), '{}');
      const lists = await Promise.all(Array.from({ length: 5 }, list));
      expect(lists.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3]);
    });

    it('and sends one back to where it failed', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      await bury(id, '{"a":1}');
      await bury(other, '{"b":2}');
      const answer = await app.post<MensagensMortas>(`/v1/mensagens-mortas/${id}/reenvio`, undefined, {
        token: operador,
      });
      expect(answer).toMatchObject({ status: 200, body: { itens: [{ id }] } });
      expect((await list()).map((entry) => entry.id)).toEqual([other]);
      const connection = await connect(broker.url);
      const channel = await connection.createChannel();
      const message = await eventually(() => channel.get('notificacoes.eventos', { noAck: true }));
      expect(message.properties).toMatchObject({ messageId: id, headers: { 'x-attempt': 1 } });
      expect(message.content.toString()).toBe('{"a":1}');
      await connection.close();
    });

    it('and deletes one for good', async () => {
      const id = randomUUID();
      await bury(id, '{}');
      expect(await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: operador })).toMatchObject({
        status: 200,
        body: { itens: [{ id }] },
      });
      expect(await list()).toEqual([]);
    });

    it('and says when there is no such message, or no such queue any more', async () => {
      expect(await app.post('/v1/mensagens-mortas/nada/reenvio', undefined, { token: admin })).toMatchObject({
        status: 404,
        body: { code: 'mensagens.inexistente' },
      });
      expect(await app.send('DELETE', '/v1/mensagens-mortas/nada', { token: admin })).toMatchObject({ status: 404 });
      const id = randomUUID();
      await bury(id, '{}', 'fila.antiga');
      expect(await app.post(`/v1/mensagens-mortas/${id}/reenvio`, undefined, { token: admin })).toMatchObject({
        status: 409,
        body: { code: 'mensagens.fila-inexistente' },
      });
      await eventually(async () => (await list()).length === 1);
    });

    it('within limits', async () => {
      for (const query of ['limite=0', 'limite=501', 'fila=x'])
        expect(await app.get(`/v1/mensagens-mortas?${query}`, { token: admin })).toMatchObject({ status: 400 });
    });
  });

  it('does its other work while RabbitMQ is away', async () => {
    const config = loadConfig(settings, {
      ...testEnvironment(platform),
      ...platform.settings,
      RABBITMQ_URL: 'amqp://127.0.0.1:9',
    });
    const alone = await TestApp.start(appModule(config), application);
    expect(await alone.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', details: { rabbitmq: { status: 'degraded' } } },
    });
    const answer = await alone.get('/v1/mensagens-mortas', { token: admin });
    expect(answer).toMatchObject({ status: 503, body: { code: 'servico.indisponivel' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await alone.get(DETALHE, { token: admin })).toMatchObject({ status: 200 });
    await alone.stop();
  });
});
