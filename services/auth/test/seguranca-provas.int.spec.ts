import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { ContasPorProvar } from '../src/application/contas-por-provar.js';
import { FatorRepository, HashDeSenha, IdentidadeRepository, TokensDeRenovacao } from '../src/application/ports.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

const SENHA_DA_DONA = 'a rainha sem roupa riu';
const SENHA_NOVA = 'outra roupa do rei de roma';
const MUITAS = { status: 429, body: { code: 'auth.muitas-tentativas' } };
const RECUSADO = { status: 401 };

let auth: AuthFixture;
let app: TestApp;
let cartas: CartasFixture;

let enderecos = 0;
const outroEndereco = (): string => `10.${Math.floor(++enderecos / 250)}.${enderecos % 250}.1`;
const de = (endereco: string) => ({ headers: { 'x-forwarded-for': endereco } });
const registro = (email: string, senha: string, endereco = outroEndereco()) =>
  app.post('/v1/usuarios', { nome: 'Dona Verdadeira', email, senha }, de(endereco));
const verificar = (token: string) => app.post('/v1/usuarios/verificacao', { token });
const redefinir = (token: string, senha: string) => app.post('/v1/usuarios/senha/redefinicao', { token, senha });
const pedir = (email: string, que: 'senha' | 'verificacao') => app.post(`/v1/usuarios/${que}/pedido`, { email });
const login = (email: string, senha: string) => app.post<SessaoHttp>('/v1/sessoes', { email, senha });
const trocar = (chave: string) => app.post('/v1/chaves-de-api/token', { chave });

beforeAll(async () => {
  auth = await AuthFixture.create();
  cartas = new CartasFixture(auth);
  app = await auth.start({
    PROXIES_CONFIAVEIS: '127.0.0.1/32',
    LOGIN_TENTATIVAS_ENDERECO: '100000',
    CARTAS_ENDERECO: '100000',
  });
});
afterAll(() => auth.stop());

describe('Segurança: quem prova um endereço que outro registrou antes', () => {
  let email: string;
  let id: string;
  let intruso: SessaoHttp;
  let chave: string;
  let mudanca: string;

  /** Somebody registers another's address first, and leaves all that could let them in again. */
  beforeEach(async () => {
    email = emailNovo();
    ({ id } = await registrar(app, email));
    intruso = await entrar(app, email);
    const { tokenAcesso: token } = intruso;
    const criada = await app.post<{ chave: string }>(
      '/v1/chaves-de-api',
      { nome: 'Do intruso', escopos: ['reservas.ver'] },
      { token },
    );
    ({ chave } = criada.body);
    const seu = emailNovo();
    expect((await app.post('/v1/usuarios/eu/email', { senha: SENHA, email: seu }, { token })).status).toBe(202);
    mudanca = await cartas.token(seu, 'CONFIRMAR_NOVO_EMAIL');
    await auth.database.query(`INSERT INTO totp (usuario_id, segredo, confirmado_em) VALUES ($1, '\\x00', now())`, [
      id,
    ]);
    await auth.database.query(
      `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
       VALUES ($2, $1, 'Do intruso', '\\x00', 0, '{}', false)`,
      [id, randomUUID()],
    );
    await auth.database.query(
      `INSERT INTO identidades_externas (emissor, sujeito, usuario_id, provedor) VALUES ('x', $2, $1, 'x')`,
      [id, randomUUID()],
    );
    await app.nest.get(FatorRepository).replaceCodigos(id, ['abcdefghij']);
  });

  const daDona = async (): Promise<void> => {
    expect((await registro(email, SENHA_DA_DONA)).status).toBe(202);
  };
  /** The password that holds opens a session by itself, and nothing of before opens any. */
  async function soEntraPor(senha: string, outras: readonly string[]): Promise<void> {
    const aberta = await login(email, senha);
    expect(aberta).toMatchObject({ status: 201, body: { usuario: { id, emailVerificado: true } } });
    for (const outra of outras) expect(await login(email, outra)).toMatchObject(RECUSADO);
    expect(await app.get('/v1/usuarios/eu', { token: intruso.tokenAcesso })).toMatchObject(RECUSADO);
    const { tokenRenovacao } = intruso;
    expect(await app.post('/v1/sessoes/renovacao', { tokenRenovacao })).toMatchObject(RECUSADO);
    expect(await trocar(chave)).toMatchObject(RECUSADO);
    expect(await verificar(mudanca)).toMatchObject({ status: 422, body: { code: 'auth.link-invalido' } });
    for (const tabela of ['totp', 'chaves_de_acesso', 'codigos_de_recuperacao', 'identidades_externas'])
      expect([tabela, await auth.database.query(`SELECT FROM ${tabela} WHERE usuario_id = $1`, [id])]).toEqual([
        tabela,
        [],
      ]);
    await cartas.wait(email, 'SEGUNDO_FATOR_MUDOU');
  }

  it('pela carta do seu registro entra com a senha que nele escreveu, e o outro com nada', async () => {
    await daDona();
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL', 2))).status).toBe(204);
    await soEntraPor(SENHA_DA_DONA, [SENHA]);
    // The other's letter is good for nothing now.
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL'))).status).toBe(422);
  });

  it('pela carta do registro do outro fica com a senha dele, e com nada mais que ele tenha deixado', async () => {
    await daDona();
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL'))).status).toBe(204);
    await soEntraPor(SENHA, [SENHA_DA_DONA]);
  });

  it('por uma carta pedida depois escolhe a senha: de nenhum dos registros se sabe que é seu', async () => {
    await daDona();
    expect((await pedir(email, 'verificacao')).status).toBe(202);
    expect((await redefinir(await cartas.token(email, 'REDEFINIR_SENHA'), SENHA_NOVA)).status).toBe(204);
    expect(cartas.to(email, 'VERIFICAR_EMAIL')).toHaveLength(2);
    await soEntraPor(SENHA_NOVA, [SENHA, SENHA_DA_DONA]);
  });

  it('por uma carta de senha esquecida fica só com a senha que escolhe', async () => {
    expect((await pedir(email, 'senha')).status).toBe(202);
    expect((await redefinir(await cartas.token(email, 'REDEFINIR_SENHA'), SENHA_NOVA)).status).toBe(204);
    await soEntraPor(SENHA_NOVA, [SENHA]);
  });

  it('de um registro só, a carta pedida de novo traz a senha dele', async () => {
    expect((await pedir(email, 'verificacao')).status).toBe(202);
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL', 2))).status).toBe(204);
    await soEntraPor(SENHA, [SENHA_DA_DONA]);
  });

  it('recebe a sua carta, por muitas que um estranho tenha feito mandar', async () => {
    const estranho = outroEndereco();
    for (let vez = 0; vez < 8; vez++) await registro(email, SENHA, estranho);
    const antes = cartas.to(email, 'VERIFICAR_EMAIL').length;
    await daDona();
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL', 7))).status).toBe(204);
    // One by the fixture's address, five of the stranger's, and hers.
    expect([antes <= 6, cartas.to(email, 'VERIFICAR_EMAIL').length]).toEqual([true, 7]);
    await soEntraPor(SENHA_DA_DONA, [SENHA]);
  });

  it('não o perde de vista se provar já é de alguém: uma segunda prova não recomeça nada', async () => {
    expect((await verificar(await cartas.token(email, 'VERIFICAR_EMAIL'))).status).toBe(204);
    const depois = await entrar(app, email);
    await pedir(email, 'senha');
    const { tokenAcesso: token } = depois;
    const { body } = await app.post<{ chave: string }>(
      '/v1/chaves-de-api',
      { nome: 'Da dona', escopos: ['reservas.ver'] },
      { token },
    );
    expect((await redefinir(await cartas.token(email, 'REDEFINIR_SENHA'), SENHA_NOVA)).status).toBe(204);
    expect((await trocar(body.chave)).status).toBe(200);
  });
});

describe('Segurança: o que a senha de antes ainda pedia', () => {
  let pessoa: UsuarioHttp;
  let token: string;

  beforeEach(async () => {
    pessoa = await registrar(app);
    token = (await entrar(app, pessoa.email)).tokenAcesso;
  });

  /** Its password was found right; before anything is done about it, the owner has chosen another. */
  async function enquantoSeRedefine<R>(pedido: () => Promise<R>): Promise<R> {
    await pedir(pessoa.email, 'senha');
    const link = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    const hashes = app.nest.get(HashDeSenha);
    const [conferida, adiante] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const verify = hashes.verify.bind(hashes);
    const espia = jest.spyOn(hashes, 'verify').mockImplementationOnce(async (senha, hash) => {
      const certa = await verify(senha, hash);
      conferida.resolve();
      await adiante.promise;
      return certa;
    });
    try {
      const resposta = pedido();
      await conferida.promise;
      expect((await redefinir(link, SENHA_DA_DONA)).status).toBe(204);
      adiante.resolve();
      return await resposta;
    } finally {
      adiante.resolve();
      espia.mockRestore();
    }
  }
  const RECUSA = { status: 422, body: { code: 'auth.senha-atual-incorreta' } };

  it('não muda a senha que a dona escolheu enquanto se conferia', async () => {
    const corpo = { senhaAtual: SENHA, senhaNova: SENHA_NOVA };
    expect(await enquantoSeRedefine(() => app.post('/v1/usuarios/eu/senha', corpo, { token }))).toMatchObject(RECUSA);
    expect((await login(pessoa.email, SENHA_NOVA)).status).toBe(401);
    await entrar(app, pessoa.email, SENHA_DA_DONA);
  });

  it('não manda a outro endereço a carta que troca o e-mail', async () => {
    const corpo = { senha: SENHA, email: emailNovo() };
    expect(await enquantoSeRedefine(() => app.post('/v1/usuarios/eu/email', corpo, { token }))).toMatchObject(RECUSA);
    expect(
      await auth.database.query(`SELECT FROM tokens_de_conta WHERE usuario_id = $1 AND uso = 'EMAIL'`, [pessoa.id]),
    ).toEqual([]);
  });

  it('não liga um provedor', async () => {
    const tokenLigacao = await pendente();
    const ligar = () => app.post('/v1/sessoes/externas/ligacao', { tokenLigacao, senha: SENHA });
    expect(await enquantoSeRedefine(ligar)).toMatchObject(RECUSA);
    expect(await auth.database.query('SELECT FROM identidades_externas WHERE usuario_id = $1', [pessoa.id])).toEqual(
      [],
    );
  });

  it('não muda a senha por uma sessão que acabou enquanto se conferia', async () => {
    const hashes = app.nest.get(HashDeSenha);
    const hash = hashes.hash.bind(hashes);
    // Between the check and the transaction.
    const espia = jest.spyOn(hashes, 'hash').mockImplementationOnce(async (senha) => {
      await app.post('/v1/sessoes/encerramento-geral', { manterEsta: false }, { token });
      return hash(senha);
    });
    const corpo = { senhaAtual: SENHA, senhaNova: SENHA_NOVA };
    expect(await app.post('/v1/usuarios/eu/senha', corpo, { token })).toMatchObject({
      status: 401,
      body: { code: 'auth.renovacao-invalida' },
    });
    espia.mockRestore();
    await entrar(app, pessoa.email);
  });

  /** Somebody came by a provider with the e-mail of the account. */
  async function pendente(): Promise<string> {
    const opacos = app.nest.get(TokensDeRenovacao);
    const tokenLigacao = opacos.create();
    await app.nest.get(IdentidadeRepository).insertPendente({
      hash: opacos.hash(tokenLigacao),
      usuarioId: pessoa.id,
      identidade: {
        provedor: 'x',
        emissor: 'https://x.exemplo',
        sujeito: randomUUID(),
        papeis: { governados: [], dados: [] },
        segundoFator: false,
      },
      expiraEm: new Date(Date.now() + 60_000),
    });
    return tokenLigacao;
  }

  it('38: recusada por uma ligação, ou por um token de renovação que volta, diz na auditoria de quem era', async () => {
    const recusas = () =>
      auth.database.query<{ codigo: string }>(
        `SELECT dados ->> 'codigo' AS codigo FROM auditoria WHERE pessoa_id = $1 AND tipo = 'sessao.recusada'
          ORDER BY ocorrido_em`,
        [pessoa.id],
      );
    const tokenLigacao = await pendente();
    const errada = { tokenLigacao, senha: 'não é esta a senha' };
    expect(await app.post('/v1/sessoes/externas/ligacao', errada)).toMatchObject(RECUSA);
    expect(await recusas()).toEqual([{ codigo: 'auth.senha-atual-incorreta' }]);
    const { tokenRenovacao } = await entrar(app, pessoa.email);
    const renovar = (um: string) => app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao: um });
    const { body } = await renovar(tokenRenovacao);
    await renovar(body.tokenRenovacao);
    expect((await renovar(tokenRenovacao)).status).toBe(401);
    expect((await recusas()).at(-1)).toEqual({ codigo: 'auth.renovacao-invalida' });
    expect((await renovar('q'.repeat(43))).status).toBe(401);
    expect(await recusas()).toHaveLength(2);
  });
});

describe('Segurança 9: o que ninguém adivinha também tem fim', () => {
  it('9: os tokens que um endereço pede por chaves de API', async () => {
    const avara = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '2' });
    const chave = `pre_1a2b3c4d_${'q'.repeat(43)}`;
    const status: number[] = [];
    for (let vez = 0; vez < 3; vez++) status.push((await avara.post('/v1/chaves-de-api/token', { chave })).status);
    expect(status).toEqual([401, 401, 429]);
  });

  it('9: as renovações de uma sessão, e só as dela', async () => {
    const { email } = await registrar(app);
    const [esta, outra] = [await entrar(app, email), await entrar(app, email)];
    const renovar = ({ tokenRenovacao }: SessaoHttp) => app.post('/v1/sessoes/renovacao', { tokenRenovacao });
    const parou = await eventually(async () => {
      const muitas = await Promise.all(Array.from({ length: 50 }, () => renovar(esta)));
      return muitas.find(({ status }) => status === 429);
    }, 120_000);
    expect(parou).toMatchObject(MUITAS);
    expect(Number(parou.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await renovar(outra)).status).toBe(200);
  });
});

describe('Segurança: contas de endereços que ninguém provou', () => {
  const apagamentos = (usuarioId: string) =>
    auth.database.query(`SELECT estado, pedido_por AS por FROM pedidos_de_apagamento WHERE usuario_id = $1`, [
      usuarioId,
    ]);
  const APAGANDO = [{ estado: 'APAGANDO', por: 'CASA' }];

  it('cedem o endereço a quem o prova ao mudar de e-mail, e são apagadas', async () => {
    const pessoa = await registrar(app);
    const outra = await registrar(app);
    const { tokenAcesso: token } = await entrar(app, pessoa.email);
    await app.post('/v1/usuarios/eu/email', { senha: SENHA, email: outra.email }, { token });
    expect((await verificar(await cartas.token(outra.email, 'CONFIRMAR_NOVO_EMAIL'))).status).toBe(204);
    expect((await entrar(app, outra.email)).usuario.id).toBe(pessoa.id);
    expect(await apagamentos(outra.id)).toEqual(APAGANDO);
    expect(cartas.to(outra.email, 'APAGAMENTO_PEDIDO')).toEqual([]);
  });

  it('não o cedem se o provaram nesse meio-tempo, ou se são de alguém da casa', async () => {
    const pessoa = await registrar(app);
    const [provada, daCasa] = [await registrar(app), await registrar(app)];
    await auth.database.query(`UPDATE usuarios SET papeis = '{OPERADOR}' WHERE id = $1`, [daCasa.id]);
    const { tokenAcesso: token } = await entrar(app, pessoa.email);
    for (const { id, email } of [provada, daCasa]) {
      await app.post('/v1/usuarios/eu/email', { senha: SENHA, email }, { token });
      const link = await cartas.token(email, 'CONFIRMAR_NOVO_EMAIL');
      if (id === provada.id) await verificar(await cartas.token(email, 'VERIFICAR_EMAIL'));
      expect(await verificar(link)).toMatchObject({ status: 409, body: { code: 'auth.email-em-uso' } });
      expect(await apagamentos(id)).toEqual([]);
    }
  });

  it('são apagadas depois de trinta dias, se ninguém entra nelas nem as provou', async () => {
    const [velha, usada, provada, nova] = await Promise.all(Array.from({ length: 4 }, () => registrar(app)));
    if (!velha || !usada || !provada || !nova) throw new Error('Faltam contas');
    await entrar(app, usada.email);
    await verificar(await cartas.token(provada.email, 'VERIFICAR_EMAIL'));
    await auth.database.query(`UPDATE usuarios SET criado_em = now() - interval '31 days' WHERE id = ANY($1)`, [
      [velha.id, usada.id, provada.id],
    ]);
    await auth.database.query(`UPDATE usuarios SET criado_em = now() - interval '29 days' WHERE id = $1`, [nova.id]);
    await app.nest.get(ContasPorProvar).purge();
    expect(await apagamentos(velha.id)).toEqual(APAGANDO);
    for (const fica of [usada, provada, nova]) expect(await apagamentos(fica.id)).toEqual([]);
    expect(await login(velha.email, SENHA)).toMatchObject(RECUSADO);
    // Once, however often it is looked.
    expect(await app.nest.get(ContasPorProvar).purge()).toBe(0);
    expect(cartas.to(velha.email, 'APAGAMENTO_PEDIDO')).toEqual([]);
  });
});

describe('Segurança: o último acesso', () => {
  it('é também uma chave de acesso, onde não há senha nem provedor que entre', async () => {
    const { id, email } = await registrar(app);
    const { tokenAcesso: token } = await entrar(app, email);
    const chaves = [randomUUID(), randomUUID()];
    for (const chave of chaves)
      await auth.database.query(
        `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
         VALUES ($2, $1, 'Notebook', '\\x00', 0, '{}', false)`,
        [id, chave],
      );
    await auth.database.query('UPDATE usuarios SET senha_propria = false WHERE id = $1', [id]);
    // Of a provider that is configured no more.
    await auth.database.query(
      `INSERT INTO identidades_externas (emissor, sujeito, usuario_id, provedor) VALUES ('x', $2, $1, 'de antes')`,
      [id, randomUUID()],
    );
    const remover = (chave: string) => app.send('DELETE', `/v1/usuarios/eu/chaves-de-acesso/${chave}`, { token });
    expect((await remover(chaves[0] ?? '')).status).toBe(204);
    expect(await remover(chaves[1] ?? '')).toMatchObject({ status: 409, body: { code: 'auth.ultimo-acesso' } });
    await auth.database.query('UPDATE usuarios SET senha_propria = true WHERE id = $1', [id]);
    expect((await remover(chaves[1] ?? '')).status).toBe(204);
  });

  it('quem administra acha uma conta pelo endereço como se escreve', async () => {
    const nome = emailNovo().split('@')[0] ?? '';
    await registro(`${nome}@coração.com.br`, SENHA);
    const { id, email } = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [id]);
    const { tokenAcesso: token } = await entrar(app, email);
    const achadas = async (como: string) =>
      (await app.get<{ itens: { email: string }[] }>(`/v1/usuarios?email=${encodeURIComponent(como)}`, { token })).body
        .itens;
    for (const como of [`${nome}@Coração.com.br`, `${nome}@coração.com.br`.normalize('NFD')])
      expect(await achadas(como)).toMatchObject([{ email: `${nome}@xn--corao-dra1a.com.br` }]);
  });
});
