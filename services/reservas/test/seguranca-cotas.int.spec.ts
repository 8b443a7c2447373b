import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import type { PorQueHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { CriarReserva } from '../src/application/criar-reserva.js';
import { EspacoRepository } from '../src/application/ports.js';
import { VerificarCotas } from '../src/application/verificar-cotas.js';
import { HOJE, contar, type Pessoa, ReservasFixture, recusa } from './reservas-fixture.js';

const MESAS = 'Mesas do Mezanino';
let reservas: ReservasFixture;
let ana: Pessoa;
/** Each test has a week of its own: Monday is `segunda` days from today. */
let segunda = 7 + ((8 - new Date(HOJE).getUTCDay()) % 7);

beforeAll(async () => {
  reservas = await ReservasFixture.start({ RETENCOES_POR_PESSOA: '6' });
});
afterAll(() => reservas.stop());
beforeEach(async () => {
  ana = await reservas.pessoa();
  segunda += 7;
});

const cotas = (reservasAtivas: number | null, horasSemana: number | null) =>
  reservas.database.query(`UPDATE espacos SET cota_reservas_ativas = $1, cota_horas_semana = $2 WHERE nome = $3`, [
    reservasAtivas,
    horasSemana,
    MESAS,
  ]);
const mesas = () => reservas.espaco(MESAS);
const detalhe = (resposta: { body: unknown }, campo: string) => (resposta.body as Record<string, unknown>)[campo];

describe('29: retenções de uma pessoa em toda a plataforma', () => {
  beforeAll(() => cotas(null, null));

  it('de vinte pedidos simultâneos para horários e espaços diferentes, só passam quantos o limite deixa', async () => {
    const espacos = [MESAS, 'Sala Ipê', 'Sala Guanabara', 'Sala Rio Negro'].map((nome) => reservas.espaco(nome));
    const respostas = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        reservas.reservar(ana, espacos[i % 4] ?? '', reservas.periodo(segunda, 9 + Math.floor(i / 4) * 2)),
      ),
    );
    expect(contar(respostas)).toEqual({ 201: 6, 409: 14 });
    const recusada = respostas.find(({ status }) => status === 409);
    expect(recusada && [recusa(recusada)[1], detalhe(recusada, 'limite')]).toEqual(['reservas.retencoes-demais', 6]);
  });

  it('paga ou cancelada, a reserva dá lugar a outra; e cada pessoa tem o seu limite', async () => {
    const retidas = [];
    for (let i = 0; i < 6; i++)
      retidas.push((await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 8 + i))).body);
    const mais = (pessoa = ana) => reservas.reservar(pessoa, mesas(), reservas.periodo(segunda, 20));
    expect(recusa(await mais())).toEqual([409, 'reservas.retencoes-demais']);
    expect((await mais(await reservas.pessoa())).status).toBe(201);
    const [primeira, segundaRetida] = retidas;
    if (!primeira || !segundaRetida) throw new Error('nada retido');
    await reservas.pagar(primeira);
    expect((await mais()).status).toBe(201);
    expect(recusa(await mais())).toEqual([409, 'reservas.retencoes-demais']);
    await reservas.cancelar(ana, segundaRetida.id);
    expect((await mais()).status).toBe(201);
  });
});

describe('idas ao banco', () => {
  afterAll(() => cotas(null, null));

  /** The statements that making a booking runs. */
  async function comandos(hora: number): Promise<string[]> {
    const database = reservas.app.nest.get(Database);
    const espias = [jest.spyOn(database, 'query'), jest.spyOn(database, 'change')];
    const { inicio, fim } = reservas.periodo(segunda, hora);
    await reservas.app.nest
      .get(CommandBus)
      .execute(new CriarReserva({ ...ana, papeis: ['CLIENTE'] }, mesas(), new Date(inicio), new Date(fim)));
    const todos = espias.flatMap((espia) => espia.mock.calls.map(([sql]) => sql));
    for (const espia of espias) espia.mockRestore();
    // The worker that ends bookings may look at the same time.
    const doPedido = todos.filter((sql) => !sql.includes('fins_de_reserva'));
    return doPedido.filter((sql) => /cupons|cupom_usos|cotacoes|retencoes_da_pessoa|FROM reservas/.test(sql));
  }

  it('sem cota, o limite de retenções vai no comando que ocupa, e só o que se fez se lê, para a resposta; com cota, uma vez', async () => {
    await cotas(null, null);
    expect((await comandos(9)).map((sql) => sql.trim().slice(0, 12))).toEqual(['WITH tomadas', 'SELECT r.*, ']);
    await cotas(3, 10);
    expect((await comandos(11)).map((sql) => sql.trim().slice(0, 12))).toEqual([
      'WITH tomadas',
      'SELECT count',
      'SELECT r.*, ',
    ]);
  });
});

describe('reservas ativas por pessoa num espaço', () => {
  beforeAll(() => cotas(2, null));
  afterAll(() => cotas(null, null));

  it('de cinco pedidos simultâneos passam dois; noutro espaço e para outra pessoa há lugar', async () => {
    const respostas = await Promise.all(
      Array.from({ length: 5 }, (_, i) => reservas.reservar(ana, mesas(), reservas.periodo(segunda, 9 + i))),
    );
    expect(contar(respostas)).toEqual({ 201: 2, 409: 3 });
    const recusada = respostas.find(({ status }) => status === 409);
    expect(recusada && [recusa(recusada)[1], detalhe(recusada, 'limite'), detalhe(recusada, 'restam')]).toEqual([
      'reservas.cota-de-reservas',
      2,
      0,
    ]);
    expect((await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(segunda, 10))).status).toBe(201);
    expect((await reservas.reservar(await reservas.pessoa(), mesas(), reservas.periodo(segunda, 10))).status).toBe(201);
  });

  it('contam as confirmadas, e não as canceladas nem as que já terminaram', async () => {
    const { body: primeira } = await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 9));
    const { body: outra } = await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 10));
    await reservas.pagar(primeira);
    const mais = () => reservas.reservar(ana, mesas(), reservas.periodo(segunda, 12));
    expect(recusa(await mais())).toEqual([409, 'reservas.cota-de-reservas']);
    await reservas.cancelar(ana, outra.id);
    expect((await mais()).status).toBe(201);
    await reservas.database.query(
      `UPDATE reservas SET inicio = now() - interval '2 hours', fim = now() - interval '1 hour' WHERE id = $1`,
      [primeira.id],
    );
    expect((await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 14))).status).toBe(201);
  });
});

describe('horas por semana de uma pessoa num espaço', () => {
  beforeAll(() => cotas(null, 5));
  afterAll(() => cotas(null, null));

  it('diz quanto resta, e a semana vai de segunda a domingo no fuso do espaço', async () => {
    const reservar = (dia: number, hora: number, horas: number) =>
      reservas.reservar(ana, mesas(), reservas.periodo(dia, hora, horas));
    expect((await reservar(segunda, 9, 3)).status).toBe(201);
    const demais = await reservar(segunda + 1, 9, 3);
    expect([...recusa(demais), detalhe(demais, 'limiteHoras'), detalhe(demais, 'restamMinutos')]).toEqual([
      409,
      'reservas.cota-de-horas',
      5,
      120,
    ]);
    // Domingo às 22:00 em São Paulo já é segunda em UTC: ainda é a mesma semana.
    expect((await reservar(segunda + 6, 21.5, 1)).status).toBe(201);
    expect(recusa(await reservar(segunda + 6, 20, 1.5))).toEqual([409, 'reservas.cota-de-horas']);
    expect((await reservar(segunda - 1, 20, 2)).status).toBe(201);
    expect((await reservar(segunda + 7, 9, 5)).status).toBe(201);
  });

  it('não passa da cota quando tudo é pedido ao mesmo tempo', async () => {
    const respostas = await Promise.all(
      Array.from({ length: 6 }, (_, i) => reservas.reservar(ana, mesas(), reservas.periodo(segunda + i, 9, 2))),
    );
    expect(contar(respostas)).toEqual({ 201: 2, 409: 4 });
  });

  it('a mesma resposta serve a quem pergunta por que não pode, e quem remarca não conta contra si', async () => {
    const { espaco } = await reservas.app.nest.get(EspacoRepository).load(mesas());
    const verificar = reservas.app.nest.get(VerificarCotas);
    const quando = reservas.periodo(segunda, 9, 4);
    const periodo = { inicio: Date.parse(quando.inicio), fim: Date.parse(quando.fim) };
    expect(await verificar.motivoDeCota(espaco, ana.id, periodo)).toBeNull();
    const { body } = await reservas.reservar(ana, mesas(), quando);
    expect(await verificar.motivoDeCota(espaco, ana.id, periodo)).toMatchObject({
      code: 'reservas.cota-de-horas',
      extensions: { limiteHoras: 5, restamMinutos: 60 },
    });
    const rota = `/v1/espacos/${mesas()}/porque?${new URLSearchParams({ ...quando }).toString()}`;
    const explicada = await reservas.app.get<PorQueHttp>(rota, { token: ana.token });
    expect(explicada.body.impedimento).toMatchObject({ regra: 'COTA', code: 'reservas.cota-de-horas' });
    expect(await verificar.motivoDeCota(espaco, ana.id, periodo, body.id)).toBeNull();
    expect(await verificar.motivoDeCota(espaco, randomUUID(), periodo)).toBeNull();
  });

  it('de duas reservas que mudam juntas para a mesma semana, só uma cabe nela', async () => {
    const retidas = [0, 7].map((dias) => reservas.reservar(ana, mesas(), reservas.periodo(segunda + dias, 9, 3)));
    const feitas = (await Promise.all(retidas)).map(({ body }) => body);
    for (const uma of feitas) await reservas.pagar(uma);
    const mudancas = feitas.map(({ id }, i) =>
      reservas.app.post(`/v1/reservas/${id}/remarcacao`, reservas.periodo(segunda + 14 + i, 9, 3), {
        token: ana.token,
      }),
    );
    const respostas = await Promise.all(mudancas);
    expect(contar(respostas)).toEqual({ 200: 1, 409: 1 });
    expect(respostas.map((resposta) => recusa(resposta)[1])).toContain('reservas.cota-de-horas');
  });

  it('a mudança que espera a diferença conta no horário para onde vai', async () => {
    const { body } = await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 9, 2));
    await reservas.pagar(body);
    const para = reservas.periodo(segunda + 7, 9, 4);
    const mudanca = await reservas.app.post(`/v1/reservas/${body.id}/remarcacao`, para, { token: ana.token });
    expect(mudanca.body).toMatchObject({ remarcacao: { inicio: para.inicio } });
    const outra = await reservas.reservar(ana, mesas(), reservas.periodo(segunda + 8, 9, 2));
    expect([...recusa(outra), detalhe(outra, 'restamMinutos')]).toEqual([409, 'reservas.cota-de-horas', 60]);
  });

  it('o pagamento que chega depois do prazo não retoma o que já não cabe: o dinheiro volta', async () => {
    const { body } = await reservas.reservar(ana, mesas(), reservas.periodo(segunda, 9, 3));
    await reservas.database.query('UPDATE sagas SET prazo = now() WHERE chave = $1', [body.id]);
    await reservas.comStatus(body.id, 'CANCELADA');
    expect((await reservas.reservar(ana, mesas(), reservas.periodo(segunda + 1, 9, 3))).status).toBe(201);
    await reservas.broker.publish('pagamento.aprovado.v1', {
      pagamentoId: randomUUID(),
      reservaId: body.id,
      valorCentavos: body.valorCentavos,
      moeda: 'BRL',
      aprovadoEm: new Date().toISOString(),
    });
    const estorno = await eventually(() =>
      reservas.broker.publishedOf('estorno.criar.v1').find(({ data }) => data.reservaId === body.id),
    );
    expect(estorno.data).toMatchObject({ valorCentavos: body.valorCentavos, motivo: 'PAGAMENTO_TARDIO' });
    await reservas.comStatus(body.id, 'CANCELADA');
  });
});
