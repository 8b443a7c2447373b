import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Query } from '@nestjs/common';
import { TestApp, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { Publico } from './auth.js';
import { loadConfig, processSettings } from './config.js';
import { PlatformModule } from './platform-module.js';

@Controller('v1')
@Publico()
class EcoController {
  @Get('eco')
  eco(@Query('texto') texto: string) {
    return { texto };
  }
}
@Module({ controllers: [EcoController] })
class Eco {}

let issuer: TokenIssuer;
let app: TestApp;
beforeAll(async () => {
  issuer = await TokenIssuer.start();
  const config = loadConfig(processSettings, testEnvironment({ issuer }));
  app = await TestApp.start(
    { module: Eco, imports: [PlatformModule.with({ name: 'teste', config })] },
    { name: 'teste', description: 'Eco', problems: {} },
  );
});
afterAll(() => Promise.all([app.stop(), issuer.stop()]));

/** The whole answer to these bytes, on a connection of their own. */
async function exchange(...parts: (string | Buffer)[]): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(received).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}
const get = (target: string | Buffer) =>
  exchange('GET ', target, ' HTTP/1.1\r\nhost: x\r\naccept: */*\r\nconnection: close\r\n\r\n');

describe('Letras num endereço', () => {
  it('que vêm em % são entendidas', async () => {
    const { status, body } = await get(`/v1/eco?texto=${encodeURIComponent('são हिन्दी')}`);
    expect([status, JSON.parse(body)]).toEqual([200, { texto: 'são हिन्दी' }]);
  });

  it.each([
    ['UTF-8 na consulta', '/v1/eco?texto=são'],
    ['outro alfabeto', '/v1/eco?texto=हिन्दी'],
    ['um emoji no caminho', '/v1/😀'],
    ['Latin-1', Buffer.from('/v1/eco?texto=s\xe3o', 'latin1')],
    ['um caminho que não existe', '/não/há'],
    ['um caractere de controle', '/v1/eco?texto=\x07'],
  ])('%s e que não vêm em %, são recusadas com o que fazer', async (_what, target) => {
    const { status, head, body } = await get(target);
    expect(status).toBe(400);
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({
      status: 400,
      code: 'requisicao.endereco-invalido',
      detail: expect.any(String),
    });
    expect(head).toContain(`x-correlation-id: ${(JSON.parse(body) as { correlationId: string }).correlationId}`);
  });
});

it.each(['s%E3o', '%', '%zz', 'a%C3', '%FF'])(
  'um escape que não é letra (%s) numa consulta é recusado',
  async (texto) => {
    const { status, head, body } = await get(`/v1/eco?texto=${texto}`);
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([400, 'requisicao.endereco-invalido']);
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
  },
);

describe('O que não é requisição HTTP', () => {
  it('também é um documento de problema', async () => {
    const { status, body } = await exchange('olá\r\n\r\n');
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([400, 'requisicao.invalida']);
  });

  it('nem cabeçalhos sem fim', async () => {
    const { status, body } = await exchange(
      'GET /v1/eco HTTP/1.1\r\nhost: x\r\nx-longo: ',
      'a'.repeat(17_000),
      '\r\n\r\n',
    );
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([
      431,
      'requisicao.cabecalhos-grandes-demais',
    ]);
  });

  it('não impede que outros sejam respondidos', async () => {
    await Promise.all(Array.from({ length: 20 }, () => get('/é')));
    expect((await get('/v1/eco?texto=a')).status).toBe(200);
  });
});
