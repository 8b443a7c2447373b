import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_GRUPOS, noEspaco } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { longestTurn, MAX_TURN_MS, type TestApp, type TestMethod, type TestResponse } from '@plataforma/testing';
import { UsuarioRepository } from '../src/application/ports.js';
import { zipDaExportacao } from '../src/infrastructure/arquivo-de-exportacao.js';
import { AuthFixture, emailNovo, entrar, registrar } from './auth-fixture.js';

const varios = <T>(quantos: number, um: (n: number) => T): T[] => Array.from({ length: quantos }, (_, n) => um(n));
/** As long as headers may be together, nearly. */
const MENTIRA = `${'Version/1 '.repeat(700)}${'Opera'.repeat(800)}`;
/** What the longest password may be, of the letter that normalization makes the most of: eighteen out of one. */
const DILATADA = '\u{FDFA}'.repeat(2_000);
const CODIGO = 'q'.repeat(43);
const ID = randomUUID();
const cbor = (...bytes: number[]) => Buffer.from(bytes).toString('base64url');

let auth: AuthFixture;
let app: TestApp;
let admin: string;
let grupos: string[];
let espaco: string;

beforeAll(async () => {
  auth = await AuthFixture.create();
  app = await auth.start({}, (nest) => consumeQueue(nest, 'auth.espacos', 10));
  const email = emailNovo();
  const { id } = await registrar(app, email);
  for (const papel of ['ADMIN', 'OPERADOR'] as const) await app.nest.get(UsuarioRepository).addPapel(id, papel);
  admin = (await entrar(app, email)).tokenAcesso;
  espaco = await auth.espaco();
  await auth.database.query(
    `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma)
     SELECT gen_random_uuid(), repeat('ã', 120), repeat('x', 60) || n || '@exemplo.com', '$argon2id$x', '{CLIENTE}', 'pt-BR'
       FROM generate_series(1, 500) n`,
  );
  await auth.database.query(
    `INSERT INTO grupos (id, nome) SELECT gen_random_uuid(), repeat('ã', 70) || n FROM generate_series(1, ${MAX_GRUPOS}) n`,
  );
  grupos = (await auth.database.query<{ id: string }>('SELECT id FROM grupos')).map((grupo) => grupo.id);
  await auth.database.query(
    `INSERT INTO grupo_membros (grupo_id, usuario_id) SELECT $1, id FROM usuarios ON CONFLICT DO NOTHING`,
    [grupos[0]],
  );
  await auth.database.query(
    `INSERT INTO auditoria (tipo, autor_id, alvo, dados)
     SELECT 'sessao.aberta', $1, repeat('x', 200), jsonb_build_object('a', repeat('x', 3900)) FROM generate_series(1, 300)`,
    [id],
  );
});
afterAll(() => auth?.stop());

/** How long it keeps everybody else waiting, ms. */
const holds = (work: () => Promise<TestResponse<unknown>>, expected: number): Promise<number> =>
  longestTurn(async () => {
    const { status, body } = await work();
    expect([status, status === expected ? undefined : body]).toEqual([expected, undefined]);
  });
const send = (method: TestMethod, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.send<unknown>(method, path, { token: admin, headers, ...(body !== undefined && { body }) });

describe('o pior que se aceita', () => {
  it.each<[string, number, () => Promise<TestResponse<unknown>>]>([
    ['as contas', 200, () => send('GET', '/v1/usuarios?limite=100')],
    ['todos os grupos que pode haver', 200, () => send('GET', '/v1/grupos')],
    ['os membros de um grupo', 200, () => send('GET', `/v1/grupos/${grupos[0]}/membros?limite=100`)],
    ['a auditoria', 200, () => send('GET', '/v1/auditoria/auth?limite=100')],
    ['as chaves públicas', 200, () => send('GET', '/.well-known/jwks.json')],
    [
      'um registro, de um nome e de um aparelho que não acabam',
      202,
      () =>
        send(
          'POST',
          '/v1/usuarios',
          { nome: 'a\u0301'.repeat(120), email: emailNovo(), senha: 'uma frase que ninguém diz '.repeat(9) },
          { 'user-agent': MENTIRA },
        ),
    ],
    [
      'o que todos os grupos que cabem podem num espaço',
      200,
      () =>
        send('PUT', `/v1/acessos/espacos/${espaco}`, {
          regras: Object.fromEntries(Object.keys(noEspaco).map((direito) => [direito, grupos.slice(0, 50)])),
        }),
    ],
  ])('%s', async (_, status, work) => expect(await holds(work, status)).toBeLessThanOrEqual(MAX_TURN_MS));

  it('o arquivo de quem tem muito: cem mil linhas, e umas enormes', async () => {
    async function* pedacos() {
      // A piece is of some 64 kB, or of a row that is longer; each comes from the database, and is opened elsewhere.
      for (let piece = 0; piece < 100; piece++) {
        yield varios(1_000, (n) => `${JSON.stringify({ n, texto: '<b>"&'.repeat(10) })},\n`).join('');
        await turn();
      }
      yield `${JSON.stringify({ texto: 'é<'.repeat(500_000) })}\n`;
    }
    const arquivo = { servico: 'reservas', arquivo: 'reservas', linhas: 100_001, titulo: 'R', tituloEn: 'B', pedacos };
    const longest = await longestTurn(async () => {
      let read = 0;
      const zip = zipDaExportacao([arquivo, { ...arquivo, arquivo: 'outras' }], 'pt-BR', new Date(0));
      for await (const bytes of zip) read += (bytes as Buffer).length;
      expect(read).toBeGreaterThan(100_000);
    });
    expect(longest).toBeLessThanOrEqual(MAX_TURN_MS);
  });
});

describe('o pior que se recusa', () => {
  /** As a browser would send it, but for what only an authenticator makes. */
  const chave = async (attestationObject: string) => {
    const { body } = await send('POST', '/v1/usuarios/eu/chaves-de-acesso/opcoes');
    const { desafio } = body as { desafio: string };
    const dito = { type: 'webauthn.create', challenge: desafio, origin: 'http://localhost:3101' };
    const clientDataJSON = Buffer.from(JSON.stringify(dito)).toString('base64url');
    const response = { clientDataJSON, attestationObject };
    const credencial = { id: 'Y2hhdmU', rawId: 'Y2hhdmU', type: 'public-key', response };
    return send('POST', '/v1/usuarios/eu/chaves-de-acesso', { desafio, nome: 'Chave', credencial });
  };
  it.each<[string, number, () => Promise<TestResponse<unknown>>]>([
    [
      'uma senha que se dilata',
      422,
      () => send('POST', '/v1/usuarios', { nome: 'Ana', email: emailNovo(), senha: DILATADA }),
    ],
    [
      'uma senha de que tudo é enfeite',
      422,
      () => send('POST', '/v1/usuarios', { nome: 'Ana', email: emailNovo(), senha: '1!'.repeat(128) }),
    ],
    ['entrar com a senha mais longa', 401, () => send('POST', '/v1/sessoes', { email: emailNovo(), senha: DILATADA })],
    ['uma sessão que não há', 401, () => send('POST', '/v1/sessoes/renovacao', { tokenRenovacao: CODIGO })],
    [
      'um e-mail que não o é',
      400,
      () => send('POST', '/v1/sessoes', { email: `${'a.'.repeat(20_000)}@x`, senha: 'uma senha' }),
    ],
    ['listas dentro de listas', 400, () => send('POST', '/v1/sessoes', '['.repeat(20_000) + ']'.repeat(20_000))],
    [
      'milhares de campos que ninguém conhece',
      400,
      () => send('POST', '/v1/sessoes', Object.fromEntries(varios(3_000, (n) => [`c${n}`, n]))),
    ],
    [
      'milhares de grupos que não o são',
      400,
      () => send('PUT', `/v1/acessos/espacos/${espaco}`, { regras: { VER: varios(4_000, (n) => `${n}`) } }),
    ],
    ['um corpo longo demais', 413, () => send('POST', '/v1/sessoes', { email: 'x'.repeat(100_000) })],
    ['uma chave de acesso feita de listas dentro de listas', 422, () => chave(cbor(...varios(11_900, () => 0x81)))],
    [
      'uma chave de acesso que se diz de quatro mil milhões de partes',
      422,
      () => chave(cbor(0x9a, 0xff, 0xff, 0xff, 0xff, 0x00)),
    ],
    ['um link que não vale', 422, () => send('POST', '/v1/exportacoes/arquivo', { codigo: CODIGO })],
    ['um membro que não há', 404, () => send('PUT', `/v1/grupos/${ID}/membros/${ID}`)],
  ])('%s', async (_, status, work) => expect(await holds(work, status)).toBeLessThanOrEqual(MAX_TURN_MS));
});
