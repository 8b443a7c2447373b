import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  DisponibilidadeHttp,
  HistoricoHttp,
  PreviaDeCancelamentoHttp,
  PreviaDeRemarcacaoHttp,
  ReservaHttp,
} from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { EspacoRepository } from '../src/application/ports.js';
import { ReterEspaco } from '../src/application/reter-espaco.js';
import { PeriodoReserva } from '../src/domain/periodo-reserva.js';
import { pagamentoDe, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

const SALA = 'Sala Ipê';
const HORA_MS = 3_600_000;
let reservas: ReservasFixture;
let ana: Pessoa;
let dia = 5;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  dia++;
  await regras({
    requer_aprovacao: false,
    sinal_percentual: null,
    exige_checkin: false,
    retencao_segundos: null,
    regras_de_preco: '[]',
    preco_hora_centavos: 9_000,
  });
});

const regras = (colunas: Record<string, unknown>) =>
  reservas.database.query(
    `UPDATE espacos SET ${Object.keys(colunas)
      .map((coluna, i) => `${coluna} = $${i + 2}`)
      .join(', ')} WHERE nome = $1`,
    [SALA, ...Object.values(colunas)],
  );

const sala = () => reservas.espaco(SALA);
const as = (hora: number, horas = 1, dias = dia) => reservas.periodo(dias, hora, horas);
const obter = async (id: string) =>
  (await reservas.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: reservas.admin.token })).body;
const post = <T = ReservaHttp>(rota: string, corpo: unknown, pessoa = ana) =>
  reservas.app.post<T>(`/v1/reservas/${rota}`, corpo, { token: pessoa.token });

async function reservar(quando = as(10)): Promise<ReservaHttp> {
  const { status, body } = await reservas.reservar(ana, sala(), quando);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

const pagar = (
  reservaId: string,
  parcela: number,
  valorCentavos: number,
  pagamentoId = pagamentoDe(reservaId, parcela),
) =>
  reservas.broker.publish('pagamento.aprovado.v1', {
    pagamentoId,
    reservaId,
    parcela,
    valorCentavos,
    moeda: 'BRL',
    aprovadoEm: new Date().toISOString(),
  });

async function confirmada(quando = as(10)): Promise<ReservaHttp> {
  const { id, valorCentavos } = await reservar(quando);
  await pagar(id, 1, valorCentavos);
  return reservas.comStatus(id, 'CONFIRMADA');
}

/** Commands to pagamentos about this booking, in the order in which they were sent. */
const comandos = (tipo: 'cobranca.criar.v1' | 'cobranca.cancelar.v1' | 'estorno.criar.v1', reservaId: string) =>
  reservas.broker
    .publishedOf(tipo)
    .map(({ data }) => data)
    .filter((data) => data.reservaId === reservaId);

const ocupacoes = (reservaId: string) =>
  reservas.database.query<{ inicio: Date; fim: Date }>(
    'SELECT lower(periodo) AS inicio, upper(periodo) AS fim FROM ocupacoes WHERE reserva_id = $1 ORDER BY periodo',
    [reservaId],
  );

describe('aprovação', () => {
  beforeEach(() => regras({ requer_aprovacao: true }));

  it('o pedido retém o espaço sem cobrar; aprovado, cobra; pago, confirma', async () => {
    const pedido = await reservar();
    expect(pedido.status).toBe('PENDENTE_APROVACAO');
    // Two days by default, and not beyond its beginning.
    const prazo = Math.min(Date.parse(pedido.criadaEm) + 48 * 3_600_000, Date.parse(pedido.inicio));
    expect(Math.abs(Date.parse(pedido.expiraEm) - prazo)).toBeLessThan(60_000);
    expect(recusa(await reservas.reservar(await reservas.pessoa(), sala(), as(10)))).toEqual([
      409,
      'reservas.espaco-indisponivel',
    ]);
    const { status, body } = await post(`${pedido.id}/aprovacao`, { aprovada: true }, reservas.admin);
    expect([status, body.status]).toEqual([200, 'PENDENTE_PAGAMENTO']);
    expect(Date.parse(body.expiraEm)).toBeLessThan(Date.now() + 16 * 60_000);
    expect(Date.parse(body.expiraEm)).toBeGreaterThan(Date.now() + 14 * 60_000);
    await eventually(() => comandos('cobranca.criar.v1', pedido.id).length === 1);
    await pagar(pedido.id, 1, 9_000);
    await reservas.comStatus(pedido.id, 'CONFIRMADA');
    expect(recusa(await post(`${pedido.id}/aprovacao`, { aprovada: true }, reservas.admin))).toEqual([
      409,
      'reservas.nao-aguarda-aprovacao',
    ]);
  });

  it('negada com uma justificativa, libera o espaço e nada cobra', async () => {
    const pedido = await reservar();
    expect((await post(`${pedido.id}/aprovacao`, { aprovada: false }, reservas.admin)).status).toBe(400);
    const { body } = await post(
      `${pedido.id}/aprovacao`,
      { aprovada: false, justificativa: 'A sala estará em obras' },
      reservas.admin,
    );
    expect(body).toMatchObject({ status: 'CANCELADA', motivo: 'ADMIN', justificativa: 'A sala estará em obras' });
    expect(comandos('cobranca.criar.v1', pedido.id)).toEqual([]);
    expect(await ocupacoes(pedido.id)).toEqual([]);
    const outra = { aprovada: false, justificativa: 'de novo' };
    expect(recusa(await post(`${pedido.id}/aprovacao`, outra, reservas.admin))).toEqual([
      409,
      'reservas.nao-aguarda-aprovacao',
    ]);
  });

  it('que ninguém dá até o prazo, cancela; e não é o cliente quem aprova', async () => {
    const pedido = await reservar();
    expect((await post(`${pedido.id}/aprovacao`, { aprovada: true })).status).toBe(403);
    await reservas.database.query(`UPDATE sagas SET prazo = now() WHERE chave = $1`, [pedido.id]);
    expect(await reservas.comStatus(pedido.id, 'CANCELADA')).toMatchObject({
      motivo: 'ADMIN',
      justificativa: 'O pedido não foi aprovado a tempo',
    });
  });
});

describe('sinal e saldo', () => {
  beforeEach(() => regras({ sinal_percentual: 30, saldo_horas_antes: 24 }));

  async function comSinal() {
    const reserva = await reservar();
    await eventually(() => comandos('cobranca.criar.v1', reserva.id).length === 1);
    expect(comandos('cobranca.criar.v1', reserva.id)).toMatchObject([
      { parcela: 1, finalidade: 'SINAL', valorCentavos: 2_700 },
    ]);
    await pagar(reserva.id, 1, 2_700);
    return reservas.comStatus(reserva.id, 'CONFIRMADA');
  }

  it('confirma com o sinal, cobra o saldo até o vencimento e o dá por quitado', async () => {
    const reserva = await comSinal();
    const venceEm = new Date(Date.parse(reserva.inicio) - 24 * HORA_MS).toISOString();
    expect(reserva).toMatchObject({ pagoCentavos: 2_700, saldo: { valorCentavos: 6_300, venceEm } });
    await eventually(() => comandos('cobranca.criar.v1', reserva.id).length === 2);
    expect(comandos('cobranca.criar.v1', reserva.id)[1]).toMatchObject({
      parcela: 2,
      finalidade: 'SALDO',
      valorCentavos: 6_300,
      expiraEm: venceEm,
    });
    await pagar(reserva.id, 2, 6_300);
    expect(
      await eventually(async () => {
        const atual = await obter(reserva.id);
        return atual.saldo === null && atual;
      }),
    ).toMatchObject({ status: 'CONFIRMADA', pagoCentavos: 9_000 });
  });

  it('retomada por um sinal que chega depois do prazo, ainda deve o saldo, e o seu pagamento a quita', async () => {
    const { id } = await reservar();
    await reservas.database.query(`UPDATE sagas SET prazo = now() WHERE chave = $1`, [id]);
    await reservas.comStatus(id, 'CANCELADA');
    await pagar(id, 1, 2_700);
    expect(await reservas.comStatus(id, 'CONFIRMADA')).toMatchObject({
      pagoCentavos: 2_700,
      saldo: { valorCentavos: 6_300 },
    });
    await pagar(id, 2, 6_300);
    await eventually(async () => (await obter(id)).pagoCentavos === 9_000);
  });

  it('o saldo que não vem cancela, libera o espaço e encerra a sua cobrança', async () => {
    const { id } = await comSinal();
    await reservas.database.query(`UPDATE sagas SET prazo = now() WHERE chave = $1`, [id]);
    expect(await reservas.comStatus(id, 'CANCELADA')).toMatchObject({ motivo: 'PAGAMENTO_EXPIRADO' });
    await eventually(() => comandos('cobranca.cancelar.v1', id).some(({ parcela }) => parcela === 2));
    expect(await ocupacoes(id)).toEqual([]);
  });
});

describe('mudança de horário', () => {
  it('diz por que recusa, e nada muda', async () => {
    const pendente = await reservar(as(8));
    const mover = async ({ id }: ReservaHttp, campos = {}, pessoa = ana) =>
      recusa(await post(`${id}/remarcacao`, { ...as(15), ...campos }, pessoa));
    expect(await mover(pendente)).toEqual([409, 'reservas.aguarda-pagamento']);
    const reserva = await confirmada();
    expect(await mover(reserva, { fuso: 'Asia/Kathmandu' })).toEqual([422, 'reservas.fuso-diferente']);
    expect(await mover(reserva, as(2))).toEqual([422, 'reservas.fora-do-horario']);
    await regras({ requer_aprovacao: true });
    expect(await mover(reserva)).toEqual([403, 'reservas.remarcacao-requer-aprovacao']);
    expect(await obter(reserva.id)).toMatchObject({ ...as(10), versao: reserva.versao });
    expect((await post(`${reserva.id}/remarcacao`, as(15), reservas.admin)).body).toMatchObject(as(15));
  });

  it('para um horário do mesmo preço é imediata: o antigo fica livre e o novo ocupado, no mesmo instante', async () => {
    const reserva = await confirmada();
    const { status, body } = await post(`${reserva.id}/remarcacao`, as(15));
    expect([status, body.inicio, body.fim]).toEqual([200, as(15).inicio, as(15).fim]);
    const [ocupacao] = await ocupacoes(reserva.id);
    expect(ocupacao?.inicio.toISOString()).toBe(as(15).inicio);
    expect((await reservas.reservar(await reservas.pessoa(), sala(), as(10))).status).toBe(201);
    await eventually(() =>
      reservas.broker.publishedOf('reserva.remarcada.v1').some(({ data }) => data.reservaId === reserva.id),
    );
  });

  it('pode encostar no próprio horário antigo, e não pode no de outra pessoa', async () => {
    const reserva = await confirmada(as(10));
    await reservas.reservar(await reservas.pessoa(), sala(), as(14));
    expect((await post(`${reserva.id}/remarcacao`, as(10.5))).status).toBe(200);
    expect(recusa(await post(`${reserva.id}/remarcacao`, as(13.5)))).toEqual([409, 'reservas.espaco-indisponivel']);
    expect((await ocupacoes(reserva.id)).map(({ inicio }) => inicio.toISOString())).toEqual([as(10.5).inicio]);
  });

  it('para um mais barato, devolve a diferença', async () => {
    const reserva = await confirmada(as(10, 2));
    const { body } = await post(`${reserva.id}/remarcacao`, as(10));
    expect(body).toMatchObject({ valorCentavos: 9_000, pagoCentavos: 9_000 });
    await eventually(() => comandos('estorno.criar.v1', reserva.id).length === 1);
    expect(comandos('estorno.criar.v1', reserva.id)).toMatchObject([
      { parcela: 1, valorCentavos: 9_000, motivo: 'REMARCACAO' },
    ]);
  });

  it('para um mais caro, os dois horários ficam retidos até que a diferença seja paga', async () => {
    const reserva = await confirmada(as(10));
    const { body } = await post(`${reserva.id}/remarcacao`, as(10.5, 2));
    expect(body).toMatchObject({
      inicio: as(10).inicio,
      valorCentavos: 9_000,
      remarcacao: { inicio: as(10.5).inicio, diferencaCentavos: 9_000, valorCentavos: 18_000 },
    });
    const fora = await reservas.pessoa();
    expect((await reservas.reservar(fora, sala(), as(9.5, 0.5))).status).toBe(409);
    expect((await reservas.reservar(fora, sala(), as(12, 0.5))).status).toBe(409);
    expect(recusa(await post(`${reserva.id}/remarcacao`, as(16)))).toEqual([409, 'reservas.remarcacao-em-andamento']);
    await eventually(() => comandos('cobranca.criar.v1', reserva.id).length === 2);
    await pagar(reserva.id, 2, 9_000);
    expect(
      await eventually(async () => {
        const atual = await obter(reserva.id);
        return atual.remarcacao === null && atual;
      }),
    ).toMatchObject({ inicio: as(10.5).inicio, valorCentavos: 18_000, pagoCentavos: 18_000 });
    expect((await reservas.reservar(fora, sala(), as(9, 0.5))).status).toBe(201);
  });

  it('se a diferença não é paga, tudo fica como estava; paga tarde demais, volta', async () => {
    const reserva = await confirmada(as(10));
    await post(`${reserva.id}/remarcacao`, as(15, 2));
    await reservas.database.query(`UPDATE sagas SET prazo = now() WHERE chave = $1`, [reserva.id]);
    expect(
      await eventually(async () => {
        const atual = await obter(reserva.id);
        return atual.remarcacao === null && atual;
      }),
    ).toMatchObject({ status: 'CONFIRMADA', inicio: as(10).inicio, pagoCentavos: 9_000 });
    expect((await reservas.reservar(await reservas.pessoa(), sala(), as(15, 2))).status).toBe(201);
    await pagar(reserva.id, 2, 9_000);
    await eventually(() => comandos('estorno.criar.v1', reserva.id).some(({ parcela }) => parcela === 2));
  });

  const prever = (id: string, { inicio, fim }: { inicio: string; fim: string }, pessoa = ana) =>
    reservas.app.get<PreviaDeRemarcacaoHttp>(
      `/v1/reservas/${id}/remarcacao?inicio=${encodeURIComponent(inicio)}&fim=${encodeURIComponent(fim)}`,
      { token: pessoa.token },
    );

  it('a prévia diz antes o que se pagaria ou voltaria, pelos preços de quando foi feita, e nada retém', async () => {
    const reserva = await confirmada(as(10, 2));
    await regras({ preco_hora_centavos: 20_000, versao: 99 });
    expect((await prever(reserva.id, as(10, 3))).body).toMatchObject({
      ...as(10, 3),
      valorCentavos: 27_000,
      aPagarCentavos: 9_000,
      reembolsoCentavos: 0,
      saldo: null,
    });
    const { body: menos } = await prever(reserva.id, as(15));
    expect(menos).toMatchObject({ valorCentavos: 9_000, aPagarCentavos: 0, reembolsoCentavos: 9_000 });
    expect((await prever(reserva.id, as(15, 2))).body).toMatchObject({ aPagarCentavos: 0, reembolsoCentavos: 0 });
    expect(await obter(reserva.id)).toMatchObject({ ...as(10, 2), versao: reserva.versao, remarcacao: null });
    // And so it comes about.
    expect((await post(`${reserva.id}/remarcacao`, as(15))).body.pagoCentavos).toBe(18_000 - menos.reembolsoCentavos);
    expect(recusa(await prever(reserva.id, as(2)))).toEqual([422, 'reservas.fora-do-horario']);
    expect(recusa(await prever(reserva.id, as(15), await reservas.pessoa()))).toEqual([
      404,
      'reservas.reserva-inexistente',
    ]);
  });

  it('os horários para que pode mudar contam como livre o que ela mesma ocupa, e não o de outra pessoa', async () => {
    const reserva = await confirmada(as(10, 2));
    await reservas.reservar(await reservas.pessoa(), sala(), as(14));
    const [de, ate] = [as(8).inicio, as(16).inicio];
    const horarios = (pessoa: Pessoa) =>
      reservas.app.get<DisponibilidadeHttp>(`/v1/reservas/${reserva.id}/horarios?de=${de}&ate=${ate}`, {
        token: pessoa.token,
      });
    const { inicios } = (await horarios(ana)).body;
    expect(inicios).toEqual(expect.arrayContaining([9, 10, 11].map((hora) => as(hora).inicio)));
    for (const hora of [12.5, 13, 14]) expect(inicios).not.toContain(as(hora).inicio);
    expect((await horarios(await reservas.pessoa())).status).toBe(404);
  });

  it('o cupom vai junto: o novo horário também tem o desconto', async () => {
    const { codigo } = await reservas.cupom();
    const { body } = await reservas.reservar(ana, sala(), as(10), { cupom: codigo });
    expect(body.valorCentavos).toBe(8_100);
    await reservas.pagar(body);
    const igual = await post(`${body.id}/remarcacao`, as(15));
    expect(igual.body).toMatchObject({ valorCentavos: 8_100, pagoCentavos: 8_100, remarcacao: null });
    const maior = await post(`${body.id}/remarcacao`, as(15, 2));
    expect(maior.body.remarcacao).toMatchObject({ valorCentavos: 16_200, diferencaCentavos: 8_100 });
  });

  it('seis que querem o mesmo horário novo ao mesmo tempo: um o tem, e os outros ficam onde estavam', async () => {
    const quando = as(8);
    const minhas: ReservaHttp[] = [];
    for (const hora of [10, 12, 14, 16, 18, 20]) minhas.push(await confirmada(as(hora)));
    const respostas = await Promise.all(minhas.map(({ id }) => post(`${id}/remarcacao`, quando)));
    expect(respostas.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const sobrepostas = await reservas.database.query(
      `SELECT FROM ocupacoes a JOIN ocupacoes b ON a.unidade_id = b.unidade_id AND a.id < b.id AND a.periodo && b.periodo`,
    );
    expect(sobrepostas).toHaveLength(0);
    for (const { id } of minhas) expect(await ocupacoes(id)).toHaveLength(1);
  });

  it('duas que trocam de lugar ao mesmo tempo terminam ambas com um lugar seu', async () => {
    const [a, b] = [await confirmada(as(10)), await confirmada(as(14))];
    await Promise.all([post(`${a.id}/remarcacao`, as(14)), post(`${b.id}/remarcacao`, as(10))]);
    for (const { id } of [a, b]) {
      const { inicio, status } = await obter(id);
      const rows = await ocupacoes(id);
      expect([status, rows.length, rows[0]?.inicio.toISOString()]).toEqual(['CONFIRMADA', 1, inicio]);
    }
  });
});

describe('cancelamento', () => {
  it('mostra antes o que volta, e não cancela se já não for isso', async () => {
    const { id } = await confirmada();
    const { body } = await reservas.app.get<PreviaDeCancelamentoHttp>(`/v1/reservas/${id}/cancelamento`, {
      token: ana.token,
    });
    expect(body.reembolsoCentavos).toBe(9_000);
    const errado = await post(`${id}/cancelamento`, { reembolsoEsperadoCentavos: 4_500 });
    expect(recusa(errado)).toEqual([409, 'reservas.reembolso-mudou']);
    expect((await obter(id)).status).toBe('CONFIRMADA');
    const certo = await post(`${id}/cancelamento`, {
      reembolsoEsperadoCentavos: 9_000,
      justificativa: 'mudei de ideia',
    });
    expect(certo.body).toMatchObject({
      status: 'CANCELADA',
      reembolsoCentavos: 9_000,
      justificativa: 'mudei de ideia',
    });
  });
});

describe('o que se devolve por fora', () => {
  it('um reembolso de quem administra é descontado do que a reserva crê pago', async () => {
    const { id } = await confirmada();
    await reservas.broker.publish('pagamento.estornado.v1', {
      pagamentoId: pagamentoDe(id),
      reservaId: id,
      parcela: 1,
      valorCentavos: 2_000,
      moeda: 'BRL',
      estornoId: randomUUID(),
      totalEstornadoCentavos: 2_000,
      origem: 'ADMIN',
    });
    await eventually(async () => (await obter(id)).pagoCentavos === 7_000);
    await post(`${id}/cancelamento`, undefined);
    await eventually(() => comandos('estorno.criar.v1', id).length === 1);
    expect(comandos('estorno.criar.v1', id)).toMatchObject([{ valorCentavos: 7_000 }]);
  });
});

describe('o Pix', () => {
  it('prolonga a retenção até o fim do seu QR', async () => {
    const { id, expiraEm } = await reservar();
    const novo = new Date(Date.parse(expiraEm) + 10 * 60_000).toISOString();
    await reservas.broker.publish('pagamento.em-processamento.v1', {
      pagamentoId: pagamentoDe(id),
      reservaId: id,
      valorCentavos: 9_000,
      moeda: 'BRL',
      metodo: 'PIX',
      expiraEm: novo,
    });
    await eventually(async () => (await obter(id)).expiraEm === novo);
  });
});

describe('check-in e fim', () => {
  /** The next start on the grid, of a space that never closes. */
  const agoraMesmo = () => {
    const grade = 30 * 60_000;
    const inicio = Math.ceil(Date.now() / grade) * grade;
    return { inicio: new Date(inicio).toISOString(), fim: new Date(inicio + HORA_MS).toISOString() };
  };
  beforeEach(async () => {
    const horarios = [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' }));
    await regras({ horarios: JSON.stringify(horarios), passo_minutos: 30, folga_depois_minutos: 0 });
    await reservas.database.query(`DELETE FROM ocupacoes`);
  });

  it('com o código, escrito de qualquer jeito, uma vez ou duas', async () => {
    const { id, checkin } = await confirmada(agoraMesmo());
    const codigo = checkin?.codigo ?? '';
    expect(recusa(await post(`${id}/checkin`, { codigo: 'ERRADO22' }))).toEqual([422, 'reservas.codigo-incorreto']);
    expect(recusa(await post(`${id}/checkin`, { codigo }, await reservas.pessoa()))).toEqual([
      404,
      'reservas.reserva-inexistente',
    ]);
    const escrito = `${codigo.slice(0, 4)} - ${codigo.slice(4)}`.toLowerCase();
    expect((await post(`${id}/checkin`, { codigo: escrito })).body).toMatchObject({ iniciada: true });
    expect((await post(`${id}/checkin`, { codigo })).status).toBe(200);
    expect(recusa(await post(`${id}/cancelamento`, undefined))).toEqual([409, 'reservas.ja-iniciada']);
  });

  it('quem recebe as pessoas faz o check-in só com o código', async () => {
    const { id, checkin } = await confirmada(agoraMesmo());
    const resposta = await reservas.app.post<ReservaHttp>(
      '/v1/checkins',
      { codigo: checkin?.codigo },
      { token: reservas.admin.token },
    );
    expect([resposta.status, resposta.body.id, resposta.body.iniciada]).toEqual([200, id, true]);
    const deCliente = await reservas.app.post('/v1/checkins', { codigo: checkin?.codigo }, { token: ana.token });
    expect(deCliente.status).toBe(403);
  });

  it('cedo demais, ou do que não está confirmado, é recusado', async () => {
    const { id, checkin } = await confirmada(as(10));
    expect(recusa(await post(`${id}/checkin`, { codigo: checkin?.codigo }))).toEqual([
      409,
      'reservas.checkin-fora-da-janela',
    ]);
    const pendente = await reservar(as(15));
    expect(recusa(await post(`${pendente.id}/checkin`, { codigo: pendente.checkin?.codigo }))).toEqual([
      409,
      'reservas.sem-checkin',
    ]);
  });

  /** Nobody may book the past: it is held as the booking's own handler would, but for the check of its period. */
  async function noPassado(minutos: number, exigido: boolean): Promise<string> {
    await regras({ exige_checkin: exigido });
    const inicio = Date.now() - minutos * 60_000;
    const { reservaId } = await reservas.app.nest.get(Database).transaction(async () => {
      const { espaco, agora } = await reservas.app.nest.get(EspacoRepository).load(sala());
      const periodo = PeriodoReserva.de(new Date(inicio), new Date(inicio + HORA_MS));
      return reservas.app.nest.get(ReterEspaco).reterECobrar({ clienteId: ana.id, espaco, periodo, agora });
    });
    await pagar(reservaId, 1, 9_000);
    return reservaId;
  }

  it('quem não aparece até a tolerância perde a reserva, e o espaço fica livre', async () => {
    const id = await noPassado(20, true);
    await reservas.comStatus(id, 'NAO_COMPARECEU');
    expect(await ocupacoes(id)).toEqual([]);
    await eventually(() =>
      reservas.broker.publishedOf('reserva.nao-compareceu.v1').some(({ data }) => data.reservaId === id),
    );
    expect(recusa(await post(`${id}/cancelamento`, undefined))).toEqual([409, 'reservas.ja-encerrada']);
  });

  it('terminado o período, a reserva está concluída', async () => {
    const id = await noPassado(90, false);
    await reservas.comStatus(id, 'CONCLUIDA');
    await eventually(() =>
      reservas.broker.publishedOf('reserva.concluida.v1').some(({ data }) => data.reservaId === id),
    );
  });

  it('as que não podem terminar não escondem as que podem', async () => {
    const pronta = await noPassado(300, false);
    await reservas.database.query(
      `INSERT INTO reservas SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
              'checkin', NULL, 'status', 'CONFIRMADA',
              'cobranca_id', gen_random_uuid(), 'presenca_vence_em', now() - interval '1 day'))).*
         FROM reservas r, generate_series(1, 120) WHERE r.id = $1`,
      [pronta],
    );
    const id = await noPassado(90, false);
    await reservas.comStatus(id, 'CONCLUIDA');
    await eventually(async () => {
      const [row] = await reservas.database.query<{ adiadas: number }>(
        `SELECT count(*)::int AS adiadas FROM fins_de_reserva WHERE tentativas > 0 AND em_trabalho_ate > now() - interval '1 minute'`,
      );
      return row?.adiadas === 120;
    });
    await reservas.database.query(
      `UPDATE reservas SET presenca_vence_em = NULL WHERE id IN (SELECT reserva_id FROM fins_de_reserva WHERE tentativas > 0)`,
    );
  });

  it('sem exigência de check-in, quem se atrasa não perde nada', async () => {
    const id = await noPassado(20, false);
    await reservas.comStatus(id, 'CONFIRMADA');
    expect(await ocupacoes(id)).toHaveLength(1);
  });
});

describe('histórico', () => {
  it('conta todos os passos, e o que a reserva era em qualquer momento', async () => {
    const { id } = await confirmada(as(10));
    await post(`${id}/remarcacao`, as(15));
    await post(`${id}/cancelamento`, undefined);
    const ler = (sufixo = '', token = ana.token) =>
      reservas.app.get<HistoricoHttp>(`/v1/reservas/${id}/historico${sufixo}`, { token });
    const { body } = await ler();
    expect(body.eventos.map(({ tipo }) => tipo)).toEqual([
      'reserva.criada.v1',
      'reserva.confirmada.v1',
      'reserva.remarcada.v1',
      'reserva.cancelada.v1',
    ]);
    expect(body.estado).toMatchObject({ status: 'CANCELADA', inicio: as(15).inicio, pagoCentavos: 0 });
    const confirmadaEm = body.eventos[1]?.ocorridoEm ?? '';
    const entao = new Date(Date.parse(confirmadaEm) + 1).toISOString();
    expect((await ler(`?em=${entao}`)).body.estado).toMatchObject({
      status: 'CONFIRMADA',
      inicio: as(10).inicio,
      pagoCentavos: 9_000,
    });
    expect((await ler('?em=2020-01-01T00:00:00Z')).status).toBe(404);
    expect((await ler('', (await reservas.pessoa()).token)).status).toBe(404);
  });
});

describe('cópia de uma reserva', () => {
  it('a resposta de uma mudança com Idempotency-Key mostra a mudança, e o que se desfaz não fica na cópia', async () => {
    const { id } = await confirmada(as(10));
    await obter(id);
    const headers = { 'idempotency-key': randomUUID() };
    const mudada = await reservas.app.post<ReservaHttp>(`/v1/reservas/${id}/remarcacao`, as(15), {
      token: ana.token,
      headers,
    });
    expect(mudada.body.inicio).toBe(as(15).inicio);
    const recusado = await reservas.app.post(
      `/v1/reservas/${id}/cancelamento`,
      { reembolsoEsperadoCentavos: 1 },
      { token: ana.token, headers: { 'idempotency-key': randomUUID() } },
    );
    expect(recusa(recusado)).toEqual([409, 'reservas.reembolso-mudou']);
    expect((await obter(id)).status).toBe('CONFIRMADA');
  });

  it('quem lê depois de uma mudança a vê; o que mudou por fora, só depois do evento', async () => {
    const { id } = await confirmada(as(10));
    await obter(id);
    expect((await post(`${id}/remarcacao`, as(15))).body.inicio).toBe(as(15).inicio);
    expect((await obter(id)).inicio).toBe(as(15).inicio);
    const aindaPorOuvir = `SELECT FROM eventos e WHERE fluxo = 'reserva/' || $1::text AND versao > 1
                              AND NOT EXISTS (SELECT FROM inbox i WHERE i.mensagem_id = e.id AND i.consumidor = 'reservas.cache')`;
    await eventually(async () => (await reservas.database.query(aindaPorOuvir, [id])).length === 0);
    await obter(id);
    await reservas.database.query(`UPDATE reservas SET cupom = 'POR-FORA' WHERE id = $1`, [id]);
    expect((await obter(id)).cupom).toBeNull();
    const [{ dados } = { dados: null }] = await reservas.database.query<{ dados: unknown }>(
      `SELECT dados FROM eventos WHERE fluxo = 'reserva/' || $1::text AND tipo = 'reserva.remarcada.v1'`,
      [id],
    );
    await reservas.broker.publish('reserva.remarcada.v1', dados as never);
    await eventually(async () => (await obter(id)).cupom === 'POR-FORA');
  });
});
