import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAXIMO_DE_CONVIDADOS, MAXIMO_DE_GANCHOS, MAXIMO_DE_REENVIOS, tiposDeGancho } from '@plataforma/contracts';
import { comComuns, exportarPessoa } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { eventually, longestTurn, MAX_TURN_MS, type TestApp, type TestMethod } from '@plataforma/testing';
import { EXPORTACAO } from '../src/infrastructure/exportacao.js';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const varios = <T>(quantos: number, um: (n: number) => T): T[] => Array.from({ length: quantos }, (_, n) => um(n));
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const [ID, INSTANTE] = [randomUUID(), '1796000000'];
const { clienteId, reservaId } = novoCaso();

let notificacoes: NotificacoesFixture;
let app: TestApp;
let casa: string;
let dela: string;
let gancho: string;

beforeAll(async () => {
  notificacoes = await NotificacoesFixture.create();
  app = await notificacoes.start({
    SENDGRID_WEBHOOK_CHAVE: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    GANCHOS_DESTINOS_LOCAIS: 'true',
  });
  [casa, dela] = await Promise.all([
    notificacoes.issuer.token(randomUUID(), ['ADMIN', 'OPERADOR']),
    notificacoes.issuer.token(clienteId),
  ]);
  await notificacoes.registrar({ clienteId, reservaId });
  await notificacoes.criar({ clienteId, reservaId, inicio: '2099-12-04T13:00:00Z' });
  await eventually(
    async () =>
      (await notificacoes.database.query('SELECT FROM reservas_conhecidas WHERE reserva_id = $1', [reservaId])).length >
      0,
  );
  // As many as a house has that told of a booking all that can be told, to everybody, and of much else.
  const dados = JSON.stringify({ espacoNome: 'ã'.repeat(120), linhas: varios(20, () => 'x'.repeat(100)) });
  await notificacoes.database.query(
    `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado, assunto, enviada_em)
     SELECT gen_random_uuid(), CASE WHEN n <= 500 THEN $1::uuid ELSE gen_random_uuid() END, n, 'RESERVA_CONFIRMADA', 'EMAIL', $2,
            $3::jsonb, 'ENVIADA', repeat('ã', 150), now() FROM generate_series(1, 5000) n`,
    [reservaId, clienteId, dados],
  );
  await notificacoes.database.query(
    `INSERT INTO supressoes (id, canal, endereco, motivo)
     SELECT gen_random_uuid(), 'EMAIL', repeat('x', 60) || n || '@exemplo.com', 'REJEITADO' FROM generate_series(1, 500) n`,
  );
  const ganchos: { id: string }[] = [];
  for (let n = 0; n < MAXIMO_DE_GANCHOS; n++) {
    const corpo = {
      url: `http://127.0.0.1:9/${'x'.repeat(400)}${n}`,
      tipos: tiposDeGancho,
      descricao: 'ã'.repeat(200),
    };
    const { status, body } = await app.post<{ id: string }>('/v1/ganchos', corpo, { token: casa });
    expect(status).toBe(201);
    ganchos.push(body);
  }
  gancho = ganchos[0]?.id ?? '';
  await notificacoes.database.query(
    `WITH eventos AS (
       INSERT INTO eventos_de_gancho (id, tipo, corpo)
       SELECT gen_random_uuid(), 'espaco.alterado.v1', $2 FROM generate_series(1, ${MAXIMO_DE_REENVIOS}) RETURNING id)
     INSERT INTO entregas_de_gancho (gancho_id, evento_id, estado, encerrada_em, tentativas)
     SELECT $1, id, 'FALHOU', now(), 8 FROM eventos`,
    [gancho, JSON.stringify({ evento: 'a'.repeat(8_000) })],
  );
});
afterAll(() => notificacoes?.stop());

/** How long it keeps everybody else waiting, ms. */
const holds = (
  method: TestMethod,
  path: string | (() => string),
  expected: number,
  json?: unknown,
  options: { readonly token?: string | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<number> => {
  // Written before: what it takes to ask is not the answer's doing.
  const body = json === undefined || typeof json === 'string' ? json : JSON.stringify(json);
  return longestTurn(async () => {
    const answer = await app.send(method, typeof path === 'string' ? path : path(), {
      token: options.token ?? casa,
      headers: options.headers ?? {},
      ...(body !== undefined && { body }),
    });
    expect([answer.status, answer.status === expected ? undefined : answer.body]).toEqual([expected, undefined]);
  });
};
const assinado = (bytes: string) => ({
  'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(INSTANTE + bytes), privateKey).toString(
    'base64',
  ),
  'x-twilio-email-event-webhook-timestamp': INSTANTE,
});
/** As much as comes at once: 512 kB of what happened to one letter after the other. */
const relatos = JSON.stringify(
  varios(2_000, (n) => ({
    event: n % 2 ? 'delivered' : 'bounce',
    timestamp: 1_796_000_000,
    email: `pessoa-${n % 50}@exemplo.com`,
    notificacaoId: randomUUID(),
    reason: 'x'.repeat(40),
  })),
);

// Of rest parameters, or the one that a row lacks would be taken for a callback to wait for.
describe('o pior que se aceita', () => {
  it.each<[string, TestMethod, string | (() => string), number, unknown?]>([
    ['os avisos de uma reserva', 'GET', `/v1/notificacoes?reservaId=${reservaId}`, 200],
    [
      'a linha do tempo de uma reserva',
      'GET',
      `/v1/notificacoes/linha-do-tempo?reservaId=${reservaId}&limite=200`,
      200,
    ],
    ['o histórico', 'GET', '/v1/notificacoes/historico?limite=100', 200],
    ['os endereços suprimidos', 'GET', '/v1/supressoes?limite=100', 200],
    ['os webhooks de saída', 'GET', '/v1/ganchos', 200],
    ['as entregas de um', 'GET', () => `/v1/ganchos/${gancho}/entregas?limite=100`, 200],
    ['a auditoria', 'GET', '/v1/auditoria/notificacoes?limite=100', 200],
  ])('%s', async (...[, method, path, status, body]) =>
    expect(await holds(method, path, status, body)).toBeLessThanOrEqual(MAX_TURN_MS),
  );

  it('reenviar a um webhook tudo o que lhe falta', async () => {
    const periodo = {
      de: new Date(Date.now() - 3_600_000).toISOString(),
      ate: new Date(Date.now() + 60_000).toISOString(),
    };
    expect(await holds('POST', `/v1/ganchos/${gancho}/reenvios`, 202, periodo)).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  it('tantos convidados quantos pode haver', async () => {
    const emails = varios(MAXIMO_DE_CONVIDADOS, (n) => `${'x'.repeat(60)}${n}@${'y'.repeat(60)}.exemplo.com`);
    const turn = await holds('PUT', `/v1/reservas/${reservaId}/convidados`, 200, { emails }, { token: dela });
    expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  it('o maior relato de um provedor', async () =>
    expect(await holds('POST', '/webhooks/sendgrid', 204, relatos, { headers: assinado(relatos) })).toBeLessThanOrEqual(
      MAX_TURN_MS,
    ));

  it('escrever uma carta, do maior nome ao maior espaço', async () => {
    const turn = await longestTurn(async () => {
      const caso = novoCaso();
      await notificacoes.registrar(caso, { nome: '&<ã'.repeat(40) });
      await notificacoes.confirmar(caso);
      await eventually(async () => {
        const lida = await notificacoes.listar(app, caso);
        return lida.length > 0 && lida.every(({ estado }) => estado === 'ENVIADA');
      });
    });
    expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  it('os dados de quem recebeu cinco mil avisos, para quem os pede', async () => {
    const database = app.nest.get(Database);
    const turn = await longestTurn(async () => {
      const { arquivos } = await database.transaction(() =>
        exportarPessoa(database, comComuns(EXPORTACAO), clienteId, () => Promise.resolve()),
      );
      expect(arquivos.find(({ arquivo }) => arquivo === 'entregas')?.linhas).toBeGreaterThanOrEqual(5_000);
    });
    expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  });
});

describe('o pior que se recusa', () => {
  it.each<[string, TestMethod, string | (() => string), number, unknown?]>([
    [
      'milhares de convidados que não o são',
      'PUT',
      `/v1/reservas/${reservaId}/convidados`,
      400,
      { emails: varios(40_000, (n) => `a@${n}`) },
    ],
    ['um endereço que não acaba', 'PUT', '/v1/supressoes', 400, { canal: 'EMAIL', endereco: 'a.'.repeat(200_000) }],
    [
      'um webhook de saída de milhares de tipos',
      'POST',
      '/v1/ganchos',
      400,
      { url: 'http://127.0.0.1:9/', tipos: varios(30_000, (n) => `reserva.${n}`) },
    ],
    ['listas dentro de listas', 'PUT', '/v1/avisos/preferencias', 400, '['.repeat(200_000) + ']'.repeat(200_000)],
    [
      'milhares de campos que ninguém conhece',
      'PUT',
      '/v1/avisos/preferencias',
      400,
      Object.fromEntries(varios(24_000, (n) => [`c${n}`, n])),
    ],
    ['um corpo longo demais', 'PUT', '/v1/avisos/preferencias', 413, { idioma: 'x'.repeat(600_000) }],
    ['um descadastro que ninguém fez', 'POST', `/v1/avisos/descadastros/${'A'.repeat(44)}`, 404],
    ['uma entrega que não há', 'GET', () => `/v1/ganchos/${gancho}/entregas/${ID}`, 404],
  ])('%s', async (...[, method, path, status, body]) =>
    expect(await holds(method, path, status, body)).toBeLessThanOrEqual(MAX_TURN_MS),
  );

  it('o maior relato de quem não é o provedor', async () =>
    expect(
      await holds('POST', '/webhooks/sendgrid', 400, relatos, { headers: assinado('outra coisa') }),
    ).toBeLessThanOrEqual(MAX_TURN_MS));
});
