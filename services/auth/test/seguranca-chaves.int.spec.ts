import { createHmac, createPublicKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { base64url, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { AdiantarRotacao } from '../src/application/adiantar-rotacao.js';
import { RotacionarChaves } from '../src/application/rotacionar-chaves.js';
import { ChaveMestra } from '../src/infrastructure/chave-mestra.js';
import { PgChaveiro } from '../src/infrastructure/pg-chaveiro.js';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

interface Jwks {
  readonly keys: (JWK & { readonly kid: string })[];
}

describe('Tokens de acesso e as suas chaves', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let email: string;
  let token: string;

  const eu = (tokenAcesso: string) => app.get('/v1/usuarios/eu', { token: tokenAcesso });
  const jwks = async () => (await app.get<Jwks>('/.well-known/jwks.json')).body.keys;
  const kidDe = (jwt: string) => decodeProtectedHeader(jwt).kid;
  const rotacionar = () => app.nest.get(CommandBus).execute(new RotacionarChaves());
  const adiantar = (horas: number) =>
    auth.database.query(`UPDATE chaves_assinatura SET assina_desde = assina_desde - $1 * interval '1 hour'`, [horas]);

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({ AUTH_MANUTENCAO_SEGUNDOS: '3600' });
    ({ email } = await registrar(app));
  });
  beforeEach(async () => {
    ({ tokenAcesso: token } = await entrar(app, email));
  });
  afterAll(() => auth.stop());

  it('dizem quem, para quem, até quando e em que sessão, na forma da RFC 9068', () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      iss: 'http://auth.teste',
      aud: 'plataforma',
      sub: expect.any(String),
      papeis: ['CLIENTE'],
      sid: expect.any(String),
      jti: expect.any(String),
      amr: ['pwd'],
      auth_time: expect.any(Number),
      iat: expect.any(Number),
      nbf: expect.any(Number),
      exp: expect.any(Number),
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  it('são verificados por chaves públicas que qualquer um pode buscar e guardar, sem as partes privadas', async () => {
    const { headers, body } = await app.get<Jwks>('/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(body.keys.map(({ kid }) => kid)).toContain(kidDe(token));
    for (const chave of body.keys) expect(Object.keys(chave).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('11: são recusados sem assinatura, ou assinados com a chave pública por segredo comum', async () => {
    const [publica] = await jwks();
    if (!publica) throw new Error('sem chave');
    const corpo = token.split('.')[1];
    const semAssinatura = `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }))}.${corpo}.`;
    expect(await eu(semAssinatura)).toMatchObject({ status: 401, body: { code: 'auth.token-invalido' } });
    const pem = createPublicKey({ key: publica, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const segredo of [pem, publica.n ?? '']) {
      const inicio = `${base64url.encode(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: publica.kid }))}.${corpo}`;
      const assinatura = createHmac('sha256', segredo).update(inicio).digest('base64url');
      expect(await eu(`${inicio}.${assinatura}`)).toMatchObject({ status: 401, body: { code: 'auth.token-invalido' } });
    }
  });

  it('12: são recusados quando assinados por uma chave que trazem ou para que apontam', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    const kid = kidDe(token) ?? '';
    for (const cabecalho of [
      { kid, jwk },
      { kid, jku: 'http://127.0.0.1:9/jwks.json' },
      { kid, x5u: 'http://127.0.0.1:9/x' },
      { kid: 'outra' },
    ]) {
      const forjado = await new SignJWT(decodeJwt(token))
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...cabecalho })
        .sign(privateKey);
      expect(await eu(forjado)).toMatchObject({ status: 401, body: { code: 'auth.token-invalido' } });
    }
  });

  it('14: são recusados quando alterados, e um token de renovação não é um deles', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const [cabecalho, corpo = '', assinatura] = token.split('.');
    const claims = { ...(JSON.parse(Buffer.from(corpo, 'base64url').toString()) as object), papeis: ['ADMIN'] };
    const alterado = `${cabecalho}.${base64url.encode(JSON.stringify(claims))}.${assinatura}`;
    for (const errado of [alterado, tokenRenovacao]) expect((await eu(errado)).status).toBe(401);
    expect((await eu(token)).status).toBe(200);
  });

  it.each([
    ['para outra audiência', { JWT_AUDIENCE: 'outra' }, 'auth.token-invalido'],
    ['por outro emissor', { JWT_ISSUER: 'http://outro.teste' }, 'auth.token-invalido'],
  ])('13: são recusados quando feitos %s, embora a chave seja a certa', async (_, env, code) => {
    const outra = await auth.start(env);
    const { tokenAcesso } = await entrar(outra, email);
    expect((await outra.get('/v1/usuarios/eu', { token: tokenAcesso })).status).toBe(200);
    expect(await eu(tokenAcesso)).toMatchObject({ status: 401, body: { code } });
  });

  it('13: são recusados depois de expirados', async () => {
    const outra = await auth.start({ AUTH_TOKEN_SEGUNDOS: '1' });
    const { tokenAcesso } = await entrar(outra, email);
    const vencido = () => eu(tokenAcesso).then(({ status, body }) => status === 401 && body['code']);
    // Verifiers allow five seconds for clocks that differ.
    expect(await eventually(vencido)).toBe('auth.token-expirado');
  });

  it('21: sobrevivem à rotação das chaves: a próxima é publicada antes de assinar, a última guardada até que os tokens dela expirem', async () => {
    const primeira = kidDe(token);
    await adiantar(29 * 24 + 23.5);
    await rotacionar();
    expect(await jwks()).toHaveLength(2);
    const { tokenAcesso: antesDaTroca } = await entrar(app, email);
    expect(kidDe(antesDaTroca)).toBe(primeira);

    await adiantar(1);
    await rotacionar();
    const { tokenAcesso: depoisDaTroca } = await entrar(app, email);
    expect(kidDe(depoisDaTroca)).not.toBe(primeira);
    // A verifier that has not fetched the keys within its cooldown, as any has an hour after they were published.
    const outra = await auth.start();
    for (const valido of [token, antesDaTroca, depoisDaTroca])
      expect((await outra.get('/v1/usuarios/eu', { token: valido })).status).toBe(200);

    await adiantar(1);
    await rotacionar();
    expect((await jwks()).map(({ kid }) => kid)).toEqual([kidDe(depoisDaTroca)]);
  });

  it('21: ganham outra chave a pedido, já, e os da antiga valem até expirarem', async () => {
    const banco = app.nest.get(Database);
    const rotacao = new AdiantarRotacao(
      new PgChaveiro(banco, new ChaveMestra(Buffer.from(auth.chaveMestra, 'base64'))),
    );
    // Verifiers of their own: one has fetched the keys just now, the other has none yet.
    const [recente, outra] = [await auth.start(), await auth.start()];
    expect((await recente.get('/v1/usuarios/eu', { token })).status).toBe(200);
    await rotacao.rotate(0);
    // Nobody meets the new key before they can know it, from the first moment until it signs, and after that.
    const novo = await eventually(async () => {
      const { tokenAcesso } = await entrar(app, email);
      expect((await recente.get('/v1/usuarios/eu', { token: tokenAcesso })).status).toBe(200);
      return kidDe(tokenAcesso) === kidDe(token) ? undefined : tokenAcesso;
    }, 120_000);
    for (const valido of [token, novo])
      expect((await outra.get('/v1/usuarios/eu', { token: valido })).status).toBe(200);
    // Asked for with notice: once, however often.
    for (let vez = 0; vez < 2; vez++) await rotacao.rotate(3_600_000);
    const situacoes = (await rotacao.list()).map(({ situacao }) => situacao);
    expect(situacoes.slice(-2)).toEqual(['ASSINA', 'PROXIMA']);
    expect(kidDe((await entrar(app, email)).tokenAcesso)).toBe(kidDe(novo));
  });

  it('têm uma primeira chave embora vinte instâncias comecem ao mesmo tempo', async () => {
    await auth.database.query('DELETE FROM chaves_assinatura');
    await Promise.all(Array.from({ length: 20 }, rotacionar));
    expect(await jwks()).toHaveLength(1);
  });

  it('não mostram a chave privada a quem lê o banco', async () => {
    const [linha] = await auth.database.query<{ privada: Buffer }>('SELECT privada FROM chaves_assinatura');
    expect(linha?.privada.toString('latin1')).not.toMatch(/"d"|"p"|RSA/);
    await expect(auth.start({ AUTH_CHAVE_MESTRA: randomBytes(32).toString('base64') })).rejects.toThrow(
      /AUTH_CHAVE_MESTRA/,
    );
  });

  it('vêm de um arquivo que outro escreve, e que se relê quando muda', async () => {
    const pasta = mkdtempSync(join(tmpdir(), 'chaves-'));
    const caminho = join(pasta, 'chaves.json');
    const par = async (haMs: number) => ({
      assinaDesde: new Date(Date.now() - haMs).toISOString(),
      jwk: await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey),
    });
    const escrever = (chaves: object[]) => writeFileSync(caminho, JSON.stringify({ chaves }), { mode: 0o600 });
    const primeira = await par(60_000);
    escrever([primeira]);
    const outra = await auth.start({ AUTH_CHAVES_ARQUIVO: caminho });
    const publicas = async () => (await outra.get<Jwks>('/.well-known/jwks.json')).body.keys;
    expect(await publicas()).toHaveLength(1);
    for (const chave of await publicas()) expect(Object.keys(chave)).not.toContain('d');
    const { tokenAcesso: antes } = await entrar(outra, email);
    expect((await outra.get('/v1/usuarios/eu', { token: antes })).status).toBe(200);
    escrever([primeira, await par(1_000)]);
    utimesSync(caminho, new Date(), new Date(Date.now() + 5_000));
    const { tokenAcesso: depois } = await entrar(outra, email);
    expect(kidDe(depois)).not.toBe(kidDe(antes));
    expect((await publicas()).map(({ kid }) => kid)).toEqual([kidDe(antes), kidDe(depois)]);
    writeFileSync(caminho, 'isto não são chaves');
    await expect(auth.start({ AUTH_CHAVES_ARQUIVO: caminho })).rejects.toThrow(/AUTH_CHAVES_ARQUIVO/);
    // Whoever has read good ones goes on with them.
    expect((await outra.get('/v1/usuarios/eu', { token: antes })).status).toBe(200);
    rmSync(pasta, { recursive: true });
  });
});
