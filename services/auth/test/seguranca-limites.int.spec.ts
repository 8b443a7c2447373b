import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort, type TestApp, testServers } from '@plataforma/testing';
import { Redis } from 'ioredis';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';

const ERRADA = 'não é esta a senha';
/** Through a trusted proxy, which says where a request comes from. */
const PROXY = { PROXIES_CONFIAVEIS: '127.0.0.1/32' };
const SEM_REDIS = async () => ({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
const bloqueada = { status: 429, body: { code: 'auth.muitas-tentativas' } };

/** Addresses that nobody else in this file speaks from. */
let enderecos = 0;
const outroEndereco = (): string => `10.${Math.floor(++enderecos / 250)}.${enderecos % 250}.1`;
const de = (endereco: string) => ({ headers: { 'x-forwarded-for': endereco } });
const tentar = (app: TestApp, email: string, endereco: string, senha = ERRADA) =>
  app.post('/v1/sessoes', { email, senha }, de(endereco));
const novaConta = (email: string) => ({ nome: 'Ana Souza', email, senha: SENHA });

describe('Segurança 9: adivinhar senhas', () => {
  let auth: AuthFixture;

  beforeAll(async () => {
    auth = await AuthFixture.create();
  });
  afterAll(() => auth.stop());

  describe.each([
    ['contado no Redis', async () => ({})],
    ['contado na memória enquanto o Redis está fora', SEM_REDIS],
  ])('%s', (_, ambiente) => {
    it('para, numa conta, no endereço que adivinha, também com a certa', async () => {
      const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', ...PROXY, ...(await ambiente()) });
      const { email } = await registrar(app);
      const endereco = outroEndereco();
      const respostas = await Promise.all(Array.from({ length: 8 }, () => tentar(app, email, endereco)));
      expect(respostas.filter(({ status }) => status === 401)).toHaveLength(3);
      const resposta = await tentar(app, email.toUpperCase(), endereco, SENHA);
      expect(resposta).toMatchObject(bloqueada);
      const espera = Number(resposta.headers.get('retry-after'));
      expect(espera).toBeGreaterThan(0);
      // The next attempt, not the end of the window of 900 s.
      expect(espera).toBeLessThanOrEqual(300);
      const { email: outra } = await registrar(app);
      expect((await tentar(app, outra, endereco, SENHA)).status).toBe(201);
    });

    it('deixa entrar o dono, que vem de outro lugar', async () => {
      const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', ...PROXY, ...(await ambiente()) });
      const { email } = await registrar(app);
      const ataque = outroEndereco();
      for (let i = 0; i < 20; i++) await tentar(app, email, ataque);
      expect((await tentar(app, email, ataque)).status).toBe(429);
      expect((await tentar(app, email, outroEndereco(), SENHA)).status).toBe(201);
    });
  });

  it('de toda parte ao mesmo tempo é lento, menos para o dono num endereço por que já entrou', async () => {
    const limites = { LOGIN_TENTATIVAS_CONTA: '3', LOGIN_TENTATIVAS_CONTA_TOTAL: '6' };
    const app = await auth.start({ ...limites, ...PROXY });
    const { email } = await registrar(app);
    const casa = outroEndereco();
    expect((await tentar(app, email, casa, SENHA)).status).toBe(201);
    const ataque = await Promise.all(Array.from({ length: 12 }, () => tentar(app, email, outroEndereco())));
    expect(ataque.filter(({ status }) => status === 401)).toHaveLength(5);
    const desconhecido = await tentar(app, email, outroEndereco(), SENHA);
    expect(desconhecido).toMatchObject(bloqueada);
    expect(Number(desconhecido.headers.get('retry-after'))).toBeLessThanOrEqual(150);
    expect((await tentar(app, email, casa, SENHA)).status).toBe(201);
    // Where the account was opened.
    await entrar(app, email);
    // A known address guesses no better than another.
    const respostas = await Promise.all(Array.from({ length: 8 }, () => tentar(app, email, casa)));
    expect(respostas.filter(({ status }) => status === 401)).toHaveLength(3);
  });

  it('devolve uma tentativa depois da outra', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', LOGIN_JANELA_SEGUNDOS: '9', ...PROXY });
    const { email } = await registrar(app);
    const endereco = outroEndereco();
    // All at once: one after the other they could be as slow as attempts are given back.
    const rajada = await Promise.all(Array.from({ length: 12 }, () => tentar(app, email, endereco)));
    expect(rajada.some(({ status }) => status === 429)).toBe(true);
    await eventually(async () => (await tentar(app, email, endereco)).status === 401);
  });

  it('o que é recusado numa conta não gasta o que o endereço ainda tem para as outras', async () => {
    const limites = { LOGIN_TENTATIVAS_CONTA: '50', LOGIN_TENTATIVAS_CONTA_TOTAL: '2', LOGIN_TENTATIVAS_ENDERECO: '4' };
    const app = await auth.start({ ...limites, ...PROXY });
    const [conta, endereco] = [emailNovo(), outroEndereco()];
    for (const status of [401, 401, 429, 429, 429, 429, 429, 429])
      expect((await tentar(app, conta, endereco)).status).toBe(status);
    expect((await tentar(app, emailNovo(), endereco)).status).toBe(401);
  });

  it('começa do zero depois de um login que deu certo', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_CONTA: '3', LOGIN_TENTATIVAS_ENDERECO: '10000' });
    const { email } = await registrar(app);
    for (let rodada = 0; rodada < 3; rodada++) {
      for (let i = 0; i < 2; i++) await app.post('/v1/sessoes', { email, senha: ERRADA });
      await entrar(app, email);
    }
  });

  it('para, num endereço, como um proxy confiável o nomeia, seja qual for a conta', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '3', ...PROXY });
    const rede = `2001:db8:${(++enderecos).toString(16)}:1`;
    for (let i = 0; i < 3; i++) expect((await tentar(app, emailNovo(), `${rede}::${i}`)).status).toBe(401);
    // One network, however many addresses its owner has in it.
    expect(await tentar(app, emailNovo(), `${rede}::ffff`)).toMatchObject(bloqueada);
    expect((await tentar(app, emailNovo(), '2001:db8:ffff:1::1')).status).toBe(401);
  });

  it('não ganha nada em inventar um endereço', async () => {
    const app = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '3', ...(await SEM_REDIS()) });
    for (let i = 0; i < 3; i++) await tentar(app, emailNovo(), `10.0.0.${i}`);
    expect(await tentar(app, emailNovo(), '10.0.0.99')).toMatchObject(bloqueada);
  });

  it('não deixa e-mail nem endereço no Redis', async () => {
    const prefixo = `teste-rastro-${Date.now()}:`;
    const app = await auth.start({ REDIS_URL: `${testServers.redis()}?keyPrefix=${prefixo}`, ...PROXY });
    const { email } = await registrar(app);
    const endereco = outroEndereco();
    await tentar(app, email, endereco);
    await tentar(app, email, endereco, SENHA);
    const redis = new Redis(testServers.redis());
    const chaves = await redis.keys(`${prefixo}*`);
    redis.disconnect();
    expect(chaves.length).toBeGreaterThan(0);
    for (const chave of chaves) expect(chave).toMatch(/^teste-rastro-\d+:auth:[a-z:-]+:[\w-]{43}$/);
  });
});

describe('Segurança 9: abrir contas', () => {
  let auth: AuthFixture;

  beforeAll(async () => {
    auth = await AuthFixture.create();
  });
  afterAll(() => auth.stop());

  const abrir = (app: TestApp, endereco: string, email = emailNovo()) =>
    app.post('/v1/usuarios', novaConta(email), de(endereco));

  it.each([
    ['contado no Redis', async () => ({})],
    ['contado na memória enquanto o Redis está fora', SEM_REDIS],
  ])('para, num endereço, depois do limite, %s', async (_, ambiente) => {
    const app = await auth.start({ REGISTROS_ENDERECO: '3', ...PROXY, ...(await ambiente()) });
    const endereco = outroEndereco();
    const respostas = await Promise.all(Array.from({ length: 8 }, () => abrir(app, endereco)));
    expect(respostas.filter(({ status }) => status === 202)).toHaveLength(3);
    const recusada = respostas.find(({ status }) => status === 429);
    expect(recusada).toMatchObject(bloqueada);
    expect(Number(recusada?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await abrir(app, outroEndereco())).status).toBe(202);
  });

  it('não conta o que foi recusado pela forma', async () => {
    const app = await auth.start({ REGISTROS_ENDERECO: '3', ...PROXY });
    const endereco = outroEndereco();
    for (let i = 0; i < 5; i++)
      expect((await app.post('/v1/usuarios', { ...novaConta(emailNovo()), senha: 'curta' }, de(endereco))).status).toBe(
        422,
      );
    expect((await abrir(app, endereco)).status).toBe(202);
  });
});
