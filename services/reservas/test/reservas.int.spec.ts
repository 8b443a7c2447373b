import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DisponibilidadeHttp, EspacoHttp, EspacosHttp, ReservaHttp, ReservasHttp } from '@plataforma/contracts';
import { consumeQueue, EVENTS_EXCHANGE } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  TestApp,
  TestBroker,
  TestDatabase,
  testEnvironment,
  type TestResponse,
  TokenIssuer,
} from '@plataforma/testing';
import { application, AppModule, migrations, settings } from '../src/app.module.js';
import { pagamentoDe } from './reservas-fixture.js';

let app: TestApp;
let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;
let espacos: Map<string, string>;
let clienteId: string;
let token: string;

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([
    TestBroker.create('reservas'),
    TestDatabase.create('reservas', migrations),
    TokenIssuer.start(),
  ]);
  const config = loadConfig(settings, {
    ...testEnvironment({ database, broker, issuer }),
    SEED_DEMO: 'true',
    CONFERENCIA_SEGUNDOS: '1',
  });
  app = await TestApp.start(AppModule.with(config), application, {
    consumers: (nest) => {
      consumeQueue(nest, 'reservas.saga', 50);
      consumeQueue(nest, 'reservas.cache', 50);
    },
  });
  const { body } = await app.get<EspacosHttp>('/v1/espacos?limite=100');
  espacos = new Map(body.itens.map(({ nome, id }) => [nome, id]));
});

afterAll(async () => {
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

beforeEach(async () => {
  clienteId = randomUUID();
  token = await issuer.token(clienteId);
});

const espaco = (nome: string): string => espacos.get(nome) ?? nome;

/** Each test takes days of its own, so that none is in another's way. */
let dia = 2;
function periodo(horaLocal: number, horas = 1, mesmoDia = false) {
  if (!mesmoDia) dia++;
  const inicio = new Date(`${new Date().toISOString().slice(0, 10)}T00:00:00-03:00`);
  inicio.setUTCDate(inicio.getUTCDate() + dia);
  inicio.setTime(inicio.getTime() + horaLocal * 3_600_000);
  return { inicio: inicio.toISOString(), fim: new Date(inicio.getTime() + horas * 3_600_000).toISOString() };
}

const reservar = (
  espacoId: string,
  quando: { inicio: string; fim: string },
  headers = {},
): Promise<TestResponse<ReservaHttp>> =>
  app.post<ReservaHttp>('/v1/reservas', { espacoId, ...quando }, { token, headers });

const obter = async (id: string) => (await app.get<ReservaHttp>(`/v1/reservas/${id}`, { token })).body;

const comStatus = (id: string, status: ReservaHttp['status']) =>
  eventually(async () => {
    const reserva = await obter(id);
    return reserva.status === status && reserva;
  });

const pagamento = (reservaId: string, valorCentavos = 9_000) => ({
  pagamentoId: pagamentoDe(reservaId),
  reservaId,
  valorCentavos,
  moeda: 'BRL' as const,
});

const publicadas = <T extends Parameters<TestBroker['publishedOf']>[0]>(tipo: T, reservaId: string) =>
  broker.publishedOf(tipo).filter(({ data }) => (data as { reservaId: string }).reservaId === reservaId);

const contar = (respostas: readonly TestResponse<unknown>[]) =>
  respostas.reduce<Record<number, number>>((soma, { status }) => ({ ...soma, [status]: (soma[status] ?? 0) + 1 }), {});

describe('catálogo', () => {
  it('lista os espaços em páginas, sem repetir nem pular nenhum', async () => {
    const nomes = (await app.everyPage<EspacoHttp>('/v1/espacos', 5)).map(({ nome }) => nome);
    expect(nomes).toHaveLength(18);
    expect(new Set(nomes).size).toBe(18);
  });

  it('procura por cidade, tipo e capacidade', async () => {
    const { body } = await app.get<EspacosHttp>('/v1/espacos?cidade=Manaus&tipo=AUDITORIO&capacidade=50');
    expect(body.itens.map(({ nome }) => nome)).toEqual(['Auditório Encontro das Águas']);
  });

  it('mostra quantas unidades iguais o espaço tem', async () => {
    const { body } = await app.get(`/v1/espacos/${espaco('Mesas do Mezanino')}`);
    expect(body).toMatchObject({ unidades: 10, tipo: 'MESA', moeda: 'BRL' });
  });
});

describe('disponibilidade', () => {
  const livres = async (id: string, de: string, ate: string) =>
    (await app.get<DisponibilidadeHttp>(`/v1/espacos/${id}/disponibilidade?de=${de}&ate=${ate}&duracaoMinutos=60`))
      .body;

  it('desconta o que está reservado, com a folga depois', async () => {
    const quando = periodo(9, 2);
    const abertura = new Date(Date.parse(quando.inicio) - 2 * 3_600_000).toISOString();
    const fechamento = new Date(Date.parse(quando.inicio) + 14 * 3_600_000).toISOString();
    expect((await reservar(espaco('Sala Ipê'), quando)).status).toBe(201);
    const { livres: intervalos, inicios } = await livres(espaco('Sala Ipê'), abertura, fechamento);
    expect(intervalos).toEqual([
      { inicio: abertura, fim: new Date(Date.parse(quando.inicio) - 15 * 60_000).toISOString() },
      { inicio: new Date(Date.parse(quando.fim) + 15 * 60_000).toISOString(), fim: fechamento },
    ]);
    expect(inicios).not.toContain(quando.inicio);
    expect(inicios).toContain(abertura);
  });

  it('o salão e as metades tiram o tempo uns dos outros', async () => {
    const quando = periodo(9, 2);
    expect((await reservar(espaco('Salão Tietê A'), quando)).status).toBe(201);
    expect((await livres(espaco('Salão Tietê'), quando.inicio, quando.fim)).livres).toEqual([]);
    expect((await livres(espaco('Salão Tietê B'), quando.inicio, quando.fim)).livres).toHaveLength(1);
  });
});

describe('reserva', () => {
  it('retém o espaço, pede a cobrança e, paga, fica confirmada', async () => {
    const { status, body } = await reservar(espaco('Sala Ipê'), periodo(10));
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'PENDENTE_PAGAMENTO', valorCentavos: 9_000, clienteId });
    await eventually(() => publicadas('cobranca.criar.v1', body.id).length === 1);
    await broker.publish('pagamento.aprovado.v1', { ...pagamento(body.id), aprovadoEm: new Date().toISOString() });
    await comStatus(body.id, 'CONFIRMADA');
    await eventually(() => publicadas('reserva.confirmada.v1', body.id).length === 1);
  });

  it('cada evento e comando leva a correlação da requisição que o causou', async () => {
    const { body } = await reservar(espaco('Sala Ipê'), periodo(10), { 'x-correlation-id': 'correlacao-do-teste' });
    const [comando] = await eventually(() => {
      const comandos = publicadas('cobranca.criar.v1', body.id);
      return comandos.length > 0 && comandos;
    });
    expect(comando?.correlationid).toBe('correlacao-do-teste');
  });

  it('de duzentos pedidos simultâneos para o mesmo horário, um ganha e os outros recebem 409', async () => {
    const quando = periodo(14);
    const respostas = await Promise.all(Array.from({ length: 200 }, () => reservar(espaco('Sala Guanabara'), quando)));
    expect(contar(respostas)).toEqual({ 201: 1, 409: 199 });
  });

  it('dez mesas iguais são dez reservas, nunca onze, quando trinta pedem juntas', async () => {
    const quando = periodo(14);
    const respostas = await Promise.all(
      Array.from({ length: 30 }, () => reservar(espaco('Mesas do Mezanino'), quando)),
    );
    expect(contar(respostas)).toEqual({ 201: 10, 409: 20 });
  });

  it('salão e metades pedidos juntos não se sobrepõem nem se travam', async () => {
    const quando = periodo(14);
    const nomes = ['Salão Tietê', 'Salão Tietê A', 'Salão Tietê B'];
    const respostas = await Promise.all(
      Array.from({ length: 60 }, (_, i) => reservar(espaco(nomes[i % 3] ?? ''), quando)),
    );
    const contagem = contar(respostas);
    expect((contagem[201] ?? 0) + (contagem[409] ?? 0)).toBe(60);
    const sobrepostas = await database.query(
      `SELECT FROM ocupacoes a JOIN ocupacoes b ON a.unidade_id = b.unidade_id AND a.id < b.id AND a.periodo && b.periodo`,
    );
    expect(sobrepostas).toHaveLength(0);
    expect([1, 2]).toContain(contagem[201]);
  });

  it('de trinta que o querem com chaves suas, quem o teve o tem outra vez quando repete, também no meio deles', async () => {
    const quando = periodo(16);
    const chaves = Array.from({ length: 30 }, () => ({ 'idempotency-key': randomUUID() }));
    const todos = [...chaves, ...chaves];
    const respostas = await Promise.all(todos.map((headers) => reservar(espaco('Sala Ipê'), quando, headers)));
    const vencedoras = respostas.flatMap(({ status }, indice) => (status === 201 ? [indice % 30] : []));
    expect(new Set(vencedoras).size).toBe(1);
    expect(respostas.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const [vencedora = 0] = vencedoras;
    const repetidas = await Promise.all(chaves.map((headers) => reservar(espaco('Sala Ipê'), quando, headers)));
    expect(repetidas.flatMap(({ status }, indice) => (status === 201 ? [indice] : []))).toEqual([vencedora]);
  });

  it('com a mesma Idempotency-Key, repetida ou simultânea, cria uma só', async () => {
    const quando = periodo(14);
    const headers = { 'idempotency-key': randomUUID() };
    const respostas = await Promise.all(Array.from({ length: 5 }, () => reservar(espaco('Sala Ipê'), quando, headers)));
    const criadas = respostas.filter(({ status }) => status === 201);
    expect(new Set(criadas.map(({ body }) => body.id)).size).toBe(1);
    const repetida = await reservar(espaco('Sala Ipê'), quando, headers);
    expect([repetida.status, repetida.body.id, repetida.headers.get('idempotency-replayed')]).toEqual([
      201,
      criadas[0]?.body.id,
      'true',
    ]);
    const outroCorpo = await reservar(espaco('Sala Ipê'), periodo(14), headers);
    expect([outroCorpo.status, (outroCorpo.body as unknown as { code: string }).code]).toEqual([
      422,
      'idempotencia.corpo-diferente',
    ]);
  });
});

describe('fim da retenção', () => {
  beforeAll(() => database.query(`UPDATE espacos SET retencao_segundos = 1 WHERE nome = 'Cabine Relâmpago'`));

  it('sem pagamento, cancela, libera o espaço e encerra a cobrança', async () => {
    const quando = periodo(10);
    const { body } = await reservar(espaco('Cabine Relâmpago'), quando);
    const cancelada = await comStatus(body.id, 'CANCELADA');
    expect(cancelada.motivo).toBe('PAGAMENTO_EXPIRADO');
    expect(Date.parse(cancelada.expiraEm)).toBeLessThanOrEqual(Date.now());
    await eventually(() => publicadas('cobranca.cancelar.v1', body.id).length > 0);
    expect((await reservar(espaco('Cabine Relâmpago'), quando)).status).toBe(201);
  });

  it('depois de um cartão recusado, o motivo é a recusa', async () => {
    const { body } = await reservar(espaco('Cabine Relâmpago'), periodo(10));
    await broker.publish('pagamento.recusado.v1', {
      ...pagamento(body.id, body.valorCentavos),
      motivo: 'card_declined',
    });
    expect(await comStatus(body.id, 'CANCELADA')).toMatchObject({ motivo: 'PAGAMENTO_RECUSADO' });
  });

  it('o pagamento tardio retoma o horário que ainda está livre', async () => {
    const { body } = await reservar(espaco('Cabine Relâmpago'), periodo(10));
    await comStatus(body.id, 'CANCELADA');
    await broker.publish('pagamento.aprovado.v1', {
      ...pagamento(body.id, body.valorCentavos),
      aprovadoEm: new Date().toISOString(),
    });
    expect(await comStatus(body.id, 'CONFIRMADA')).toMatchObject({ motivo: null });
    expect(publicadas('estorno.criar.v1', body.id)).toHaveLength(0);
  });

  it('o pagamento tardio de um horário que outro tomou é devolvido inteiro', async () => {
    const quando = periodo(10);
    const { body } = await reservar(espaco('Cabine Relâmpago'), quando);
    await comStatus(body.id, 'CANCELADA');
    await database.query(`UPDATE espacos SET retencao_segundos = 900 WHERE nome = 'Cabine Relâmpago'`);
    expect((await reservar(espaco('Cabine Relâmpago'), quando)).status).toBe(201);
    await broker.publish('pagamento.aprovado.v1', {
      ...pagamento(body.id, body.valorCentavos),
      aprovadoEm: new Date().toISOString(),
    });
    const [estorno] = await eventually(() => {
      const estornos = publicadas('estorno.criar.v1', body.id);
      return estornos.length > 0 && estornos;
    });
    expect(estorno?.data).toMatchObject({ valorCentavos: body.valorCentavos, motivo: 'PAGAMENTO_TARDIO' });
    expect(await obter(body.id)).toMatchObject({ status: 'CANCELADA' });
  });
});

describe('cancelamento', () => {
  async function confirmada(quando = periodo(10)) {
    const { body } = await reservar(espaco('Sala Ipê'), quando);
    await broker.publish('pagamento.aprovado.v1', { ...pagamento(body.id), aprovadoEm: new Date().toISOString() });
    await comStatus(body.id, 'CONFIRMADA');
    return body;
  }

  it('com antecedência, devolve tudo e libera o espaço', async () => {
    const { id, inicio, fim } = await confirmada();
    const { status, body } = await app.post<ReservaHttp>(`/v1/reservas/${id}/cancelamento`, undefined, { token });
    expect([status, body.status, body.motivo, body.reembolsoCentavos]).toEqual([200, 'CANCELADA', 'CLIENTE', 9_000]);
    await eventually(() => publicadas('estorno.criar.v1', id).length === 1);
    expect((await reservar(espaco('Sala Ipê'), { inicio, fim })).status).toBe(201);
  });

  it('uma segunda vez é recusado com o motivo', async () => {
    const { id } = await confirmada();
    await app.post(`/v1/reservas/${id}/cancelamento`, undefined, { token });
    const { status, body } = await app.post(`/v1/reservas/${id}/cancelamento`, undefined, { token });
    expect([status, body['code']]).toEqual([409, 'reservas.ja-cancelada']);
  });

  it('contra o pagamento que chega ao mesmo tempo: cancelada e com o dinheiro de volta, em qualquer ordem', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 8; i++) {
      const { body } = await reservar(espaco('Sala Ipê'), periodo(10));
      ids.push(body.id);
    }
    await Promise.all(
      ids.flatMap((id) => [
        broker.publish('pagamento.aprovado.v1', { ...pagamento(id), aprovadoEm: new Date().toISOString() }),
        app.post(`/v1/reservas/${id}/cancelamento`, undefined, { token }),
      ]),
    );
    for (const id of ids) {
      expect(await obter(id)).toMatchObject({ status: 'CANCELADA', motivo: 'CLIENTE' });
      const [estorno] = await eventually(() => {
        const estornos = publicadas('estorno.criar.v1', id);
        return estornos.length > 0 && estornos;
      });
      expect(estorno?.data.valorCentavos).toBe(9_000);
      expect(publicadas('estorno.criar.v1', id)).toHaveLength(1);
    }
  });
});

describe('mensagens', () => {
  it('a mesma aprovação três vezes, e outra mensagem com o mesmo pagamento, têm um efeito só', async () => {
    const { body } = await reservar(espaco('Sala Ipê'), periodo(10));
    const data = { ...pagamento(body.id), aprovadoEm: new Date().toISOString() };
    const id = randomUUID();
    await Promise.all([1, 2, 3].map(() => broker.publish('pagamento.aprovado.v1', data, { id })));
    await broker.publish('pagamento.aprovado.v1', data);
    await comStatus(body.id, 'CONFIRMADA');
    await eventually(async () => (await database.query('SELECT FROM inbox WHERE mensagem_id = $1', [id])).length === 1);
    await eventually(() => publicadas('reserva.confirmada.v1', body.id).length === 1);
    expect(publicadas('estorno.criar.v1', body.id)).toHaveLength(0);
    expect((await obter(body.id)).versao).toBe(2);
  });

  it('as venenosas vão à DLQ, e as vizinhas passam', async () => {
    const antes = await broker.deadLetterCount();
    const { body } = await reservar(espaco('Sala Ipê'), periodo(10));
    await broker.publishRaw(EVENTS_EXCHANGE, 'pagamento.aprovado', Buffer.from('isto não é JSON'));
    await broker.publishRaw(EVENTS_EXCHANGE, 'pagamento.aprovado', Buffer.from(JSON.stringify({ specversion: '1.0' })));
    await broker.publish('pagamento.aprovado.v1', { reservaId: body.id } as never);
    await broker.publish('pagamento.aprovado.v1', { ...pagamento(randomUUID()), aprovadoEm: new Date().toISOString() });
    await broker.publish('pagamento.aprovado.v1', { ...pagamento(body.id), aprovadoEm: new Date().toISOString() });
    await comStatus(body.id, 'CONFIRMADA');
    await eventually(async () => (await broker.deadLetterCount()) === antes + 4);
  });
});

describe('um pagamento que não é o que se pediu', () => {
  const agora = () => ({ aprovadoEm: new Date().toISOString() });

  it('vai à DLQ e não confirma a reserva, que o pagamento certo ainda confirma', async () => {
    const antes = await broker.deadLetterCount();
    const { body } = await reservar(espaco('Sala Ipê'), periodo(10));
    const certo = { ...pagamento(body.id), ...agora() };
    await broker.publish('pagamento.criado.v1', { ...pagamento(body.id), metodos: ['CARTAO'] });
    await eventually(async () => (await situacaoDaSaga(body.id)).cobradas[0]?.pagamentoId === certo.pagamentoId);
    await broker.publish('pagamento.aprovado.v1', { ...certo, valorCentavos: 1 });
    await broker.publish('pagamento.aprovado.v1', { ...certo, valorCentavos: 90_000 });
    await broker.publish('pagamento.aprovado.v1', { ...certo, moeda: 'USD' as never });
    await broker.publish('pagamento.aprovado.v1', { ...certo, pagamentoId: randomUUID() });
    await broker.publish('pagamento.aprovado.v1', { ...certo, parcela: 2 });
    await broker.publish('pagamento.cancelado.v1', { ...pagamento(body.id), pagamentoId: randomUUID() });
    await eventually(async () => (await broker.deadLetterCount()) === antes + 6);
    expect(await obter(body.id)).toMatchObject({ status: 'PENDENTE_PAGAMENTO', versao: body.versao });
    expect(publicadas('estorno.criar.v1', body.id)).toHaveLength(0);
    await broker.publish('pagamento.aprovado.v1', certo);
    await comStatus(body.id, 'CONFIRMADA');
  });

  const situacaoDaSaga = async (cobrancaId: string) => {
    const [saga] = await database.query<{ estado: { cobradas: readonly { pagamentoId?: string }[] } }>(
      'SELECT estado FROM sagas WHERE chave = $1',
      [cobrancaId],
    );
    if (!saga) throw new Error('não há saga');
    return saga.estado;
  };
});

describe('entradas ruins não mudam nada e dizem por quê', () => {
  const total = async () => (await database.query('SELECT FROM reservas')).length;

  it.each([
    ['campo desconhecido', { valorCentavos: 1 }, 400, 'requisicao.invalida'],
    ['tipo errado', { espacoId: 7 }, 400, 'requisicao.invalida'],
    ['instante sem deslocamento', { inicio: '2030-01-01T10:00:00' }, 400, 'requisicao.invalida'],
    ['fuso que não existe', { fuso: 'America/Atlantida' }, 400, 'requisicao.invalida'],
    ['fuso de outro lugar', { fuso: 'Asia/Kathmandu' }, 422, 'reservas.fuso-diferente'],
    ['fim antes do início', { fim: '2020-01-01T10:00:00Z' }, 422, 'reservas.periodo-invalido'],
    [
      'período no passado',
      { inicio: '2020-01-01T10:00:00Z', fim: '2020-01-01T11:00:00Z' },
      422,
      'reservas.periodo-no-passado',
    ],
    ['espaço que não existe', { espacoId: randomUUID() }, 404, 'reservas.espaco-inexistente'],
  ])('%s', async (_nome, mudanca, status, code) => {
    const antes = await total();
    const corpo = { espacoId: espaco('Sala Ipê'), ...periodo(10), ...mudanca };
    const resposta = await app.post('/v1/reservas', corpo, { token });
    expect([resposta.status, resposta.body['code']]).toEqual([status, code]);
    expect(resposta.headers.get('content-type')).toContain('application/problem+json');
    expect(await total()).toBe(antes);
  });

  it.each([
    ['curto demais', periodo(10, 0.25), 'reservas.duracao-fora-do-permitido'],
    ['longo demais', periodo(8, 9), 'reservas.duracao-fora-do-permitido'],
    ['fora da grade', periodo(10.25, 1), 'reservas.inicio-fora-da-grade'],
    ['antes de abrir', periodo(6, 2), 'reservas.fora-do-horario'],
  ])('período %s', async (_nome, quando, code) => {
    const { status, body } = await reservar(espaco('Sala Ipê'), quando);
    expect([status, (body as unknown as { code: string }).code]).toEqual([422, code]);
  });

  it.each([
    ['JSON quebrado', '{"espacoId":', 400, 'requisicao.json-invalido'],
    ['corpo vazio', '', 400, 'requisicao.invalida'],
  ])('%s', async (_nome, corpo, status, code) => {
    const resposta = await app.send('POST', '/v1/reservas', { body: corpo, token });
    expect([resposta.status, resposta.body['code']]).toEqual([status, code]);
  });

  it('consulta com parâmetro estranho, cursor alheio ou intervalo grande demais', async () => {
    const casos = [
      ['/v1/espacos?ordem=preco', 400, 'requisicao.invalida'],
      ['/v1/espacos?cursor=abc', 400, 'requisicao.cursor-invalido'],
      [
        `/v1/espacos/${espaco('Sala Ipê')}/disponibilidade?de=2030-01-01T00:00:00Z&ate=2031-01-01T00:00:00Z`,
        422,
        'requisicao.intervalo-grande-demais',
      ],
      ['/v1/espacos/nao-e-uuid', 400, 'requisicao.invalida'],
      ['/v1/nada', 404, 'requisicao.nao-encontrada'],
    ] as const;
    for (const [caminho, status, code] of casos) {
      const resposta = await app.get(caminho);
      expect([caminho, resposta.status, resposta.body['code']]).toEqual([caminho, status, code]);
    }
  });

  it('sem token, ou com token vencido, de outro emissor ou de outro público', async () => {
    const casos = [
      [undefined, 'auth.token-ausente'],
      ['lixo', 'auth.token-invalido'],
      [await issuer.token(clienteId, ['CLIENTE'], { expiresIn: '-1m' }), 'auth.token-expirado'],
      [await issuer.token(clienteId, ['CLIENTE'], { claims: { iss: 'http://outro' } }), 'auth.token-invalido'],
      [await issuer.token(clienteId, ['CLIENTE'], { claims: { aud: 'outro' } }), 'auth.token-invalido'],
      [await issuer.token(clienteId, ['CLIENTE'], { header: { typ: 'JWT' } }), 'auth.token-invalido'],
    ] as const;
    for (const [ruim, code] of casos) {
      const resposta = await app.get('/v1/reservas', ruim === undefined ? {} : { token: ruim });
      expect([resposta.status, resposta.body['code']]).toEqual([401, code]);
    }
  });
});

describe('acesso', () => {
  it('as próprias reservas vêm em páginas, as mais novas primeiro, por estado e por espaço', async () => {
    const onde = [espaco('Sala Ipê'), espaco('Sala Guanabara')] as const;
    const feitas: string[] = [];
    for (const qual of [onde[0], onde[0], onde[1]]) feitas.unshift((await reservar(qual, periodo(10))).body.id);
    await app.post(`/v1/reservas/${feitas[2] ?? ''}/cancelamento`, undefined, { token });
    const listar = async (filtro = '') =>
      (await app.everyPage<ReservaHttp>(`/v1/reservas${filtro}`, 2, { token })).map(({ id }) => id);
    expect(await listar()).toEqual(feitas);
    expect(await listar('?status=CANCELADA')).toEqual(feitas.slice(2));
    expect(await listar(`?referencia=${feitas[0]?.slice(-8)}`)).toEqual(feitas.slice(0, 1));
    expect(await listar(`?referencia=${feitas[0]?.slice(-8)}&status=CANCELADA`)).toEqual([]);
    expect(await listar(`?espacoId=${onde[0]}`)).toEqual(feitas.slice(1));
    expect(await listar(`?espacoId=${onde[1]}&status=CANCELADA`)).toEqual([]);
  });

  it('a reserva de outro não se vê nem se cancela; quem administra vê todas', async () => {
    const { body } = await reservar(espaco('Sala Ipê'), periodo(10));
    const estranho = await issuer.token(randomUUID());
    for (const resposta of [
      await app.get(`/v1/reservas/${body.id}`, { token: estranho }),
      await app.post(`/v1/reservas/${body.id}/cancelamento`, undefined, { token: estranho }),
    ])
      expect([resposta.status, resposta.body['code']]).toEqual([404, 'reservas.reserva-inexistente']);
    expect((await app.get<ReservasHttp>('/v1/reservas', { token: estranho })).body.itens).toEqual([]);
    const admin = await issuer.token(randomUUID(), ['ADMIN']);
    expect((await app.get<ReservasHttp>('/v1/reservas', { token: admin })).body.itens[0]?.id).toBe(body.id);
  });
});
