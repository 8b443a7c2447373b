import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntradaExternaIniciadaHttp, SessaoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { eventually, freePort, type TestApp } from '@plataforma/testing';
import { ProvedorOidc } from '@plataforma/testing/oidc';
import { decodeJwt } from 'jose';
import { FatorRepository } from '../src/application/ports.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';
import { CartasFixture } from './cartas-fixture.js';
import { ProvedorFalso } from './provedor-falso.js';

const RETORNO = 'https://site.exemplo/v1/sessoes/externas/retorno';
const CLIENTE = { clienteId: 'cliente', clienteSegredo: 'segredo-do-cliente' };

let auth: AuthFixture;
let cartas: CartasFixture;
let real: ProvedorOidc;
let falso: ProvedorFalso;
let app: TestApp;

const iniciar = async (provedor: string, onde = app): Promise<EntradaExternaIniciadaHttp> => {
  const { status, body } = await onde.post<EntradaExternaIniciadaHttp>('/v1/sessoes/externas', {
    provedor,
    retorno: 'WEB',
  });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
};
const concluir = <Body = Record<string, unknown>>(tokenPedido: string, volta: Record<string, string>) => {
  const { state, code, iss, error } = volta;
  return app.post<Body>('/v1/sessoes/externas/retorno', { tokenPedido, state, code, iss, error });
};
const entrarPor = async (nome: string) => {
  const { endereco, tokenPedido } = await iniciar('real');
  return concluir<SessaoHttp & { tokenLigacao: string }>(tokenPedido, await real.entrar(endereco, nome));
};
const entrarPelo = async (provedor: string) => {
  const { endereco, tokenPedido } = await iniciar(provedor);
  return concluir<SessaoHttp>(tokenPedido, falso.volta(endereco));
};
const RECUSADA = { status: 401, body: { code: 'auth.entrada-externa-invalida' } };
const quantas = async () => {
  const [row] = await auth.database.query<{ contas: number; sessoes: number; identidades: number }>(
    `SELECT (SELECT count(*)::int FROM usuarios) AS contas, (SELECT count(*)::int FROM sessoes) AS sessoes,
            (SELECT count(*)::int FROM identidades_externas) AS identidades`,
  );
  return row;
};

beforeAll(async () => {
  auth = await AuthFixture.create();
  cartas = new CartasFixture(auth);
  falso = await ProvedorFalso.start();
  real = await ProvedorOidc.start({ porta: await freePort(), ...CLIENTE, retornos: [RETORNO] });
  const { emissor } = falso;
  // The same server by another name, so that it is another issuer.
  const facebook = emissor.replace('127.0.0.1', 'localhost');
  app = await auth.start({
    OIDC_RETORNO_WEB: RETORNO,
    OIDC_PRAZO_MS: '1500',
    OIDC_ENTRADAS_ENDERECO: '100000',
    LOGIN_TENTATIVAS_ENDERECO: '100000',
    OIDC_PROVEDORES: JSON.stringify([
      {
        id: 'real',
        nome: 'Real',
        emissor: real.emissor,
        ...CLIENTE,
        papeis: { reivindicacao: 'grupos', mapa: { gerencia: ['ADMIN'], balcao: ['OPERADOR'] } },
      },
      { id: 'falso', nome: 'Falso', emissor, ...CLIENTE },
      {
        tipo: 'facebook',
        ...CLIENTE,
        autorizacao: `${facebook}/face/dialog`,
        token: `${facebook}/face/token`,
        perfil: `${facebook}/face/me`,
      },
    ]),
  });
});
beforeEach(() => {
  falso.mentiras = {};
  falso.pedidos.length = 0;
});
afterAll(async () => {
  await Promise.all([auth.stop(), real.stop(), falso.stop()]);
});

describe('Entrar por um provedor', () => {
  it('abre uma conta sem senha, com o e-mail provado, e depois entra nela', async () => {
    const email = emailNovo();
    const primeira = await entrarPor(email);
    expect(primeira).toMatchObject({
      status: 200,
      body: { usuario: { email, emailVerificado: true, papeis: ['CLIENTE'] } },
    });
    expect(decodeJwt(primeira.body.tokenAcesso)['amr']).toEqual(['fed']);
    await cartas.wait(email, 'ACESSO_LIGADO');
    const segunda = await entrarPor(email);
    expect(segunda.body.usuario.id).toBe(primeira.body.usuario.id);
    expect(await app.post('/v1/sessoes', { email, senha: SENHA })).toMatchObject({ status: 401 });
  });

  it('cujo e-mail é o de uma conta só a liga quando a senha dela é dita', async () => {
    const pessoa = await registrar(app);
    const antes = await quantas();
    const pendente = await entrarPor(pessoa.email);
    expect(pendente).toMatchObject({ status: 202, body: { email: pessoa.email } });
    expect(pendente.body.tokenAcesso).toBeUndefined();
    expect(await quantas()).toEqual(antes);
    const ligar = (senha: string) =>
      app.post<SessaoHttp>('/v1/sessoes/externas/ligacao', { tokenLigacao: pendente.body.tokenLigacao, senha });
    expect(await ligar('não é esta a senha')).toMatchObject({
      status: 422,
      body: { code: 'auth.senha-atual-incorreta' },
    });
    expect(await quantas()).toEqual(antes);
    const ligada = await ligar(SENHA);
    expect(ligada).toMatchObject({ status: 200, body: { usuario: { id: pessoa.id, emailVerificado: true } } });
    expect(await ligar(SENHA)).toMatchObject(RECUSADA);
    expect((await entrarPor(pessoa.email)).body.usuario.id).toBe(pessoa.id);
    await cartas.wait(pessoa.email, 'ACESSO_LIGADO');
  });

  it('que não garante o e-mail não abre conta nem alcança uma', async () => {
    const antes = await quantas();
    for (const nome of ['nao-verificado', `nao-verificado-${randomUUID()}@exemplo.com`])
      expect(await entrarPor(nome)).toMatchObject({ status: 422, body: { code: 'auth.email-externo-nao-verificado' } });
    expect(await quantas()).toEqual(antes);
  });

  it('não entra numa conta desativada', async () => {
    const email = emailNovo();
    const { body } = await entrarPor(email);
    await auth.database.query('UPDATE usuarios SET desativado_em = now() WHERE id = $1', [body.usuario.id]);
    expect(await entrarPor(email)).toMatchObject({ status: 401, body: { code: 'auth.credenciais-invalidas' } });
  });

  it('não dispensa o segundo fator da conta: responde com o desafio, e nenhuma sessão', async () => {
    const email = emailNovo();
    const { body } = await entrarPor(email);
    await auth.database.query(`INSERT INTO totp (usuario_id, segredo, confirmado_em) VALUES ($1, '\\x00', now())`, [
      body.usuario.id,
    ]);
    const antes = await quantas();
    expect(await entrarPor(email)).toMatchObject({
      status: 403,
      body: { code: 'auth.segundo-fator-necessario', desafio: expect.any(String), fatores: expect.any(Array) },
    });
    expect(await quantas()).toEqual(antes);
  });

  it('não se liga só pela senha a uma conta que tem segundo fator', async () => {
    const pessoa = await registrar(app);
    await auth.database.query(`INSERT INTO totp (usuario_id, segredo, confirmado_em) VALUES ($1, '\\x00', now())`, [
      pessoa.id,
    ]);
    const { tokenLigacao } = (await entrarPor(pessoa.email)).body;
    const ligar = (senha: string) => app.post('/v1/sessoes/externas/ligacao', { tokenLigacao, senha });
    expect(await ligar('não é esta a senha')).toMatchObject({ status: 422 });
    expect(await ligar(SENHA)).toMatchObject({ status: 409, body: { code: 'auth.fator-exigido' } });
    expect(
      await auth.database.query('SELECT FROM identidades_externas WHERE usuario_id = $1', [pessoa.id]),
    ).toHaveLength(0);
  });

  it('só liga por dez minutos, e nunca a uma conta desativada', async () => {
    const pessoa = await registrar(app);
    const pendente = async () => (await entrarPor(pessoa.email)).body.tokenLigacao;
    const ligar = (tokenLigacao: string) => app.post('/v1/sessoes/externas/ligacao', { tokenLigacao, senha: SENHA });
    const vencido = await pendente();
    await auth.database.query(`UPDATE ligacoes_pendentes SET expira_em = now() - interval '1 second'`);
    expect(await ligar(vencido)).toMatchObject(RECUSADA);
    const deDesativada = await pendente();
    await auth.database.query('UPDATE usuarios SET desativado_em = now() WHERE id = $1', [pessoa.id]);
    expect(await ligar(deDesativada)).toMatchObject(RECUSADA);
    expect(
      await auth.database.query('SELECT FROM identidades_externas WHERE usuario_id = $1', [pessoa.id]),
    ).toHaveLength(0);
  });

  it('começado demais de um endereço é recusado', async () => {
    const avara = await auth.start({ OIDC_ENTRADAS_ENDERECO: '2' });
    const status: number[] = [];
    for (let i = 0; i < 3; i++)
      status.push((await avara.post('/v1/sessoes/externas', { provedor: 'real', retorno: 'WEB' })).status);
    expect(status).toEqual([404, 404, 429]);
  });

  it('dá os papéis do mapa a cada entrada, e nunca tira o último ADMIN', async () => {
    const email = `${randomUUID()}+balcao@exemplo.com`;
    const { body } = await entrarPor(email);
    expect(body.usuario.papeis).toEqual(['CLIENTE', 'OPERADOR']);
    await auth.database.query(`UPDATE usuarios SET papeis = '{CLIENTE,ADMIN}' WHERE id = $1`, [body.usuario.id]);
    // The only one there is: the mapping, which gives ADMIN to others, would take it.
    expect((await entrarPor(email)).body.usuario.papeis).toEqual(['CLIENTE', 'ADMIN']);
    const gerente = await entrarPor(`${randomUUID()}+gerencia@exemplo.com`);
    expect(gerente.body.usuario.papeis).toEqual(['CLIENTE', 'ADMIN']);
    expect((await entrarPor(email)).body.usuario.papeis).toEqual(['CLIENTE', 'OPERADOR']);
    await auth.database.query(`UPDATE usuarios SET papeis = '{CLIENTE}' WHERE id = $1`, [gerente.body.usuario.id]);
  });

  it('só dá papéis a quem mostrou tudo o que a conta pede, e a auditoria diz que foi ele', async () => {
    const email = `${randomUUID()}+balcao@exemplo.com`;
    const { id } = (await entrarPor(email)).body.usuario;
    const mudancas = () =>
      auth.database.query<{ dados: Record<string, unknown> }>(
        `SELECT dados FROM auditoria WHERE pessoa_id = $1 AND tipo = 'conta.papeis-mudados' ORDER BY ocorrido_em`,
        [id],
      );
    expect((await mudancas()).map(({ dados }) => dados)).toEqual([{ para: ['CLIENTE', 'OPERADOR'], provedor: 'real' }]);
    await auth.database.query(`UPDATE usuarios SET papeis = '{CLIENTE}' WHERE id = $1`, [id]);
    await auth.database.query(`INSERT INTO totp (usuario_id, segredo, confirmado_em) VALUES ($1, '\\x00', now())`, [
      id,
    ]);
    await app.nest.get(FatorRepository).replaceCodigos(id, ['abcdefghij']);
    const papeis = () => auth.database.query('SELECT papeis FROM usuarios WHERE id = $1', [id]);
    const { status, body } = await entrarPor(email);
    const { desafio } = body as unknown as { desafio: string };
    expect([status, await papeis()]).toEqual([403, [{ papeis: ['CLIENTE'] }]]);
    const entrada = await app.post<SessaoHttp>('/v1/sessoes/segundo-fator', {
      desafio,
      codigoRecuperacao: 'abcde-fghij',
    });
    expect(entrada).toMatchObject({ status: 201, body: { usuario: { papeis: ['CLIENTE', 'OPERADOR'] } } });
    expect(decodeJwt(entrada.body.tokenAcesso)['papeis']).toEqual(['CLIENTE', 'OPERADOR']);
    expect((await mudancas()).at(-1)?.dados).toEqual({
      de: ['CLIENTE'],
      para: ['CLIENTE', 'OPERADOR'],
      provedor: 'real',
    });
  });

  it('sem senha na conta, o e-mail muda por quem acaba de entrar, e só assim', async () => {
    const { body } = await entrarPor(emailNovo());
    const mudar = (token: string, email: string, corpo: object = {}) =>
      app.post('/v1/usuarios/eu/email', { email, ...corpo }, { token });
    const novo = emailNovo();
    expect((await mudar(body.tokenAcesso, novo)).status).toBe(202);
    await cartas.wait(novo, 'CONFIRMAR_NOVO_EMAIL');
    await auth.database.query(`UPDATE sessoes SET criada_em = criada_em - interval '1 hour' WHERE usuario_id = $1`, [
      body.usuario.id,
    ]);
    const { tokenRenovacao } = body;
    const velha = await app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao });
    expect(await mudar(velha.body.tokenAcesso, emailNovo())).toMatchObject({
      status: 403,
      body: { code: 'auth.confirmacao-necessaria' },
    });
    const { tokenAcesso } = await entrar(app, (await registrar(app)).email);
    expect(await mudar(tokenAcesso, emailNovo())).toMatchObject({
      status: 422,
      body: { code: 'auth.senha-atual-incorreta' },
    });
  });

  it('que não está configurado, ou para um retorno que não está, não existe', async () => {
    for (const corpo of [
      { provedor: 'outro', retorno: 'WEB' },
      { provedor: 'real', retorno: 'APLICATIVO' },
    ])
      expect(await app.post('/v1/sessoes/externas', corpo)).toMatchObject({
        status: 404,
        body: { code: 'auth.provedor-nao-encontrado' },
      });
    expect((await app.get('/v1/provedores')).body).toEqual({
      itens: [
        { id: 'real', nome: 'Real' },
        { id: 'falso', nome: 'Falso' },
        { id: 'facebook', nome: 'Facebook' },
      ],
    });
  });
});

describe('Segurança 18: o código de autorização', () => {
  it('18: serve uma vez: nem o mesmo pedido nem outro o aceitam de novo', async () => {
    const email = emailNovo();
    const { endereco, tokenPedido } = await iniciar('real');
    const volta = await real.entrar(endereco, email);
    expect(await concluir(tokenPedido, volta)).toMatchObject({ status: 200 });
    expect(await concluir(tokenPedido, volta)).toMatchObject(RECUSADA);
    const outro = await iniciar('real');
    const state = new URL(outro.endereco).searchParams.get('state') ?? '';
    expect(await concluir(outro.tokenPedido, { ...volta, state })).toMatchObject(RECUSADA);
  });

  it('18: apresentado muitas vezes ao mesmo tempo abre uma sessão só', async () => {
    const { endereco, tokenPedido } = await iniciar('real');
    const volta = await real.entrar(endereco, emailNovo());
    const respostas = await Promise.all(Array.from({ length: 20 }, () => concluir(tokenPedido, volta)));
    expect(respostas.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(19).fill(401)]);
  });

  it('de quem o interceptou não serve sem o pedido, nem o pedido depois de dez minutos', async () => {
    const { endereco, tokenPedido } = await iniciar('real');
    const volta = await real.entrar(endereco, emailNovo());
    expect(await concluir('x'.repeat(43), volta)).toMatchObject(RECUSADA);
    await auth.database.query(`UPDATE pedidos_de_entrada SET expira_em = now() - interval '1 second'`);
    expect(await concluir(tokenPedido, volta)).toMatchObject(RECUSADA);
  });

  it('vem com um estado e um nonce que são de um pedido só', async () => {
    const pedidos = await Promise.all([iniciar('real'), iniciar('real'), iniciar('falso')]);
    for (const nome of ['state', 'nonce']) {
      const valores = pedidos.map(({ endereco }) => new URL(endereco).searchParams.get(nome) ?? '');
      expect(valores.every((valor) => /^[\w-]{43}$/.test(valor))).toBe(true);
      expect(new Set(valores).size).toBe(3);
    }
  });

  it('com o estado de outro pedido não vale, e não gasta o que se começou', async () => {
    const { endereco, tokenPedido } = await iniciar('real');
    const volta = await real.entrar(endereco, emailNovo());
    expect(await concluir(tokenPedido, { ...volta, state: 'e'.repeat(43) })).toMatchObject(RECUSADA);
    expect(await concluir(tokenPedido, volta)).toMatchObject({ status: 200 });
  });

  it('que o provedor não deu não vale', async () => {
    const { endereco, tokenPedido } = await iniciar('real');
    const { state = '', iss = '' } = await real.entrar(endereco, emailNovo());
    expect(await concluir(tokenPedido, { state, iss, code: 'inventado' })).toMatchObject(RECUSADA);
    const outra = await iniciar('real');
    const dela = await real.entrar(outra.endereco, emailNovo());
    expect(await concluir(outra.tokenPedido, { ...dela, iss: 'https://outro.exemplo' })).toMatchObject(RECUSADA);
    const negada = await iniciar('real');
    const estado = new URL(negada.endereco).searchParams.get('state') ?? '';
    expect(
      await concluir(negada.tokenPedido, { state: estado, iss: real.emissor, error: 'access_denied' }),
    ).toMatchObject(RECUSADA);
  });
});

describe('Segurança 19: PKCE', () => {
  it('19: vai sempre, com S256, e um desafio por pedido', async () => {
    const pedidos = await Promise.all([iniciar('real'), iniciar('real'), iniciar('falso'), iniciar('facebook')]);
    const parametros = pedidos.map(({ endereco }) => new URL(endereco).searchParams);
    for (const um of parametros) expect(um.get('code_challenge_method')).toBe('S256');
    expect(new Set(parametros.map((um) => um.get('code_challenge'))).size).toBe(4);
    expect(parametros.every((um) => /^[\w-]{43}$/.test(um.get('code_challenge') ?? ''))).toBe(true);
  });

  it('19: com o desafio de outro o código não serve', async () => {
    const { endereco, tokenPedido } = await iniciar('real');
    const url = new URL(endereco);
    url.searchParams.set('code_challenge', 'c'.repeat(43));
    expect(await concluir(tokenPedido, await real.entrar(url.href, emailNovo()))).toMatchObject(RECUSADA);
  });
});

describe('Segurança 20: o endereço do retorno', () => {
  it('20: é o da configuração, exato, e ninguém diz outro', async () => {
    const { endereco } = await iniciar('real');
    expect(new URL(endereco).searchParams.get('redirect_uri')).toBe(RETORNO);
    const outro = { provedor: 'real', retorno: 'WEB', redirect_uri: 'https://mau.exemplo' };
    expect(await app.post('/v1/sessoes/externas', outro)).toMatchObject({ status: 400 });
    expect(await app.post('/v1/sessoes/externas', { provedor: 'real', retorno: 'https://mau.exemplo' })).toMatchObject({
      status: 400,
    });
    await entrarPelo('falso');
    const troca = falso.pedidos.find(({ caminho }) => caminho === '/token');
    expect(troca?.corpo.get('redirect_uri')).toBe(RETORNO);
    const url = new URL(endereco);
    url.searchParams.set('redirect_uri', `${RETORNO}/x`);
    await expect(real.entrar(url.href, emailNovo())).rejects.toThrow(/400/);
  });
});

describe('Segurança 13: o ID token', () => {
  const agora = () => Math.floor(Date.now() / 1_000);
  it.each<[string, ProvedorFalso['mentiras']]>([
    ['de outro nonce', { claims: (certas) => ({ ...certas, nonce: 'outro' }) }],
    ['sem nonce', { claims: ({ nonce: _, ...certas }) => certas }],
    ['de outro emissor', { claims: (certas) => ({ ...certas, iss: 'https://outro.exemplo' }) }],
    ['para outro', { claims: (certas) => ({ ...certas, aud: 'outro-cliente' }) }],
    ['para nós e outro, sem azp', { claims: (certas) => ({ ...certas, aud: ['cliente', 'outro'] }) }],
    ['vencido', { claims: (certas) => ({ ...certas, iat: agora() - 7200, exp: agora() - 3600 }) }],
    ['sem sujeito', { claims: ({ sub: _, ...certas }) => certas }],
    ['assinado por outra chave', { outraChave: true }],
  ])('%s é recusado, e nada muda', async (_, mentiras) => {
    falso.mentiras = mentiras;
    const antes = await quantas();
    expect(await entrarPelo('falso')).toMatchObject(RECUSADA);
    expect(await quantas()).toEqual(antes);
  });

  it('como deve ser é aceito', async () => {
    expect(await entrarPelo('falso')).toMatchObject({ status: 200, body: { usuario: { nome: 'Pessoa Falsa' } } });
  });
});

describe('Um provedor que só deixa entrar os seus', () => {
  let restrito: TestApp;
  const entrarComo = async (dito: Record<string, unknown>) => {
    const { endereco, tokenPedido } = await iniciar('restrito', restrito);
    falso.mentiras = { claims: (certas) => ({ ...certas, ...dito }) };
    const { state, code } = falso.volta(endereco);
    return restrito.post<SessaoHttp>('/v1/sessoes/externas/retorno', { tokenPedido, state, code });
  };
  const daCasa = () => ({ sub: randomUUID(), email: `${randomUUID()}@casa.exemplo`, org: 'casa' });
  const comSegundoFator = (id: string) =>
    auth.database.query(`INSERT INTO totp (usuario_id, segredo, confirmado_em) VALUES ($1, '\\x00', now())`, [id]);

  beforeAll(async () => {
    restrito = await auth.start({
      OIDC_RETORNO_WEB: RETORNO,
      OIDC_ENTRADAS_ENDERECO: '100000',
      OIDC_PROVEDORES: JSON.stringify([
        {
          ...{ id: 'restrito', nome: 'Restrito', emissor: falso.emissor, ...CLIENTE },
          ...{ dominios: ['casa.exemplo'], exige: { org: 'casa' }, confiarNoSegundoFator: true },
        },
      ]),
    });
  });

  it('recusa o e-mail de outro domínio, o que não está provado e quem não diz ser da organização', async () => {
    const antes = await quantas();
    for (const outro of [
      { email: emailNovo() },
      { email: `x@casa.exemplo.mau.exemplo` },
      { email_verified: false },
      { org: 'outra' },
      { org: undefined },
    ])
      expect([outro, await entrarComo({ ...daCasa(), ...outro })]).toMatchObject([
        outro,
        { status: 403, body: { code: 'auth.identidade-nao-aceita' } },
      ]);
    expect(await quantas()).toEqual(antes);
    expect((await entrarComo(daCasa())).status).toBe(200);
  });

  it('dispensa o segundo fator da conta se o pediu e nele se confia; em nenhum outro se confia', async () => {
    const pessoa = daCasa();
    const { body } = await entrarComo(pessoa);
    await comSegundoFator(body.usuario.id);
    expect((await entrarComo(pessoa)).status).toBe(403);
    const comMfa = await entrarComo({ ...pessoa, amr: ['pwd', 'mfa'] });
    expect([comMfa.status, decodeJwt(comMfa.body.tokenAcesso)['amr']]).toEqual([200, ['fed', 'mfa']]);

    const sub = randomUUID();
    const mesma = { sub, email: emailNovo(), amr: ['pwd', 'mfa'] };
    falso.mentiras = { claims: (certas) => ({ ...certas, ...mesma }) };
    await comSegundoFator((await entrarPelo('falso')).body.usuario.id);
    expect(await entrarPelo('falso')).toMatchObject({
      status: 403,
      body: { code: 'auth.segundo-fator-necessario' },
    });
  });
});

describe('Um provedor que falha', () => {
  const calado = () => undefined;
  const responde =
    (status: number, corpo = '') =>
    (_: unknown, response: { writeHead(status: number, h?: object): { end(corpo: string): unknown } }): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(corpo);
    };
  const INDISPONIVEL = { status: 503, body: { code: 'auth.provedor-indisponivel' } };
  const INCOMPREENSIVEL = { status: 502, body: { code: 'auth.provedor-incompreensivel' } };

  it.each<[string, NonNullable<ProvedorFalso['mentiras']['respostas']>, object]>([
    ['cala na troca', { '/token': calado }, INDISPONIVEL],
    ['está fora na troca', { '/token': responde(503) }, INDISPONIVEL],
    ['não conhece o nosso cliente', { '/token': responde(401, '{"error":"invalid_client"}') }, INCOMPREENSIVEL],
    ['responde o que não é JSON', { '/token': responde(200, '<html>') }, INCOMPREENSIVEL],
    ['responde sem fim', { '/token': responde(200, `"${'x'.repeat(2_000_000)}"`) }, INDISPONIVEL],
  ])('%s: nada fica pela metade', async (_, respostas, esperado) => {
    const { endereco, tokenPedido } = await iniciar('falso');
    falso.mentiras = { respostas };
    const antes = await quantas();
    expect(await concluir(tokenPedido, falso.volta(endereco))).toMatchObject(esperado);
    expect(await quantas()).toEqual(antes);
  });

  it.each<[string, ProvedorFalso['mentiras'], object]>([
    ['cala', { respostas: { '/.well-known/openid-configuration': calado } }, INDISPONIVEL],
    ['está fora', { respostas: { '/.well-known/openid-configuration': responde(500) } }, INDISPONIVEL],
    ['se diz outro', { descoberta: (certa) => ({ ...certa, issuer: 'https://outro.exemplo' }) }, INCOMPREENSIVEL],
  ])('que %s ao dizer de si não começa entrada nenhuma, e outra vez se tenta', async (_, mentiras, esperado) => {
    const nova = await auth.start({
      OIDC_RETORNO_WEB: RETORNO,
      OIDC_PRAZO_MS: '1000',
      OIDC_PROVEDORES: JSON.stringify([{ id: 'falso', nome: 'Falso', emissor: falso.emissor, ...CLIENTE }]),
    });
    falso.mentiras = mentiras;
    const pedir = () => nova.post('/v1/sessoes/externas', { provedor: 'falso', retorno: 'WEB' });
    const recusa = await pedir();
    expect(recusa).toMatchObject(esperado);
    falso.mentiras = {};
    expect(await pedir()).toMatchObject({ status: 201 });
    falso.pedidos.length = 0;
    expect(await pedir()).toMatchObject({ status: 201 });
    expect(falso.pedidos).toEqual([]);
  });

  it('que não responde deixa de ser perguntado, sem demora para ninguém nem efeito noutros, e volta quando responde', async () => {
    const nova = await auth.start({
      OIDC_RETORNO_WEB: RETORNO,
      OIDC_PRAZO_MS: '200',
      OIDC_PROVEDORES: JSON.stringify([
        { id: 'falso', nome: 'Falso', emissor: falso.emissor, ...CLIENTE },
        { id: 'real', nome: 'Real', emissor: real.emissor, ...CLIENTE },
      ]),
    });
    const pedir = (provedor: string) => nova.post('/v1/sessoes/externas', { provedor, retorno: 'WEB' });
    falso.mentiras = { respostas: { '/.well-known/openid-configuration': calado } };
    for (let vez = 0; vez < 6; vez++) expect(await pedir('falso')).toMatchObject(INDISPONIVEL);
    falso.pedidos.length = 0;
    const recusa = await pedir('falso');
    expect(recusa).toMatchObject(INDISPONIVEL);
    expect(recusa.headers.get('retry-after')).toBe('5');
    expect(falso.pedidos).toEqual([]);
    expect(await pedir('real')).toMatchObject({ status: 201 });
    falso.mentiras = {};
    await eventually(async () => (await pedir('falso')).status === 201 || undefined, 30_000);
  });

  it('que recusa o que lhe mandam não deixa de ser perguntado: quem o provoca não tira os outros', async () => {
    falso.mentiras = { respostas: { '/token': responde(500) } };
    for (let vez = 0; vez < 8; vez++) {
      const { endereco, tokenPedido } = await iniciar('falso');
      expect(await concluir(tokenPedido, falso.volta(endereco))).toMatchObject(INDISPONIVEL);
    }
    falso.mentiras = { claims: (certas) => ({ ...certas, sub: randomUUID(), email: emailNovo() }) };
    expect(await entrarPelo('falso')).toMatchObject({ status: 200 });
  });

  it('não é chamado onde a descoberta dele manda sem TLS', async () => {
    const nova = await auth.start({
      OIDC_RETORNO_WEB: RETORNO,
      OIDC_PROVEDORES: JSON.stringify([{ id: 'falso', nome: 'Falso', emissor: falso.emissor, ...CLIENTE }]),
    });
    falso.mentiras = { descoberta: (certa) => ({ ...certa, token_endpoint: 'http://169.254.169.254/token' }) };
    const { endereco, tokenPedido } = await iniciar('falso', nova);
    const { state, code } = falso.volta(endereco);
    const recusa = await nova.post('/v1/sessoes/externas/retorno', { tokenPedido, state, code });
    expect(recusa).toMatchObject(INDISPONIVEL);
  });
});

describe('Facebook', () => {
  it('sem garantia do e-mail só entra em conta a que foi ligado', async () => {
    falso.perfil = { id: '77', name: 'Ana do Face', email: emailNovo() };
    expect(await entrarPelo('facebook')).toMatchObject({ status: 422 });
    const pessoa = await registrar(app);
    const { tokenAcesso } = await entrar(app, pessoa.email);
    const { body } = await app.post<EntradaExternaIniciadaHttp>(
      '/v1/usuarios/eu/provedores',
      { provedor: 'facebook', retorno: 'WEB' },
      { token: tokenAcesso },
    );
    expect(await concluir(body.tokenPedido, falso.volta(body.endereco))).toMatchObject({ status: 204 });
    // It may be missing.
    falso.perfil = { id: '77' };
    expect(await entrarPelo('facebook')).toMatchObject({ status: 200, body: { usuario: { id: pessoa.id } } });
    const perfil = falso.pedidos.findLast(({ caminho }) => caminho === '/face/me');
    expect(perfil?.consulta.get('appsecret_proof')).toMatch(/^[0-9a-f]{64}$/);
    falso.perfil = { id: '78' };
    expect(await entrarPelo('facebook')).toMatchObject({ status: 422 });
  });

  it('que recusa o código a seu modo é uma recusa', async () => {
    const { endereco, tokenPedido } = await iniciar('facebook');
    falso.mentiras = {
      respostas: {
        '/face/token': (_, response) =>
          void response
            .writeHead(400, { 'content-type': 'application/json' })
            .end('{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100}}'),
      },
    };
    expect(await concluir(tokenPedido, falso.volta(endereco))).toMatchObject(RECUSADA);
  });
});

describe('Os provedores de uma conta', () => {
  const meus = (token: string) => app.get('/v1/usuarios/eu/provedores', { token });
  const ligar = async (token: string, nome: string, corpo: object = {}) => {
    const { status, body } = await app.post<EntradaExternaIniciadaHttp & { code: string }>(
      '/v1/usuarios/eu/provedores',
      { provedor: 'real', retorno: 'WEB', ...corpo },
      { token },
    );
    if (status !== 201) return { status, body: body as { code: string } };
    return concluir(body.tokenPedido, await real.entrar(body.endereco, nome));
  };
  const desligar = (token: string, provedor = 'real') =>
    app.post(`/v1/usuarios/eu/provedores/${provedor}/desligamento`, undefined, { token });

  it('se ligam, listam e desligam, e cada vez uma carta conta', async () => {
    const pessoa = await registrar(app);
    const { tokenAcesso } = await entrar(app, pessoa.email);
    // Also one of another e-mail: the person proves both.
    const nome = emailNovo();
    expect(await ligar(tokenAcesso, nome)).toMatchObject({ status: 204 });
    expect(await ligar(tokenAcesso, nome)).toMatchObject({ status: 409, body: { code: 'auth.provedor-ja-ligado' } });
    expect((await meus(tokenAcesso)).body).toMatchObject({
      temSenha: true,
      itens: [{ provedor: 'real', nome: 'Real', usadoEm: null }],
    });
    expect((await entrarPor(nome)).body.usuario.id).toBe(pessoa.id);
    expect(await desligar(tokenAcesso)).toMatchObject({ status: 204 });
    expect(await desligar(tokenAcesso)).toMatchObject({ status: 404 });
    await Promise.all(['ACESSO_LIGADO', 'ACESSO_DESLIGADO'].map((tipo) => cartas.wait(pessoa.email, tipo)));
    expect((await entrarPor(nome)).body.usuario.id).not.toBe(pessoa.id);
  });

  it('que são de outra conta não se ligam a esta', async () => {
    const nome = emailNovo();
    await entrarPor(nome);
    const { tokenAcesso } = await entrar(app, (await registrar(app)).email);
    expect(await ligar(tokenAcesso, nome)).toMatchObject({
      status: 409,
      body: { code: 'auth.identidade-de-outra-conta' },
    });
    expect((await meus(tokenAcesso)).body).toMatchObject({ itens: [] });
  });

  it('pedem que a pessoa se confirme, pelo segundo fator se o tem, e a senha sozinha não basta', async () => {
    const pessoa = await registrar(app);
    const velha = await entrar(app, pessoa.email);
    await auth.database.query(`UPDATE sessoes SET criada_em = criada_em - interval '1 hour' WHERE usuario_id = $1`, [
      pessoa.id,
    ]);
    const { body } = await app.post<SessaoHttp>('/v1/sessoes/renovacao', { tokenRenovacao: velha.tokenRenovacao });
    const nome = emailNovo();
    const SEM_PROVA = { status: 403, body: { code: 'auth.confirmacao-necessaria' } };
    expect(await ligar(body.tokenAcesso, nome)).toMatchObject(SEM_PROVA);
    expect(await ligar(body.tokenAcesso, nome, { senha: SENHA })).toMatchObject(SEM_PROVA);
    expect(await desligar(body.tokenAcesso)).toMatchObject(SEM_PROVA);
    const elevada = await app.post<{ tokenAcesso: string }>(
      '/v1/sessoes/elevacao',
      { senha: SENHA },
      { token: body.tokenAcesso },
    );
    expect(await ligar(elevada.body.tokenAcesso, nome)).toMatchObject({ status: 204 });
    expect(await desligar(elevada.body.tokenAcesso)).toMatchObject({ status: 204 });
  });

  it('não se desligam quando nada mais entraria, nem os dois últimos ao mesmo tempo', async () => {
    const nome = emailNovo();
    const { tokenAcesso, usuario } = (await entrarPor(nome)).body;
    expect(await desligar(tokenAcesso)).toMatchObject({ status: 409, body: { code: 'auth.ultimo-acesso' } });
    const segundo = await app.post<EntradaExternaIniciadaHttp>(
      '/v1/usuarios/eu/provedores',
      { provedor: 'falso', retorno: 'WEB' },
      { token: tokenAcesso },
    );
    falso.mentiras = { claims: (certas) => ({ ...certas, sub: randomUUID() }) };
    const volta = falso.volta(segundo.body.endereco);
    expect(await concluir(segundo.body.tokenPedido, volta)).toMatchObject({ status: 204 });
    const juntos = await Promise.all([desligar(tokenAcesso), desligar(tokenAcesso, 'falso')]);
    expect(juntos.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    // With a password of its own it needs none.
    await app.post('/v1/usuarios/senha/pedido', { email: nome });
    const token = await cartas.token(nome, 'REDEFINIR_SENHA');
    await app.post('/v1/usuarios/senha/redefinicao', { token, senha: SENHA });
    const comSenha = (await entrar(app, nome)).tokenAcesso;
    const { body } = await app.get<{ itens: { provedor: string }[] }>('/v1/usuarios/eu/provedores', {
      token: comSenha,
    });
    const [resto] = body.itens;
    expect(await desligar(comSenha, resto?.provedor)).toMatchObject({ status: 204 });
    expect(usuario.email).toBe(nome);
  });

  it('esperam um pelo outro: quem vê o outro ir-se já não se vai', async () => {
    const { tokenAcesso, usuario } = (await entrarPor(emailNovo())).body;
    await auth.database.query(
      `INSERT INTO identidades_externas (emissor, sujeito, usuario_id, provedor) VALUES ('x', $1, $2, 'falso')`,
      [randomUUID(), usuario.id],
    );
    const database = app.nest.get(Database);
    // Asked for outside of the transaction, once that has what the other needs.
    const comecou = Promise.withResolvers<void>();
    let respondido = false;
    const este = comecou.promise.then(() => desligar(tokenAcesso)).finally(() => (respondido = true));
    await database.transaction(async () => {
      await database.query('SELECT FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuario.id]);
      await database.change(`DELETE FROM identidades_externas WHERE usuario_id = $1 AND provedor = 'falso'`, [
        usuario.id,
      ]);
      comecou.resolve();
      await eventually(
        async () =>
          respondido ||
          (
            await auth.database.query(
              `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
            )
          ).length > 0,
      );
    });
    expect(await este).toMatchObject({ status: 409, body: { code: 'auth.ultimo-acesso' } });
  });

  it('se desligam todos quando resta uma chave de acesso', async () => {
    const { tokenAcesso, usuario } = (await entrarPor(emailNovo())).body;
    await auth.database.query(
      `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
       VALUES ($1, $2, 'Notebook', '\\x00', 0, '{}', false)`,
      [randomUUID(), usuario.id],
    );
    expect(await desligar(tokenAcesso)).toMatchObject({ status: 204 });
  });

  it('não se ligam por uma sessão que acabou no meio do caminho', async () => {
    const pessoa = await registrar(app);
    const sessao = await entrar(app, pessoa.email);
    const { body } = await app.post<EntradaExternaIniciadaHttp>(
      '/v1/usuarios/eu/provedores',
      { provedor: 'real', retorno: 'WEB' },
      { token: sessao.tokenAcesso },
    );
    const volta = await real.entrar(body.endereco, emailNovo());
    await app.post('/v1/sessoes/encerramento', { tokenRenovacao: sessao.tokenRenovacao });
    expect(await concluir(body.tokenPedido, volta)).toMatchObject(RECUSADA);
  });
});
