import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageData, PreviaDeCancelamentoHttp, ReservaHttp, SerieCriadaHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { pagamentoDe, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 30;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
  await reservas.database.query(
    `UPDATE espacos SET requer_aprovacao = false, sinal_percentual = NULL, exige_checkin = false, regras_de_preco = '[]', preco_hora_centavos = 9000
      WHERE nome = 'Sala Ipê'`,
  );
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia += 10;
});

const sala = () => reservas.espaco('Sala Ipê');
const obter = async (id: string) =>
  (await reservas.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: reservas.admin.token })).body;
const previa = async (id: string) =>
  (await reservas.app.get<PreviaDeCancelamentoHttp>(`/v1/reservas/${id}/cancelamento`, { token: ana.token })).body;

async function confirmada(horas = 1): Promise<ReservaHttp> {
  const { status, body } = await reservas.reservar(ana, sala(), reservas.periodo(dia, 10, horas));
  if (status !== 201) throw new Error(JSON.stringify(body));
  await reservas.pagar(body);
  return obter(body.id);
}

type Disputa = MessageData<'pagamento.disputado.v1'>;
let sequencia = 10;
/** What pagamentos tells of a dispute of what is charged under this id; by default its payment is disputed whole. */
function disputar(reservaId: string, situacao: Disputa['situacao'], mudancas: Partial<Disputa> = {}) {
  const { retidoCentavos = situacao === 'GANHA' ? 0 : 9_000 } = mudancas;
  sequencia += 1;
  return reservas.broker.publish(
    'pagamento.disputado.v1',
    {
      pagamentoId: pagamentoDe(reservaId),
      reservaId,
      parcela: 1,
      valorCentavos: 9_000,
      moeda: 'BRL',
      disputaId: reservaId,
      situacao,
      motivo: 'fraudulent',
      estornavel: situacao === 'GANHA',
      ...mudancas,
      retidoCentavos,
    },
    { sequence: String(sequencia) },
  );
}
const contestada = (id: string, contestacao: ReservaHttp['contestacao']) =>
  eventually(async () => {
    const reserva = await obter(id);
    return JSON.stringify(reserva.contestacao) === JSON.stringify(contestacao) && reserva;
  });
const nada = null;
const partes = (perdidoCentavos: number, retidoCentavos: number, indisponivelCentavos: number) => ({
  perdidoCentavos,
  retidoCentavos,
  indisponivelCentavos,
});
const estornosPedidos = (reservaId: string) =>
  reservas.broker
    .publishedOf('estorno.criar.v1')
    .filter(({ data }) => data.reservaId === reservaId)
    .map(({ data }) => data.valorCentavos);
const contado = <T extends 'reserva.cancelada.v1' | 'reserva.remarcada.v1'>(tipo: T, reservaId: string) =>
  eventually(() => reservas.broker.publishedOf(tipo).find(({ data }) => data.reservaId === reservaId)?.data);

describe('disputa aberta', () => {
  it('não deixa prometer o que o banco retém; ganha, o que se devia volta', async () => {
    const { id } = await confirmada();
    expect(await previa(id)).toMatchObject({ reembolsoCentavos: 9_000, reembolsoRetidoCentavos: 0 });
    await disputar(id, 'ABERTA');
    await contestada(id, partes(0, 9_000, 9_000));
    expect(await previa(id)).toMatchObject({
      reembolsoCentavos: 0,
      retidoCentavos: 9_000,
      reembolsoRetidoCentavos: 9_000,
    });
    const mudou = await reservas.app.post(
      `/v1/reservas/${id}/cancelamento`,
      { reembolsoEsperadoCentavos: 9_000 },
      { token: ana.token },
    );
    expect(recusa(mudou)).toEqual([409, 'reservas.reembolso-mudou']);
    const { body } = await reservas.cancelar(ana, id);
    expect(body).toMatchObject({
      status: 'CANCELADA',
      reembolsoCentavos: 0,
      reembolsoRetidoCentavos: 9_000,
      pagoCentavos: 9_000,
    });
    expect(await contado('reserva.cancelada.v1', id)).toMatchObject({
      reembolsoCentavos: 0,
      reembolsoRetidoCentavos: 9_000,
    });
    expect(estornosPedidos(id)).toEqual([]);
    await disputar(id, 'GANHA');
    await eventually(() => estornosPedidos(id).length === 1);
    expect(estornosPedidos(id)).toEqual([9_000]);
    expect(await contestada(id, nada)).toMatchObject({ pagoCentavos: 0, reembolsoRetidoCentavos: 0 });
  });

  it('perdida depois do cancelamento, nada mais se deve', async () => {
    const { id } = await confirmada();
    await disputar(id, 'ABERTA');
    await contestada(id, partes(0, 9_000, 9_000));
    await reservas.cancelar(ana, id);
    await disputar(id, 'PERDIDA');
    expect(await contestada(id, partes(9_000, 0, 0))).toMatchObject({ pagoCentavos: 0, reembolsoRetidoCentavos: 0 });
    expect(estornosPedidos(id)).toEqual([]);
  });

  it('perdida em parte depois do cancelamento e enfim ganha, volta tudo o que se devia', async () => {
    const { id } = await confirmada();
    await disputar(id, 'ABERTA', { retidoCentavos: 2_000 });
    await contestada(id, partes(0, 2_000, 9_000));
    expect((await reservas.cancelar(ana, id)).body).toMatchObject({ reembolsoRetidoCentavos: 9_000 });
    await disputar(id, 'PERDIDA', { retidoCentavos: 1_500 });
    expect(await contestada(id, partes(1_500, 0, 7_500))).toMatchObject({
      pagoCentavos: 7_500,
      reembolsoRetidoCentavos: 7_500,
    });
    await disputar(id, 'GANHA');
    expect(await contestada(id, nada)).toMatchObject({ pagoCentavos: 0, reembolsoRetidoCentavos: 0 });
    await eventually(() => estornosPedidos(id).length > 0);
    expect(estornosPedidos(id)).toEqual([9_000]);
  });

  it('que é só uma consulta não muda nada', async () => {
    const { id, versao } = await confirmada();
    await disputar(id, 'ABERTA', { retidoCentavos: 0, estornavel: true, consulta: true });
    await disputar(id, 'ABERTA', { disputaId: randomUUID(), retidoCentavos: 0, estornavel: true, consulta: true });
    expect(await previa(id)).toMatchObject({ reembolsoCentavos: 9_000 });
    expect((await obter(id)).versao).toBe(versao);
    expect((await reservas.cancelar(ana, id)).body).toMatchObject({ reembolsoCentavos: 9_000 });
  });
});

describe('disputa perdida', () => {
  it('de todo o preço, cancela a reserva que está por vir, libera o horário, e diz o que o banco levou', async () => {
    const { id, inicio, fim } = await confirmada();
    await disputar(id, 'PERDIDA');
    expect(await reservas.comStatus(id, 'CANCELADA')).toMatchObject({
      motivo: 'PAGAMENTO_RECUSADO',
      reembolsoCentavos: 0,
      pagoCentavos: 0,
      contestacao: partes(9_000, 0, 0),
    });
    expect(await contado('reserva.cancelada.v1', id)).toMatchObject({ perdidoCentavos: 9_000, reembolsoCentavos: 0 });
    expect((await reservas.reservar(await reservas.pessoa(), sala(), { inicio, fim })).status).toBe(201);
    expect(estornosPedidos(id)).toEqual([]);
  });

  it('de uma parte, mantém a reserva, com a dívida à vista; nada se promete que o provedor não estorne', async () => {
    const { id } = await confirmada(2);
    await disputar(id, 'PERDIDA', { retidoCentavos: 3_000 });
    expect(await contestada(id, partes(3_000, 0, 15_000))).toMatchObject({
      status: 'CONFIRMADA',
      pagoCentavos: 15_000,
    });
    const meia = reservas.periodo(dia, 14);
    const { status } = await reservas.app.post(`/v1/reservas/${id}/remarcacao`, meia, { token: ana.token });
    expect(status).toBe(200);
    // 9,000 too much, of which the 3,000 that are owed come off first.
    expect(await contado('reserva.remarcada.v1', id)).toMatchObject({
      reembolsoCentavos: 0,
      reembolsoRetidoCentavos: 6_000,
      pagoCentavos: 15_000,
    });
    expect(estornosPedidos(id)).toEqual([]);
    const { body } = await reservas.app.get<{ linhas: Record<string, unknown>[] }>(
      `/v1/relatorios/receita?de=${meia.inicio.slice(0, 10)}&ate=${meia.inicio.slice(0, 10)}&espacoId=${sala()}`,
      { token: reservas.admin.token },
    );
    expect(body.linhas).toMatchObject([{ retidoCentavos: 15_000, perdidoCentavos: 3_000, emDisputaCentavos: 0 }]);
  });

  it('contada em mensagens fora de ordem, vale a última', async () => {
    const { id } = await confirmada();
    await disputar(id, 'GANHA');
    sequencia -= 2;
    await disputar(id, 'ABERTA');
    sequencia += 2;
    await disputar(id, 'GANHA', { disputaId: randomUUID() });
    expect(await obter(id)).toMatchObject({ status: 'CONFIRMADA', contestacao: nada });
  });

  it('de uma série paga de uma vez, cancela só o que deixou de estar pago', async () => {
    const { body } = await reservas.app.post<SerieCriadaHttp>(
      '/v1/series',
      { espacoId: sala(), ...reservas.periodo(dia, 10), regra: 'FREQ=DAILY;COUNT=3', cobranca: 'SERIE' },
      { token: ana.token },
    );
    const { serie } = body;
    const [primeira, ...demais] = serie.reservas;
    await reservas.broker.publish('pagamento.aprovado.v1', {
      pagamentoId: pagamentoDe(serie.id),
      reservaId: serie.id,
      valorCentavos: 27_000,
      moeda: 'BRL',
      aprovadoEm: new Date().toISOString(),
    });
    for (const id of serie.reservas) await reservas.comStatus(id, 'CONFIRMADA');
    await disputar(serie.id, 'PERDIDA', { retidoCentavos: 9_000 });
    await reservas.comStatus(primeira ?? '', 'CANCELADA');
    for (const id of demais)
      expect(await obter(id)).toMatchObject({
        status: 'CONFIRMADA',
        pagoCentavos: 9_000,
        contestacao: partes(0, 0, 9_000),
      });
  });

  it('o que se desiste de devolver continua pago', async () => {
    const { id } = await confirmada();
    await reservas.cancelar(ana, id);
    await eventually(() => estornosPedidos(id).length === 1);
    await reservas.broker.publish('pagamento.estornado.v1', {
      pagamentoId: pagamentoDe(id),
      reservaId: id,
      parcela: 1,
      valorCentavos: 0,
      moeda: 'BRL',
      estornoId: randomUUID(),
      totalEstornadoCentavos: 0,
      origem: 'RESERVA',
      baixadoCentavos: 6_000,
    });
    await eventually(async () => (await obter(id)).pagoCentavos === 6_000);
  });
});
