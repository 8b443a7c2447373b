import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Module, Req } from '@nestjs/common';
import { pode } from '@plataforma/contracts';
import { TestApp, testEnvironment, TokenIssuer, type TokenOverrides } from '@plataforma/testing';
import { base64url, errors, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { type Papel, Permite, Publico, TokenVerifier, type Usuario } from './auth.js';
import { loadConfig, processSettings } from './config.js';
import { PlatformModule } from './platform-module.js';

const ANA = '0192f0c4-0000-7000-8000-000000000001';
const OUTRA = '0192f0c4-0000-7000-8000-000000000002';

@Controller()
class RotasController {
  @Get('publica')
  @Publico()
  publica() {
    return { aberto: true };
  }

  @Get('eu')
  @Permite('reservas.ver')
  eu(@Req() { usuario }: { readonly usuario: Usuario }) {
    return usuario;
  }

  @Get('operacao')
  @Permite('reservas.ver:todos')
  operacao() {
    return { feito: true };
  }

  @Get('conta')
  @Permite('conta.usar')
  conta() {
    return { feito: true };
  }

  @Get('talvez')
  @Permite('TOKEN_OPCIONAL')
  talvez(@Req() { usuario }: { readonly usuario?: Usuario }) {
    return { administra: usuario !== undefined && pode(usuario, 'espacos.administrar') };
  }

  @Get('esquecida')
  esquecida() {
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

describe('Tokens de acesso', () => {
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

  it('dizem quem pede', async () => {
    const token = await issuer.token(ANA, ['CLIENTE', 'ADMIN']);
    expect(await app.get('/eu', { token })).toMatchObject({
      status: 200,
      body: { id: ANA, papeis: ['CLIENTE', 'ADMIN'] },
    });
  });

  it('não são precisos onde a rota é pública', async () => {
    expect(await app.get('/publica')).toMatchObject({ status: 200 });
    expect(await app.get('/publica', { token: 'qualquer coisa' })).toMatchObject({ status: 200 });
  });

  it.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer  ', 'Bearer a b'])(
    'fazem falta no cabeçalho %p',
    async (authorization) => {
      const { status, body } = await app.get('/eu', { headers: authorization === undefined ? {} : { authorization } });
      expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.token-ausente' });
    },
  );

  it('27: são a única coisa que diz quem pede', async () => {
    expect(await app.get('/eu', { headers: { 'x-user-id': ANA, 'x-user-roles': 'ADMIN' } })).toMatchObject({
      status: 401,
    });
  });

  it('13: expiram', async () => {
    expect(await refusalOfVariant({ expiresIn: '-1m' })).toMatchObject({ status: 401, code: 'auth.token-expirado' });
  });

  it.each<[string, TokenOverrides]>([
    ['um emissor alheio', { claims: { iss: 'https://outro.exemplo.com' } }],
    ['uma audiência alheia', { claims: { aud: 'outra-plataforma' } }],
    ['um começo no futuro', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['o tipo de outro token', { header: { typ: 'JWT' } }],
    ['o tipo de um token de renovação', { header: { typ: 'rt+jwt' } }],
    ['uma chave desconhecida', { header: { kid: 'outra' } }],
    ['papéis que não são lista', { claims: { papeis: 'ADMIN' } }],
    ['mais papéis do que pode haver', { claims: { papeis: Array.from({ length: 21 }, () => 'CLIENTE') } }],
    ['papel nenhum', { claims: { papeis: undefined } }],
  ])('13 e 14: com %s são recusados', async (_, overrides) => {
    expect(await refusalOfVariant(overrides)).toMatchObject({ status: 401, code: 'auth.token-invalido' });
  });

  it('não abrem uma rota que não diz para quem é', async () => {
    const token = await issuer.token(ANA, ['ADMIN', 'OPERADOR', 'CLIENTE']);
    expect(await app.get('/esquecida', { token })).toMatchObject({ status: 403, body: { code: 'auth.sem-permissao' } });
  });

  describe('de uma chave de API', () => {
    const key = (escopos: readonly string[], papeis: readonly Papel[] = ['ADMIN']) =>
      issuer.token(ANA, papeis, { claims: { escopos, limite: 100 } });

    it('fazem só o que a chave tem, do que a pessoa pode', async () => {
      const seu = await key(['reservas.ver']);
      expect(await app.get('/eu', { token: seu })).toMatchObject({ status: 200, body: { escopos: ['reservas.ver'] } });
      expect(await app.get('/operacao', { token: seu })).toMatchObject({
        status: 403,
        body: { code: 'auth.fora-do-escopo' },
      });
      const deTodos = await key(['reservas.ver:todos']);
      for (const path of ['/eu', '/operacao'])
        expect(await app.get(path, { token: deTodos })).toMatchObject({ status: 200 });
      const semPapel = await key(['reservas.ver:todos'], ['CLIENTE']);
      expect(await app.get('/operacao', { token: semPapel })).toMatchObject({
        status: 403,
        body: { code: 'auth.sem-permissao' },
      });
    });

    it('não mostram a mais, onde o token é opcional, do que a chave tem', async () => {
      for (const [escopos, administra] of [
        [['reservas.ver'], false],
        [['espacos.administrar'], true],
      ] as const)
        expect((await app.get('/talvez', { token: await key(escopos) })).body).toEqual({ administra });
    });

    it('nunca alcançam a conta, nem com o escopo', async () => {
      for (const escopos of [[], ['conta.usar'], ['conta.usar:todos']])
        expect(await app.get('/conta', { token: await key(escopos) })).toMatchObject({
          status: 403,
          body: { code: 'auth.fora-do-escopo' },
        });
    });

    it('param no ritmo que a chave tem, sem que outra pare', async () => {
      const claims = { escopos: ['reservas.ver'], limite: 2, sid: ANA };
      const ask = async (outra = {}) =>
        app.get('/eu', { token: await issuer.token(ANA, ['CLIENTE'], { claims: { ...claims, ...outra } }) });
      const answers = [await ask(), await ask(), await ask(), await ask(), await ask()];
      const [refused, ...rest] = answers.filter(({ status }) => status !== 200);
      // The minute may turn once while they are asked.
      expect(rest.length).toBeLessThanOrEqual(2);
      expect(refused).toMatchObject({ status: 429, body: { code: 'auth.chave-acima-do-ritmo' } });
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await ask({ sid: OUTRA })).toMatchObject({ status: 200 });
    });
  });

  it('com um papel de uma versão futura valem, e ele nada permite aqui', async () => {
    const token = await issuer.token(ANA, ['CLIENTE'], { claims: { papeis: ['ZELADOR', 'CLIENTE'] } });
    expect(await app.get('/eu', { token })).toMatchObject({ status: 200, body: { papeis: ['CLIENTE'] } });
    expect(await app.get('/operacao', { token })).toMatchObject({ status: 403, body: { code: 'auth.sem-permissao' } });
  });

  it('de ninguém em particular são recusados', async () => {
    expect(await refusalOf(await issuer.token('admin'))).toEqual(INVALID);
  });

  it('que não são tokens são recusados', async () => {
    for (const token of ['x', 'a.b.c', 'é.é.é']) expect((await refusalOf(encodeURIComponent(token))).status).toBe(401);
  });

  it('11: sem assinatura (alg none) são recusados', async () => {
    const [, payload] = (await issuer.token(ANA)).split('.');
    const header = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'chave-de-teste' }));
    expect(await refusalOf(`${header}.${payload}.`)).toEqual(INVALID);
  });

  it('11: assinados em HS256 com a chave pública por segredo são recusados', async () => {
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

  it('12: assinados por um estranho são recusados, e as chaves para que apontam nunca são buscadas', async () => {
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

  it('conferidos uma vez não se conferem de novo, mas têm fim, e caem com a sua chave', async () => {
    let now = Date.now();
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    let keys = [publicKey];
    let asked = 0;
    const verifier = new TokenVerifier(issuer.settings, undefined, async () => {
      asked++;
      const [key] = keys;
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    });
    const token = await new SignJWT({ papeis: ['CLIENTE'] })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'outra' })
      .setSubject(ANA)
      .setIssuer(issuer.settings.JWT_ISSUER)
      .setAudience(issuer.settings.JWT_AUDIENCE)
      .setExpirationTime('15m')
      .sign(privateKey);
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    try {
      for (let time = 0; time < 3; time++) expect(await verifier.verify(token)).toMatchObject({ id: ANA });
      expect([verify.mock.calls.length, asked]).toEqual([1, 3]);
      now += 16 * 60_000;
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'auth.token-expirado' });
      now -= 16 * 60_000;
      await verifier.verify(token);
      keys = [(await generateKeyPair('RS256')).publicKey];
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'auth.token-invalido' });
      keys = [];
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'auth.token-invalido' });
    } finally {
      verify.mockRestore();
      clock.mockRestore();
    }
  });

  it('com um papel que não pode ouvem que não podem', async () => {
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

describe('Enquanto as chaves não se alcançam', () => {
  let issuer: TokenIssuer;
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
  });
  afterAll(() => issuer.stop());

  it.each<[string, (server: Server) => Server]>([
    ['ninguém escuta', (server) => server],
    ['o emissor falha', (server) => server.on('request', (_, response) => response.writeHead(500).end())],
    ['a resposta não é JSON', (server) => server.on('request', (_, response) => response.end('<html>'))],
    [
      'a resposta não é um conjunto de chaves',
      (server) => server.on('request', (_, response) => response.end('{"keys":1}')),
    ],
  ])('porque %s, um token não é bom nem ruim: 503', async (reason, prepare) => {
    const server = prepare(createServer());
    const url = await listen(server);
    if (reason === 'ninguém escuta') await close(server);
    const app = await startApp({ settings: { ...issuer.settings, JWKS_URL: url } });
    const { status, headers, body } = await app.get('/eu', { token: await issuer.token(ANA) });
    expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'auth.chaves-indisponiveis' });
    expect(headers.get('retry-after')).toBe('2');
    expect(await app.get('/publica')).toMatchObject({ status: 200 });
    await app.stop();
    if (server.listening) await close(server);
  });
});
