import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NovaSerieHttp, ReservaHttp, SerieCriadaHttp, SerieHttp } from '@plataforma/contracts';
import { eventually, type TestResponse } from '@plataforma/testing';
import { type Periodo, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

const SALA = 'Sala Ipê';
let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 5;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia += 20;
});

const sala = () => reservas.espaco(SALA);
const as = (hora: number, depois = 0) => reservas.periodo(dia + depois, hora);

const criar = (
  campos: Partial<NovaSerieHttp> & Partial<Periodo> = {},
  pessoa = ana,
): Promise<TestResponse<SerieCriadaHttp>> =>
  reservas.app.post<SerieCriadaHttp>(
    '/v1/series',
    { espacoId: sala(), ...as(10), regra: 'FREQ=DAILY;COUNT=4', ...campos },
    { token: pessoa.token },
  );
const post = (serieId: string, rota: string, corpo: object) =>
  reservas.app.post<SerieHttp>(`/v1/series/${serieId}/${rota}`, corpo, { token: ana.token });
const obter = async (id: string) =>
  (await reservas.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: ana.token })).body;
const status = async ({ reservas: ids }: SerieHttp) => Promise.all(ids.map(async (id) => (await obter(id)).status));
const pagar = (cobrancaId: string, valorCentavos: number, parcela = 1) =>
  reservas.broker.publish('pagamento.aprovado.v1', {
    pagamentoId: randomUUID(),
    reservaId: cobrancaId,
    parcela,
    valorCentavos,
    moeda: 'BRL',
    aprovadoEm: new Date().toISOString(),
  });
const comandos = (tipo: 'cobranca.criar.v1' | 'estorno.criar.v1', cobrancaId: string) =>
  reservas.broker
    .publishedOf(tipo)
    .map(({ data }) => data)
    .filter(({ reservaId }) => reservaId === cobrancaId);

/** A series that is charged at once, and paid. */
async function paga(): Promise<SerieHttp> {
  const { serie } = (await criar({ cobranca: 'SERIE' })).body;
  await pagar(serie.id, 36_000);
  for (const id of serie.reservas) await reservas.comStatus(id, 'CONFIRMADA');
  return serie;
}

describe('criar', () => {
  it('reserva cada ocorrência, à mesma hora local, e diz o que foi feito de cada uma', async () => {
    const { status: http, body } = await criar();
    expect(http).toBe(201);
    expect(body.ocorrencias.map(({ inicio, resultado }) => [inicio, resultado])).toEqual(
      [0, 1, 2, 3].map((depois) => [as(10, depois).inicio, 'RESERVADA']),
    );
    expect(body.serie.reservas).toEqual(body.ocorrencias.map(({ reservaId }) => reservaId));
    for (const id of body.serie.reservas)
      expect(await obter(id)).toMatchObject({ serieId: body.serie.id, cobrancaId: id, valorCentavos: 9_000 });
  });

  it('TUDO_OU_NADA: uma ocorrência que não cabe, e nenhuma é reservada', async () => {
    await reservas.reservar(await reservas.pessoa(), sala(), as(10, 2));
    const resposta = await criar();
    expect(recusa(resposta)).toEqual([409, 'reservas.serie-com-conflitos']);
    const { ocorrencias } = resposta.body;
    expect(ocorrencias.map(({ codigo }) => codigo)).toEqual([null, null, 'reservas.espaco-indisponivel', null]);
    const { length } = await reservas.database.query('SELECT FROM reservas WHERE cliente_id = $1', [ana.id]);
    expect(length).toBe(0);
  });

  it('PULAR_CONFLITOS: reserva as que cabem e diz por que as outras não', async () => {
    await reservas.reservar(await reservas.pessoa(), sala(), as(10, 2));
    const { body } = await criar({ modo: 'PULAR_CONFLITOS' });
    expect(body.ocorrencias.map(({ resultado }) => resultado)).toEqual([
      'RESERVADA',
      'RESERVADA',
      'RECUSADA',
      'RESERVADA',
    ]);
    expect(body.ocorrencias[2]).toMatchObject({ codigo: 'reservas.espaco-indisponivel', reservaId: null });
    expect(body.serie.reservas).toHaveLength(3);
  });

  it.each([
    ['FREQ=DAILY', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=HOURLY;COUNT=3', 'reservas.regra-de-recorrencia-invalida'],
    ['COUNT=3', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=DAILY;COUNT=3\nEXDATE:20261201T000000Z', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=DAILY;UNTIL=20200101T000000Z', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=DAILY;COUNT=105', 'reservas.ocorrencias-demais'],
  ])('recusa a regra %j', async (regra, codigo) => {
    expect(recusa(await criar({ regra }))).toEqual([422, codigo]);
  });

  it('duas pessoas que pedem séries que se cruzam: as ocorrências se dividem, nenhuma é de duas', async () => {
    const pessoas = await reservas.pessoas(6);
    const respostas = await Promise.all(
      pessoas.map((pessoa, i) =>
        criar({ ...as(10, i % 3), modo: 'PULAR_CONFLITOS', regra: 'FREQ=DAILY;COUNT=8' }, pessoa),
      ),
    );
    expect(respostas.map(({ status: http }) => http).filter((http) => http !== 201 && http !== 409)).toEqual([]);
    const sobrepostas = await reservas.database.query(
      `SELECT FROM ocupacoes a JOIN ocupacoes b ON a.unidade_id = b.unidade_id AND a.id < b.id AND a.periodo && b.periodo`,
    );
    expect(sobrepostas).toHaveLength(0);
    const reservadas = respostas
      .flatMap(({ body }) => body.ocorrencias)
      .filter(({ resultado }) => resultado === 'RESERVADA');
    expect(new Set(reservadas.map(({ inicio }) => inicio)).size).toBe(reservadas.length);
    expect(reservadas).toHaveLength(10);
  });

  it('de outra pessoa, não se vê nem se muda', async () => {
    const { serie } = (await criar()).body;
    const fora = await reservas.pessoa();
    const resposta = await reservas.app.get(`/v1/series/${serie.id}`, { token: fora.token });
    expect(recusa(resposta)).toEqual([404, 'reservas.serie-inexistente']);
    const cancelada = await reservas.app.post(
      `/v1/series/${serie.id}/cancelamento`,
      { escopo: 'TODAS' },
      { token: fora.token },
    );
    expect(recusa(cancelada)).toEqual([404, 'reservas.serie-inexistente']);
    const minhas = await reservas.app.get<{ itens: SerieHttp[] }>('/v1/series', { token: ana.token });
    expect(minhas.body.itens.map(({ id }) => id)).toEqual([serie.id]);
    const alheia = (await criar(as(14), fora)).body.serie.reservas[0];
    for (const escopo of ['ESTA', 'TODAS'])
      expect(recusa(await post(serie.id, 'cancelamento', { escopo, reservaId: alheia }))).toEqual([
        404,
        'reservas.reserva-inexistente',
      ]);
    expect(new Set(await status(serie))).toEqual(new Set(['PENDENTE_PAGAMENTO']));
  });

  it('são listadas em páginas, as mais novas primeiro', async () => {
    const feitas = [];
    for (const hora of [8, 10, 12])
      feitas.unshift((await criar({ ...as(hora), regra: 'FREQ=DAILY;COUNT=1' })).body.serie.id);
    const vistas = await reservas.app.everyPage<SerieHttp>('/v1/series', 2, { token: ana.token });
    expect(vistas.map(({ id }) => id)).toEqual(feitas);
  });
});

describe('uma cobrança para a série', () => {
  it('cobra a soma, e o pagamento confirma todas', async () => {
    const { serie } = (await criar({ cobranca: 'SERIE' })).body;
    await eventually(() => comandos('cobranca.criar.v1', serie.id).length === 1);
    expect(comandos('cobranca.criar.v1', serie.id)).toMatchObject([{ valorCentavos: 36_000, finalidade: 'INTEGRAL' }]);
    await pagar(serie.id, 36_000);
    for (const id of serie.reservas) await reservas.comStatus(id, 'CONFIRMADA');
  });

  it('antes de paga só se cancela inteira', async () => {
    const { serie } = (await criar({ cobranca: 'SERIE' })).body;
    const [, segunda] = serie.reservas;
    expect(recusa(await post(serie.id, 'cancelamento', { escopo: 'ESTA', reservaId: segunda }))).toEqual([
      409,
      'reservas.serie-aguarda-pagamento',
    ]);
    expect((await post(serie.id, 'cancelamento', { escopo: 'TODAS' })).status).toBe(200);
    expect(new Set(await status(serie))).toEqual(new Set(['CANCELADA']));
  });

  it('depois, cancelar uma parte devolve a parte', async () => {
    const serie = await paga();
    const [primeira, segunda] = serie.reservas;
    await post(serie.id, 'cancelamento', { escopo: 'ESTA', reservaId: primeira });
    await eventually(() => comandos('estorno.criar.v1', serie.id).length === 1);
    expect(await status(serie)).toEqual(['CANCELADA', 'CONFIRMADA', 'CONFIRMADA', 'CONFIRMADA']);
    await post(serie.id, 'cancelamento', { escopo: 'ESTA_E_SEGUINTES', reservaId: segunda });
    await eventually(() => comandos('estorno.criar.v1', serie.id).length === 2);
    expect(comandos('estorno.criar.v1', serie.id).map(({ valorCentavos }) => valorCentavos)).toEqual([9_000, 27_000]);
    expect(new Set(await status(serie))).toEqual(new Set(['CANCELADA']));
    expect(recusa(await post(serie.id, 'cancelamento', { escopo: 'TODAS' }))).toEqual([409, 'reservas.ja-encerrada']);
  });

  it('mudar todas de horário para um mais caro espera uma diferença só, e muda todas ao mesmo tempo', async () => {
    const serie = await paga();
    const { inicio } = as(10, 1);
    const fim = new Date(Date.parse(inicio) + 2 * 3_600_000).toISOString();
    const [, segunda] = serie.reservas;
    const resposta = await post(serie.id, 'remarcacao', { escopo: 'TODAS', reservaId: segunda, inicio, fim });
    expect(resposta.status).toBe(200);
    await eventually(() => comandos('cobranca.criar.v1', serie.id).length === 2);
    expect(comandos('cobranca.criar.v1', serie.id)[1]).toMatchObject({
      valorCentavos: 36_000,
      finalidade: 'DIFERENCA',
    });
    await pagar(serie.id, 36_000, 2);
    for (const id of serie.reservas)
      await eventually(async () => {
        const { remarcacao, valorCentavos, pagoCentavos } = await obter(id);
        return remarcacao === null && valorCentavos === 18_000 && pagoCentavos === 18_000;
      });
  });
});

describe('mudar e cancelar ocorrências', () => {
  async function confirmadas() {
    const { serie } = (await criar()).body;
    for (const id of serie.reservas) await pagar(id, 9_000);
    for (const id of serie.reservas) await reservas.comStatus(id, 'CONFIRMADA');
    return serie;
  }
  const inicios = async ({ reservas: ids }: SerieHttp) => Promise.all(ids.map(async (id) => (await obter(id)).inicio));

  it('esta e as seguintes passam um dia para a frente, cada uma para onde a outra estava', async () => {
    const serie = await confirmadas();
    const [, segunda] = serie.reservas;
    const corpo = { escopo: 'ESTA_E_SEGUINTES', reservaId: segunda, ...as(10, 2) };
    expect((await post(serie.id, 'remarcacao', corpo)).status).toBe(200);
    expect(await inicios(serie)).toEqual([0, 2, 3, 4].map((depois) => as(10, depois).inicio));
  });

  it('se uma não pode mudar, nenhuma muda', async () => {
    const serie = await confirmadas();
    await reservas.reservar(await reservas.pessoa(), sala(), as(15, 3));
    const corpo = { escopo: 'TODAS', reservaId: serie.reservas[0], ...as(15) };
    expect(recusa(await post(serie.id, 'remarcacao', corpo))).toEqual([409, 'reservas.espaco-indisponivel']);
    expect(await inicios(serie)).toEqual([0, 1, 2, 3].map((depois) => as(10, depois).inicio));
  });

  it('antes de paga, cada uma se cancela por si, ou todas', async () => {
    const { serie } = (await criar()).body;
    const segunda = serie.reservas[1];
    expect((await post(serie.id, 'cancelamento', { escopo: 'ESTA', reservaId: segunda })).status).toBe(200);
    expect(await status(serie)).toEqual([
      'PENDENTE_PAGAMENTO',
      'CANCELADA',
      'PENDENTE_PAGAMENTO',
      'PENDENTE_PAGAMENTO',
    ]);
    expect((await post(serie.id, 'cancelamento', { escopo: 'TODAS' })).status).toBe(200);
    expect(new Set(await status(serie))).toEqual(new Set(['CANCELADA']));
  });

  it('cancelar esta deixa as outras', async () => {
    const serie = await confirmadas();
    await post(serie.id, 'cancelamento', { escopo: 'ESTA', reservaId: serie.reservas[2] });
    expect(await status(serie)).toEqual(['CONFIRMADA', 'CONFIRMADA', 'CANCELADA', 'CONFIRMADA']);
    expect(recusa(await post(serie.id, 'cancelamento', { escopo: 'ESTA', reservaId: randomUUID() }))).toEqual([
      404,
      'reservas.reserva-inexistente',
    ]);
  });
});
