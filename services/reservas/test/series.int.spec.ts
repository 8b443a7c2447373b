import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  NovaSerieHttp,
  PrecosDaSerieHttp,
  PreviaDeCancelamentoDaSerieHttp,
  PreviaDeRemarcacaoDaSerieHttp,
  ReservaHttp,
  SerieCriadaHttp,
  SerieHttp,
} from '@plataforma/contracts';
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

  it('antes de reservar, diz o preço de cada data, que é o que depois se cobra', async () => {
    const pedido = { espacoId: sala(), ...as(10), regra: 'FREQ=DAILY;COUNT=4', excecoes: [] };
    const precos = await reservas.app.post<PrecosDaSerieHttp>('/v1/series/precos', pedido, { token: ana.token });
    expect(precos.body.totalCentavos).toBe(36_000);
    const { body } = await criar();
    const feitas = await Promise.all(body.serie.reservas.map(obter));
    expect(precos.body.ocorrencias).toEqual(
      feitas.map(({ inicio, fim, valorCentavos }) => ({ inicio, fim, valorCentavos })),
    );
    const estranha = await reservas.app.post(
      '/v1/series/precos',
      { ...pedido, regra: 'COUNT=3' },
      { token: ana.token },
    );
    expect(recusa(estranha)).toEqual([422, 'reservas.regra-de-recorrencia-invalida']);
  });

  it('TUDO_OU_NADA: uma ocorrência que não cabe, e nenhuma é reservada', async () => {
    await reservas.reservar(await reservas.pessoa(), sala(), as(10, 2));
    const resposta = await criar();
    expect(recusa(resposta)).toEqual([409, 'reservas.serie-com-conflitos']);
    const { ocorrencias } = resposta.body;
    // Nothing that was not reserved is told as reserved.
    expect(ocorrencias).toEqual([
      expect.objectContaining({ resultado: 'RECUSADA', codigo: 'reservas.espaco-indisponivel', reservaId: null }),
    ]);
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
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=DAILY;UNTIL=20200101T000000Z', 'reservas.regra-de-recorrencia-invalida'],
    ['FREQ=DAILY;COUNT=105', 'reservas.ocorrencias-demais'],
  ])('recusa a regra %j', async (regra, codigo) => {
    expect(recusa(await criar({ regra }))).toEqual([422, codigo]);
  });

  it('uma regra é uma linha só: o que viria na seguinte é recusado', async () => {
    const regra = 'FREQ=DAILY;COUNT=3\nEXDATE:20261201T000000Z';
    expect(recusa(await criar({ regra }))).toEqual([422, 'reservas.regra-de-recorrencia-invalida']);
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

  it('sem dizer a partir de qual, não se muda', async () => {
    const { serie } = (await criar()).body;
    for (const escopo of ['ESTA', 'ESTA_E_SEGUINTES'])
      for (const [rota, quando] of [
        ['cancelamento', {}],
        ['remarcacao', as(16)],
      ] as const)
        expect(await post(serie.id, rota, { escopo, ...quando })).toMatchObject({
          status: 400,
          body: { code: 'requisicao.invalida', erros: [{ campo: 'reservaId', mensagem: 'obrigatório' }] },
        });
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

  it('antes de cancelar se diz quantas seriam e o que volta; se já não for isso, nada se cancela', async () => {
    const serie = await paga();
    const [, segunda] = serie.reservas;
    const prever = (consulta: string, pessoa = ana) =>
      reservas.app.get<PreviaDeCancelamentoDaSerieHttp>(`/v1/series/${serie.id}/cancelamento?${consulta}`, {
        token: pessoa.token,
      });
    const seguintes = `escopo=ESTA_E_SEGUINTES&reservaId=${segunda}`;
    expect((await prever(seguintes)).body).toMatchObject({
      ocorrencias: 3,
      reembolsoCentavos: 27_000,
      retidoCentavos: 0,
    });
    expect(recusa(await prever('escopo=TODAS', await reservas.pessoa()))).toEqual([404, 'reservas.serie-inexistente']);
    const cancelar = (reembolsoEsperadoCentavos: number) =>
      post(serie.id, 'cancelamento', { escopo: 'ESTA_E_SEGUINTES', reservaId: segunda, reembolsoEsperadoCentavos });
    expect(recusa(await cancelar(26_000))).toEqual([409, 'reservas.reembolso-mudou']);
    expect(new Set(await status(serie))).toEqual(new Set(['CONFIRMADA']));
    expect((await cancelar(27_000)).status).toBe(200);
    expect(await status(serie)).toEqual(['CONFIRMADA', 'CANCELADA', 'CANCELADA', 'CANCELADA']);
  });

  it('as suas reservas se listam por ela, e são só as suas', async () => {
    const { serie } = (await criar()).body;
    await reservas.reservar(ana, sala(), as(15));
    const listar = (pessoa: Pessoa) =>
      reservas.app.everyPage<ReservaHttp>(`/v1/reservas?serieId=${serie.id}`, 3, { token: pessoa.token });
    expect((await listar(ana)).map(({ id }) => id).sort()).toEqual([...serie.reservas].sort());
    expect(await listar(await reservas.pessoa())).toEqual([]);
    const [primeira = ''] = serie.reservas;
    const [achada] = (
      await reservas.app.get<{ itens: ReservaHttp[] }>(
        `/v1/reservas?serieId=${serie.id}&referencia=${primeira.slice(-8)}`,
        { token: ana.token },
      )
    ).body.itens;
    expect(achada?.id).toBe(primeira);
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
    const previa = await reservas.app.get<PreviaDeRemarcacaoDaSerieHttp>(
      `/v1/series/${serie.id}/remarcacao?${new URLSearchParams({ escopo: 'TODAS', reservaId: segunda ?? '', inicio, fim }).toString()}`,
      { token: ana.token },
    );
    expect(previa.body).toMatchObject({ aPagarCentavos: 36_000, reembolsoCentavos: 0, ficam: 0 });
    expect(previa.body.mudam.map(({ valorCentavos }) => valorCentavos)).toEqual([18_000, 18_000, 18_000, 18_000]);
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

describe('aprovação de uma série', () => {
  async function pedida(cobranca: 'SERIE' | 'OCORRENCIA' = 'SERIE') {
    const { id: espacoId } = await reservas.publicado({ requerAprovacao: true });
    return (await criar({ espacoId, cobranca })).body.serie;
  }
  const responder = (reservaId: string | undefined, corpo: object) =>
    reservas.app.post<ReservaHttp>(`/v1/reservas/${reservaId}/aprovacao`, corpo, { token: reservas.admin.token });
  const negar = (reservaId: string | undefined, mais = {}) =>
    responder(reservaId, { aprovada: false, justificativa: 'Em obras', ...mais });

  it('paga de uma vez, cada ocorrência tem a sua resposta, e cobra-se a soma das aprovadas quando todas a têm', async () => {
    const serie = await pedida();
    const [primeira, segunda, terceira, quarta] = serie.reservas;
    expect((await responder(primeira, { aprovada: true })).body).toMatchObject({ status: 'PENDENTE_PAGAMENTO' });
    expect((await negar(segunda)).body).toMatchObject({ status: 'CANCELADA', motivo: 'ADMIN' });
    expect(await status(serie)).toEqual([
      'PENDENTE_PAGAMENTO',
      'CANCELADA',
      'PENDENTE_APROVACAO',
      'PENDENTE_APROVACAO',
    ]);
    for (const respondida of [primeira, segunda])
      for (const outra of [await responder(respondida, { aprovada: true }), await negar(respondida)])
        expect(recusa(outra)).toEqual([409, 'reservas.nao-aguarda-aprovacao']);
    await responder(terceira, { aprovada: true });
    expect(comandos('cobranca.criar.v1', serie.id)).toEqual([]);
    await negar(quarta);
    const [cobranca] = await eventually(() => {
      const achadas = comandos('cobranca.criar.v1', serie.id);
      return achadas.length > 0 && achadas;
    });
    expect(cobranca).toMatchObject({ valorCentavos: 18_000, descricao: expect.stringMatching(/\(2 ocorrências\)$/) });
    const prazos = await Promise.all([primeira, terceira].map(async (id) => (await obter(id ?? '')).expiraEm));
    expect(new Set(prazos)).toEqual(new Set([(cobranca as { expiraEm?: string } | undefined)?.expiraEm]));
    await pagar(serie.id, 18_000);
    for (const id of [primeira, terceira]) await reservas.comStatus(id ?? '', 'CONFIRMADA');
    expect(await status(serie)).toEqual(['CONFIRMADA', 'CANCELADA', 'CONFIRMADA', 'CANCELADA']);
  });

  it('vencido o prazo da resposta, as aprovadas são cobradas, e as sem resposta, negadas', async () => {
    const serie = await pedida();
    await responder(serie.reservas[0], { aprovada: true });
    await reservas.database.query('UPDATE sagas SET prazo = now() WHERE chave = $1', [serie.id]);
    await eventually(() => comandos('cobranca.criar.v1', serie.id).length === 1);
    expect(comandos('cobranca.criar.v1', serie.id)).toMatchObject([{ valorCentavos: 9_000 }]);
    expect(await status(serie)).toEqual(['PENDENTE_PAGAMENTO', 'CANCELADA', 'CANCELADA', 'CANCELADA']);
  });

  it('negadas todas, uma por uma, nada se cobra', async () => {
    const serie = await pedida();
    for (const id of serie.reservas) await negar(id);
    expect(new Set(await status(serie))).toEqual(new Set(['CANCELADA']));
    const [saga] = await reservas.database.query(`SELECT estado ->> 'passo' AS passo FROM sagas WHERE chave = $1`, [
      serie.id,
    ]);
    expect(saga).toEqual({ passo: 'ENCERRADA' });
    expect(comandos('cobranca.criar.v1', serie.id)).toEqual([]);
  });

  it('o dinheiro tardio retoma as que esperavam por ele, e não as negadas', async () => {
    const serie = await pedida();
    const [primeira, ...outras] = serie.reservas;
    await negar(primeira);
    for (const id of outras) await responder(id, { aprovada: true });
    for (const _ of ['a retenção', 'a conferência']) {
      const antes = await status(serie);
      await reservas.database.query('UPDATE sagas SET prazo = now() WHERE chave = $1', [serie.id]);
      await eventually(
        async () => String(await status(serie)) !== String(antes) || (await obter(outras[0] ?? '')).conferindoPagamento,
      );
    }
    await eventually(async () => (await status(serie)).every((uma) => uma === 'CANCELADA'));
    await pagar(serie.id, 27_000);
    for (const id of outras) await reservas.comStatus(id, 'CONFIRMADA');
    expect((await obter(primeira ?? '')).status).toBe('CANCELADA');
  });

  it.each(['SERIE', 'OCORRENCIA'] as const)('TODAS responde de uma vez às que esperam (%s)', async (cobranca) => {
    const serie = await pedida(cobranca);
    await negar(serie.reservas[0]);
    expect((await responder(serie.reservas[1], { aprovada: true, escopo: 'TODAS' })).status).toBe(200);
    expect(await status(serie)).toEqual([
      'CANCELADA',
      'PENDENTE_PAGAMENTO',
      'PENDENTE_PAGAMENTO',
      'PENDENTE_PAGAMENTO',
    ]);
    expect(recusa(await negar(serie.reservas[1], { escopo: 'TODAS' }))).toEqual([
      409,
      'reservas.nao-aguarda-aprovacao',
    ]);
  });
});

describe('uma série paga de uma vez em várias unidades', () => {
  /** Two occurrences at the same time, each on a unit of its own. */
  async function juntas(unidades: number) {
    const { id: espacoId } = await reservas.publicado({ quantidadeUnidades: unidades });
    const { serie } = (await criar({ espacoId, cobranca: 'SERIE', regra: 'FREQ=DAILY;COUNT=2' })).body;
    await pagar(serie.id, 18_000);
    for (const id of serie.reservas) await reservas.comStatus(id, 'CONFIRMADA');
    return { serie, segunda: serie.reservas[1] ?? '' };
  }
  const mover = (serie: SerieHttp, corpo: object) => post(serie.id, 'remarcacao', corpo);
  const unidadesDe = async (ids: readonly string[]) =>
    (
      await reservas.database.query<{ unidade_id: string }>(
        'SELECT DISTINCT unidade_id FROM ocupacoes WHERE reserva_id = ANY($1)',
        [ids],
      )
    ).length;

  it.each([
    ['na hora', 1],
    ['quando a diferença for paga', 2],
  ])('muda TODAS também para onde se cruzam, cada uma na sua unidade (%s)', async (_quando, horas) => {
    const { serie, segunda } = await juntas(2);
    expect((await mover(serie, { escopo: 'ESTA', reservaId: segunda, ...as(10) })).status).toBe(200);
    const alvo = reservas.periodo(dia, 11, horas);
    expect((await mover(serie, { escopo: 'TODAS', reservaId: segunda, ...alvo })).status).toBe(200);
    if (horas > 1) await pagar(serie.id, 18_000, 2);
    for (const id of serie.reservas)
      await eventually(async () => {
        const { inicio, fim, remarcacao } = await obter(id);
        return remarcacao === null && inicio === alvo.inicio && fim === alvo.fim;
      });
    expect(await unidadesDe(serie.reservas)).toBe(2);
    const sobrepostas = await reservas.database.query(
      `SELECT FROM ocupacoes a JOIN ocupacoes b ON a.unidade_id = b.unidade_id AND a.id < b.id AND a.periodo && b.periodo`,
    );
    expect(sobrepostas).toEqual([]);
  });

  it('não havendo unidade para uma delas, nenhuma muda', async () => {
    const { serie, segunda } = await juntas(2);
    await mover(serie, { escopo: 'ESTA', reservaId: segunda, ...as(10) });
    const { espaco } = await obter(segunda);
    await reservas.reservar(await reservas.pessoa(), espaco.id, as(12));
    for (const horas of [1, 2]) {
      const alvo = reservas.periodo(dia, 13 - horas, horas);
      expect(recusa(await mover(serie, { escopo: 'TODAS', reservaId: segunda, ...alvo }))).toEqual([
        409,
        'reservas.espaco-indisponivel',
      ]);
    }
    for (const id of serie.reservas) expect((await obter(id)).inicio).toBe(as(10).inicio);
  });

  it('numa unidade só, duas nunca mudam para o mesmo horário', async () => {
    const { serie, segunda } = await juntas(1);
    const alvo = { inicio: as(10, 1).inicio, fim: as(12, 1).fim };
    await mover(serie, { escopo: 'ESTA', reservaId: segunda, ...as(12) });
    expect(recusa(await mover(serie, { escopo: 'TODAS', reservaId: segunda, ...alvo }))).toEqual([
      409,
      'reservas.espaco-indisponivel',
    ]);
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
