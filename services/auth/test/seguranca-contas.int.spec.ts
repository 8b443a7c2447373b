import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { eventually, type TestApp } from '@plataforma/testing';
import { AparelhoRepository } from '../src/application/ports.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

const OUTRA_SENHA = 'a rainha sem roupa riu';
const LINK_INVALIDO = { status: 422, body: { code: 'auth.link-invalido' } };

describe('Segurança: contas pelo e-mail', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let pessoa: UsuarioHttp;

  const verificar = (token: string) => app.post('/v1/usuarios/verificacao', { token });
  const redefinir = (token: string, senha = OUTRA_SENHA) =>
    app.post('/v1/usuarios/senha/redefinicao', { token, senha });
  const pedir = (email: string) => app.post('/v1/usuarios/senha/pedido', { email });
  const eu = ({ tokenAcesso }: SessaoHttp) => app.get<UsuarioHttp>('/v1/usuarios/eu', { token: tokenAcesso });
  const login = (email: string, senha: string) => app.post('/v1/sessoes', { email, senha });

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    app = await auth.start({ CARTAS_CONTA: '100', CARTAS_ENDERECO: '1000' });
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
  });
  afterAll(() => auth.stop());

  it('a carta do registro prova o endereço, uma vez', async () => {
    const token = await cartas.token(pessoa.email, 'VERIFICAR_EMAIL');
    expect((await verificar(token)).status).toBe(204);
    expect((await entrar(app, pessoa.email)).usuario.emailVerificado).toBe(true);
    expect(await verificar(token)).toMatchObject(LINK_INVALIDO);
    expect(await verificar('q'.repeat(43))).toMatchObject(LINK_INVALIDO);
  });

  it('um link serve uma vez também quando vinte o usam ao mesmo tempo', async () => {
    await pedir(pessoa.email);
    const token = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    const respostas = await Promise.all(Array.from({ length: 20 }, () => redefinir(token)));
    expect(respostas.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(19).fill(422)]);
  });

  it('6: um registro responde o mesmo com conta e sem conta, e só a carta conta a diferença', async () => {
    await verificar(await cartas.token(pessoa.email, 'VERIFICAR_EMAIL'));
    const novo = emailNovo();
    const registro = (email: string) => app.post('/v1/usuarios', { nome: 'Bia', email, senha: OUTRA_SENHA });
    const [comConta, semConta] = [await registro(pessoa.email), await registro(novo)];
    expect(comConta).toMatchObject({ status: 202, body: { email: pessoa.email } });
    expect(semConta).toMatchObject({ status: 202, body: { email: novo } });
    expect(Object.keys(comConta.body)).toEqual(Object.keys(semConta.body));
    await cartas.wait(pessoa.email, 'CONTA_JA_EXISTE');
    await cartas.wait(novo, 'VERIFICAR_EMAIL');
    // And changes nothing of the account that there was.
    expect((await login(pessoa.email, OUTRA_SENHA)).status).toBe(401);
    await entrar(app, pessoa.email);
  });

  it('quem prova o endereço fica com o que ele mesmo escreveu, e não com o que outro escreveu antes', async () => {
    const antes = await entrar(app, pessoa.email);
    await app.post('/v1/usuarios', { nome: 'Dona Verdadeira', email: pessoa.email, senha: OUTRA_SENHA });
    expect((await verificar(await cartas.token(pessoa.email, 'VERIFICAR_EMAIL', 2))).status).toBe(204);
    expect((await login(pessoa.email, SENHA)).status).toBe(401);
    expect((await eu(antes)).status).toBe(401);
    expect((await entrar(app, pessoa.email, OUTRA_SENHA)).usuario.nome).toBe('Dona Verdadeira');
    // The first one's link is good for nothing now.
    expect(await verificar(await cartas.token(pessoa.email, 'VERIFICAR_EMAIL'))).toMatchObject(LINK_INVALIDO);
  });

  it('6: pedir outra senha responde o mesmo a quem não tem conta, que não recebe carta nenhuma', async () => {
    const ninguem = emailNovo();
    const [semConta, comConta] = [await pedir(ninguem), await pedir(pessoa.email)];
    expect([semConta.status, semConta.body]).toEqual([202, comConta.body]);
    expect(comConta.status).toBe(202);
    await cartas.wait(pessoa.email, 'REDEFINIR_SENHA');
    expect(cartas.to(ninguem)).toEqual([]);
    expect(await auth.database.query('SELECT email FROM pedidos_de_carta')).toEqual([]);
  });

  it('10: a senha redefinida acaba com todas as sessões e não abre nenhuma', async () => {
    const antes = await entrar(app, pessoa.email);
    await pedir(pessoa.email);
    const token = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    const resposta = await redefinir(token);
    expect([resposta.status, Object.keys(resposta.body)]).toEqual([204, []]);
    expect(await eu(antes)).toMatchObject({ status: 401, body: { code: 'auth.sessao-encerrada' } });
    expect((await app.post('/v1/sessoes/renovacao', { tokenRenovacao: antes.tokenRenovacao })).status).toBe(401);
    expect((await login(pessoa.email, SENHA)).status).toBe(401);
    expect((await entrar(app, pessoa.email, OUTRA_SENHA)).usuario.emailVerificado).toBe(true);
    await cartas.wait(pessoa.email, 'SENHA_MUDOU');
    expect(await redefinir(token)).toMatchObject(LINK_INVALIDO);
  });

  it('uma senha ruim não gasta o link, e o link vencido não serve', async () => {
    await pedir(pessoa.email);
    const token = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    expect(await redefinir(token, 'curta')).toMatchObject({ status: 422, body: { code: 'auth.senha-curta' } });
    const { expiraEm = '' } = await cartas.wait(pessoa.email, 'REDEFINIR_SENHA');
    expect(Date.parse(expiraEm) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    await auth.database.query(`UPDATE tokens_de_conta SET expira_em = now() WHERE usuario_id = $1`, [pessoa.id]);
    expect(await redefinir(token)).toMatchObject(LINK_INVALIDO);
  });

  it('um link de uma coisa não serve para outra', async () => {
    const deVerificar = await cartas.token(pessoa.email, 'VERIFICAR_EMAIL');
    await pedir(pessoa.email);
    const deSenha = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    expect(await redefinir(deVerificar)).toMatchObject(LINK_INVALIDO);
    expect(await verificar(deSenha)).toMatchObject(LINK_INVALIDO);
  });

  it('trocar a senha pede a atual, deixa esta sessão e acaba com as outras', async () => {
    const [aqui, la] = [await entrar(app, pessoa.email), await entrar(app, pessoa.email)];
    const trocar = (senhaAtual: string, senhaNova = OUTRA_SENHA) =>
      app.post('/v1/usuarios/eu/senha', { senhaAtual, senhaNova }, { token: aqui.tokenAcesso });
    expect(await trocar('não é esta a senha')).toMatchObject({
      status: 422,
      body: { code: 'auth.senha-atual-incorreta' },
    });
    expect(await trocar(SENHA, 'passwordpassword')).toMatchObject({ status: 422, body: { code: 'auth.senha-comum' } });
    expect((await trocar(SENHA)).status).toBe(204);
    expect([(await eu(aqui)).status, (await eu(la)).status]).toEqual([200, 401]);
    await entrar(app, pessoa.email, OUTRA_SENHA);
    await cartas.wait(pessoa.email, 'SENHA_MUDOU');
  });

  it('9: adivinhar a senha atual para num limite', async () => {
    const { tokenAcesso: token } = await entrar(app, pessoa.email);
    const status: number[] = [];
    for (let i = 0; i < 12; i++)
      status.push(
        (await app.post('/v1/usuarios/eu/senha', { senhaAtual: `palpite ${i}`, senhaNova: OUTRA_SENHA }, { token }))
          .status,
      );
    expect(status.at(-1)).toBe(429);
  });

  it('o e-mail muda quando o novo é provado, e os dois endereços o sabem', async () => {
    const sessao = await entrar(app, pessoa.email);
    const novo = emailNovo();
    const trocar = (senha: string) =>
      app.post('/v1/usuarios/eu/email', { senha, email: novo.toUpperCase() }, { token: sessao.tokenAcesso });
    expect((await trocar('não é esta a senha')).status).toBe(422);
    expect((await trocar(SENHA)).status).toBe(202);
    await cartas.wait(pessoa.email, 'EMAIL_VAI_MUDAR');
    expect((await eu(sessao)).body.email).toBe(pessoa.email);
    expect((await verificar(await cartas.token(novo, 'CONFIRMAR_NOVO_EMAIL'))).status).toBe(204);
    expect((await login(pessoa.email, SENHA)).status).toBe(401);
    expect((await entrar(app, novo)).usuario).toMatchObject({ id: pessoa.id, emailVerificado: true });
    expect((await eu(sessao)).status).toBe(401);
    await Promise.all([cartas.wait(pessoa.email, 'EMAIL_MUDOU'), cartas.wait(novo, 'EMAIL_MUDOU')]);
    const contado = await eventually(
      () => auth.broker.publishedOf('usuario.atualizado.v1').find(({ data }) => data.usuarioId === pessoa.id),
      30_000,
    );
    expect(contado).toMatchObject({ subject: `usuario/${pessoa.id}`, sequence: '2', data: { email: novo } });
  });

  it('um e-mail que é de outra conta não muda de dono, e só esse dono o fica sabendo', async () => {
    const outra = await registrar(app);
    await verificar(await cartas.token(outra.email, 'VERIFICAR_EMAIL'));
    const sessao = await entrar(app, pessoa.email);
    const resposta = await app.post(
      '/v1/usuarios/eu/email',
      { senha: SENHA, email: outra.email },
      { token: sessao.tokenAcesso },
    );
    expect(resposta.status).toBe(202);
    await cartas.wait(outra.email, 'CONTA_JA_EXISTE');
    expect(cartas.to(outra.email, 'CONFIRMAR_NOVO_EMAIL')).toEqual([]);
  });

  it('um token novo nunca se lê em tabela nem em mensagem', async () => {
    await pedir(pessoa.email);
    const token = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    const tables = await auth.database.query<{ name: string }>(
      `SELECT format('%I', table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables)
      expect(await auth.database.query(`SELECT t::text FROM ${name} t WHERE t::text LIKE $1`, [`%${token}%`])).toEqual(
        [],
      );
    expect(JSON.stringify(auth.broker.published)).not.toContain(token);
  });

  it('9: cartas pedidas demais, para uma conta ou de um endereço, são recusadas', async () => {
    const avara = await auth.start({ CARTAS_CONTA: '2', CARTAS_ENDERECO: '4' });
    const status = async (email: string) => (await avara.post('/v1/usuarios/verificacao/pedido', { email })).status;
    const conta = emailNovo();
    expect([await status(conta), await status(conta), await status(conta)]).toEqual([202, 202, 429]);
    expect([await status(emailNovo()), await status(emailNovo())]).toEqual([202, 429]);
  });

  it('9: quem registra muitas vezes o endereço de alguém não gasta as cartas do dono', async () => {
    const avara = await auth.start({ CARTAS_CONTA: '2', CARTAS_ENDERECO: '4' });
    const { email } = await registrar(avara);
    for (let i = 0; i < 4; i++) await registrar(avara, email);
    expect((await avara.post('/v1/usuarios/senha/pedido', { email })).status).toBe(202);
    const recebidas = () => ['VERIFICAR_EMAIL', 'CONTA_JA_EXISTE'].flatMap((tipo) => cartas.to(email, tipo)).length;
    await cartas.wait(email, 'REDEFINIR_SENHA');
    expect(recebidas()).toBe(2);
  });

  it('onde se exige, só entra quem provou o endereço; a resposta é a de sempre, e uma carta conta', async () => {
    const exigente = await auth.start({ AUTH_EXIGE_VERIFICACAO: 'true' });
    const conta = await registrar(exigente);
    const errada = await exigente.post('/v1/sessoes', { email: conta.email, senha: 'outra senha qualquer' });
    const certa = await exigente.post('/v1/sessoes', { email: conta.email, senha: SENHA });
    expect([certa.status, certa.body['code']]).toEqual([errada.status, errada.body['code']]);
    expect((await verificar(await cartas.token(conta.email, 'VERIFICAR_EMAIL', 2))).status).toBe(204);
    await entrar(exigente, conta.email);
  });

  it('15: o reuso de um token de renovação é contado por carta ao dono', async () => {
    const { tokenRenovacao } = await entrar(app, pessoa.email);
    const renovar = (token: string) => app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao: token });
    const { body } = await renovar(tokenRenovacao);
    await renovar(body.tokenRenovacao);
    expect((await renovar(tokenRenovacao)).status).toBe(401);
    await cartas.wait(pessoa.email, 'SESSAO_ROUBADA');
    expect((await renovar(tokenRenovacao)).status).toBe(401);
    expect(cartas.to(pessoa.email, 'SESSAO_ROUBADA')).toHaveLength(1);
  });

  it('lugares de que ninguém vem há noventa dias são esquecidos, venha ou não a pessoa', async () => {
    await entrar(app, pessoa.email);
    const lugares = () => auth.database.query('SELECT rede FROM aparelhos WHERE usuario_id = $1', [pessoa.id]);
    await auth.database.query(
      `INSERT INTO aparelhos (usuario_id, aparelho, rede, visto_em) VALUES ($1, 'Velho', '10.0.0.1', now() - interval '91 days'),
         ($1, 'Recente', '10.0.0.2', now() - interval '89 days')`,
      [pessoa.id],
    );
    expect(await app.nest.get(AparelhoRepository).purge()).toBeGreaterThan(0);
    expect((await lugares()).map(({ rede }) => rede)).toEqual(expect.arrayContaining(['10.0.0.2']));
    expect(await lugares()).toHaveLength(2);
  });

  it('um lugar novo é contado ao dono, e só quando é novo', async () => {
    const de = (agente: string) =>
      app.post('/v1/sessoes', { email: pessoa.email, senha: SENHA }, { headers: { 'user-agent': agente } });
    await de('curl/8');
    await de('curl/9');
    expect(cartas.to(pessoa.email, 'NOVO_APARELHO')).toEqual([]);
    await de('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0');
    expect(await cartas.wait(pessoa.email, 'NOVO_APARELHO')).toMatchObject({ aparelho: 'Firefox em Linux' });
  });
});

describe('Segurança 22 e 25: quem administra contas', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let admin: UsuarioHttp;
  let token: string;

  const papeis = (id: string, lista: readonly string[], credencial = token) =>
    app.send('PUT', `/v1/usuarios/${id}/papeis`, { token: credencial, body: { papeis: lista } });
  const desativar = (id: string, credencial = token) =>
    app.post(`/v1/usuarios/${id}/desativacao`, undefined, { token: credencial });
  const reativar = (id: string) => app.post(`/v1/usuarios/${id}/reativacao`, undefined, { token });
  const ULTIMO = { status: 409, body: { code: 'auth.ultimo-administrador' } };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    app = await auth.start();
    admin = await registrar(app);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [admin.id]);
  });
  beforeEach(async () => {
    ({ tokenAcesso: token } = await entrar(app, admin.email));
  });
  afterAll(() => auth.stop());

  it('desativa uma conta: as sessões dela acabam, ninguém entra, e reativada volta como era', async () => {
    const pessoa = await registrar(app);
    const sessao = await entrar(app, pessoa.email);
    expect((await desativar(pessoa.id)).status).toBe(204);
    expect((await app.get('/v1/usuarios/eu', { token: sessao.tokenAcesso })).status).toBe(401);
    expect((await app.post('/v1/sessoes/renovacao', { tokenRenovacao: sessao.tokenRenovacao })).status).toBe(401);
    const recusa = await app.post('/v1/sessoes', { email: pessoa.email, senha: SENHA });
    expect(recusa).toMatchObject({ status: 401, body: { code: 'auth.credenciais-invalidas' } });
    await cartas.wait(pessoa.email, 'CONTA_DESATIVADA');
    expect((await desativar(pessoa.id)).status).toBe(204);
    expect(cartas.to(pessoa.email, 'CONTA_DESATIVADA')).toHaveLength(1);
    expect((await reativar(pessoa.id)).status).toBe(204);
    await entrar(app, pessoa.email);
  });

  it('muda papéis, e o token que dizia os antigos não vale mais', async () => {
    const pessoa = await registrar(app);
    const antes = await entrar(app, pessoa.email);
    expect((await papeis(pessoa.id, ['CLIENTE', 'OPERADOR'])).status).toBe(204);
    expect((await app.get('/v1/usuarios/eu', { token: antes.tokenAcesso })).status).toBe(401);
    const depois = await entrar(app, pessoa.email);
    expect(depois.usuario.papeis.toSorted()).toEqual(['CLIENTE', 'OPERADOR']);
    for (const ruim of [[], ['ADMIN', 'ADMIN'], ['DONO']])
      expect(await papeis(pessoa.id, ruim)).toMatchObject({ status: 400, body: { code: 'requisicao.invalida' } });
    expect(await papeis('0192f0c4-0000-7000-8000-00000000dead', ['CLIENTE'])).toMatchObject({ status: 404 });
    // 25: nobody but an admin.
    for (const tentativa of [
      papeis(pessoa.id, ['ADMIN'], depois.tokenAcesso),
      desativar(admin.id, depois.tokenAcesso),
      app.get('/v1/usuarios', { token: depois.tokenAcesso }),
    ])
      expect(await tentativa).toMatchObject({ status: 403, body: { code: 'auth.sem-permissao' } });
  });

  it('nunca deixa de haver quem administre, também quando dois se tiram ao mesmo tempo', async () => {
    expect(await papeis(admin.id, ['CLIENTE'])).toMatchObject(ULTIMO);
    expect(await desativar(admin.id)).toMatchObject(ULTIMO);
    expect((await app.get('/v1/usuarios/eu', { token })).status).toBe(200);
    const outro = await registrar(app);
    await papeis(outro.id, ['ADMIN']);
    const { tokenAcesso: doOutro } = await entrar(app, outro.email);
    const [um, dois] = await Promise.all([papeis(admin.id, ['CLIENTE'], doOutro), desativar(outro.id, token)]);
    expect([um.status, dois.status].sort()).toEqual([204, 409]);
    await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}', desativado_em = NULL WHERE id = $1`, [admin.id]);
  });

  it('vê as contas por páginas, e por e-mail, papel e situação', async () => {
    const pessoa = await registrar(app);
    await desativar(pessoa.id);
    interface Lista {
      readonly itens: { readonly id: string; readonly desativadoEm: string | null }[];
      readonly proximo: string | null;
    }
    const listar = async (consulta: string) => (await app.get<Lista>(`/v1/usuarios?${consulta}`, { token })).body;
    const vistas: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const pagina: Lista = await listar(`limite=2${cursor && `&cursor=${cursor}`}`);
      vistas.push(...pagina.itens.map(({ id }) => id));
      cursor = pagina.proximo;
    }
    const [{ total = 0 } = {}] = await auth.database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM usuarios',
    );
    expect([new Set(vistas).size, vistas.length]).toEqual([total, total]);
    expect((await listar(`email=${encodeURIComponent(pessoa.email.toUpperCase())}`)).itens).toMatchObject([
      { id: pessoa.id, desativadoEm: expect.any(String) },
    ]);
    expect((await listar('papel=ADMIN&situacao=ATIVA')).itens.map(({ id }) => id)).toContain(admin.id);
    expect((await listar('situacao=ATIVA&limite=100')).itens.map(({ id }) => id)).not.toContain(pessoa.id);
  });
});
