import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import type { TestApp } from '@plataforma/testing';
import { decodeJwt } from 'jose';
import { AuthFixture, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

interface Criada {
  readonly id: string;
  readonly chave: string;
  readonly expiraEm: string;
}
interface Vista {
  readonly id: string;
  readonly usadaEm: string | null;
  readonly segredos: readonly { readonly prefixo: string; readonly valeAte: string | null }[];
}

describe('Segurança 25: uma chave de API', () => {
  let auth: AuthFixture;
  let cartas: CartasFixture;
  let app: TestApp;
  let pessoa: UsuarioHttp;
  let sessao: SessaoHttp;

  const ESCOPOS = ['reservas.ver', 'reservas.fazer'];
  const criar = (corpo: object = {}, token = sessao.tokenAcesso) =>
    app.post<Criada & { readonly code: string }>(
      '/v1/chaves-de-api',
      { nome: 'Painel do saguão', escopos: ESCOPOS, ...corpo },
      { token },
    );
  const criada = async (corpo: object = {}) => {
    const { status, body } = await criar(corpo);
    expect(status).toBe(201);
    return body;
  };
  const trocar = (chave: string) =>
    app.post<{ readonly tokenAcesso: string; readonly code: string }>('/v1/chaves-de-api/token', { chave });
  const vale = async ({ chave }: { readonly chave: string }) => (await trocar(chave)).status === 200;
  const minhas = async () =>
    (await app.get<{ readonly itens: readonly Vista[] }>('/v1/chaves-de-api', { token: sessao.tokenAcesso })).body
      .itens;

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    app = await auth.start();
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
    sessao = await entrar(app, pessoa.email);
  });
  afterAll(() => auth.stop());

  it('troca-se por um token do dono que diz os escopos, o ritmo e que ninguém se provou', async () => {
    const { id, chave } = await criada({ pedidosPorMinuto: 7 });
    const { status, body } = await trocar(chave);
    expect(status).toBe(200);
    expect(decodeJwt(body.tokenAcesso)).toMatchObject({
      sub: pessoa.id,
      sid: id,
      papeis: ['CLIENTE'],
      escopos: ESCOPOS,
      limite: 7,
      amr: ['swk'],
      auth_time: 0,
    });
  });

  it('nunca alcança a conta: nem a lê, nem faz outra chave', async () => {
    const { chave } = await criada();
    const { tokenAcesso } = (await trocar(chave)).body;
    expect((await app.get('/v1/usuarios/eu', { token: tokenAcesso })).body['code']).toBe('auth.fora-do-escopo');
    expect((await criar({}, tokenAcesso)).body.code).toBe('auth.fora-do-escopo');
  });

  it('criada ou trocada, uma carta conta; o que se recusa não conta nada', async () => {
    const { id } = await criada();
    await cartas.wait(pessoa.email, 'CHAVE_DE_API_MUDOU');
    const token = sessao.tokenAcesso;
    expect((await app.post(`/v1/chaves-de-api/${id}/rotacao`, {}, { token })).status).toBe(201);
    expect(await cartas.wait(pessoa.email, 'CHAVE_DE_API_MUDOU', 2)).toMatchObject({ nome: pessoa.nome });
    expect((await app.post(`/v1/chaves-de-api/${pessoa.id}/rotacao`, {}, { token })).status).toBe(404);
    expect((await criar({ escopos: ['usuarios.administrar'] })).status).not.toBe(201);
    expect(cartas.to(pessoa.email, 'CHAVE_DE_API_MUDOU')).toHaveLength(2);
  });

  it('mostra-se uma vez; o banco guarda só o hash, a lista só o prefixo e quando foi usada', async () => {
    const { id, chave } = await criada();
    const [, prefixo] = chave.split('_');
    expect(await minhas()).toMatchObject([{ id, usadaEm: null, segredos: [{ prefixo, valeAte: null }] }]);
    await trocar(chave);
    const vista = await minhas();
    expect(vista[0]?.usadaEm).not.toBeNull();
    expect(JSON.stringify(vista)).not.toContain(chave);
    const rows = await auth.database.query<{ hash: Buffer }>('SELECT hash FROM segredos_de_chave WHERE chave_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ hash: createHash('sha256').update(chave).digest() }]);
  });

  it('não pode o que o dono não pode, nem quando ele perde o papel', async () => {
    expect(await criar({ escopos: ['espacos.administrar'] })).toMatchObject({
      status: 422,
      body: { code: 'auth.escopo-alem-do-papel', escopos: ['espacos.administrar'] },
    });
    for (const escopos of [
      ['conta.usar'],
      ['pagamentos.estornar'],
      ['inventado'],
      [],
      ['reservas.ver', 'reservas.ver'],
    ])
      expect(await criar({ escopos })).toMatchObject({ status: 400, body: { code: 'requisicao.invalida' } });
  });

  it('rotaciona-se com sobreposição: a de antes vale ainda, a anterior a ela não', async () => {
    const primeira = await criada();
    const rotacionar = async (sobreposicaoHoras?: number) =>
      (
        await app.post<Criada>(
          `/v1/chaves-de-api/${primeira.id}/rotacao`,
          { sobreposicaoHoras },
          { token: sessao.tokenAcesso },
        )
      ).body;
    const segunda = await rotacionar();
    expect([await vale(primeira), await vale(segunda)]).toEqual([true, true]);
    const terceira = await rotacionar();
    expect([await vale(primeira), await vale(segunda), await vale(terceira)]).toEqual([false, true, true]);
    const quarta = await rotacionar(0);
    expect([await vale(segunda), await vale(terceira), await vale(quarta)]).toEqual([false, false, true]);
    expect((await minhas())[0]?.segredos).toHaveLength(1);
  });

  it('some ao ser revogada, com os tokens que deu; a de outra pessoa ninguém alcança', async () => {
    const { id, chave } = await criada();
    const { tokenAcesso } = (await trocar(chave)).body;
    const outra = await entrar(app, (await registrar(app)).email);
    for (const [method, path] of [
      ['DELETE', `/v1/chaves-de-api/${id}`],
      ['POST', `/v1/chaves-de-api/${id}/rotacao`],
    ] as const)
      expect(
        await app.send(method, path, { token: outra.tokenAcesso, ...(method === 'POST' && { body: {} }) }),
      ).toMatchObject({ status: 404, body: { code: 'auth.chave-nao-encontrada' } });
    expect((await app.send('DELETE', `/v1/chaves-de-api/${id}`, { token: sessao.tokenAcesso })).status).toBe(204);
    expect(await trocar(chave)).toMatchObject({ status: 401, body: { code: 'auth.chave-invalida' } });
    expect((await app.get('/v1/usuarios/eu', { token: tokenAcesso })).body['code']).toBe('auth.sessao-encerrada');
    expect(await minhas()).toEqual([]);
  });

  it('sobrevive a sair de todos os lugares e à troca da senha; não à conta desativada', async () => {
    const nova = await criada();
    await app.post('/v1/sessoes/encerramento-geral', { manterEsta: false }, { token: sessao.tokenAcesso });
    sessao = await entrar(app, pessoa.email);
    const troca = { senhaAtual: SENHA, senhaNova: 'outra roupa do rei de roma' };
    expect((await app.post('/v1/usuarios/eu/senha', troca, { token: sessao.tokenAcesso })).status).toBe(204);
    expect(await vale(nova)).toBe(true);
    await auth.database.query(`UPDATE usuarios SET desativado_em = now() WHERE id = $1`, [pessoa.id]);
    expect(await vale(nova)).toBe(false);
  });

  it('acaba com a conta que se desativa, e com ela os tokens que deu', async () => {
    const { tokenAcesso } = (await trocar((await criada()).chave)).body;
    const admin = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [admin.id]);
    const { tokenAcesso: token } = await entrar(app, admin.email);
    expect((await app.post(`/v1/usuarios/${pessoa.id}/desativacao`, undefined, { token })).status).toBe(204);
    expect((await app.get('/v1/usuarios/eu', { token: tokenAcesso })).body['code']).toBe('auth.sessao-encerrada');
    await app.post(`/v1/usuarios/${pessoa.id}/reativacao`, undefined, { token });
    sessao = await entrar(app, pessoa.email);
    expect(await minhas()).toEqual([]);
  });

  it('não se faz para uma conta que foi desativada no meio do pedido', async () => {
    await auth.database.query(`UPDATE usuarios SET desativado_em = now() WHERE id = $1`, [pessoa.id]);
    expect(await criar()).toMatchObject({ status: 401, body: { code: 'auth.credenciais-invalidas' } });
    expect(
      await auth.database.query('SELECT FROM sessoes WHERE usuario_id = $1 AND amr = $2', [pessoa.id, ['swk']]),
    ).toEqual([]);
  });

  it('acaba no seu prazo, e não conta como sessão', async () => {
    const { id, chave } = await criada({ validadeDias: 1 });
    const { body } = await app.get<{ readonly itens: readonly { readonly id: string }[] }>('/v1/sessoes', {
      token: sessao.tokenAcesso,
    });
    expect(body.itens.map((vista) => vista.id)).not.toContain(id);
    await auth.database.query(`UPDATE sessoes SET expira_em = now() WHERE id = $1`, [id]);
    expect((await trocar(chave)).status).toBe(401);
  });

  it('há no máximo vinte, também quando se pedem juntas', async () => {
    const statuses = await Promise.all(Array.from({ length: 23 }, () => criar().then(({ status }) => status)));
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.filter((status) => status === 409)).toHaveLength(3);
  });
});
