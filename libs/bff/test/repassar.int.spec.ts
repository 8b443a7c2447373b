import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { operacoesDe } from '@plataforma/contracts';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, TestApp, testEnvironment } from '@plataforma/testing';
import { z } from 'zod';
import { BffModule, bffSettings, repassar } from '../src/index.js';

const operacao = operacoesDe('pagamentos');
const sala = z.object({ nome: z.string(), versao: z.int() });
const salas = {
  mudar: operacao({
    metodo: 'PUT',
    rota: '/v1/salas/:nome',
    grupo: 'salas',
    resumo: 'Muda a sala',
    acesso: 'espacos.administrar',
    idempotente: 'OBRIGATORIA',
    ifMatch: 'OPCIONAL',
    parametros: { nome: z.string().regex(/^[\w ]{1,20}$/) },
    consulta: z.strictObject({ avisar: z.enum(['sim', 'nao']).default('nao') }),
    corpo: z.strictObject({ cor: z.string() }).meta({ example: { cor: 'azul' } }),
    respostas: { 202: sala },
    etag: 'A versão da sala',
    prazoMs: 20_000,
  }),
  abrir: operacao({
    metodo: 'POST',
    rota: '/v1/salas/:nome/abertura',
    grupo: 'salas',
    resumo: 'Abre a sala',
    acesso: 'espacos.administrar',
    parametros: { nome: z.string().regex(/^[\w ]{1,20}$/) },
    respostas: { 204: {} },
  }),
  planta: operacao({
    metodo: 'GET',
    rota: '/v1/plantas/:arquivo',
    grupo: 'salas',
    resumo: 'A planta',
    acesso: 'espacos.administrar',
    ifNoneMatch: true,
    parametros: { arquivo: z.string().regex(/^\w{1,20}$/) },
    respostas: { 200: { arquivo: true, tipos: ['text/plain'] }, 304: {} },
  }),
};

describe('Uma rota que se repassa', () => {
  const application = { name: 'bff-de-teste', description: '', problems: {} };
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(bffSettings, {
      ...testEnvironment(platform),
      ...platform.settings,
      UPSTREAM_TIMEOUT_MS: '200',
    });
    const controllers = repassar({ SalasController: salas });
    app = await TestApp.start(BffModule.with({ ...application, config, controllers }), application);
    token = await platform.issuer.token('0192f0c4-0000-7000-8000-00000000000a', ['ADMIN']);
  });
  afterEach(() => platform.pagamentos.reset());
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });

  const change = (body: unknown, headers: Record<string, string> = {}) =>
    app.send('PUT', '/v1/salas/azul%20claro', { token, body, headers });

  it('pede o mesmo ao serviço, e responde como ele', async () => {
    platform.pagamentos.on('PUT /v1/salas/azul%20claro', {
      status: 202,
      headers: { etag: '"4"', 'idempotency-replayed': 'true' },
      body: { nome: 'azul claro', versao: 4 },
    });
    const headers = { 'idempotency-key': 'pedido-0001', 'if-match': '"3"', 'x-user-id': 'outra pessoa' };
    const answer = await change({ cor: 'azul' }, headers);
    expect([answer.status, answer.body]).toEqual([202, { nome: 'azul claro', versao: 4 }]);
    expect(answer.headers.get('etag')).toBe('"4"');
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    const [received] = platform.pagamentos.requests;
    expect(received).toMatchObject({
      query: { avisar: 'nao' },
      body: { cor: 'azul' },
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'pedido-0001', 'if-match': '"3"' },
    });
    expect(received?.headers).not.toHaveProperty('x-user-id');
  });

  it('recusa o que não serve, e quem não é daqui, sem perguntar a ninguém', async () => {
    expect((await change({ cor: 1 })).body['code']).toBe('requisicao.invalida');
    expect((await app.post('/v1/salas/azul/abertura', { nada: 1 }, { token })).status).toBe(400);
    expect((await app.post('/v1/salas/azul/abertura')).status).toBe(401);
    const operador = await platform.issuer.token('0192f0c4-0000-7000-8000-00000000000b', ['OPERADOR']);
    expect((await app.post('/v1/salas/azul/abertura', undefined, { token: operador })).status).toBe(403);
    expect(platform.pagamentos.requests).toEqual([]);
  });

  it('espera tanto quanto a operação demora, onde das outras se desistiria', async () => {
    const given = Promise.withResolvers<{ status: number; body: object }>();
    platform.pagamentos.on('PUT /v1/salas/azul%20claro', () => given.promise);
    platform.pagamentos.on('POST /v1/salas/azul/abertura', 'silence');
    const changed = change({ cor: 'azul' });
    expect((await app.post('/v1/salas/azul/abertura', undefined, { token })).status).toBe(504);
    given.resolve({ status: 202, body: { nome: 'azul claro', versao: 1 } });
    expect((await changed).status).toBe(202);
  });

  it('repassa um arquivo como vem, ou que nada é novo', async () => {
    platform.pagamentos.on('GET /v1/plantas/terreo', ({ headers }) =>
      headers['if-none-match'] === '"a"'
        ? { status: 304 }
        : { headers: { 'content-type': 'text/plain', etag: '"a"' }, body: headers.accept ?? '' },
    );
    const first = await app.get<string>('/v1/plantas/terreo', { token, headers: { accept: 'text/plain' } });
    expect([first.status, first.body, first.headers.get('etag')]).toEqual([200, 'text/plain', '"a"']);
    const again = await app.get('/v1/plantas/terreo', { token, headers: { 'if-none-match': '"a"' } });
    expect(again.status).toBe(304);
  });
});

describe('Um BFF sem gateway diante dele', () => {
  it('segura quem pede demais, com o documento de problema, e responde a quem o opera', async () => {
    const platform = await FakePlatform.start();
    const application = { name: 'bff-de-teste', description: '', problems: {} };
    const config = loadConfig(bffSettings, {
      ...testEnvironment(platform),
      ...platform.settings,
      PEDIDOS_POR_MINUTO: '3',
    });
    const app = await TestApp.start(BffModule.with({ ...application, config, controllers: [] }), application);
    try {
      const answers = [];
      for (let n = 0; n < 4; n++) answers.push(await app.get('/'));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers[3]?.body).toMatchObject({ status: 429, code: 'requisicao.limite-excedido' });
      expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await app.get('/health')).status).toBe(200);
      // What somebody says of themselves makes nobody of them.
      expect((await app.get('/', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(429);
    } finally {
      await app.stop();
      await platform.stop();
    }
  });
});
