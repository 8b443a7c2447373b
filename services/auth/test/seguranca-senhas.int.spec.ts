import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import type { TestApp } from '@plataforma/testing';
import { HashDeSenha } from '../src/application/ports.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';

describe('Segurança: senhas', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let pessoa: UsuarioHttp;

  const registro = (senha: string, email = emailNovo()) => app.post('/v1/usuarios', { nome: 'Bia', email, senha });
  const login = (email: string, senha: string) => app.post<SessaoHttp>('/v1/sessoes', { email, senha });
  /** A password is refused wherever one is chosen. */
  const recusada = async (senha: string, code: string): Promise<void> => {
    const RECUSA = { status: 422, body: { code } };
    expect(await registro(senha)).toMatchObject(RECUSA);
    const { tokenAcesso } = await entrar(app, pessoa.email);
    const troca = { senhaAtual: SENHA, senhaNova: senha };
    expect(await app.post('/v1/usuarios/eu/senha', troca, { token: tokenAcesso })).toMatchObject(RECUSA);
    await app.post('/v1/usuarios/senha/pedido', { email: pessoa.email });
    const token = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    expect(await app.post('/v1/usuarios/senha/redefinicao', { token, senha })).toMatchObject(RECUSA);
    await entrar(app, pessoa.email);
  };
  /** How often argon2 ran, and at what cost, while something was done. */
  const trabalhoDe = async (feito: () => Promise<unknown>): Promise<string[]> => {
    const hashes = app.nest.get(HashDeSenha);
    const [hash, verify] = [jest.spyOn(hashes, 'hash'), jest.spyOn(hashes, 'verify')];
    try {
      await feito();
      return [
        ...hash.mock.calls.map(() => 'hash'),
        ...verify.mock.calls.map(([, guardado]) => guardado.split('$').slice(0, 4).join('$')),
      ];
    } finally {
      hash.mockRestore();
      verify.mockRestore();
    }
  };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    app = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '100000', CARTAS_ENDERECO: '100000' });
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
  });
  afterAll(() => auth.stop());

  it.each(['1234567', 'umacurta', 'catorze letras'])('1: %p é curta demais: são quinze, sempre', (senha) =>
    recusada(senha, 'auth.senha-curta'),
  );

  it('1: de quinze basta', async () => {
    expect((await registro('quinze letras!!')).status).toBe(202);
  });

  it.each([
    ['sessenta e quatro letras', 'canção de ninar '.repeat(4)],
    ['letras de toda parte, e espaços nas pontas', ' Ωμέγα 日本語 🐘🦒 naïve Łódź '],
    ['duzentas e cinquenta e seis', Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('')],
  ])('2: de %s vale, e nada dela se corta', async (_, senha) => {
    const inteira = `${senha.slice(0, -1)}x`;
    const email = emailNovo();
    expect((await registro(inteira, email)).status).toBe(202);
    expect((await login(email, inteira)).status).toBe(201);
    for (const quase of [
      inteira.slice(0, -1),
      `${inteira.slice(0, -1)}y`,
      inteira.trim() === inteira ? ` ${inteira}` : inteira.trim(),
    ])
      expect((await login(email, quase)).status).toBe(401);
  });

  it('3: nem algarismos, nem maiúsculas, nem sinais se pedem, e ela vale enquanto a pessoa quiser', async () => {
    const email = emailNovo();
    expect((await registro('sodeletrasminusculas', email)).status).toBe(202);
    await auth.database.query(`UPDATE usuarios SET criado_em = now() - interval '10 years' WHERE email = $1`, [email]);
    expect((await login(email, 'sodeletrasminusculas')).status).toBe(201);
  });

  it.each(['passwordpassword', 'PasswordPassword', 'p@ssw0rdP4$$word', 'P@$$w0rd!!!!!!!', '2026!Sunsh1ne!!'])(
    '4: %p está nas listas de quem ataca, ou perto',
    (senha) => recusada(senha, 'auth.senha-comum'),
  );

  it.each(['o rato roeu a roupa', 'meu gato 4nda s0bre 0 muro', 'correct horse battery staple'])(
    '4: %p não, e vale',
    async (senha) => {
      expect((await registro(senha)).status).toBe(202);
    },
  );

  it('5: guarda-se em argon2id de 19 MiB, duas passagens, uma faixa, e nunca como é', async () => {
    const [linha] = await auth.database.query<Record<string, unknown>>('SELECT * FROM usuarios WHERE id = $1', [
      pessoa.id,
    ]);
    expect(linha?.['senha_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(JSON.stringify(linha)).not.toContain(SENHA);
  });

  it('6: entrar custa o mesmo trabalho com conta, sem conta e com uma desativada', async () => {
    const desativada = await registrar(app);
    await auth.database.query('UPDATE usuarios SET desativado_em = now() WHERE id = $1', [desativada.id]);
    const trabalhos: string[][] = [];
    for (const email of [pessoa.email, desativada.email, emailNovo()])
      trabalhos.push(
        await trabalhoDe(async () => {
          expect((await login(email, 'não é esta a senha')).status).toBe(401);
        }),
      );
    expect(trabalhos[0]).toHaveLength(1);
    expect(trabalhos).toEqual(Array(3).fill(trabalhos[0]));
  });

  it('6: entrar responde o mesmo a um e-mail desconhecido e a uma senha errada', async () => {
    const [errada, desconhecido] = [
      await login(pessoa.email, 'não é esta a senha'),
      await login(emailNovo(), 'não é esta a senha'),
    ];
    expect(errada.status).toBe(401);
    expect({ ...desconhecido, body: { ...desconhecido.body, correlationId: '' }, headers: 0 }).toEqual({
      ...errada,
      body: { ...errada.body, correlationId: '' },
      headers: 0,
    });
  });

  it('6: registrar-se e pedir outra senha custam o mesmo trabalho com conta, provada ou não, e sem conta', async () => {
    const provada = await registrar(app);
    await auth.database.query('UPDATE usuarios SET email_verificado_em = now() WHERE id = $1', [provada.id]);
    const quem = [pessoa.email, provada.email, emailNovo()];
    const registros: string[][] = [];
    for (const email of quem) registros.push(await trabalhoDe(() => registro('a rainha sem roupa riu', email)));
    expect(registros).toEqual(Array(3).fill(['hash']));
    const pedidos: string[][] = [];
    for (const email of quem) pedidos.push(await trabalhoDe(() => app.post('/v1/usuarios/senha/pedido', { email })));
    expect(pedidos).toEqual(Array(3).fill([]));
  });

  it('contas são do endereço, com o domínio nas suas letras ou em ASCII, e de nenhum parecido', async () => {
    const nome = emailNovo().split('@')[0] ?? '';
    const [como, ascii] = [`${nome}@Coração.com.br`, `${nome}@xn--corao-dra1a.com.br`];
    expect(await registro(SENHA, como)).toMatchObject({ status: 202, body: { email: ascii } });
    for (const email of [como, ascii, como.normalize('NFD')]) expect((await login(email, SENHA)).status).toBe(201);
    expect((await login(`${nome}@coracao.com.br`, SENHA)).status).toBe(401);
    for (const errado of [
      `${nome}@.coração.com`,
      `${nome}@cora ção.com`,
      `${nome}@${'ç'.repeat(63)}.com`,
      `çao@exemplo.com`,
    ])
      expect((await registro(SENHA, errado)).status).toBe(400);
  });
});
