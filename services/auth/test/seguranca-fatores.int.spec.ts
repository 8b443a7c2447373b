import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DesafioHttp,
  type FatoresHttp,
  novaChaveHttp,
  type SessaoHttp,
  type UsuarioHttp,
} from '@plataforma/contracts';
import type { TestApp } from '@plataforma/testing';
import { decodeJwt } from 'jose';
import speakeasy from 'speakeasy';
import { FatorRepository } from '../src/application/ports.js';
import { AuthFixture, entrar, registrar, SENHA } from './auth-fixture.js';
import { AutenticadorVirtual } from '@plataforma/testing/autenticador';
import { CartasFixture } from './cartas-fixture.js';

const LUGAR = { origem: 'http://localhost:3101', dominio: 'localhost' };
const INCORRETO = { status: 401, body: { code: 'auth.fator-incorreto' } };
const DESAFIO_INVALIDO = { status: 401, body: { code: 'auth.desafio-invalido' } };
const CONFIRMAR = { status: 403, body: { code: 'auth.confirmacao-necessaria', max_age: 300 } };
interface Codigos {
  readonly codigosRecuperacao: string[];
}
interface ComOpcoes {
  readonly desafio: string;
  readonly opcoes: Record<string, unknown>;
}

describe('Segurança: segundo fator', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let cartas: CartasFixture;
  let pessoa: UsuarioHttp;
  let token: string;

  /** Of a step from now; no code counts twice, so that each of a test needs its own. */
  const codigo = (segredo: string, passos = 0): string =>
    speakeasy.totp({ secret: segredo, encoding: 'base32', time: Date.now() / 1000 + passos * 30 });
  /** Makes as if no code had been used yet. */
  const esquecerPassos = () => auth.database.query('UPDATE totp SET ultimo_passo = 0');
  const comSenha = async (): Promise<DesafioHttp> => {
    const { status, body } = await app.post<DesafioHttp>('/v1/sessoes', { email: pessoa.email, senha: SENHA });
    expect(status).toBe(202);
    return body;
  };
  const completar = (desafio: string, prova: object) =>
    app.post<SessaoHttp>('/v1/sessoes/segundo-fator', { desafio, ...prova });
  const meus = async (): Promise<FatoresHttp> =>
    (await app.get<FatoresHttp>('/v1/usuarios/eu/fatores', { token })).body;
  const elevar = (prova: object, credencial = token) =>
    app.post<{ tokenAcesso: string }>('/v1/sessoes/elevacao', prova, { token: credencial });
  /** A token as it would be ten minutes later. */
  const envelhecida = async (sessao: SessaoHttp): Promise<string> => {
    await auth.database.query(
      `UPDATE sessoes SET autenticada_em = now() - interval '10 minutes' WHERE usuario_id = $1`,
      [pessoa.id],
    );
    const { tokenRenovacao } = sessao;
    return (await app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao })).body.tokenAcesso;
  };

  async function ativarTotp(): Promise<{ segredo: string; codigos: string[] }> {
    const { status, body } = await app.post<{ segredo: string; uri: string; qr: string }>(
      '/v1/usuarios/eu/totp',
      undefined,
      { token },
    );
    expect(status).toBe(201);
    expect(body.qr).toMatch(/^data:image\/png;base64,/);
    expect(body.uri).toContain(`secret=${body.segredo}`);
    const confirmado = await app.post<Codigos>(
      '/v1/usuarios/eu/totp/confirmacao',
      { codigo: codigo(body.segredo) },
      { token },
    );
    expect(confirmado.status).toBe(200);
    return { segredo: body.segredo, codigos: confirmado.body.codigosRecuperacao };
  }

  async function registrarChave(autenticador: AutenticadorVirtual, gesto = {}, nome = 'Notebook') {
    const { body } = await app.post<ComOpcoes>('/v1/usuarios/eu/chaves-de-acesso/opcoes', undefined, { token });
    const credencial = autenticador.create(body.opcoes, gesto);
    return app.post<{ chave: FatoresHttp['chavesDeAcesso'][number] } & Codigos>(
      '/v1/usuarios/eu/chaves-de-acesso',
      { desafio: body.desafio, nome, credencial },
      { token },
    );
  }
  const opcoesDeEntrada = async () => (await app.post<ComOpcoes>('/v1/sessoes/chave-de-acesso/opcoes')).body;
  const entrarPorChave = (desafio: string, credencial: object) =>
    app.post<SessaoHttp>('/v1/sessoes/chave-de-acesso', { desafio, credencial });

  beforeAll(async () => {
    auth = await AuthFixture.create();
    cartas = new CartasFixture(auth);
    // Many log-ins of one address; how they are limited is asked of other instances.
    const folgado = {
      LOGIN_TENTATIVAS_CONTA: '1000',
      LOGIN_TENTATIVAS_CONTA_TOTAL: '1000',
      LOGIN_TENTATIVAS_ENDERECO: '100000',
    };
    app = await auth.start(folgado);
  });
  beforeEach(async () => {
    pessoa = await registrar(app);
    token = (await entrar(app, pessoa.email)).tokenAcesso;
  });
  afterAll(() => auth.stop());

  it('um autenticador só conta depois de confirmado; depois disso a senha sozinha não abre sessão', async () => {
    await app.post('/v1/usuarios/eu/totp', undefined, { token });
    await entrar(app, pessoa.email);
    expect((await meus()).totp).toBeNull();
    const { segredo } = await ativarTotp();
    expect(await meus()).toMatchObject({ totp: { ativadoEm: expect.any(String) }, codigosRestantes: 10 });
    const lancado = await comSenha();
    expect(lancado).toMatchObject({ fatores: ['TOTP', 'CODIGO_DE_RECUPERACAO'], chaveDeAcesso: null });
    expect(lancado).not.toHaveProperty('tokenAcesso');
    const { status, body } = await completar(lancado.desafio, { codigo: codigo(segredo, 1) });
    expect(status).toBe(201);
    expect(decodeJwt(body.tokenAcesso)).toMatchObject({ amr: ['pwd', 'otp'], auth_time: expect.any(Number) });
    await cartas.wait(pessoa.email, 'SEGUNDO_FATOR_MUDOU');
  });

  it('um autenticador por confirmar espera quinze minutos, e um confirmado não se troca por outro', async () => {
    const confirmar = (segredo: string, passos = 0) =>
      app.post('/v1/usuarios/eu/totp/confirmacao', { codigo: codigo(segredo, passos) }, { token });
    const { body } = await app.post<{ segredo: string }>('/v1/usuarios/eu/totp', undefined, { token });
    await auth.database.query(`UPDATE totp SET criado_em = now() - interval '16 minutes' WHERE usuario_id = $1`, [
      pessoa.id,
    ]);
    expect(await confirmar(body.segredo)).toMatchObject({ status: 422, body: { code: 'auth.prova-incorreta' } });
    expect((await meus()).totp).toBeNull();
    const { segredo } = await ativarTotp();
    expect(await app.post('/v1/usuarios/eu/totp', undefined, { token })).toMatchObject({
      status: 409,
      body: { code: 'auth.totp-ja-ativo' },
    });
    expect((await completar((await comSenha()).desafio, { codigo: codigo(segredo, 1) })).status).toBe(201);
  });

  it('7: um código vale uma vez, também quando vinte o usam ao mesmo tempo', async () => {
    const { segredo } = await ativarTotp();
    const desafios = [];
    for (let i = 0; i < 20; i++) desafios.push((await comSenha()).desafio);
    const agora = codigo(segredo, 1);
    const respostas = await Promise.all(desafios.map((desafio) => completar(desafio, { codigo: agora })));
    expect(respostas.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(401)]);
  });

  it('7: o código que confirmou o autenticador já foi usado, e um anterior ao último não vale mais', async () => {
    const { segredo } = await ativarTotp();
    const { desafio } = await comSenha();
    expect(await completar(desafio, { codigo: codigo(segredo) })).toMatchObject(INCORRETO);
    expect((await completar(desafio, { codigo: codigo(segredo, 1) })).status).toBe(201);
    expect(await completar((await comSenha()).desafio, { codigo: codigo(segredo) })).toMatchObject(INCORRETO);
  });

  it('8: um código de mais de um passo atrás ou adiante não confere', async () => {
    const { segredo } = await ativarTotp();
    await esquecerPassos();
    const { desafio } = await comSenha();
    for (const passos of [-3, 3])
      expect(await completar(desafio, { codigo: codigo(segredo, passos) })).toMatchObject(INCORRETO);
  });

  it('um desafio abre uma sessão, também quando vinte o respondem com códigos diferentes', async () => {
    const { codigos } = await ativarTotp();
    const { desafio } = await comSenha();
    const respostas = await Promise.all(codigos.map((codigoRecuperacao) => completar(desafio, { codigoRecuperacao })));
    expect(respostas.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('um desafio só serve por pouco tempo, para poucas tentativas, e de onde foi pedido', async () => {
    const { segredo } = await ativarTotp();
    const { desafio: gasto } = await comSenha();
    for (let i = 0; i < 5; i++) expect(await completar(gasto, { codigo: '000000' })).toMatchObject(INCORRETO);
    expect(await completar(gasto, { codigo: codigo(segredo, 1) })).toMatchObject(DESAFIO_INVALIDO);
    const { desafio: vencido } = await comSenha();
    await auth.database.query('UPDATE desafios SET expira_em = now()');
    expect(await completar(vencido, { codigo: codigo(segredo, 1) })).toMatchObject(DESAFIO_INVALIDO);
    const { desafio: alheio } = await comSenha();
    await auth.database.query(`UPDATE desafios SET rede = '203.0.113.9'`);
    expect(await completar(alheio, { codigo: codigo(segredo, 1) })).toMatchObject(DESAFIO_INVALIDO);
    expect(await completar('q'.repeat(43), { codigo: codigo(segredo, 1) })).toMatchObject(DESAFIO_INVALIDO);
  });

  it('um desafio não sobrevive à senha que o lançou', async () => {
    const { segredo } = await ativarTotp();
    const { desafio } = await comSenha();
    await app.post('/v1/usuarios/eu/senha', { senhaAtual: SENHA, senhaNova: 'a rainha sem roupa riu' }, { token });
    expect((await completar(desafio, { codigo: codigo(segredo, 1) })).status).toBe(401);
  });

  it.each([{}, { codigo: '123456', codigoRecuperacao: 'abcde-abcde' }, { codigo: '12345' }, { codigo: 123_456 }])(
    'uma prova é uma só, e bem formada: %j é recusada',
    async (prova) => {
      expect((await completar('q'.repeat(43), prova)).status).toBe(400);
    },
  );

  it('um código de recuperação vale uma vez, como quer que se escreva, e o dono fica sabendo', async () => {
    const { codigos } = await ativarTotp();
    expect(new Set(codigos).size).toBe(10);
    const [primeiro = ''] = codigos;
    const { desafio } = await comSenha();
    const resposta = await completar(desafio, { codigoRecuperacao: primeiro.toUpperCase().replace('-', ' ') });
    expect(resposta.status).toBe(201);
    expect(await completar((await comSenha()).desafio, { codigoRecuperacao: primeiro })).toMatchObject(INCORRETO);
    expect((await meus()).codigosRestantes).toBe(9);
    await cartas.wait(pessoa.email, 'CODIGO_DE_RECUPERACAO_USADO');
  });

  it('um código de recuperação é só da pessoa que o tem', async () => {
    const { codigos } = await ativarTotp();
    pessoa = await registrar(app);
    token = (await entrar(app, pessoa.email)).tokenAcesso;
    await ativarTotp();
    const { desafio } = await comSenha();
    expect(await completar(desafio, { codigoRecuperacao: codigos[0] })).toMatchObject(INCORRETO);
  });

  it('outros dez códigos invalidam os anteriores; sem fator nenhum, não há', async () => {
    const novos = () => app.post<Codigos>('/v1/usuarios/eu/codigos-de-recuperacao', undefined, { token });
    expect(await novos()).toMatchObject({ status: 409, body: { code: 'auth.sem-segundo-fator' } });
    const { codigos } = await ativarTotp();
    const { body } = await novos();
    expect(await completar((await comSenha()).desafio, { codigoRecuperacao: codigos[0] })).toMatchObject(INCORRETO);
    const entrada = await completar((await comSenha()).desafio, { codigoRecuperacao: body.codigosRecuperacao[0] });
    expect(entrada.status).toBe(201);
    expect((await app.send('DELETE', '/v1/usuarios/eu/totp', { token })).status).toBe(204);
    expect(await meus()).toEqual({ totp: null, chavesDeAcesso: [], codigosRestantes: 0 });
    await entrar(app, pessoa.email);
  });

  it('nem segredo, nem código, nem desafio se lê no banco ou em mensagem', async () => {
    const { segredo, codigos } = await ativarTotp();
    const { desafio } = await comSenha();
    const tables = await auth.database.query<{ name: string }>(
      `SELECT format('%I', table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const hex = (texto: string) => Buffer.from(texto).toString('hex');
    for (const secreto of [segredo, desafio, ...codigos.flatMap((c) => [c, c.replace('-', '')])]) {
      for (const { name } of tables)
        expect(
          await auth.database.query(`SELECT 1 FROM ${name} t WHERE t::text LIKE ANY ($1)`, [
            [`%${secreto}%`, `%${hex(secreto)}%`],
          ]),
        ).toEqual([]);
      expect(JSON.stringify(auth.broker.published)).not.toContain(secreto);
    }
  });

  it('9: adivinhar o segundo fator para num limite, também para quem sabe a senha e recomeça', async () => {
    const avara = await auth.start({ LOGIN_TENTATIVAS_CONTA: '6' });
    const { segredo } = await ativarTotp();
    const status: number[] = [];
    // Each begins anew, elsewhere, where logging in is not what stops them.
    while (status.at(-1) !== 429 && status.length < 30) {
      const { desafio } = await comSenha();
      status.push((await avara.post('/v1/sessoes/segundo-fator', { desafio, codigo: '000000' })).status);
    }
    // Some are looked at, and then none.
    expect([status[0], status.at(-1)]).toEqual([401, 429]);
    const { desafio } = await comSenha();
    const certo = await avara.post('/v1/sessoes/segundo-fator', { desafio, codigo: codigo(segredo, 1) });
    expect(certo).toMatchObject({ status: 429, headers: expect.anything() });
    expect(Number(certo.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('10: a senha redefinida por carta não passa por cima do segundo fator', async () => {
    // Whoever proves the address for the first time begins anew; from then on nothing passes by the factor.
    await app.post('/v1/usuarios/verificacao', { token: await cartas.token(pessoa.email, 'VERIFICAR_EMAIL') });
    token = (await entrar(app, pessoa.email)).tokenAcesso;
    const { segredo } = await ativarTotp();
    await app.post('/v1/usuarios/senha/pedido', { email: pessoa.email });
    const link = await cartas.token(pessoa.email, 'REDEFINIR_SENHA');
    await app.post('/v1/usuarios/senha/redefinicao', { token: link, senha: 'a rainha sem roupa riu' });
    const { status, body } = await app.post<DesafioHttp>('/v1/sessoes', {
      email: pessoa.email,
      senha: 'a rainha sem roupa riu',
    });
    expect([status, Object.keys(body).sort()]).toEqual([
      202,
      ['chaveDeAcesso', 'desafio', 'expiraEmSegundos', 'fatores'],
    ]);
    expect((await completar(body.desafio, { codigo: codigo(segredo, 1) })).status).toBe(201);
  });

  it('38: um segundo fator errado é auditado com a conta de quem era, e uma chave também', async () => {
    const recusas = async () =>
      (
        await auth.database.query(
          `SELECT FROM auditoria WHERE pessoa_id = $1 AND tipo = 'sessao.recusada' AND dados ->> 'codigo' = $2`,
          [pessoa.id, INCORRETO.body.code],
        )
      ).length;
    const chave = new AutenticadorVirtual(LUGAR);
    await registrarChave(chave);
    const { desafio } = await comSenha();
    expect(await completar(desafio, { codigoRecuperacao: 'aaaaa-aaaaa' })).toMatchObject(INCORRETO);
    expect(await recusas()).toBe(1);
    const entrada = await opcoesDeEntrada();
    const errada = chave.get(entrada.opcoes, { desafio: 'q'.repeat(43) });
    expect(await entrarPorChave(entrada.desafio, errada)).toMatchObject(INCORRETO);
    expect(await recusas()).toBe(2);
  });

  describe('por chave de acesso', () => {
    it('completa a senha, e entra sozinha, como quem a tem; sincronizada ou não se vê', async () => {
      const [presa, copiada] = [new AutenticadorVirtual(LUGAR), new AutenticadorVirtual(LUGAR, true)];
      const primeira = await registrarChave(presa);
      expect(primeira).toMatchObject({ status: 201, body: { chave: { nome: 'Notebook', sincronizada: false } } });
      expect(primeira.body.codigosRecuperacao).toHaveLength(10);
      expect((await registrarChave(copiada)).body).toMatchObject({
        chave: { sincronizada: true },
        codigosRecuperacao: [],
      });

      const lancado = await comSenha();
      expect(lancado.fatores).toEqual(['CHAVE_DE_ACESSO', 'CODIGO_DE_RECUPERACAO']);
      const completa = await completar(lancado.desafio, { credencial: presa.get(lancado.chaveDeAcesso ?? {}) });
      expect(completa.status).toBe(201);
      expect(decodeJwt(completa.body.tokenAcesso)['amr']).toEqual(['pwd', 'hwk']);

      const { desafio, opcoes } = await opcoesDeEntrada();
      expect(opcoes).toMatchObject({ rpId: 'localhost', userVerification: 'required', challenge: desafio });
      const sozinha = await entrarPorChave(desafio, copiada.get(opcoes));
      expect(sozinha).toMatchObject({ status: 201, body: { usuario: { id: pessoa.id } } });
      expect(decodeJwt(sozinha.body.tokenAcesso)['amr']).toEqual(['swk', 'mfa']);
      expect((await meus()).chavesDeAcesso.map(({ usadaEm }) => usadaEm)).toEqual([
        expect.any(String),
        expect.any(String),
      ]);
    });

    it('a mesma resposta não serve duas vezes, nem para outro desafio', async () => {
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      const { desafio, opcoes } = await opcoesDeEntrada();
      const resposta = chave.get(opcoes);
      const todas = await Promise.all(Array.from({ length: 5 }, () => entrarPorChave(desafio, resposta)));
      expect(todas.filter(({ status }) => status === 201)).toHaveLength(1);
      const outro = await opcoesDeEntrada();
      expect(await entrarPorChave(outro.desafio, resposta)).toMatchObject(INCORRETO);
      // Nor does a challenge of one thing serve another.
      const lancado = await comSenha();
      expect(await entrarPorChave(lancado.desafio, chave.get({ challenge: lancado.desafio }))).toMatchObject(
        DESAFIO_INVALIDO,
      );
    });

    it('de um autenticador que não conta, a mesma resposta também só serve uma vez', async () => {
      const chave = new AutenticadorVirtual(LUGAR, true);
      await registrarChave(chave);
      const { desafio, opcoes } = await opcoesDeEntrada();
      const resposta = chave.get(opcoes, { contador: 0 });
      const todas = await Promise.all(Array.from({ length: 5 }, () => entrarPorChave(desafio, resposta)));
      expect(todas.filter(({ status }) => status === 201)).toHaveLength(1);
    });

    it('duas cópias de um autenticador não contam o mesmo, ainda que cheguem juntas', async () => {
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      const fatores = app.nest.get(FatorRepository);
      // As two that both were found good against the count of before.
      const juntas = await Promise.all([fatores.useChave(chave.id, 7), fatores.useChave(chave.id, 7)]);
      expect(juntas.toSorted()).toEqual([false, true]);
      expect(await fatores.useChave(chave.id, 0)).toBe(false);
      expect(await fatores.useChave(chave.id, 8)).toBe(true);
    });

    it('que diz ser de outra pessoa não entra', async () => {
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      const { desafio, opcoes } = await opcoesDeEntrada();
      const { response, ...credencial } = chave.get(opcoes);
      const userHandle = Buffer.alloc(16, 7).toString('base64url');
      expect(await entrarPorChave(desafio, { ...credencial, response: { ...response, userHandle } })).toMatchObject(
        INCORRETO,
      );
    });

    it('um desafio de registro serve uma vez, e só a quem o pediu', async () => {
      const registro = (desafio: string, credencial: object, credencialDe = token) =>
        app.post(
          '/v1/usuarios/eu/chaves-de-acesso',
          { desafio, nome: 'Notebook', credencial },
          { token: credencialDe },
        );
      const RECUSADO = { status: 422, body: { code: 'auth.prova-incorreta' } };
      const { body } = await app.post<ComOpcoes>('/v1/usuarios/eu/chaves-de-acesso/opcoes', undefined, { token });
      const [uma, duas] = [new AutenticadorVirtual(LUGAR), new AutenticadorVirtual(LUGAR)];
      const { tokenAcesso: deOutra } = await entrar(app, (await registrar(app)).email);
      expect(await registro(body.desafio, uma.create(body.opcoes), deOutra)).toMatchObject(RECUSADO);
      expect((await registro(body.desafio, uma.create(body.opcoes))).status).toBe(201);
      expect(await registro(body.desafio, duas.create(body.opcoes))).toMatchObject(RECUSADO);
      expect((await meus()).chavesDeAcesso).toMatchObject([{ id: uma.id }]);
    });

    it('a maior que o contrato permite, com o certificado de quem a fez, cabe num pedido', async () => {
      const corpo = {
        desafio: 'q'.repeat(43),
        nome: 'N'.repeat(60),
        credencial: {
          id: 'i'.repeat(1_366),
          rawId: 'i'.repeat(1_366),
          type: 'public-key',
          response: {
            clientDataJSON: 'c'.repeat(4_000),
            attestationObject: 'a'.repeat(16_000),
            authenticatorData: 'd'.repeat(8_000),
            publicKey: 'p'.repeat(8_000),
          },
        },
      };
      expect(novaChaveHttp.safeParse(corpo).error).toBeUndefined();
      expect(await app.post('/v1/usuarios/eu/chaves-de-acesso', corpo, { token })).toMatchObject({
        status: 422,
        body: { code: 'auth.prova-incorreta' },
      });
    });

    it('há no máximo vinte, também quando a vigésima e a seguinte se pedem juntas', async () => {
      const ultima = new AutenticadorVirtual(LUGAR);
      await auth.database.query(
        `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
         SELECT 'chave-' || $1 || n, $1::uuid, 'Uma', '', 0, '{}', false FROM generate_series(1, 19) n`,
        [pessoa.id],
      );
      const respostas = await Promise.all([registrarChave(ultima), registrarChave(new AutenticadorVirtual(LUGAR))]);
      expect(respostas.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(await app.post('/v1/usuarios/eu/chaves-de-acesso/opcoes', undefined, { token })).toMatchObject({
        status: 409,
        body: { code: 'auth.chaves-de-acesso-demais' },
      });
    });

    it.each([
      ['de outra página', { origem: 'http://localhost.exemplo.com' }],
      ['de outro domínio', { dominio: 'exemplo.com' }],
      ['sem conferir a pessoa', { verificada: false }],
      ['com o contador para trás', { contador: 1 }],
      ['a outro desafio', { desafio: 'q'.repeat(43) }],
    ])('uma resposta %s é recusada', async (_que, gesto) => {
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      const antes = await opcoesDeEntrada();
      expect((await entrarPorChave(antes.desafio, chave.get(antes.opcoes, { contador: 5 }))).status).toBe(201);
      const { desafio, opcoes } = await opcoesDeEntrada();
      expect(await entrarPorChave(desafio, chave.get(opcoes, { contador: 6, ...gesto }))).toMatchObject(INCORRETO);
    });

    it.each([
      ['de outra página', { origem: 'https://localhost:3101' }],
      ['de outro domínio', { dominio: 'exemplo.com' }],
      ['sem conferir a pessoa', { verificada: false }],
      ['a outro desafio', { desafio: 'q'.repeat(43) }],
    ])('um registro %s é recusado', async (_que, gesto) => {
      expect(await registrarChave(new AutenticadorVirtual(LUGAR), gesto)).toMatchObject({
        status: 422,
        body: { code: 'auth.prova-incorreta' },
      });
      expect((await meus()).chavesDeAcesso).toEqual([]);
    });

    it('a chave de outra pessoa não completa a senha desta, nem se muda ou remove por ela', async () => {
      const dela = new AutenticadorVirtual(LUGAR, false, 1_023); // as long an id as WebAuthn allows
      await registrarChave(dela);
      const outra = await registrar(app);
      const { tokenAcesso: deOutra } = await entrar(app, outra.email);
      const lancado = await comSenha();
      const minha = { pessoa, token };
      [pessoa, token] = [outra, deOutra];
      const alheia = new AutenticadorVirtual(LUGAR);
      await registrarChave(alheia);
      expect(await completar(lancado.desafio, { credencial: alheia.get(lancado.chaveDeAcesso ?? {}) })).toMatchObject(
        INCORRETO,
      );
      const dono = `/v1/usuarios/eu/chaves-de-acesso/${dela.id}`;
      expect((await app.send('PATCH', dono, { token, body: { nome: 'Minha' } })).status).toBe(404);
      expect((await app.send('DELETE', dono, { token })).status).toBe(404);
      expect(await registrarChave(dela)).toMatchObject({ status: 409, body: { code: 'auth.chave-em-uso' } });
      ({ pessoa, token } = minha);
      expect((await app.send('PATCH', dono, { token, body: { nome: 'Minha' } })).status).toBe(204);
      expect((await meus()).chavesDeAcesso).toMatchObject([{ id: dela.id, nome: 'Minha' }]);
      expect((await app.send('DELETE', dono, { token })).status).toBe(204);
      const { desafio, opcoes } = await opcoesDeEntrada();
      expect(await entrarPorChave(desafio, dela.get(opcoes))).toMatchObject(INCORRETO);
    });

    it('não entra em conta desativada', async () => {
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      await auth.database.query('UPDATE usuarios SET desativado_em = now() WHERE id = $1', [pessoa.id]);
      const { desafio, opcoes } = await opcoesDeEntrada();
      expect(await entrarPorChave(desafio, chave.get(opcoes))).toMatchObject({ status: 401 });
    });

    it('9: desafios pedidos demais de um endereço são recusados', async () => {
      const avara = await auth.start({ LOGIN_TENTATIVAS_ENDERECO: '3' });
      const status = [];
      for (let i = 0; i < 4; i++) status.push((await avara.post('/v1/sessoes/chave-de-acesso/opcoes')).status);
      expect(status.at(-1)).toBe(429);
    });
  });

  describe('a confirmação', () => {
    it('é pedida a quem se provou há mais de cinco minutos, e a senha a dá a quem não tem segundo fator', async () => {
      const sessao = await entrar(app, pessoa.email);
      const velho = await envelhecida(sessao);
      const recusa = await app.post('/v1/usuarios/eu/totp', undefined, { token: velho });
      expect(recusa).toMatchObject(CONFIRMAR);
      expect(recusa.headers.get('www-authenticate')).toMatch(/insufficient_user_authentication.*max_age="300"/);
      expect(await elevar({ senha: 'não é esta a senha' }, velho)).toMatchObject({ status: 422 });
      expect(await elevar({ codigo: '123456' }, velho)).toMatchObject({ status: 409 });
      const { status, body } = await elevar({ senha: SENHA }, velho);
      expect(status).toBe(200);
      const antes = decodeJwt(velho);
      const depois = decodeJwt(body.tokenAcesso);
      expect(depois).toMatchObject({ sid: antes['sid'], amr: ['pwd'] });
      expect((await app.post('/v1/usuarios/eu/totp', undefined, { token: body.tokenAcesso })).status).toBe(201);
      // The old one stays as it was.
      expect(await app.post('/v1/usuarios/eu/totp', undefined, { token: velho })).toMatchObject(CONFIRMAR);
    });

    it('de quem tem segundo fator é por ele, e os próximos tokens da sessão o dizem', async () => {
      const sessao = await entrar(app, pessoa.email);
      const { segredo } = await ativarTotp();
      const chave = new AutenticadorVirtual(LUGAR);
      await registrarChave(chave);
      const velho = await envelhecida(sessao);
      expect(await elevar({ senha: SENHA }, velho)).toMatchObject({
        status: 409,
        body: { code: 'auth.fator-exigido' },
      });
      expect(await elevar({ codigo: '000000' }, velho)).toMatchObject({
        status: 422,
        body: { code: 'auth.prova-incorreta' },
      });
      const porCodigo = await elevar({ codigo: codigo(segredo, 1) }, velho);
      expect(decodeJwt(porCodigo.body.tokenAcesso)['amr']).toEqual(['pwd', 'otp']);
      const { body: lancado } = await app.post<DesafioHttp>('/v1/sessoes/elevacao/opcoes', undefined, { token: velho });
      const credencial = chave.get(lancado.chaveDeAcesso ?? {});
      const porChave = await elevar({ desafio: lancado.desafio, credencial }, velho);
      expect(porChave.status).toBe(200);
      expect(await elevar({ desafio: lancado.desafio, credencial }, velho)).toMatchObject({ status: 422 });
      expect((await app.send('DELETE', '/v1/usuarios/eu/totp', { token: porChave.body.tokenAcesso })).status).toBe(204);
    });

    it('não se faz com o desafio de outra pessoa', async () => {
      const sessao = await entrar(app, pessoa.email);
      await registrarChave(new AutenticadorVirtual(LUGAR));
      const { body: alheio } = await app.post<DesafioHttp>('/v1/sessoes/elevacao/opcoes', undefined, {
        token: sessao.tokenAcesso,
      });
      pessoa = await registrar(app);
      token = (await entrar(app, pessoa.email)).tokenAcesso;
      const minha = new AutenticadorVirtual(LUGAR);
      await registrarChave(minha);
      const credencial = minha.get({ challenge: alheio.desafio });
      expect(await elevar({ desafio: alheio.desafio, credencial })).toMatchObject({
        status: 422,
        body: { code: 'auth.prova-incorreta' },
      });
    });

    it('por uma chave de acesso serve uma vez, ainda que o autenticador não conte', async () => {
      const chave = new AutenticadorVirtual(LUGAR, true);
      await registrarChave(chave);
      const { body } = await app.post<DesafioHttp>('/v1/sessoes/elevacao/opcoes', undefined, { token });
      const prova = { desafio: body.desafio, credencial: chave.get(body.chaveDeAcesso ?? {}, { contador: 0 }) };
      expect((await elevar(prova)).status).toBe(200);
      expect(await elevar(prova)).toMatchObject({ status: 422, body: { code: 'auth.prova-incorreta' } });
    });

    it('não é de uma sessão que acabou sem que esta instância o ouvisse', async () => {
      await auth.database.query(`UPDATE sessoes SET encerrada_em = now(), motivo = 'SAIDA' WHERE usuario_id = $1`, [
        pessoa.id,
      ]);
      expect(await elevar({ senha: SENHA })).toMatchObject({ status: 401, body: { code: 'auth.renovacao-invalida' } });
    });

    it('não é de uma sessão que acabou', async () => {
      const sessao = await entrar(app, pessoa.email);
      await app.post('/v1/sessoes/encerramento', { tokenRenovacao: sessao.tokenRenovacao });
      expect((await elevar({ senha: SENHA }, sessao.tokenAcesso)).status).toBe(401);
    });

    it('é pedida a quem administra, para mudar papéis', async () => {
      await auth.database.query(`UPDATE usuarios SET papeis = '{ADMIN}' WHERE id = $1`, [pessoa.id]);
      const velho = await envelhecida(await entrar(app, pessoa.email));
      const mudar = (credencial: string) =>
        app.send('PUT', `/v1/usuarios/${pessoa.id}/papeis`, { token: credencial, body: { papeis: ['ADMIN'] } });
      expect(await mudar(velho)).toMatchObject(CONFIRMAR);
      expect((await mudar((await elevar({ senha: SENHA }, velho)).body.tokenAcesso)).status).toBe(204);
    });
  });
});
