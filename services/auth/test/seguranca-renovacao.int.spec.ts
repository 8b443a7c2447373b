import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessaoHttp } from '@plataforma/contracts';
import { SessaoRepository } from '../src/application/ports.js';
import type { TestApp } from '@plataforma/testing';
import { AuthFixture, entrar, registrar } from './auth-fixture.js';

describe('Sessões', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let email: string;

  const renovar = (tokenRenovacao: string) => app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao });
  const recusada = { status: 401, body: { code: 'auth.renovacao-invalida' } };
  /** Makes the uses of all tokens look as old as `segundos`. */
  const envelhecer = (segundos: number) =>
    auth.database.query(`UPDATE tokens_renovacao SET usado_em = usado_em - $1 * interval '1 second'`, [segundos]);

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start();
    ({ email } = await registrar(app));
  });
  afterAll(() => auth.stop());

  it('começam com os dois tokens, fora de caches, por no máximo sete dias', async () => {
    const { headers, body } = await app.post<SessaoHttp>('/v1/sessoes', {
      email: email.toUpperCase(),
      senha: 'o rato roeu a roupa',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ expiraEmSegundos: 900, usuario: { email, papeis: ['CLIENTE'] } });
    const dias = (Date.parse(body.sessaoExpiraEm) - Date.now()) / 86_400_000;
    expect(dias).toBeGreaterThan(6.99);
    expect(dias).toBeLessThanOrEqual(7);
  });

  it('seguem a cada renovação, cuja resposta traz o próximo token', async () => {
    let { tokenRenovacao, sessaoExpiraEm } = await entrar(app, email);
    for (let i = 0; i < 3; i++) {
      const { status, body } = await renovar(tokenRenovacao);
      expect(status).toBe(200);
      expect(body.tokenRenovacao).not.toBe(tokenRenovacao);
      expect(body.sessaoExpiraEm).toBe(sessaoExpiraEm);
      expect((await app.get('/v1/usuarios/eu', { token: body.tokenAcesso })).status).toBe(200);
      ({ tokenRenovacao, sessaoExpiraEm } = body);
    }
  });

  it('15: acabam inteiras quando um token usado volta: o ladrão e a vítima ficam de fora', async () => {
    const { tokenRenovacao: roubado } = await entrar(app, email);
    const { body: vitima } = await renovar(roubado);
    await envelhecer(11);
    expect(await renovar(roubado)).toMatchObject(recusada);
    expect(await renovar(vitima.tokenRenovacao)).toMatchObject(recusada);
  });

  it('15: acabam inteiras na hora quando volta um token cujo sucessor foi usado', async () => {
    const { tokenRenovacao: primeiro } = await entrar(app, email);
    const { body: segundo } = await renovar(primeiro);
    const { body: terceiro } = await renovar(segundo.tokenRenovacao);
    expect(await renovar(primeiro)).toMatchObject(recusada);
    expect(await renovar(terceiro.tokenRenovacao)).toMatchObject(recusada);
  });

  it('16: perdoam um cliente cuja resposta se perdeu, uma vez, com o mesmo token de antes', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const { body: perdida } = await renovar(tokenRenovacao);
    const { status, body: repetida } = await renovar(tokenRenovacao);
    expect(status).toBe(200);
    expect(repetida.tokenRenovacao).toBe(perdida.tokenRenovacao);
    expect(await renovar(tokenRenovacao)).toMatchObject({ status: 409, body: { code: 'auth.renovacao-concorrente' } });
    expect((await renovar(repetida.tokenRenovacao)).status).toBe(200);
  });

  it.each([1, 2, 3, 4, 5])('16: têm uma só cadeia viva depois de vinte renovações paralelas, rodada %i', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const respostas = await Promise.all(Array.from({ length: 20 }, () => renovar(tokenRenovacao)));
    expect(respostas.map(({ status }) => status).sort()).toEqual([200, 200, ...Array<number>(18).fill(409)]);
    const tokens = new Set(respostas.flatMap(({ status, body }) => (status === 200 ? [body.tokenRenovacao] : [])));
    expect(tokens.size).toBe(1);
    const [vivo] = tokens;
    expect((await renovar(vivo ?? '')).status).toBe(200);
    const vivos = await auth.database.query(
      `SELECT count(*)::int AS total FROM tokens_renovacao t JOIN sessoes s ON s.id = t.sessao_id
        WHERE t.usado_em IS NULL AND s.encerrada_em IS NULL
          AND s.id = (SELECT sessao_id FROM tokens_renovacao WHERE hash = sha256(convert_to($1, 'UTF8')))`,
      [tokenRenovacao],
    );
    expect(vivos).toEqual([{ total: 1 }]);
  });

  it('acabam na saída, também por um token mais velho, e uma segunda saída não é erro', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const { body } = await renovar(tokenRenovacao);
    expect((await app.post('/v1/sessoes/encerramento', { tokenRenovacao })).status).toBe(204);
    expect((await app.post('/v1/sessoes/encerramento', { tokenRenovacao })).status).toBe(204);
    expect(await renovar(body.tokenRenovacao)).toMatchObject(recusada);
  });

  it('não seguem numa conta desativada, ainda que ninguém as tenha acabado', async () => {
    const { id, email: outro } = await registrar(app);
    const { tokenRenovacao } = await entrar(app, outro);
    await auth.database.query('UPDATE usuarios SET desativado_em = now() WHERE id = $1', [id]);
    expect(await renovar(tokenRenovacao)).toMatchObject(recusada);
  });

  it('17: acabam no seu fim absoluto, por novo que seja o token, e são esquecidas um dia depois', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const { body } = await renovar(tokenRenovacao);
    await auth.database.query(`UPDATE sessoes SET expira_em = now() - interval '25 hours'`);
    expect(await renovar(body.tokenRenovacao)).toMatchObject(recusada);
    expect(await app.nest.get(SessaoRepository).purge()).toBeGreaterThan(0);
    expect(await auth.database.query('SELECT 1 FROM tokens_renovacao')).toEqual([]);
  });

  it.each(['', 'curto', 'x'.repeat(43) + '=', 5, null])('recusam %p como token malformado', async (tokenRenovacao) => {
    expect((await app.post('/v1/sessoes/renovacao', { tokenRenovacao })).status).toBe(400);
  });

  it('recusam um token que nunca foi emitido', async () => {
    expect(await renovar('A'.repeat(43))).toMatchObject(recusada);
  });

  it('não deixam token no banco', async () => {
    const { tokenRenovacao } = await entrar(app, email);
    const { body } = await renovar(tokenRenovacao);
    const linhas = await auth.database.query('SELECT encode(hash, $1) AS hash FROM tokens_renovacao', ['base64']);
    for (const token of [tokenRenovacao, body.tokenRenovacao])
      expect(JSON.stringify(linhas)).not.toContain(Buffer.from(token, 'base64url').toString('base64'));
  });
});
