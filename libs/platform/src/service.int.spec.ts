import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, Server as NetServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Get, Header, Module, Param, Post, Query } from '@nestjs/common';
import { eventually, TestApp, testEnvironment, type TestResponse, TokenIssuer } from '@plataforma/testing';
import { z } from 'zod';
import { Publico } from './auth.js';
import { corsSettings, loadConfig, processSettings } from './config.js';
import { Database } from './database.js';
import { Problem } from './problem.js';
import { currentContext } from './request-context.js';
import { PlatformModule } from './platform-module.js';
import { runService } from './run-service.js';

class SalaOcupada extends Error {
  readonly code = 'teste.sala-ocupada';
  readonly extensions = { ate: '12:00' };
}

const corpo = z.strictObject({ nome: z.string().min(1), itens: z.array(z.strictObject({ n: z.int() })).optional() });
const filtro = z.strictObject({ limite: z.coerce.number().int().max(10).default(5) });
const waiting = { release: () => undefined as void, entered: false };

/**
 * So many clients that keep their connections for request after request. Once an answer says that the server leaves they
 * go elsewhere, or come again over a new connection until nobody lets them in; or somebody new comes all the time. Any
 * other end of a request is told.
 */
const HAMMER = `
  import { Agent, get } from 'node:http';
  let answered = 0;
  const fallen = [];
  const [, url, clients, again] = process.argv;
  let refused = false;
  const ask = (agent) => new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      if (++answered === 300) console.log('em curso');
      if (response.statusCode !== 200) fallen.push(response.statusCode);
      response.once('error', ({ code }) => fallen.push(code));
      response.resume().once('close', () => resolve(again || response.headers.connection !== 'close'));
    }).once('error', ({ code }) => {
      refused ||= code === 'ECONNREFUSED';
      if (!again || code !== 'ECONNREFUSED') fallen.push(code + (request.reusedSocket ? ', kept' : ', new'));
      resolve(false);
    });
  });
  const pause = (ms) => new Promise((next) => setTimeout(next, ms));
  const asked = [];
  while (again === 'new' && !refused) {
    asked.push(ask(new Agent()));
    await pause(1);
  }
  await Promise.all(asked);
  await Promise.all(Array.from({ length: clients }, async (_, one) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (again !== 'new' && (await ask(agent))) await pause(one % 10);
  }));
  console.log(fallen.length === 0 ? 'nenhuma caiu' : fallen.join());
`;

@Controller('v1')
@Publico()
class RotasController {
  private readonly unreachable = new Database({
    DATABASE_URL: 'postgres://a:s3gr3d0@127.0.0.1:9/x',
    DATABASE_REPLICA_URLS: [],
    DATABASE_POOL_SIZE: 2,
  });

  /** Takes longer than to come again. */
  @Get('pesada')
  pesada() {
    for (const until = performance.now() + 2; performance.now() < until;);
    return {};
  }

  @Post('itens')
  criar(@Body({ schema: corpo }) body: z.output<typeof corpo>) {
    return { ...body, correlationId: currentContext()?.correlationId };
  }

  @Get('itens')
  listar(@Query({ schema: filtro }) query: z.output<typeof filtro>) {
    return query;
  }

  @Get('itens/:id')
  porId(@Param('id', { schema: z.uuid() }) id: string) {
    return { id };
  }

  @Get('falhas/:qual')
  async falhar(@Param('qual') qual: string) {
    if (qual === 'dominio') throw new SalaOcupada('A sala está ocupada');
    if (qual === 'problema') throw new Problem(429, 'teste.devagar', 'Devagar', { headers: { 'retry-after': '3' } });
    if (qual === 'banco') return this.unreachable.connect();
    if (/^22/.test(qual)) throw Object.assign(new Error('valor'), { code: qual });
    throw new Error('senha do banco: s3gr3d0');
  }

  @Post('itens/importacao')
  importar(@Body({ schema: z.strictObject({}).optional() }) body: object | undefined) {
    return { veio: body !== undefined };
  }

  @Get('publico')
  @Header('cache-control', 'public, max-age=300')
  publicar() {
    return {};
  }

  @Get('demorada')
  async demorar() {
    await new Promise<void>((resolve) => {
      waiting.release = resolve;
      waiting.entered = true;
    });
    return { terminou: true };
  }
}

@Module({ controllers: [RotasController] })
class Rotas {}

const application = {
  name: 'teste',
  description: 'Rotas de teste',
  problems: { 'teste.sala-ocupada': 409 },
  bodyLimit: 1_000,
};

describe('Um serviço', () => {
  let issuer: TokenIssuer;
  let app: TestApp;

  const module = (config: z.output<z.ZodObject<typeof processSettings>>) => ({
    module: Rotas,
    imports: [PlatformModule.with({ name: 'teste', config })],
  });
  const start = (corsOrigins: string[] = []): Promise<TestApp> =>
    TestApp.start(module(loadConfig(processSettings, testEnvironment({ issuer }))), {
      ...application,
      corsOrigins,
    });

  /** An exchange in bytes, of which a client library would not send or show all. */
  async function raw(parts: readonly (string | Buffer)[]) {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    for (const part of parts) socket.write(part);
    const bytes = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
    const [head = ''] = bytes.split('\r\n\r\n');
    const [first = '', ...lines] = head.split('\r\n');
    const headers: Record<string, string | undefined> = Object.fromEntries(
      lines.map((line) => [line.split(':', 1).join().toLowerCase(), line.replace(/^[^:]*: */, '')]),
    );
    return { status: Number(first.split(' ')[1]), headers, bytes };
  }
  const codeIn = (bytes: string) => /"code":"([^"]+)"/.exec(bytes)?.[1];

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    app = await start(['https://app.exemplo.com']);
  });
  afterAll(() => Promise.all([app.stop(), issuer.stop()]));

  describe('responde ao que dá errado com um documento de problema:', () => {
    const refusal = async (sent: Promise<TestResponse<Record<string, unknown>>>) => {
      const { status, headers, body } = await sent;
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(body).toMatchObject({
        status,
        type: `urn:plataforma-de-reservas:problema:${String(body['code'])}`,
        title: expect.any(String),
        correlationId: headers.get('x-correlation-id'),
      });
      expect(JSON.stringify(body)).not.toMatch(/stack|node_modules|s3gr3d0/);
      return body;
    };

    it('um corpo que não é JSON', async () => {
      expect(await refusal(app.post('/v1/itens', '{"nome":'))).toMatchObject({
        status: 400,
        code: 'requisicao.json-invalido',
      });
    });

    it('um corpo que é preciso e não vem, diga-se ou não o tipo', async () => {
      const sent = [app.post('/v1/itens', ''), app.post('/v1/itens')];
      for (const answer of sent)
        expect(await refusal(answer)).toMatchObject({
          status: 400,
          code: 'requisicao.invalida',
          erros: [{ campo: '', mensagem: 'obrigatório' }],
        });
    });

    it('nada de um corpo que não precisa vir: nenhum, um vazio, ou um que nada diz', async () => {
      for (const [body, veio] of [
        [undefined, false],
        ['', false],
        ['{}', true],
      ] as const)
        expect(await app.post('/v1/itens/importacao', body)).toMatchObject({ status: 201, body: { veio } });
    });

    it('um corpo mais aninhado do que alguém quer dizer', async () => {
      for (const json of [
        '['.repeat(400) + ']'.repeat(400),
        `{"nome":"x","itens":${'{"a":'.repeat(99)}1${'}'.repeat(100)}`,
      ])
        expect(await refusal(app.post('/v1/itens', json))).toMatchObject({
          status: 400,
          code: 'requisicao.json-invalido',
        });
      expect((await app.post('/v1/itens', { nome: '[{'.repeat(99) })).status).toBe(201);
    });

    it('um corpo em que um campo aparece duas vezes, escrito de um modo ou de outro', async () => {
      for (const json of [
        '{"nome":"x","nome":"y"}',
        '{"nome":"x","\\u006eome":"x"}',
        '{"nome":"x","itens":[{"n":1},{"n":1,"n":1}]}',
      ])
        expect(await refusal(app.post('/v1/itens', json))).toMatchObject({
          status: 400,
          code: 'requisicao.json-invalido',
          detail: 'Um campo aparece mais de uma vez',
        });
      expect((await app.post('/v1/itens', '{"nome":"a\\":\\"b: c"}')).status).toBe(201);
    });

    it('um corpo que não está em UTF-8', async () => {
      const { status, bytes } = await raw([
        'POST /v1/itens HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n',
        Buffer.from([...Buffer.from('{"nome":"'), 0xff, 0x22, 0x7d]),
      ]);
      expect({ status, code: codeIn(bytes) }).toEqual({ status: 400, code: 'requisicao.json-invalido' });
    });

    it('um corpo que envenenaria protótipos', async () => {
      for (const [campo, body] of [
        ['__proto__', '{"__proto__":{"admin":true},"nome":"x"}'],
        ['__proto__', '{"nome":"x","itens":[{"n":1,"\\u005f_proto__":1}]}'],
        ['constructor', '{"constructor":{"prototype":{"admin":true}},"nome":"x"}'],
      ] as const)
        expect(await refusal(app.post('/v1/itens', body))).toMatchObject({
          status: 400,
          code: 'requisicao.invalida',
          erros: [{ campo, mensagem: 'campo desconhecido' }],
        });
      expect(await refusal(app.post('/v1/itens', '{"__proto__":{},"nome":'))).toMatchObject({
        code: 'requisicao.json-invalido',
      });
    });

    it('outro tipo de conteúdo', async () => {
      for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded'])
        expect(await refusal(app.post('/v1/itens', 'nome=x', { headers: { 'content-type': type } }))).toMatchObject({
          status: 415,
          code: 'requisicao.tipo-nao-suportado',
        });
    });

    it('um corpo grande demais', async () => {
      expect(await refusal(app.post('/v1/itens', { nome: 'x'.repeat(1_001) }))).toMatchObject({
        status: 413,
        code: 'requisicao.grande-demais',
      });
    });

    it('campos que faltam, errados ou desconhecidos, cada um pelo nome', async () => {
      const body = await refusal(app.post('/v1/itens', { nome: '', itens: [{ n: 1 }, { n: 'x' }], valor: 1 }));
      expect(body).toMatchObject({ status: 400, code: 'requisicao.invalida', instance: '/v1/itens' });
      expect((body['erros'] as { campo: string }[]).map(({ campo }) => campo).sort()).toEqual([
        '',
        'itens.1.n',
        'nome',
      ]);
    });

    it('uma consulta ou um caminho errado', async () => {
      expect(await refusal(app.get('/v1/itens?limite=11'))).toMatchObject({ status: 400, instance: '/v1/itens' });
      expect(await refusal(app.get('/v1/itens?outro=1'))).toMatchObject({ status: 400 });
      expect(await refusal(app.get('/v1/itens/abc'))).toMatchObject({ status: 400, code: 'requisicao.invalida' });
    });

    it('um campo com o nome do que todo objeto tem, como qualquer outro que não conhece', async () => {
      for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype', '__proto__']) {
        const sent = [app.get(`/v1/itens?${name}=1`), app.post('/v1/itens', `{"nome":"x","${name}":1}`)];
        for (const answer of sent) expect([name, (await refusal(answer))['status']]).toEqual([name, 400]);
        const inner = app.post('/v1/itens', `{"nome":"x","itens":[{"n":1,"${name}":{"a":1}}]}`);
        expect([name, (await refusal(inner))['status']]).toEqual([name, 400]);
      }
    });

    it('um campo da consulta que vem duas vezes, pelo nome', async () => {
      for (const query of ['limite=1&limite=2', 'limite=1&limite=1', 'limite=1&%6cimite=2'])
        expect(await refusal(app.get(`/v1/itens?${query}`))).toMatchObject({
          status: 400,
          code: 'requisicao.invalida',
          erros: [{ campo: 'limite', mensagem: 'aparece mais de uma vez' }],
        });
    });

    it('um corpo em outras letras que não UTF-8, seja qual for', async () => {
      for (const charset of ['iso-8859-1', 'utf-16', '"latin1"', 'UTF-7', ''])
        expect(
          await refusal(
            app.post('/v1/itens', '{"nome":"x"}', {
              headers: { 'content-type': `application/json; charset=${charset}` },
            }),
          ),
        ).toMatchObject({ status: 415, code: 'requisicao.tipo-nao-suportado' });
      for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8'])
        expect(
          (
            await app.post('/v1/itens', '{"nome":"x"}', {
              headers: { 'content-type': `application/json ;charset=${charset}` },
            })
          ).status,
        ).toBe(201);
    });

    it('um endereço que termina em barra, venha o que vier antes', async () => {
      const id = '0192f0c4-0000-7000-8000-000000000001';
      for (const path of [
        '/v1/itens/',
        '/v1/itens/?limite=1',
        `/v1/itens/${id}/`,
        '/v1/nada/',
        '/health/',
        '/metrics/',
      ])
        expect(await refusal(app.get(path))).toMatchObject({ status: 404, code: 'requisicao.nao-encontrada' });
      expect(await refusal(app.post('/v1/itens/', { nome: 'x' }))).toMatchObject({ status: 404 });
    });

    it.each([
      ['host nenhum', 'GET /v1/itens HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'requisicao.invalida'],
      [
        'dois hosts',
        'GET /v1/itens HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n',
        400,
        'requisicao.invalida',
      ],
      [
        'uma expectativa que ninguém conhece',
        'POST /v1/itens HTTP/1.1\r\nHost: x\r\nExpect: chá\r\nContent-Length: 0\r\n\r\n',
        417,
        'requisicao.expectativa-nao-atendida',
      ],
      ['um túnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 405, 'requisicao.metodo-nao-permitido'],
    ])('o que o próprio Node responderia com nada: %s', async (_what, request, expected, code) => {
      const { status, headers, bytes } = await raw([Buffer.from(request, 'latin1')]);
      expect({ status, code: codeIn(bytes) }).toEqual({ status: expected, code });
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        connection: 'close',
        'x-correlation-id': expect.any(String),
      });
    });

    it('nenhum host de clientes antigos não é nada disso', async () => {
      expect((await raw(['GET /v1/itens HTTP/1.0\r\n\r\n'])).status).toBe(200);
    });

    it('uma rota que não existe', async () => {
      expect(await refusal(app.get('/v1/nada'))).toMatchObject({ status: 404, code: 'requisicao.nao-encontrada' });
    });

    it.each([
      ['PUT', '/v1/itens', 'GET, HEAD, POST'],
      ['DELETE', '/v1/itens?limite=1', 'GET, HEAD, POST'],
      ['POST', '/v1/itens/0192f0c4-0000-7000-8000-000000000001', 'GET, HEAD'],
      ['PATCH', '/metrics', 'GET, HEAD'],
      ['GET', '/v1/itens/importacao?a=1', 'POST'],
      ['TRACE', '/v1/itens', 'GET, HEAD, POST'],
      ['PROPFIND', '/v1/itens', 'GET, HEAD, POST'],
    ])('um método que a rota não tem: %s %s', async (method, path, allow) => {
      const { status, headers, bytes } = await raw([
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ]);
      expect({ status, code: codeIn(bytes) }).toEqual({ status: 405, code: 'requisicao.metodo-nao-permitido' });
      expect(headers['allow']).toBe(allow);
    });

    it.each([
      ['um escape ruim', 400, 'requisicao.endereco-invalido', 'GET /v1/itens/%zz HTTP/1.1\r\nHost: x\r\n'],
      [
        'uma parte longa demais',
        414,
        'requisicao.endereco-longo',
        `GET /v1/itens/${'a'.repeat(1_400)} HTTP/1.1\r\nHost: x\r\n`,
      ],
      [
        'um endereço longo demais',
        414,
        'requisicao.endereco-longo',
        `GET /v1/itens?a=${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n`,
      ],
      [
        'headers that are too large',
        431,
        'requisicao.cabecalhos-grandes-demais',
        `GET /v1/itens HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(40_000)}\r\n`,
      ],
      ['o que não é HTTP', 400, 'requisicao.invalida', 'olá\r\n'],
    ])('no próprio framework, %s', async (_what, expected, code, head) => {
      const { status, headers, bytes } = await raw([`${head}Connection: close\r\n\r\n`]);
      expect({ status, code: codeIn(bytes) }).toEqual({ status: expected, code });
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
        'x-correlation-id': expect.any(String),
      });
    });

    it('um valor que o banco não pode tomar, embora um esquema o tenha deixado passar', async () => {
      for (const code of ['22021', '22P05', '22008', '22003'])
        expect(await refusal(app.get(`/v1/falhas/${code}`))).toMatchObject({
          status: 400,
          code: 'requisicao.invalida',
        });
      expect(await refusal(app.get('/v1/falhas/22012'))).toMatchObject({ status: 500 });
    });

    it('uma regra do domínio, pelo código', async () => {
      expect(await refusal(app.get('/v1/falhas/dominio'))).toMatchObject({
        status: 409,
        code: 'teste.sala-ocupada',
        title: 'A sala está ocupada',
        ate: '12:00',
      });
    });

    it('um problema, com os cabeçalhos', async () => {
      expect((await app.get('/v1/falhas/problema')).headers.get('retry-after')).toBe('3');
    });

    it('um banco que está fora: volte mais tarde', async () => {
      expect(await refusal(app.get('/v1/falhas/banco'))).toMatchObject({ status: 503, code: 'servico.indisponivel' });
    });

    it('o que ninguém previu, e nada mais diz', async () => {
      const { correlationId, ...rest } = await refusal(app.get('/v1/falhas/outra'));
      expect(correlationId).toEqual(expect.any(String));
      expect(rest).toEqual({
        type: 'urn:plataforma-de-reservas:problema:interno.falha',
        title: 'Falha interna',
        status: 500,
        code: 'interno.falha',
        instance: '/v1/falhas/outra',
      });
    });
  });

  it('não espera por quem pinga uma requisição, e responde aos outros enquanto isso', async () => {
    const { hostname, port } = new URL(app.url);
    const drip = async (beginning: string, drop: string) => {
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      socket.write(beginning);
      const dripping = setInterval(() => socket.writable && socket.write(drop), 250);
      // A drop may meet a connection that is being closed: what was answered before counts all the same.
      let answer = '';
      socket.on('data', (chunk) => (answer += String(chunk)));
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(dripping);
      return answer.split('\r\n', 1)[0];
    };
    const post = 'POST /v1/itens HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const dripped = Promise.all([
      ...Array.from({ length: 100 }, () => drip('GET /v1/itens HTTP/1.1\r\nhost: x\r\n', 'a: b\r\n')),
      drip('', ''),
      drip(`${post}content-length: 900\r\n\r\n`, ' '),
      drip(`${post}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
    ]);
    expect((await app.get('/v1/itens')).status).toBe(200);
    expect(new Set(await dripped)).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
  });

  describe('conhece uma requisição pelo seu id de correlação', () => {
    it('também onde um corpo foi lido antes', async () => {
      const headers = { 'x-correlation-id': 'correlacao-0001' };
      const answer = await app.post('/v1/itens', { nome: 'x' }, { headers });
      expect(answer.headers.get('x-correlation-id')).toBe('correlacao-0001');
      expect(answer.body['correlationId']).toBe('correlacao-0001');
    });

    it('e faz um onde quem chama não deu nenhum, ou deu um ruim', async () => {
      for (const id of ['', 'curto', 'a'.repeat(129), 'com espaço dentro']) {
        const { headers } = await app.get('/v1/itens', { headers: { 'x-correlation-id': id } });
        expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
      }
    });
  });

  describe('diz aos navegadores', () => {
    const preflight = (origin: string, to = app) =>
      to.send('OPTIONS', '/v1/itens', {
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization',
        },
      });

    it('que páginas de uma origem listada podem chamar', async () => {
      const { status, headers } = await preflight('https://app.exemplo.com');
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe('https://app.exemplo.com');
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, PATCH, DELETE');
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toMatch(/origin/i);
    });

    it('nada onde a página é de outra origem, ou nenhuma origem é listada', async () => {
      expect((await preflight('https://outro.exemplo.com')).headers.get('access-control-allow-origin')).toBeNull();
      const closed = await start();
      expect(
        (await preflight('https://app.exemplo.com', closed)).headers.get('access-control-allow-origin'),
      ).toBeNull();
      await closed.stop();
    });

    it('que nada guardem, senão onde a rota diz outra coisa', async () => {
      for (const path of ['/v1/itens', '/v1/itens/abc', '/v1/nada'])
        expect((await app.get(path)).headers.get('cache-control')).toBe('no-store');
      expect((await app.get('/v1/publico')).headers.get('cache-control')).toBe('public, max-age=300');
    });

    it('que tenham cuidado com as respostas', async () => {
      const { headers } = await app.get('/v1/itens');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-powered-by')).toBeNull();
    });
  });

  it('conta as requisições por rota, não por endereço', async () => {
    await app.get('/v1/itens/0192f0c4-0000-7000-8000-000000000001');
    const { body } = await app.get<string>('/metrics');
    expect(body).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/itens\/:id",status_code="200".*\} \d/,
    );
    expect(body).not.toContain('0192f0c4');
  });

  describe('como processo', () => {
    const variables = (): Record<string, string> => ({ ...testEnvironment({ issuer }), PORT: '0', LOG_LEVEL: 'error' });

    async function run(env: Record<string, string>) {
      const { promise: exited, resolve } = Promise.withResolvers<number>();
      const previous = process.env;
      process.env = { ...env };
      jest.spyOn(process, 'exit').mockImplementation((code) => {
        resolve(Number(code));
        return undefined as never;
      });
      const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      let url = '';
      await runService({
        ...application,
        settings: { ...processSettings, ...corsSettings },
        module: (config) => module(config),
        consumers: (nest) => {
          const server = nest.getHttpServer();
          server.once('listening', () => (url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`));
        },
      });
      process.env = previous;
      return { exited, url: () => url, stderr: stderr.mock.calls.map(([text]) => String(text)).join('') };
    }

    it('não começa com um ajuste errado, e o nomeia', async () => {
      const { exited, stderr } = await run({ ...variables(), JWT_ISSUER: 'nada', PORT: '' });
      expect(await exited).toBe(78);
      expect(stderr).toMatch(/teste: Configuração inválida:[^]*PORT[^]*JWT_ISSUER/);
    });

    it('termina as requisições que começou quando lhe dizem que pare, e não toma mais', async () => {
      waiting.entered = false;
      const { exited, url } = await run(variables());
      const base = await eventually(() => url());
      const keepAlive = new Agent({ keepAlive: true });
      const answered = new Promise<string>((resolve, reject) => {
        httpRequest(
          `${base}/v1/demorada`,
          { agent: keepAlive },
          (response) => void response.toArray().then((chunks) => resolve(chunks.join(''))),
        )
          .once('error', reject)
          .end();
      });
      await eventually(() => waiting.entered);
      process.emit('SIGTERM');
      await eventually(() =>
        fetch(`${base}/health`).then(
          () => false,
          () => true,
        ),
      );
      waiting.release();
      expect(JSON.parse(await answered)).toEqual({ terminou: true });
      expect(await exited).toBe(0);
    });

    it('não fecha a porta assim que deixa de estar pronto: quem ainda não sabe é atendido, e se despede', async () => {
      const { exited, url } = await run(variables());
      const base = await eventually(() => url());
      const { hostname, port } = new URL(base);
      // Somebody who keeps a connection and has yet to hear of it; without a word it is not waited for without end.
      const kept = connect(Number(port), hostname);
      await once(kept, 'connect');
      kept.write('GET /v1/itens HTTP/1.1\r\nhost: x\r\n\r\n');
      expect(String(await once(kept, 'data'))).not.toMatch(/connection: close/i);
      process.emit('SIGTERM');
      // Over new connections: who looks at the readiness sends nobody here any more, others have yet to look.
      const ready = await fetch(`${base}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        expect.objectContaining({ code: 'servico.encerrando' }),
      ]);
      const served = await fetch(`${base}/v1/itens`);
      expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
      await once(kept.resume(), 'close');
      expect(await exited).toBe(0);
    });

    it('responde ao que vem por uma conexão mantida enquanto fecha, ao fim com quando voltar', async () => {
      waiting.entered = false;
      const { exited, url } = await run(variables());
      const base = await eventually(() => url());
      const { hostname, port } = new URL(base);
      // Something to wait for, so that the closing lasts.
      const answered = fetch(`${base}/v1/demorada`).then((response) => response.status);
      await eventually(() => waiting.entered);
      // Begun before the closing, so that none of them is idle; their ends come in the middle of it.
      const others = await Promise.all(
        Array.from({ length: 60 }, async () => {
          const socket = connect(Number(port), hostname);
          socket.on('error', () => undefined).write(`POST /v1/itens HTTP/1.1\r\nhost: x\r\n`);
          await once(socket, 'connect');
          return socket;
        }),
      );
      process.emit('SIGTERM');
      await eventually(() =>
        fetch(`${base}/health`).then(
          () => false,
          () => true,
        ),
      );
      const answers: string[] = [];
      await eventually(async () => {
        const other = others.pop();
        if (!other) throw new Error(answers.join());
        other.write(`content-type: application/json\r\ncontent-length: 12\r\n\r\n{"nome":"x"}`);
        answers.push(Buffer.concat((await other.toArray()) as Buffer[]).toString());
        return answers.at(-1)?.includes('servico.encerrando');
      });
      for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (201|503) [^]*connection: close/i);
      for (const header of ['content-type: application/problem+json', 'retry-after: 1'])
        expect(answers.at(-1)?.toLowerCase()).toContain(header);
      for (const other of others) other.destroy();
      waiting.release();
      expect([await answered, await exited]).toEqual([200, 0]);
    });

    it.each([
      ['que mantêm a sua e depois vão a outro lugar', '/v1/itens', ['100']],
      ['que voltam até que ninguém os deixe entrar, mais do que entram por vez', '/v1/pesada', ['60', 'again']],
      ['que chegam sem parar', '/v1/itens', ['0', 'new']],
    ])('não derruba conexão das %s enquanto para', async (_who, path, clients) => {
      // As a busy machine does, at the worst moment.
      const close = jest.spyOn(NetServer.prototype, 'close').mockImplementation(function (this: NetServer, ...told) {
        for (const until = performance.now() + 50; performance.now() < until;);
        close.mockRestore();
        return NetServer.prototype.close.call(this, ...told);
      });
      const { exited, url } = await run(variables());
      const base = await eventually(() => url());
      const client = spawn(process.execPath, ['--input-type=module', '--eval', HAMMER, base + path, ...clients]);
      const ended = once(client, 'exit') as Promise<[number]>;
      let told = '';
      client.stdout.on('data', (text: Buffer) => (told += text.toString()));
      await eventually(() => told.includes('em curso'));
      process.emit('SIGTERM');
      expect(await exited).toBe(0);
      const [code] = await ended;
      expect([code, told.split('\n')[1]]).toEqual([0, 'nenhuma caiu']);
    });

    it('não espera para sempre', async () => {
      waiting.entered = false;
      const { exited, url } = await run({ ...variables(), SHUTDOWN_TIMEOUT_MS: '100' });
      const base = await eventually(() => url());
      const answered = fetch(`${base}/v1/demorada`).then((response) => response.status);
      await eventually(() => waiting.entered);
      process.emit('SIGTERM');
      expect(await exited).toBe(1);
      waiting.release();
      expect(await answered).toBe(200);
    });
  });
});
