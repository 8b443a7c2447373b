import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { freePort, type TestApp } from '@plataforma/testing';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';

const errar = (app: TestApp, email: string, headers: Record<string, string> = {}) =>
  app.post('/v1/sessoes', { email, senha: 'não é esta a senha' }, { headers });

const bloqueada = { status: 429, body: { code: 'auth.muitas-tentativas' } };

describe('Guessing passwords', () => {
  let auth: AuthFixture;

  beforeAll(async () => {
    auth = await AuthFixture.create();
  });
  afterAll(() => auth.stop());

  it.each([
    ['counted in Redis', async () => ({})],
    ['counted in memory while Redis is away', async () => ({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })],
  ])('stops for an account after its limit, also the right one, %s', async (_, env) => {
    const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', LOGIN_TENTATIVAS_ENDERECO: '10000', ...(await env()) });
    const { email } = await registrar(app);
    const respostas = await Promise.all(Array.from({ length: 8 }, () => errar(app, email)));
    expect(respostas.filter(({ status }) => status === 401)).toHaveLength(3);
    const resposta = await app.post('/v1/sessoes', { email: email.toUpperCase(), senha: SENHA });
    expect(resposta).toMatchObject(bloqueada);
    const espera = Number(resposta.headers.get('retry-after'));
    expect(espera).toBeGreaterThan(0);
    expect(espera).toBeLessThanOrEqual(900);
    const { email: outra } = await registrar(app);
    await entrar(app, outra);
  });

  it('starts from zero after a login that succeeds', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', LOGIN_TENTATIVAS_ENDERECO: '10000' });
    const { email } = await registrar(app);
    for (let rodada = 0; rodada < 3; rodada++) {
      await errar(app, email);
      await errar(app, email);
      await entrar(app, email);
    }
  });

  it('stops for an address, as a trusted proxy names it, whatever the account', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '3', PROXIES_CONFIAVEIS: '127.0.0.1/32' });
    const endereco = `2001:db8::${randomUUID().slice(0, 4)}`;
    for (let i = 0; i < 3; i++)
      expect((await errar(app, emailNovo(), { 'x-forwarded-for': endereco })).status).toBe(401);
    expect(await errar(app, emailNovo(), { 'x-forwarded-for': endereco })).toMatchObject(bloqueada);
    expect((await errar(app, emailNovo(), { 'x-forwarded-for': '2001:db8::ffff:1' })).status).toBe(401);
  });

  it('is not helped by inventing an address', async () => {
    const app = await auth.start({
      LOGIN_TENTATIVAS_ENDERECO: '3',
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    });
    for (let i = 0; i < 3; i++) await errar(app, emailNovo(), { 'x-forwarded-for': `10.0.0.${i}` });
    expect(await errar(app, emailNovo(), { 'x-forwarded-for': '10.0.0.99' })).toMatchObject(bloqueada);
  });
});
