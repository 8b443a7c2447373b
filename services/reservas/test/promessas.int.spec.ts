import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EspacoHttp, ReservaHttp } from '@plataforma/contracts';
import { eventually } from '@plataforma/testing';
import { cadastro, periodo } from './espacos-fixture.js';
import { type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

let reservas: ReservasFixture;
let ana: Pessoa;

beforeAll(async () => {
  // So long that only a spec that says so ends the wait for the provider.
  reservas = await ReservasFixture.start({ SEED_DEMO: 'false', CONFERENCIA_SEGUNDOS: '600' });
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
});

const obter = async (id: string) =>
  (await reservas.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: reservas.admin.token })).body;
/** An hour of a day that is well ahead. */
const as = (hora: number) => periodo(9, hora);
const quando = as(10);
const pagamento = (reservaId: string, parcela = 1, valorCentavos = 9_000) => ({
  pagamentoId: randomUUID(),
  reservaId,
  parcela,
  valorCentavos,
  moeda: 'BRL' as const,
});
const pagar = (reservaId: string, parcela = 1, valorCentavos = 9_000) =>
  reservas.broker.publish('pagamento.aprovado.v1', {
    ...pagamento(reservaId, parcela, valorCentavos),
    aprovadoEm: new Date().toISOString(),
  });
const encerrar = (reservaId: string, parcela = 1) =>
  reservas.broker.publish('pagamento.cancelado.v1', pagamento(reservaId, parcela));
const pedidosDeFim = (reservaId: string, parcela = 1) =>
  reservas.broker
    .publishedOf('cobranca.cancelar.v1')
    .filter(({ data }) => data.reservaId === reservaId && data.parcela === parcela);
const saga = async (chave: string) => {
  const [row] = await reservas.database.query<{ passo: string; prazo: Date | null }>(
    `SELECT estado ->> 'passo' AS passo, prazo FROM sagas WHERE chave = $1`,
    [chave],
  );
  return row;
};
const vencer = (chave: string) => reservas.database.query('UPDATE sagas SET prazo = now() WHERE chave = $1', [chave]);

/** A booking whose time to pay is over, while the provider has not said yet whether it was paid. */
async function conferida(campos: Record<string, unknown> = {}): Promise<{ espaco: EspacoHttp; reserva: ReservaHttp }> {
  const espaco = await reservas.publicado({ retencaoSegundos: 1, ...campos });
  const { body } = await reservas.reservar(ana, espaco.id, quando);
  const reserva = await eventually(async () => {
    const lida = await obter(body.id);
    return lida.conferindoPagamento && lida;
  });
  return { espaco, reserva };
}
const outraPessoaPode = async (espacoId: string) =>
  (await reservas.reservar(await reservas.pessoa(), espacoId, quando)).status === 201;

describe('pago a tempo é mantido', () => {
  it('vencido o prazo, o horário segue retido, até um limite à vista, enquanto o provedor é perguntado', async () => {
    const { espaco, reserva } = await conferida();
    expect(reserva).toMatchObject({ status: 'PENDENTE_PAGAMENTO', motivo: null });
    const espera = Date.parse(reserva.expiraEm) - Date.now();
    expect([espera > 0, espera <= 600_000]).toEqual([true, true]);
    await eventually(() => pedidosDeFim(reserva.id).length === 1);
    expect(await saga(reserva.id)).toMatchObject({ passo: 'CONFERINDO', prazo: new Date(reserva.expiraEm) });
    expect(await outraPessoaPode(espaco.id)).toBe(false);
    const metricas = await (await fetch(`${reservas.app.url}/metrics`)).text();
    expect(metricas).toMatch(/reservas_conferencias_total\{[^}]*desfecho="iniciada"/);
  });

  it('o aviso que chega tarde de um pagamento feito a tempo a confirma', async () => {
    const { espaco, reserva } = await conferida();
    await pagar(reserva.id);
    expect(await reservas.comStatus(reserva.id, 'CONFIRMADA')).toMatchObject({ conferindoPagamento: false });
    expect(await outraPessoaPode(espaco.id)).toBe(false);
    expect(await saga(reserva.id)).toEqual({ passo: 'CONFIRMADA', prazo: null });
  });

  it('se o provedor diz que não foi paga, o horário é liberado na hora', async () => {
    const { espaco, reserva } = await conferida();
    await encerrar(reserva.id);
    expect(await reservas.comStatus(reserva.id, 'CANCELADA')).toMatchObject({ motivo: 'PAGAMENTO_EXPIRADO' });
    expect(await outraPessoaPode(espaco.id)).toBe(true);
    expect(await saga(reserva.id)).toEqual({ passo: 'ENCERRADA', prazo: null });
  });

  it('se ninguém diz nada até o limite, é liberado, e o fim da cobrança segue sendo pedido até que venha', async () => {
    const { espaco, reserva } = await conferida();
    await vencer(reserva.id);
    await reservas.comStatus(reserva.id, 'CANCELADA');
    expect(await outraPessoaPode(espaco.id)).toBe(true);
    await eventually(() => pedidosDeFim(reserva.id).length === 2);
    await vencer(reserva.id);
    await eventually(() => pedidosDeFim(reserva.id).length === 3);
    expect((await saga(reserva.id))?.passo).toBe('ENCERRANDO_COBRANCA');
    await encerrar(reserva.id);
    await eventually(async () => (await saga(reserva.id))?.passo === 'ENCERRADA');
  });

  it('quem desiste enquanto se confere desiste', async () => {
    const { reserva } = await conferida();
    expect((await reservas.cancelar(ana, reserva.id)).body).toMatchObject({ status: 'CANCELADA', motivo: 'CLIENTE' });
    await pagar(reserva.id);
    await eventually(() =>
      reservas.broker.publishedOf('estorno.criar.v1').some(({ data }) => data.reservaId === reserva.id),
    );
  });

  it('o saldo e a diferença pagos a tempo também: o provedor é perguntado antes de se cancelar ou desfazer', async () => {
    const { id: comSaldo } = await reservas.publicado({ sinalPercentual: 30, saldoHorasAntes: 24 });
    const { id: simples } = await reservas.publicado();
    const [a, b] = [await reservas.reservar(ana, comSaldo, quando), await reservas.reservar(ana, simples, quando)];
    await pagar(a.body.id, 1, 2_700);
    await pagar(b.body.id);
    for (const { body } of [a, b]) await reservas.comStatus(body.id, 'CONFIRMADA');
    const maior = { inicio: as(14).inicio, fim: as(15).fim };
    const rota = `/v1/reservas/${b.body.id}/remarcacao`;
    expect((await reservas.app.post<ReservaHttp>(rota, maior, { token: ana.token })).body.remarcacao).not.toBeNull();
    for (const { body } of [a, b]) {
      await vencer(body.id);
      await eventually(() => pedidosDeFim(body.id, 2).length === 1);
    }
    expect(await obter(a.body.id)).toMatchObject({ status: 'CONFIRMADA', saldo: { valorCentavos: 6_300 } });
    expect((await obter(b.body.id)).remarcacao).not.toBeNull();
    await pagar(a.body.id, 2, 6_300);
    await pagar(b.body.id, 2, 9_000);
    await eventually(async () => (await obter(a.body.id)).saldo === null);
    await eventually(async () => (await obter(b.body.id)).inicio === maior.inicio);
    expect(await obter(a.body.id)).toMatchObject({ status: 'CONFIRMADA', pagoCentavos: 9_000 });
    expect(await obter(b.body.id)).toMatchObject({ status: 'CONFIRMADA', pagoCentavos: 18_000 });
  });
});

describe('a cobrança que acabou no painel do provedor', () => {
  it('sem outra tentativa, encerra a reserva e libera o horário, em vez de esperar o prazo', async () => {
    const espaco = await reservas.publicado();
    const { body } = await reservas.reservar(ana, espaco.id, quando);
    await encerrar(body.id);
    const cancelada = await reservas.comStatus(body.id, 'CANCELADA');
    expect(cancelada.motivo).toBe('PAGAMENTO_EXPIRADO');
    // Nothing is held any more, and nothing says that it is.
    expect(Date.parse(cancelada.expiraEm)).toBeLessThanOrEqual(Date.now());
    expect(await outraPessoaPode(espaco.id)).toBe(true);
    expect(await saga(body.id)).toEqual({ passo: 'ENCERRADA', prazo: null });
  });
});

describe('o meio de pagamento', () => {
  const escolherPix = (reservaId: string) =>
    reservas.broker.publish('pagamento.em-processamento.v1', {
      ...pagamento(reservaId),
      metodo: 'PIX',
      expiraEm: new Date(Date.now() + 3_600_000).toISOString(),
    });

  it.each([
    [undefined, 15],
    [2, 2],
    [0, 0],
  ])('prolonga a retenção até o limite do espaço (%s): %i minutos', async (prorrogacaoMaximaMinutos, minutos) => {
    const { id } = await reservas.publicado({ retencaoSegundos: 60, prorrogacaoMaximaMinutos });
    const { body } = await reservas.reservar(ana, id, quando);
    const [criar] = await eventually(() => {
      const achadas = reservas.broker.publishedOf('cobranca.criar.v1').filter(({ data }) => data.reservaId === body.id);
      return achadas.length > 0 && achadas;
    });
    const limite = new Date(Date.parse(body.expiraEm) + minutos * 60_000).toISOString();
    expect(criar?.data).toMatchObject({ expiraEm: body.expiraEm, prorrogavelAte: limite });
    const { id: ouvida } = await escolherPix(body.id);
    await eventually(
      async () => (await reservas.database.query('SELECT FROM inbox WHERE mensagem_id = $1', [ouvida])).length === 1,
    );
    expect(await obter(body.id)).toMatchObject({ expiraEm: limite, conferindoPagamento: false });
  });
});

describe('mais tempo para pagar', () => {
  const pedir = (id: string, pessoa = ana) =>
    reservas.app.post<ReservaHttp>(`/v1/reservas/${id}/prorrogacao`, {}, { token: pessoa.token });

  it('dá-se uma vez, a quem reservou, até onde o espaço deixa, e a retenção e a saga o seguem', async () => {
    const { id } = await reservas.publicado({ retencaoSegundos: 60, prorrogacaoMaximaMinutos: 2 });
    const { body: antes } = await reservas.reservar(ana, id, quando);
    expect(antes.prorrogavel).toBe(true);
    expect((await pedir(antes.id, await reservas.pessoa())).status).toBe(404);
    const limite = new Date(Date.parse(antes.expiraEm) + 120_000).toISOString();
    const { status, body } = await pedir(antes.id);
    expect([status, body.expiraEm, body.prorrogavel]).toEqual([200, limite, false]);
    expect((await saga(antes.id))?.prazo?.toISOString()).toBe(limite);
    expect((await pedir(antes.id)).body).toMatchObject({ code: 'reservas.prorrogacao-repetida' });
  });

  it('não se dá cedo demais, nem onde o espaço não deixa', async () => {
    const longa = await reservas.publicado({ retencaoSegundos: 900, prorrogacaoMaximaMinutos: 15 });
    const { body: cedo } = await reservas.reservar(ana, longa.id, quando);
    expect((await pedir(cedo.id)).body).toMatchObject({ code: 'reservas.prorrogacao-cedo-demais' });
    const curta = await reservas.publicado({ retencaoSegundos: 60, prorrogacaoMaximaMinutos: 0 });
    const { body: nunca } = await reservas.reservar(ana, curta.id, quando);
    expect(nunca.prorrogavel).toBe(false);
    expect((await pedir(nunca.id)).body).toMatchObject({ code: 'reservas.prorrogacao-indisponivel' });
  });
});

describe('o que foi acordado', () => {
  async function comCupom(campos: Record<string, unknown>, cotada = false) {
    const { id: espacoId } = await reservas.publicado();
    const cupom = await reservas.cupom(campos);
    const cotacao = cotada ? await reservas.cotar(ana, espacoId, quando, cupom.codigo) : undefined;
    const reservar = () =>
      reservas.reservar(ana, espacoId, quando, cotacao ? { cotacaoId: cotacao.body.id } : { cupom: cupom.codigo });
    return { cupom, reservar };
  }
  const mudarCupom = (id: string, mudanca: object) =>
    reservas.app.send('PATCH', `/v1/cupons/${id}`, { body: mudanca, token: reservas.admin.token });
  const mover = (id: string, hora: number) =>
    reservas.app.post<ReservaHttp>(`/v1/reservas/${id}/remarcacao`, as(hora), { token: ana.token });

  it.each([
    ['outro percentual', { desconto: { tipo: 'PERCENTUAL', percentual: 1 } }],
    ['um valor em vez de percentual', { desconto: { tipo: 'VALOR', valorCentavos: 1 } }],
    ['um mínimo que a estada não alcança', { valorMinimoCentavos: 1_000_000 }],
    ['desativado', { ativo: false }],
  ])('o desconto do cupom vale para a reserva feita, ainda que o cupom mude (%s)', async (_como, mudanca) => {
    const { cupom, reservar } = await comCupom({ desconto: { tipo: 'PERCENTUAL', percentual: 50 } });
    const { body } = await reservar();
    expect(body.valorCentavos).toBe(4_500);
    await reservas.pagar(body);
    expect((await mudarCupom(cupom.id, mudanca)).status).toBe(200);
    expect(await mover(body.id, 15)).toMatchObject({
      status: 200,
      body: { valorCentavos: 4_500, pagoCentavos: 4_500, remarcacao: null },
    });
  });

  it('o que a cotação deu é o que a reserva leva consigo', async () => {
    const { cupom, reservar } = await comCupom({ desconto: { tipo: 'VALOR', valorCentavos: 4_000 } }, true);
    await mudarCupom(cupom.id, { desconto: { tipo: 'VALOR', valorCentavos: 1_000 } });
    const { body } = await reservar();
    expect(body.valorCentavos).toBe(5_000);
    await reservas.pagar(body);
    expect((await mover(body.id, 15)).body).toMatchObject({ valorCentavos: 5_000, remarcacao: null });
  });

  it('do uso que ninguém anotou como era, vale o cupom de hoje', async () => {
    const { cupom, reservar } = await comCupom({ desconto: { tipo: 'PERCENTUAL', percentual: 50 } });
    const { body } = await reservar();
    await reservas.pagar(body);
    await reservas.database.query('UPDATE cupom_usos SET acordado = NULL WHERE reserva_id = $1', [body.id]);
    await mudarCupom(cupom.id, { ativo: false });
    expect((await mover(body.id, 15)).body).toMatchObject({ valorCentavos: 4_500, remarcacao: null });
  });

  it('a tabela de preços é a de quando foi feita: uma mudança dela não encarece quem já reservou', async () => {
    const campos = { nome: `Sala ${randomUUID().slice(0, 8)}` };
    const espaco = await reservas.publicado(campos);
    const { body } = await reservas.reservar(ana, espaco.id, quando);
    await reservas.pagar(body);
    const mudado = await reservas.app.send<EspacoHttp>('PUT', `/v1/espacos/${espaco.id}`, {
      body: cadastro({ ...campos, precoHoraCentavos: 20_000 }),
      token: reservas.admin.token,
      headers: { 'if-match': `"${espaco.versao}"` },
    });
    expect([mudado.status, mudado.body.precoHoraCentavos]).toEqual([200, 20_000]);
    for (const hora of [13, 15])
      expect((await mover(body.id, hora)).body).toMatchObject({ valorCentavos: 9_000, remarcacao: null });
    expect((await reservas.reservar(ana, espaco.id, quando)).body.valorCentavos).toBe(20_000);
    expect(recusa(await mover(body.id, 21))).toEqual([422, 'reservas.fora-do-horario']);
  });
});
