import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CLOUDEVENTS_CONTENT_TYPE, PLANILHA_MAXIMA } from '@plataforma/contracts';
import { DEAD_LETTER_EXCHANGE } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  FakePlatform,
  longestTurn,
  MAX_TURN_MS,
  TestApp,
  TestBroker,
  testEnvironment,
  type TestMethod,
} from '@plataforma/testing';
import { connect } from 'amqplib';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, espaco, pagamento, notificacao, sessao } = FakePlatform.examples;
const ID = '0192f0c4-0000-7000-8000-0000000000f1';
const DETALHE = `/v1/reservas/${reserva.id}`;
const ESPACO = `/v1/espacos/${espaco.id}`;
const DIAS = 'de=2026-01-01&ate=2026-12-31';
const varios = <T>(quantos: number, um: (n: number) => T): T[] => Array.from({ length: quantos }, (_, n) => um(n));
const MORTAS = 500;
/** As long as what a person may write makes a message, and a reader of them all has to look through: 16 MB. */
const CONTEUDO = 32_000;

const momento = (origem: string) => (n: number) => ({
  id: randomUUID(),
  em: new Date(Date.parse('2026-11-30T12:00:00Z') + n).toISOString(),
  origem,
  especie: 'EVENTO',
  tipo: 'reserva.remarcada.v1',
  dados: Object.fromEntries(varios(12, (k) => [`campo${k}`, 'x'.repeat(40)])),
  rastroId: null,
  correlacaoId: randomUUID(),
});
const proximo = (origem: string) => () => ({
  origem,
  acao: 'enviar-aviso',
  alvo: ID,
  em: '2026-12-01T12:00:00.000Z',
  tentativas: 1,
  parado: false,
});
const parte = (origem: string) => ({
  itens: varios(200, momento(origem)),
  mais: true,
  proximos: varios(200, proximo(origem)),
});
const erradas = (quantas: number) => varios(quantas, (n) => ({ data: `${n}`, horarios: [{ abre: n }], a: 1, b: 2 }));

const desconhecidos = (quantos: number) => Object.fromEntries(varios(quantos, (n) => [`c${n}`, n]));

let platform: FakePlatform;
let broker: TestBroker;
let app: TestApp;
let token: string;

beforeAll(async () => {
  [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create()]);
  const config = loadConfig(settings, {
    ...testEnvironment({ issuer: platform.issuer, broker }),
    ...platform.settings,
  });
  app = await TestApp.start(appModule(config), application);
  token = await platform.issuer.token(ID, ['ADMIN', 'OPERADOR']);
  const cheio = {
    ...espaco,
    excecoes: varios(30, (n) => ({ data: '2027-03-01', horarios: [], descricao: `${n}`.padEnd(200, 'x') })),
  };
  platform.reservas
    .on('GET /v1/reservas', { body: { itens: varios(100, () => reserva), proximo: null } })
    .on('GET /v1/espacos', { body: { itens: varios(100, () => cheio), proximo: null } })
    .on(`GET ${DETALHE}/linha-do-tempo`, { body: parte('reservas') })
    .on('GET /v1/relatorios/ocupacao', {
      body: { itens: varios(9_000, (n) => ({ espacoId: ID, dia: '2026-12-01', hora: n % 24, minutos: n })) },
    })
    .on('POST /v1/importacoes', {
      body: { situacao: 'SIMULADA', novas: 0, mudadas: 0, iguais: 0, erros: 0, itens: [] },
    });
  platform.pagamentos
    .on('GET /v1/pagamentos', { body: { itens: varios(100, () => pagamento), proximo: null } })
    .on('GET /v1/pagamentos/linha-do-tempo', { body: parte('pagamentos') });
  platform.notificacoes
    .on('GET /v1/notificacoes', { body: { itens: varios(100, () => notificacao), proximo: null } })
    .on('GET /v1/notificacoes/linha-do-tempo', { body: parte('notificacoes') });
  platform.auth
    .on('GET /v1/usuarios/eu', { body: sessao.usuario })
    .on('POST /v1/auditoria/mensagens-mortas', { status: 204 });

  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  for (let n = 0; n < MORTAS; n++) {
    const id = randomUUID();
    const data = { reservaId: reserva.id, linhas: varios(CONTEUDO / 100, () => 'ana@exemplo.com '.repeat(6)) };
    channel.publish(
      DEAD_LETTER_EXCHANGE,
      'pagamentos.comandos',
      Buffer.from(JSON.stringify({ id, type: 'cobranca.criar.v1', data })),
      {
        messageId: id,
        type: 'cobranca.criar.v1',
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        persistent: true,
        headers: { 'x-origin-queue': 'pagamentos.comandos', 'x-cause': 'esgotada', 'x-attempt': 4 },
      },
    );
  }
  await channel.waitForConfirms();
  await connection.close();
  await eventually(async () => {
    const { body } = await app.get<{ itens: unknown[] }>(`/v1/mensagens-mortas?limite=${MORTAS}`, { token });
    return body.itens.length === MORTAS;
  }, 60_000);
});
afterAll(async () => {
  await app?.stop();
  await Promise.all([platform?.stop(), broker?.drop()]);
});

/** How long it keeps everybody else waiting, ms. */
const holds = (method: TestMethod, path: string, expected: number, json?: unknown): Promise<number> => {
  // Written before: what it takes to ask is not the answer's doing.
  const body = json === undefined || typeof json === 'string' ? json : JSON.stringify(json);
  return longestTurn(async () => {
    const headers = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
    const answer = await app.send(method, path, { token, headers, ...(body !== undefined && { body }) });
    expect([answer.status, answer.status === expected ? undefined : answer.body]).toEqual([expected, undefined]);
  });
};

// Of rest parameters, or the one that a row lacks would be taken for a callback to wait for.
describe('o pior que o painel aceita não prende quem mais pergunta:', () => {
  it.each<[string, TestMethod, string, number, unknown?]>([
    ['as reservas', 'GET', '/v1/reservas?limite=100', 200],
    ['uma reserva com tudo o que é dela', 'GET', DETALHE, 200],
    ['os espaços', 'GET', '/v1/espacos?limite=100', 200],
    ['a linha do tempo de uma reserva', 'GET', `${DETALHE}/linha-do-tempo?limite=200`, 200],
    ['um relatório de um ano, por hora', 'GET', `/v1/relatorios/ocupacao?${DIAS}&por=hora`, 200],
    ['as mensagens mortas', 'GET', `/v1/mensagens-mortas?limite=${MORTAS}`, 200],
    ['a situação', 'GET', '/v1/situacao', 200],
    [
      'uma planilha',
      'POST',
      '/v1/importacoes',
      200,
      { tipo: 'espacos', conteudo: 'é;ã;ç;1;2;3\n'.repeat(PLANILHA_MAXIMA / 12), simular: true },
    ],
  ])('%s', async (...[, method, path, status, body]) =>
    expect(await holds(method, path, status, body)).toBeLessThanOrEqual(MAX_TURN_MS),
  );
});

describe('o pior que o painel recusa não prende quem mais pergunta:', () => {
  it.each<[string, TestMethod, string, number, unknown?]>([
    ['um espaço com tudo errado', 'PUT', ESPACO, 400, { ...espaco, excecoes: erradas(1_700) }],
    ['sete mil campos que ninguém conhece', 'POST', '/v1/cupons', 400, desconhecidos(7_000)],
    ['listas dentro de listas', 'POST', '/v1/reservas', 400, '['.repeat(20_000) + ']'.repeat(20_000)],
    [
      'uma planilha que não o é',
      'POST',
      '/v1/importacoes',
      400,
      { tipo: 'espacos', conteudo: '\u0007'.repeat(600_000) },
    ],
    [
      'uma planilha grande demais',
      'POST',
      '/v1/importacoes',
      413,
      { tipo: 'espacos', conteudo: 'x'.repeat(4_100_000) },
    ],
    [
      'uma planilha de dois milhões de partes',
      'POST',
      '/v1/importacoes',
      413,
      `{"tipo":"espacos","conteudo":[${'0,'.repeat(1_900_000)}0]}`,
    ],
    ['uma foto que não o é', 'POST', '/v1/fotos', 400, { conteudo: 'é'.repeat(3_900_000) }],
    ['uma mensagem que não há', 'POST', `/v1/mensagens-mortas/${ID}/exclusao`, 404, { motivo: 'Ninguém a quer' }],
    ['um cursor sem fim', 'GET', `/v1/reservas?cursor=${'a'.repeat(12_000)}`, 400],
  ])('%s', async (...[, method, path, status, body]) =>
    expect(await holds(method, path, status, body)).toBeLessThanOrEqual(MAX_TURN_MS),
  );
});
