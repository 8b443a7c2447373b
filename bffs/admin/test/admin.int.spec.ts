import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CLOUDEVENTS_CONTENT_TYPE, type LinhaDaReservaHttp } from '@plataforma/contracts';
import { DEAD_LETTER_EXCHANGE } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  FakePlatform,
  problemAnswer,
  TestApp,
  type TestMethod,
  TestBroker,
  testEnvironment,
} from '@plataforma/testing';
import { connect } from 'amqplib';
import { application, appModule, settings } from '../src/app.module.js';

const { espaco, reserva, pagamento, notificacao } = FakePlatform.examples;
const DETALHE = `/v1/reservas/${reserva.id}`;
const SOMEONE = '0192f0c4-0000-7000-8000-00000000000b';

const periodo = { inicio: '2026-12-01T08:00:00-03:00', fim: '2026-12-03T18:00:00-03:00' };
const ESPACO = `/v1/espacos/${espaco.id}`;
const CUPOM = '/v1/cupons/0192f0c4-0000-7000-8000-0000000000f4';
const SERIE = '/v1/series/0192f0c4-0000-7000-8000-0000000000f1';
const PAGAMENTO = `/v1/pagamentos/${pagamento.id}`;
const ESPERA = '/v1/fila/0192f0c4-0000-7000-8000-0000000000f2';
const RELATORIO = '/v1/relatorios/receita';
const DIAS = 'de=2026-12-01&ate=2026-12-31';
const {
  id: _id,
  versao: _versao,
  situacao: _situacao,
  unidades: quantidadeUnidades,
  moeda: _moeda,
  alteradoEm: _em,
  ...regras
} = espaco;
const edicao = { ...regras, quantidadeUnidades };
const cupom = { codigo: 'BEMVINDO10', desconto: { tipo: 'PERCENTUAL', percentual: 10 } };
const cupomComPadroes = {
  ...cupom,
  descricao: '',
  ativo: true,
  vigenteDe: null,
  vigenteAte: null,
  limiteTotal: null,
  limitePorPessoa: null,
  espacos: null,
  tipos: null,
  valorMinimoCentavos: 0,
};

/** What goes on to reservas, the status of its success, and what of the body goes on where defaults complete it. */
const rotas: [TestMethod, string, (object | undefined)?, number?, object?][] = [
  ['GET', '/v1/espacos?situacao=RASCUNHO&limite=5'],
  ['GET', ESPACO],
  ['GET', `${ESPACO}/disponibilidade?de=2026-12-01T00:00:00Z&ate=2026-12-02T00:00:00Z`],
  ['GET', `${ESPACO}/porque?${new URLSearchParams(periodo).toString()}`],
  ['POST', '/v1/espacos', edicao, 201],
  ['PUT', ESPACO, edicao],
  ['POST', `${ESPACO}/publicacao`],
  ['POST', `${ESPACO}/arquivamento`],
  ['GET', `${ESPACO}/versoes?limite=5`],
  ['GET', `${ESPACO}/unidades`],
  ['GET', `${ESPACO}/bloqueios?de=2026-12-01T00:00:00Z`],
  ['POST', `${ESPACO}/bloqueios`, { ...periodo, motivo: 'Troca do piso' }, 201],
  ['DELETE', `${ESPACO}/bloqueios/${SOMEONE}`, undefined, 204],
  ['GET', '/v1/feriados?cidade=Manaus'],
  ['POST', '/v1/feriados', { data: '2027-01-25', cidade: 'São Paulo', nome: 'Aniversário da cidade' }, 201],
  ['DELETE', `/v1/feriados/${SOMEONE}`, undefined, 204],
  ['GET', '/v1/cupons?ativo=true'],
  ['POST', '/v1/cupons', cupom, 201, cupomComPadroes],
  ['GET', CUPOM],
  ['PATCH', CUPOM, { ativo: false }],
  ['DELETE', CUPOM, undefined, 204],
  ['GET', `${DETALHE}/historico`],
  ['GET', `${DETALHE}/cancelamento`],
  ['POST', `${DETALHE}/cancelamento`, { justificativa: 'Obra no prédio', reembolsoEsperadoCentavos: 500 }],
  ['POST', `${DETALHE}/remarcacao`, periodo],
  ['POST', `${DETALHE}/aprovacao`, { aprovada: false, justificativa: 'Evento barulhento', escopo: 'ESTA' }],
  ['POST', '/v1/checkins', { codigo: '7F3K-9Q2M' }],
  ['GET', '/v1/series?limite=5'],
  ['GET', SERIE],
  ['POST', `${SERIE}/cancelamento`, { escopo: 'TODAS' }],
  ['POST', `${SERIE}/remarcacao`, { escopo: 'ESTA', reservaId: reserva.id, ...periodo }],
  ['GET', '/v1/fila?limite=5'],
  ['DELETE', ESPERA, undefined, 204],
  ['POST', '/v1/calendarios', { escopo: 'ESPACO', espacoId: SOMEONE }, 201],
  ['GET', '/v1/calendarios'],
  ['DELETE', `/v1/calendarios/${SOMEONE}`, undefined, 204],
  ['GET', '/v1/pagamentos?limite=5'],
  ['GET', PAGAMENTO],
  ['GET', `${PAGAMENTO}/recibos`],
  ['GET', `${PAGAMENTO}/estornos`],
  ['POST', `${PAGAMENTO}/estornos`, { valorCentavos: 4_000, motivo: 'O ar-condicionado quebrou' }, 201],
  ['GET', '/v1/pagamentos/estornos?limite=5'],
  ['POST', `/v1/pagamentos/estornos/${SOMEONE}/decisao`, { acao: 'BAIXAR', motivo: 'Ninguém o reclamou' }],
  ['GET', '/v1/pagamentos/webhooks?situacao=INESPERADO&limite=5'],
  ['POST', '/v1/pagamentos/webhooks/evt_1/descarte', { motivo: 'Um teste do painel' }],
  ['GET', `/v1/pagamentos/razao?reservaId=${reserva.id}`],
  ['GET', '/v1/pagamentos/disputas?situacao=ABERTA'],
  ['GET', `/v1/pagamentos/disputas/${SOMEONE}`],
  ['GET', `/v1/pagamentos/disputas/${SOMEONE}/evidencias`],
  ['POST', '/v1/pagamentos/reconciliacoes', { desde: '2026-11-01T00:00:00-03:00' }, 202],
  ['GET', `/v1/pagamentos/reconciliacoes/${SOMEONE}`],
  ['GET', '/v1/pagamentos/recibos/2026-000042'],
  ...['receita', 'cancelamentos', 'ausencias', 'antecedencia'].map((nome): [TestMethod, string] => [
    'GET',
    `/v1/relatorios/${nome}?${DIAS}`,
  ]),
  ['GET', `/v1/relatorios/ocupacao?${DIAS}&por=hora`],
];

interface MensagensMortas {
  readonly itens: readonly { id: string; mensagemId: string; fila: string; conteudo: unknown; detalhe: string }[];
}

describe('O BFF da administração', () => {
  let platform: FakePlatform;
  let broker: TestBroker;
  let app: TestApp;
  let admin: string;
  let operador: string;

  beforeAll(async () => {
    [platform, broker] = await Promise.all([FakePlatform.start(), TestBroker.create()]);
    const config = loadConfig(settings, {
      ...testEnvironment({ issuer: platform.issuer, broker }),
      ...platform.settings,
    });
    app = await TestApp.start(appModule(config), application);
    [admin, operador] = await Promise.all([
      platform.issuer.token(SOMEONE, ['ADMIN']),
      platform.issuer.token(SOMEONE, ['OPERADOR']),
    ]);
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([platform.stop(), broker.drop()]);
  });
  beforeEach(() => platform.reset());

  it('abre uma sessão onde se procuraria por ela, e o que a sessão pode é julgado como sempre', async () => {
    const { sessao } = FakePlatform.examples;
    platform.auth.on('POST /v1/sessoes', { status: 201, body: sessao });
    expect(await app.post('/v1/sessoes', { email: 'ana@exemplo.com', senha: 'uma frase' })).toMatchObject({
      status: 201,
      body: sessao,
    });
    expect(await app.get('/')).toMatchObject({ status: 200, body: { nome: 'bff-admin' } });
  });

  it.each<[TestMethod, string]>([
    ['GET', '/v1/reservas'],
    ['GET', DETALHE],
    ...rotas.map(([method, path]): [TestMethod, string] => [method, path]),
    ['GET', '/v1/mensagens-mortas'],
    ['POST', '/v1/mensagens-mortas/x/reenvio'],
    ['DELETE', '/v1/mensagens-mortas/x'],
    ['POST', '/v1/mensagens-mortas/x/exclusao'],
    ['GET', '/v1/situacao'],
  ])('recusa %s %s a clientes, e a ninguém em particular', async (method, path) => {
    expect(await app.send(method, path, { token: await platform.token() })).toMatchObject({
      status: 403,
      body: { code: 'auth.sem-permissao' },
    });
    expect(await app.send(method, path)).toMatchObject({ status: 401 });
    expect(platform.reservas.requests).toEqual([]);
  });

  it('lista as reservas de todos numa chamada, cada uma com onde estão os detalhes', async () => {
    platform.reservas.on('GET /v1/reservas', { body: { itens: [reserva], proximo: 'x' } });
    const { status, body } = await app.get(
      '/v1/reservas?status=CONFIRMADA&limite=50&cursor=0192f0c4-0000-7000-8000-000000000001',
      { token: operador },
    );
    expect(status).toBe(200);
    expect(body).toEqual({ itens: [{ ...reserva, detalhe: `/admin${DETALHE}` }], proximo: 'x' });
    expect(platform.reservas.requests[0]?.query).toEqual({
      status: 'CONFIRMADA',
      limite: '50',
      cursor: '0192f0c4-0000-7000-8000-000000000001',
    });
    expect(platform.pagamentos.requests).toEqual([]);
  });

  it('monta uma reserva', async () => {
    const { body } = await app.get(DETALHE, { token: operador });
    expect(body).toEqual({
      reserva,
      pagamento,
      pagamentos: [pagamento],
      notificacoes: [notificacao],
      faltando: [],
    });
  });

  describe.each(rotas)('repassa %s %s', (method, path, body, status = 200, onward = body) => {
    const [rota = ''] = path.split('?');
    const headers = { 'idempotency-key': 'chave-0001', 'if-match': '"6"', 'x-correlation-id': 'correlacao-0001' };

    it('inteiro, na ida e na volta', async () => {
      const reply = status === 204 ? undefined : { resposta: rota };
      platform.behind(path).on(`${method} ${rota}`, { status, body: reply });
      const answer = await app.send(method, path, { token: admin, body, headers });
      expect(answer).toMatchObject({ status, body: reply ?? '' });
      expect(platform.behind(path).requests).toMatchObject([
        { headers: { ...headers, authorization: `Bearer ${admin}` } },
      ]);
      expect(platform.behind(path).requests[0]?.body).toEqual(onward);
    });

    it('e por que foi recusado', async () => {
      platform
        .behind(path)
        .on(`${method} ${rota}`, problemAnswer(409, 'reservas.bloqueio-em-conflito', { obstaculos: [1] }));
      expect(await app.send(method, path, { token: admin, body, headers })).toMatchObject({
        status: 409,
        body: { code: 'reservas.bloqueio-em-conflito', obstaculos: [1], correlationId: 'correlacao-0001' },
      });
    });
  });

  it('mostra um calendário a quem conhece o endereço dele', async () => {
    const feed = `/v1/calendarios/feed/${'s'.repeat(43)}.ics`;
    platform.reservas.on(`GET ${feed}`, { body: 'BEGIN:VCALENDAR', headers: { 'content-type': 'text/calendar' } });
    expect(await app.get(feed)).toMatchObject({ status: 200, body: 'BEGIN:VCALENDAR' });
  });

  it('deixa que operadores vejam e façam check-in, e a administradores o que muda alguma coisa', async () => {
    for (const [method, path] of [
      ['GET', DETALHE],
      ['GET', `${DETALHE}/historico`],
      ['GET', ESPACO],
      ['POST', '/v1/checkins'],
    ] as const) {
      platform.reservas.on(`${method} ${path}`, { body: reserva });
      const body = method === 'POST' ? { codigo: '7F3K-9Q2M' } : undefined;
      expect(await app.send(method, path, { token: operador, body })).toMatchObject({ status: 200 });
    }
    platform.reset();
    for (const [method, path, body] of rotas.filter(
      ([, path]) =>
        /cancelamento$|remarcacao$|aprovacao$|cupons|relatorios|calendarios/.test(path) && !/series/.test(path),
    ))
      if (method !== 'GET' || !path.startsWith(DETALHE))
        expect(await app.send(method, path, { token: operador, body })).toMatchObject({ status: 403 });
    const estorno = { motivo: 'O ar-condicionado quebrou' };
    expect(await app.post(`${PAGAMENTO}/estornos`, estorno, { token: operador })).toMatchObject({ status: 403 });
    expect([...platform.reservas.requests, ...platform.pagamentos.requests]).toEqual([]);
  });

  describe('impede que dois administradores desfaçam as mudanças um do outro:', () => {
    it.each([
      ['PUT', ESPACO, edicao],
      ['PATCH', CUPOM, { ativo: false }],
      ['POST', `${ESPACO}/publicacao`, undefined],
    ] as const)('%s %s repassa If-Match e ETag', async (method, path, body) => {
      platform.reservas.on(`${method} ${path}`, ({ headers }) =>
        headers['if-match'] === '"6"'
          ? { body: espaco, headers: { etag: '"7"' } }
          : problemAnswer(412, 'reservas.espaco-desatualizado', { versao: 7 }),
      );
      const changed = await app.send(method, path, { token: admin, body, headers: { 'if-match': '"6"' } });
      expect(changed).toMatchObject({ status: 200, body: espaco });
      expect(changed.headers.get('etag')).toBe('"7"');
      expect(await app.send(method, path, { token: admin, body, headers: { 'if-match': '"5"' } })).toMatchObject({
        status: 412,
        body: { code: 'reservas.espaco-desatualizado', versao: 7 },
      });
    });
  });

  it.each<[TestMethod, string, object]>([
    ['PUT', ESPACO, { ...edicao, dono: SOMEONE }],
    ['POST', `${ESPACO}/publicacao`, { situacao: 'PUBLICADO' }],
    ['POST', '/v1/cupons', { ...cupom, usos: 3 }],
    ['POST', `${DETALHE}/aprovacao`, { aprovada: false }],
    ['POST', '/v1/checkins', { codigo: '7F3K-9Q2M', reservaId: reserva.id }],
  ])('recusa, sem perguntar a serviço nenhum, %s %s com o que ninguém conhece', async (method, path, body) => {
    expect(await app.send(method, path, { token: admin, body })).toMatchObject({ status: 400 });
    expect(platform.reservas.requests).toEqual([]);
  });

  describe('repassa um relatório em CSV', () => {
    const headers = {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="receita-2026-12-01-2026-12-31.csv"',
    };
    /** With a connection of its own, whose end is the test's to decide. */
    const ask = async () => {
      const options = { agent: false, headers: { authorization: `Bearer ${admin}` } };
      const [answer] = (await once(get(`${app.url}${RELATORIO}?${DIAS}&formato=csv`, options), 'response')) as [
        IncomingMessage,
      ];
      return { answer, chunks: answer.setEncoding('utf8')[Symbol.asyncIterator]() };
    };
    const beginning = (): PassThrough => {
      const csv = new PassThrough();
      platform.reservas.on(`GET ${RELATORIO}`, { body: csv, headers });
      csv.write('espaco,dia\n');
      return csv;
    };

    it('linha a linha, enquanto o resto ainda é escrito', async () => {
      const csv = beginning();
      const { answer, chunks } = await ask();
      expect(answer.headers).toMatchObject(headers);
      expect(await chunks.next()).toEqual({ done: false, value: 'espaco,dia\n' });
      csv.end('Sala Ipê,2026-12-04\n');
      expect(await chunks.next()).toEqual({ done: false, value: 'Sala Ipê,2026-12-04\n' });
      expect(await chunks.next()).toMatchObject({ done: true });
      expect(platform.reservas.requests[0]?.query).toMatchObject({ formato: 'csv', de: '2026-12-01' });
    });

    it('e faz o serviço parar quando ninguém mais lê', async () => {
      const csv = beginning();
      const { answer, chunks } = await ask();
      await chunks.next();
      answer.destroy();
      await eventually(() => csv.destroyed);
    });

    it('e não deixa que um relatório interrompido pareça inteiro', async () => {
      const csv = beginning();
      const { chunks } = await ask();
      await chunks.next();
      csv.destroy(new Error('a consulta falhou'));
      await expect(chunks.next()).rejects.toThrow('aborted');
    });
  });

  describe('mostra as mensagens que ninguém pôde tratar', () => {
    beforeEach(() => {
      platform.auth.on('GET /v1/usuarios/eu', { body: FakePlatform.examples.sessao.usuario });
      platform.auth.on('POST /v1/auditoria/mensagens-mortas', { status: 204 });
    });

    it('e nem as mostra nem as mexe a quem já saiu: pergunta ao auth, que o sabe', async () => {
      platform.auth.on('GET /v1/usuarios/eu', problemAnswer(401, 'auth.sessao-encerrada'));
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/x/reenvio'],
        ['DELETE', '/x'],
      ] as const)
        expect(await app.send(method, `/v1/mensagens-mortas${path}`, { token: admin })).toMatchObject({
          status: 401,
          body: { code: 'auth.sessao-encerrada' },
        });
    });

    const list = async () => (await app.get<MensagensMortas>('/v1/mensagens-mortas', { token: operador })).body.itens;

    async function bury(id: string, content: string, origin = 'notificacoes.eventos'): Promise<void> {
      const connection = await connect(broker.url);
      const channel = await connection.createConfirmChannel();
      channel.publish(DEAD_LETTER_EXCHANGE, origin, Buffer.from(content), {
        messageId: id,
        type: 'usuario.registrado.v1',
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        persistent: true,
        headers: {
          'x-origin-queue': origin,
          'x-cause': 'esgotada',
          'x-detail': 'falhou ao escrever para ana@exemplo.com',
          'x-attempt': 4,
          'x-dead-at': '2026-11-30T12:00:00.000Z',
        },
      });
      await channel.waitForConfirms();
      await connection.close();
      await eventually(async () => (await list()).some((entry) => entry.mensagemId === id && entry.fila === origin));
    }

    beforeEach(async () => {
      for (const { id } of await list()) await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: admin });
    });

    it('sem os dados pessoais delas', async () => {
      const id = randomUUID();
      const data = { usuarioId: SOMEONE, nome: 'Ana Silva', email: 'ana@exemplo.com', idioma: 'pt-BR' };
      await bury(id, JSON.stringify({ id, type: 'usuario.registrado.v1', data }));
      const [entry] = await list();
      expect(entry).toEqual({
        rastroId: null,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        mensagemId: id,
        tipo: 'usuario.registrado.v1',
        fila: 'notificacoes.eventos',
        causa: 'esgotada',
        detalhe: 'falhou ao escrever para [email]',
        tentativas: 4,
        desde: '2026-11-30T12:00:00.000Z',
        conteudo: { id, type: 'usuario.registrado.v1', data: { ...data, nome: '[redigido]', email: '[redigido]' } },
      });
    });

    it('Segurança 36: e esquece as de quem foi apagado, quando se anuncia', async () => {
      const outra = '0192f0c4-0000-7000-8000-00000000000c';
      for (const usuarioId of [SOMEONE, outra])
        await bury(randomUUID(), JSON.stringify({ type: 'usuario.registrado.v1', data: { usuarioId, nome: 'Ana' } }));
      await broker.publish('usuario.anonimizado.v1', { usuarioId: SOMEONE, anonimizadoEm: '2026-11-30T12:00:00Z' });
      await eventually(async () => (await list()).length === 1, 60_000);
      expect((await list())[0]?.conteudo).toMatchObject({ data: { usuarioId: outra } });
    });

    it('e de nenhum modo o que não é JSON', async () => {
      await bury(randomUUID(), '{"nome":"Ana Silva"');
      expect((await list())[0]?.conteudo).toBe('[19 caracteres que não são um objeto JSON]');
    });

    it('todas elas a todos os que olham ao mesmo tempo', async () => {
      for (let n = 0; n < 3; n++) await bury(randomUUID(), '{}');
      const lists = await Promise.all(Array.from({ length: 5 }, list));
      expect(lists.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3]);
    });

    it('e manda uma de volta aonde falhou', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      await bury(id, '{"a":1}');
      await bury(other, '{"b":2}');
      const answer = await app.post<MensagensMortas>(`/v1/mensagens-mortas/${id}/reenvio`, undefined, {
        token: operador,
      });
      expect(answer).toMatchObject({ status: 200, body: { itens: [{ mensagemId: id }] } });
      expect((await list()).map(({ mensagemId }) => mensagemId)).toEqual([other]);
      const connection = await connect(broker.url);
      const channel = await connection.createChannel();
      const message = await eventually(() => channel.get('notificacoes.eventos', { noAck: true }));
      expect(message.properties).toMatchObject({ messageId: id, headers: { 'x-attempt': 1 } });
      expect(message.content.toString()).toBe('{"a":1}');
      await connection.close();
    });

    it('e apaga uma de vez', async () => {
      const id = randomUUID();
      await bury(id, '{}');
      expect(await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: operador })).toMatchObject({
        status: 200,
        body: { itens: [{ mensagemId: id }] },
      });
      expect(await list()).toEqual([]);
    });

    it('e diz à auditoria, antes, que entrega de que mensagem se abandona', async () => {
      const id = randomUUID();
      await bury(id, '{}');
      await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: operador });
      expect(platform.auth.requests.findLast(({ method }) => method === 'POST')?.body).toEqual({
        acao: 'EXCLUSAO',
        mensagem: id,
        fila: 'notificacoes.eventos',
        mensagemId: id,
      });
      const motivo = 'Enviada à mão, num teste';
      await bury(id, '{}');
      expect((await app.post(`/v1/mensagens-mortas/${id}/exclusao`, {}, { token: operador })).status).toBe(400);
      expect((await app.post(`/v1/mensagens-mortas/${id}/exclusao`, { motivo }, { token: operador })).status).toBe(200);
      expect(platform.auth.requests.findLast(({ method }) => method === 'POST')?.body).toMatchObject({
        acao: 'EXCLUSAO',
        mensagemId: id,
        motivo,
      });
      await bury('de um estranho', '{}');
      const [estranha] = await list();
      await app.send('DELETE', `/v1/mensagens-mortas/${estranha?.id}`, { token: operador });
      expect(platform.auth.requests.findLast(({ method }) => method === 'POST')?.body).toEqual({
        acao: 'EXCLUSAO',
        mensagem: estranha?.id,
      });
      await bury(id, '{}');
      platform.auth.on('POST /v1/auditoria/mensagens-mortas', 'hang-up');
      expect((await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: operador })).status).toBe(503);
      expect(await list()).toHaveLength(1);
    });

    it('e as põe na linha do tempo da reserva, em ordem com o que cada serviço sabe, página por página', async () => {
      const momento = (em: string, id: string, origem: string) => ({
        id,
        em: `2026-11-30T12:00:0${em}.000Z`,
        origem,
        especie: 'EVENTO',
        tipo: 'x.y.v1',
        dados: {},
        rastroId: null,
        correlacaoId: null,
      });
      const proximo = (origem: string, em: string | null, parado = false) => ({
        origem,
        acao: 'agir',
        alvo: 'x',
        em,
        tentativas: 1,
        parado,
      });
      const parte = (itens: object[], proximos: object[] = []) => ({ body: { itens, mais: false, proximos } });
      const id = randomUUID();
      await bury(id, JSON.stringify({ id, subject: `reserva/${reserva.id}`, correlationid: 'corr-0001', data: {} }));
      await bury(randomUUID(), JSON.stringify({ subject: 'reserva/outra', data: {} }));
      platform.reservas.on(
        `GET ${DETALHE}/linha-do-tempo`,
        parte(
          [momento('0', 'z', 'reservas'), momento('2', 'c', 'reservas')],
          [proximo('reservas', '2026-11-30T12:15:00.000Z')],
        ),
      );
      platform.pagamentos.on(
        'GET /v1/pagamentos/linha-do-tempo',
        parte([momento('1', 'a', 'pagamentos')], [proximo('pagamentos', null, true)]),
      );
      platform.notificacoes.on(
        'GET /v1/notificacoes/linha-do-tempo',
        parte([momento('0', '0', 'notificacoes')], [proximo('notificacoes', null)]),
      );
      const linha = `/admin${DETALHE}/linha-do-tempo`;
      const toda = await app.get<LinhaDaReservaHttp>(linha, { token: operador });
      expect(toda.body.itens.map(({ origem }) => origem)).toEqual([
        'notificacoes',
        'mensagens-mortas',
        'reservas',
        'pagamentos',
        'reservas',
      ]);
      expect(toda.body.itens[1]).toMatchObject({
        correlacaoId: 'corr-0001',
        dados: { causa: 'esgotada', tentativas: 4 },
      });
      expect(toda.body.proximos.map(({ origem, parado }) => [origem, parado])).toEqual([
        ['notificacoes', false],
        ['reservas', false],
        ['pagamentos', true],
        ['mensagens-mortas', true],
      ]);
      expect([toda.body.proximo, toda.body.degradado]).toEqual([null, []]);
      const primeira = await app.get<LinhaDaReservaHttp>(`${linha}?limite=2`, { token: operador });
      expect(primeira.body.itens).toEqual(toda.body.itens.slice(0, 2));
      await app.get(`${linha}?limite=2&cursor=${encodeURIComponent(primeira.body.proximo ?? '')}`, {
        token: operador,
      });
      for (const service of [platform.reservas, platform.pagamentos, platform.notificacoes])
        expect(service.requests.at(-1)?.query).toMatchObject({ limite: '2', cursor: primeira.body.proximo });

      platform.pagamentos.on('GET /v1/pagamentos/linha-do-tempo', 'hang-up');
      expect((await app.get(linha, { token: operador })).body).toMatchObject({ degradado: ['pagamentos'] });
      platform.reservas.on(`GET ${DETALHE}/linha-do-tempo`, problemAnswer(404, 'reservas.reserva-inexistente'));
      expect((await app.get(linha, { token: operador })).status).toBe(404);
      expect((await app.get(linha, { token: await platform.token() })).status).toBe(403);
      expect((await app.get(`${linha}?cursor=ontem`, { token: operador })).status).toBe(400);
    });

    it('e a mesma mensagem em duas filas separada: é preciso dizer qual', async () => {
      const id = randomUUID();
      for (const fila of ['notificacoes.eventos', 'reservas.saga']) await bury(id, '{}', fila);
      expect(await app.send('DELETE', `/v1/mensagens-mortas/${id}`, { token: operador })).toMatchObject({
        status: 409,
        body: {
          code: 'mensagens.id-ambiguo',
          candidatas: [{ fila: 'notificacoes.eventos' }, { fila: 'reservas.saga' }],
        },
      });
      const [primeira] = await list();
      expect((await app.send('DELETE', `/v1/mensagens-mortas/${primeira?.id}`, { token: operador })).status).toBe(200);
      expect(await list()).toMatchObject([{ mensagemId: id, fila: 'reservas.saga' }]);
    });

    it('e diz quando não há tal mensagem, ou já não há tal fila', async () => {
      expect(await app.post('/v1/mensagens-mortas/nada/reenvio', undefined, { token: admin })).toMatchObject({
        status: 404,
        body: { code: 'mensagens.inexistente' },
      });
      expect(await app.send('DELETE', '/v1/mensagens-mortas/nada', { token: admin })).toMatchObject({ status: 404 });
      const id = randomUUID();
      await bury(id, '{}', 'fila.antiga');
      expect(await app.post(`/v1/mensagens-mortas/${id}/reenvio`, undefined, { token: admin })).toMatchObject({
        status: 409,
        body: { code: 'mensagens.fila-inexistente' },
      });
      await eventually(async () => (await list()).length === 1);
    });

    it('dentro de limites', async () => {
      for (const query of ['limite=0', 'limite=501', 'fila=x'])
        expect(await app.get(`/v1/mensagens-mortas?${query}`, { token: admin })).toMatchObject({ status: 400 });
    });
  });

  it('faz o resto do trabalho enquanto o RabbitMQ está fora', async () => {
    const config = loadConfig(settings, {
      ...testEnvironment(platform),
      ...platform.settings,
      RABBITMQ_URL: 'amqp://127.0.0.1:9',
    });
    const alone = await TestApp.start(appModule(config), application);
    expect(await alone.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', details: { rabbitmq: { status: 'degraded' } } },
    });
    platform.auth.on('GET /v1/usuarios/eu', { body: FakePlatform.examples.sessao.usuario });
    const answer = await alone.get('/v1/mensagens-mortas', { token: admin });
    expect(answer).toMatchObject({ status: 503, body: { code: 'servico.indisponivel' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await alone.get(DETALHE, { token: admin })).toMatchObject({ status: 200 });
    await alone.stop();
  });
});
