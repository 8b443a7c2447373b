import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { REVOCATIONS_STREAM } from '@plataforma/platform';
import { eventually, redisOfItsOwn, type TestApp } from '@plataforma/testing';
import { Redis } from 'ioredis';
import { decodeJwt } from 'jose';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

interface Vistas {
  readonly itens: { readonly id: string; readonly atual: boolean; readonly aparelho: string }[];
}

describe('Segurança 22: sair', () => {
  const redisUrl = redisOfItsOwn();
  let auth: AuthFixture;
  let app: TestApp;
  let pessoa: UsuarioHttp;
  let aqui: SessaoHttp;
  let la: SessaoHttp;

  const eu = ({ tokenAcesso }: SessaoHttp, onde = app) => onde.get('/v1/usuarios/eu', { token: tokenAcesso });
  const recusado = (sessao: SessaoHttp, onde: TestApp) =>
    eventually(() => eu(sessao, onde).then(({ status, body }) => status === 401 && body['code']), 30_000);
  const vistas = async ({ tokenAcesso }: SessaoHttp) =>
    (await app.get<Vistas>('/v1/sessoes', { token: tokenAcesso })).body.itens;
  const sid = ({ tokenAcesso }: SessaoHttp) => String(decodeJwt(tokenAcesso)['sid']);

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({ REDIS_URL: redisUrl });
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
    aqui = await entrar(app, pessoa.email);
    la = await entrar(app, pessoa.email);
  });
  afterAll(() => auth.stop());

  it('faz o token de acesso não valer mais, na hora onde se saiu e logo em toda parte, e se anuncia', async () => {
    // Its Redis is another: it hears by the database.
    const outra = await auth.start();
    expect((await eu(aqui, outra)).status).toBe(200);
    await app.post('/v1/sessoes/encerramento', { tokenRenovacao: aqui.tokenRenovacao });
    expect(await eu(aqui)).toMatchObject({ status: 401, body: { code: 'auth.sessao-encerrada' } });
    expect(await recusado(aqui, outra)).toBe('auth.sessao-encerrada');
    expect((await eu(la, outra)).status).toBe(200);
    const evento = await eventually(
      () => auth.broker.publishedOf('sessao.revogada.v1').find(({ data }) => data.sessaoId === sid(aqui)),
      30_000,
    );
    expect(evento.data).toMatchObject({ usuarioId: pessoa.id, motivo: 'SAIDA' });
    expect(Date.parse(evento.data.tokensAte) - Date.parse(evento.data.revogadaEm)).toBeGreaterThanOrEqual(900_000);
  });

  it('se conta no Redis, de novo quando ele perde a memória', async () => {
    const redis = new Redis(redisUrl);
    const contadas = async () => (await redis.xrange(REVOCATIONS_STREAM, '-', '+')).map(([, campos]) => campos[1]);
    await app.post('/v1/sessoes/encerramento', { tokenRenovacao: aqui.tokenRenovacao });
    expect(await eventually(async () => (await contadas()).includes(sid(aqui)), 30_000)).toBe(true);
    await redis.del(REVOCATIONS_STREAM);
    // As a Redis that was started anew: its connections end.
    const tardia = await auth.start({ REDIS_URL: redisUrl });
    expect(await eventually(async () => (await contadas()).includes(sid(aqui)), 30_000)).toBe(true);
    expect((await eu(la, tardia)).status).toBe(200);
    redis.disconnect();
  });

  it('de uma das próprias sessões se pode de outra, e só das próprias', async () => {
    expect((await vistas(aqui)).map(({ id, atual }) => [id, atual])).toEqual(
      expect.arrayContaining([
        [sid(aqui), true],
        [sid(la), false],
      ]),
    );
    const estranho = await entrar(app, (await registrar(app)).email);
    const revogar = (id: string, { tokenAcesso }: SessaoHttp) =>
      app.send('DELETE', `/v1/sessoes/${id}`, { token: tokenAcesso });
    for (const id of [sid(la), randomUUID()])
      expect(await revogar(id, estranho)).toMatchObject({ status: 404, body: { code: 'auth.sessao-nao-encontrada' } });
    expect((await eu(la)).status).toBe(200);
    expect((await revogar(sid(la), aqui)).status).toBe(204);
    expect((await eu(la)).status).toBe(401);
    expect(await app.post('/v1/sessoes/renovacao', { tokenRenovacao: la.tokenRenovacao })).toMatchObject({
      status: 401,
    });
    expect(await revogar(sid(la), aqui)).toMatchObject({ status: 404 });
    expect((await vistas(aqui)).map(({ id }) => id)).toEqual([sid(aqui)]);
  });

  it('de todos os outros lugares deixa este, e de todos, nenhum', async () => {
    const sair = (corpo: object) => app.post('/v1/sessoes/encerramento-geral', corpo, { token: aqui.tokenAcesso });
    expect((await sair({ manterEsta: true })).status).toBe(204);
    expect([(await eu(aqui)).status, (await eu(la)).status]).toEqual([200, 401]);
    expect((await sair({})).status).toBe(204);
    expect((await eu(aqui)).status).toBe(401);
    await entrar(app, pessoa.email);
  });

  it('quem reusa um token de renovação sai também com o de acesso', async () => {
    const { body: segunda } = await app.post<SessaoHttp>('/v1/sessoes/renovacao', {
      tokenRenovacao: aqui.tokenRenovacao,
    });
    await app.post('/v1/sessoes/renovacao', { tokenRenovacao: segunda.tokenRenovacao });
    expect((await app.post('/v1/sessoes/renovacao', { tokenRenovacao: aqui.tokenRenovacao })).status).toBe(401);
    for (const sessao of [aqui, segunda]) expect(await eu(sessao)).toMatchObject({ status: 401 });
  });

  it('de mais de cinquenta lugares não é preciso: o mais antigo sai por si', async () => {
    await auth.database.query(
      `INSERT INTO sessoes (id, usuario_id, expira_em, criada_em)
       SELECT gen_random_uuid(), $1, now() + interval '1 day', now() + n * interval '1 ms' FROM generate_series(1, 60) n`,
      [pessoa.id],
    );
    const nova = await entrar(app, pessoa.email);
    expect(await vistas(nova)).toHaveLength(50);
    expect((await eu(aqui)).status).toBe(401);
  });

  it('diz o aparelho em palavras que o dono reconhece', async () => {
    const { body } = await app.post<SessaoHttp>(
      '/v1/sessoes',
      { email: pessoa.email, senha: 'o rato roeu a roupa' },
      { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' } },
    );
    expect((await vistas(body)).find(({ atual }) => atual)).toMatchObject({ aparelho: 'Firefox em Linux' });
  });
});

describe('Segurança 13: o token de acesso', () => {
  let auth: AuthFixture;
  afterAll(() => auth.stop());

  it('diz a sessão, como se entrou e quando', async () => {
    auth = await AuthFixture.create();
    const app = await auth.start();
    const sessao = await entrar(app, (await registrar(app)).email);
    const antes = decodeJwt(sessao.tokenAcesso);
    expect(antes).toMatchObject({ amr: ['pwd'], sid: expect.any(String), jti: expect.any(String) });
    await auth.database.query(`UPDATE sessoes SET criada_em = criada_em - interval '1 hour'`);
    const { body } = await app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao: sessao.tokenRenovacao });
    // Renewing is no authentication.
    expect(Number(antes['auth_time']) - Number(decodeJwt(body.tokenAcesso)['auth_time'])).toBe(3600);
  });
});
