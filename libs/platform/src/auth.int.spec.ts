import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Req } from '@nestjs/common';
import { TestApp, testEnvironment, TokenIssuer, type TokenOverrides } from '@plataforma/testing';
import { base64url, exportSPKI, importJWK, SignJWT } from 'jose';
import { ExigePapel, Publico, type Usuario } from './auth.js';
import { loadConfig, processSettings } from './config.js';
import { PlatformModule } from './service.js';

const ANA = '0192f0c4-0000-7000-8000-000000000001';

@Controller()
class RotasController {
  @Get('publica')
  @Publico()
  publica() {
    return { aberto: true };
  }

  @Get('eu')
  eu(@Req() { usuario }: { readonly usuario: Usuario }) {
    return usuario;
  }

  @Get('operacao')
  @ExigePapel('ADMIN', 'OPERADOR')
  operacao() {
    return { feito: true };
  }
}

@Module({ controllers: [RotasController] })
class Rotas {}

const startApp = (issuer: Pick<TokenIssuer, 'settings'>): Promise<TestApp> => {
  const config = loadConfig(processSettings, testEnvironment({ issuer }));
  return TestApp.start(
    { module: Rotas, imports: [PlatformModule.with({ name: 'teste', config })] },
    { name: 'teste', description: '', problems: {} },
  );
};

describe('Access tokens', () => {
  let issuer: TokenIssuer;
  let app: TestApp;

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    app = await startApp(issuer);
  });
  afterAll(() => Promise.all([app.stop(), issuer.stop()]));

  const refusalOf = async (token: string) => {
    const { status, headers, body } = await app.get<{ code: string }>('/eu', { token });
    return { status, code: body.code, challenge: headers.get('www-authenticate') };
  };
  const refusalOfVariant = async (overrides: TokenOverrides) =>
    refusalOf(await issuer.token(ANA, ['CLIENTE'], overrides));
  const INVALID = { status: 401, code: 'auth.token-invalido', challenge: 'Bearer error="invalid_token"' };

  it('say who is asking', async () => {
    const token = await issuer.token(ANA, ['CLIENTE', 'ADMIN']);
    expect(await app.get('/eu', { token })).toMatchObject({
      status: 200,
      body: { id: ANA, papeis: ['CLIENTE', 'ADMIN'] },
    });
  });

  it('are not needed where a route is public', async () => {
    expect(await app.get('/publica')).toMatchObject({ status: 200 });
    expect(await app.get('/publica', { token: 'qualquer coisa' })).toMatchObject({ status: 200 });
  });

  it.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer  ', 'Bearer a b'])(
    'are missed in the header %p',
    async (authorization) => {
      const { status, body } = await app.get('/eu', { headers: authorization === undefined ? {} : { authorization } });
      expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.token-ausente' });
    },
  );

  it('are the only thing that says who asks', async () => {
    expect(await app.get('/eu', { headers: { 'x-user-id': ANA, 'x-user-roles': 'ADMIN' } })).toMatchObject({
      status: 401,
    });
  });

  it('expire', async () => {
    expect(await refusalOfVariant({ expiresIn: '-1m' })).toMatchObject({ status: 401, code: 'auth.token-expirado' });
  });

  it.each<[string, TokenOverrides]>([
    ['a foreign issuer', { claims: { iss: 'https://outro.exemplo.com' } }],
    ['a foreign audience', { claims: { aud: 'outra-plataforma' } }],
    ['a beginning in the future', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['the type of another token', { header: { typ: 'JWT' } }],
    ['the type of a refresh token', { header: { typ: 'rt+jwt' } }],
    ['an unknown key', { header: { kid: 'outra' } }],
    ['roles that are no list', { claims: { papeis: 'ADMIN' } }],
    ['more roles than there can be', { claims: { papeis: Array.from({ length: 21 }, () => 'CLIENTE') } }],
    ['no roles', { claims: { papeis: undefined } }],
  ])('with %s are refused', async (_, overrides) => {
    expect(await refusalOfVariant(overrides)).toMatchObject({ status: 401, code: 'auth.token-invalido' });
  });

  it('with a role of a later release are good, and it permits nothing here', async () => {
    const token = await issuer.token(ANA, ['CLIENTE'], { claims: { papeis: ['ZELADOR', 'CLIENTE'] } });
    expect(await app.get('/eu', { token })).toMatchObject({ status: 200, body: { papeis: ['CLIENTE'] } });
    expect(await app.get('/operacao', { token })).toMatchObject({ status: 403, body: { code: 'auth.sem-permissao' } });
  });

  it('of nobody in particular are refused', async () => {
    expect(await refusalOf(await issuer.token('admin'))).toEqual(INVALID);
  });

  it('that are no tokens are refused', async () => {
    for (const token of ['x', 'a.b.c', 'é.é.é']) expect((await refusalOf(encodeURIComponent(token))).status).toBe(401);
  });

  it('without a signature (alg none) are refused', async () => {
    const [, payload] = (await issuer.token(ANA)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'chave-de-teste' }));
    expect(await refusalOf(`${header}.${payload}.`)).toEqual(INVALID);
  });

  it('signed with HS256 and the public key as secret are refused', async () => {
    const { keys } = (await (await fetch(issuer.settings.JWKS_URL)).json()) as { keys: [Record<string, string>] };
    const publicKey = await importJWK({ ...keys[0], kty: 'RSA' }, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('esperada uma chave RSA');
    const forged = await new SignJWT({ papeis: ['ADMIN'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'chave-de-teste' })
      .setSubject(ANA)
      .setIssuer(issuer.settings.JWT_ISSUER)
      .setAudience(issuer.settings.JWT_AUDIENCE)
      .setExpirationTime('15m')
      .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
    expect(await refusalOf(forged)).toEqual(INVALID);
  });

  it('signed by a stranger are refused, and the keys that they point to are never fetched', async () => {
    const stranger = await TokenIssuer.start();
    let fetched = 0;
    const bait = createServer((_request, response) => {
      fetched++;
      void fetch(stranger.settings.JWKS_URL).then(async (keys) => response.end(await keys.text()));
    });
    const jku = await listen(bait);
    const token = await stranger.token(ANA, ['ADMIN'], {
      claims: { iss: issuer.settings.JWT_ISSUER },
      header: { jku, x5u: jku },
    });
    expect(await refusalOf(token)).toEqual(INVALID);
    expect(fetched).toBe(0);
    await Promise.all([stranger.stop(), close(bait)]);
  });

  it('with a role that may not are told so', async () => {
    expect(await app.get('/operacao', { token: await issuer.token(ANA) })).toMatchObject({
      status: 403,
      body: { code: 'auth.sem-permissao' },
    });
    expect(await app.get('/operacao', { token: await issuer.token(ANA, ['OPERADOR']) })).toMatchObject({ status: 200 });
    expect(await app.get('/operacao')).toMatchObject({ status: 401 });
  });
});

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const close = (server: Server): Promise<unknown> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

describe('While the keys cannot be had', () => {
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
  });
  afterAll(() => issuer.stop());

  it.each<[string, (server: Server) => Server]>([
    ['nobody listens', (server) => server],
    ['the issuer fails', (server) => server.on('request', (_, response) => response.writeHead(500).end())],
    ['the answer is no JSON', (server) => server.on('request', (_, response) => response.end('<html>'))],
    ['the answer is no key set', (server) => server.on('request', (_, response) => response.end('{"keys":1}'))],
  ])('because %s, a token is neither good nor bad: 503', async (reason, prepare) => {
    const server = prepare(createServer());
    const url = await listen(server);
    if (reason === 'nobody listens') await close(server);
    const app = await startApp({ settings: { ...issuer.settings, JWKS_URL: url } });
    const { status, headers, body } = await app.get('/eu', { token: await issuer.token(ANA) });
    expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'auth.chaves-indisponiveis' });
    expect(headers.get('retry-after')).toBe('2');
    expect(await app.get('/publica')).toMatchObject({ status: 200 });
    await app.stop();
    if (server.listening) await close(server);
  });
});
