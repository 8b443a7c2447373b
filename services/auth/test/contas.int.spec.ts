import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { SENHA_DEMONSTRACAO, SemearDemonstracaoHandler } from '../src/application/semear-demonstracao.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';

const INEXISTENTE = '0192f0c4-0000-7000-8000-00000000dead';

describe('Contas', () => {
  let auth: AuthFixture;
  let app: TestApp;

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start();
  });
  afterAll(() => auth.stop());

  it('são abertas como CLIENTE e anunciadas com o que foi guardado', async () => {
    const email = emailNovo();
    const registro = await app.post('/v1/usuarios', {
      nome: '  Ana   Souza ',
      email: ` ${email.toUpperCase()} `,
      senha: SENHA,
      idioma: 'en',
    });
    expect(registro).toMatchObject({ status: 202, body: { email } });
    const { usuario: body } = await entrar(app, email);
    expect(body).toEqual({
      id: expect.any(String),
      nome: 'Ana Souza',
      email,
      papeis: ['CLIENTE'],
      idioma: 'en',
      criadoEm: expect.any(String),
      emailVerificado: false,
    });
    const evento = await eventually(() =>
      auth.broker.publishedOf('usuario.registrado.v1').find(({ data }) => data.usuarioId === body.id),
    );
    expect(evento).toMatchObject({
      subject: `usuario/${body.id}`,
      sequence: '1',
      data: { nome: 'Ana Souza', email, idioma: 'en' },
    });
  });

  it('têm um e-mail cada, seja como for escrito e quantos forem os que o pedem ao mesmo tempo', async () => {
    const email = emailNovo();
    const respostas = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        app.post('/v1/usuarios', { nome: 'Ana', email: i % 2 ? email : email.toUpperCase(), senha: SENHA }),
      ),
    );
    expect(respostas.map(({ status, body }) => [status, body])).toEqual(Array(12).fill([202, { email }]));
    const [contagem] = await auth.database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM mensagens_pessoais WHERE dados->>'email' = $1 AND tipo = 'usuario.registrado.v1'`,
      [email],
    );
    expect(contagem?.total).toBe(1);
  });

  it.each([
    ['curta demais', 422, 'auth.senha-curta'],
    ['x'.repeat(7).concat('é'.repeat(250)), 422, 'auth.senha-longa'],
    ['passwordpassword', 422, 'auth.senha-comum'],
    ['PasswordPassword', 422, 'auth.senha-comum'],
    ['', 400, 'requisicao.invalida'],
    [123456789012345, 400, 'requisicao.invalida'],
  ])('recusam a senha %p com %i %s', async (senha, status, code) => {
    const resposta = await app.post('/v1/usuarios', { nome: 'Ana', email: emailNovo(), senha });
    expect(resposta).toMatchObject({ status, body: { code } });
  });

  it('aceitam quaisquer caracteres numa senha e os comparam inteiros', async () => {
    const email = emailNovo();
    const senha = ' 密码 çãé 🐘 com espaços no fim ';
    expect((await app.post('/v1/usuarios', { nome: 'Ana', email, senha })).status).toBe(202);
    await entrar(app, email, senha.normalize('NFD'));
    expect((await app.post('/v1/sessoes', { email, senha: senha.trim() })).status).toBe(401);
    const longa = `${'parte comum '.repeat(20)}`;
    const outro = emailNovo();
    expect((await app.post('/v1/usuarios', { nome: 'Ana', email: outro, senha: `${longa}fim A` })).status).toBe(202);
    expect((await app.post('/v1/sessoes', { email: outro, senha: `${longa}fim B` })).status).toBe(401);
  });

  it.each([
    [{ papeis: ['ADMIN'] }],
    [{ id: INEXISTENTE }],
    [{ email: 'não é e-mail' }],
    [{ nome: '' }],
    [{ nome: 'Ana\u0000' }],
    [{ nome: 'Ana\ud800' }],
    [{ idioma: 'fr' }],
  ])('recusam um registro com %j e nada mudam', async (mudanca) => {
    const email = emailNovo();
    const resposta = await app.post('/v1/usuarios', { nome: 'Ana', email, senha: SENHA, ...mudanca });
    expect(resposta).toMatchObject({ status: 400, body: { code: 'requisicao.invalida' } });
    expect(await auth.database.query('SELECT 1 FROM usuarios WHERE email = $1', [email])).toEqual([]);
  });

  it('guardam a senha em argon2id de ao menos 19 MiB, duas passagens, uma faixa', async () => {
    const { id } = await registrar(app);
    const [row] = await auth.database.query<{ senha_hash: string }>('SELECT senha_hash FROM usuarios WHERE id = $1', [
      id,
    ]);
    expect(row?.senha_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('são mostradas ao dono, a ADMIN e a OPERADOR, e a mais ninguém', async () => {
    await app.nest.get(SemearDemonstracaoHandler).execute();
    const ana = await registrar(app);
    const { tokenAcesso } = await entrar(app, ana.email);
    const outro = await registrar(app);
    expect((await app.get('/v1/usuarios/eu', { token: tokenAcesso })).body).toMatchObject({
      id: ana.id,
      email: ana.email,
    });
    expect(await app.get(`/v1/usuarios/${outro.id}`, { token: tokenAcesso })).toMatchObject({
      status: 403,
      body: { code: 'auth.sem-permissao' },
    });
    expect((await app.get('/v1/usuarios/eu')).status).toBe(401);
    for (const conta of ['admin@demo.local', 'operador@demo.local']) {
      const { tokenAcesso: token } = await entrar(app, conta, SENHA_DEMONSTRACAO);
      expect((await app.get(`/v1/usuarios/${outro.id}`, { token })).body).toMatchObject({ id: outro.id });
      expect(await app.get(`/v1/usuarios/${INEXISTENTE}`, { token })).toMatchObject({
        status: 404,
        body: { code: 'auth.usuario-nao-encontrado' },
      });
      expect((await app.get('/v1/usuarios/nao-e-uuid', { token })).status).toBe(400);
    }
  });

  it('da demonstração são feitas uma vez, por mais vezes e por mais instâncias que sejam', async () => {
    const semear = app.nest.get(SemearDemonstracaoHandler);
    await Promise.all([semear.execute(), semear.execute(), semear.execute()]);
    await semear.execute();
    const linhas = await auth.database.query(
      `SELECT u.email, u.papeis, count(e.*)::int AS eventos FROM usuarios u LEFT JOIN mensagens_pessoais e ON e.fluxo = 'usuario/' || u.id
        WHERE u.email LIKE '%@demo.local' GROUP BY u.email, u.papeis ORDER BY u.email`,
    );
    expect(linhas).toEqual([
      { email: 'admin@demo.local', papeis: ['ADMIN'], eventos: 1 },
      { email: 'cliente2@demo.local', papeis: ['CLIENTE'], eventos: 1 },
      { email: 'cliente@demo.local', papeis: ['CLIENTE'], eventos: 1 },
      { email: 'operador@demo.local', papeis: ['OPERADOR'], eventos: 1 },
    ]);
  });

  it('da demonstração são recusadas em produção', async () => {
    await expect(auth.start({ SEED_DEMO: 'true', NODE_ENV: 'production' })).rejects.toThrow(/SEED_DEMO/);
  });

  it('não podem ser mudadas nem removidas pelo papel da aplicação', async () => {
    const database = app.nest.get(Database);
    await expect(database.query('DELETE FROM usuarios')).rejects.toThrow(/permission denied/);
    await expect(database.query(`UPDATE usuarios SET criado_em = now()`)).rejects.toThrow(/permission denied/);
    await expect(database.query('UPDATE tokens_renovacao SET sessao_id = sessao_id')).rejects.toThrow(
      /permission denied/,
    );
  });
});
