import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageType } from '@plataforma/contracts';
import { eventually, pactoDe, quebrados } from '@plataforma/testing';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

const doAplicativo = pactoDe('bff-mobile', 'reservas').interactions ?? [];
const daWeb = pactoDe('bff-web', 'reservas').messages ?? [];
/** Those that this story brings about. */
const CONTADAS: MessageType[] = [
  'reserva.criada.v1',
  'reserva.confirmada.v1',
  'reserva.cancelada.v1',
  'reserva.remarcada.v1',
  'espaco.alterado.v1',
  'espaco.bloqueio-alterado.v1',
];

describe('O que outros leem de reservas', () => {
  let reservas: ReservasFixture;
  let cliente: Pessoa;
  const valores = new Map<string, string>();
  const dito = (texto: string) => texto.replace(/\$\{(\w+)\}/g, (_, nome: string) => valores.get(nome) ?? nome);

  beforeAll(async () => {
    reservas = await ReservasFixture.start();
    cliente = await reservas.pessoa();
    const espaco = await reservas.publicado({ fotos: ['https://fotos.exemplo.com/1.jpg'] });
    const { body: reserva } = await reservas.reservar(cliente, espaco.id, reservas.periodo(20, 10));
    const { inicio: de } = reservas.periodo(20, 8);
    const { inicio: ate } = reservas.periodo(21, 20);
    for (const [nome, valor] of Object.entries({ reservaId: reserva.id, espacoId: espaco.id, de, ate }))
      valores.set(nome, valor);

    const { body: outra } = await reservas.reservar(cliente, espaco.id, reservas.periodo(22, 10));
    await reservas.pagar(outra);
    const { status } = await reservas.app.post(`/v1/reservas/${outra.id}/remarcacao`, reservas.periodo(23, 10), {
      token: cliente.token,
    });
    expect(status).toBe(200);
    await reservas.cancelar(cliente, outra.id);
    const bloqueio = { ...reservas.periodo(25, 10), motivo: 'Obras' };
    await reservas.app.post(`/v1/espacos/${espaco.id}/bloqueios`, bloqueio, { token: reservas.admin.token });
  });
  afterAll(() => reservas.stop());

  it.each(doAplicativo.map((interacao) => [interacao.description, interacao] as const))(
    'o aplicativo: %s',
    async (_description, { request, response }) => {
      const query = Object.entries(request.query).map(([nome, [valor = '']]): [string, string] => [nome, dito(valor)]);
      const path = `${dito(request.path)}${query.length > 0 ? `?${new URLSearchParams(query).toString()}` : ''}`;
      const { status, body } = await reservas.app.get(path, { token: cliente.token });
      expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
    },
  );

  it.each(CONTADAS)('o bff-web, ao vivo: %s', async (type) => {
    const pacto = daWeb.find(({ description }) => description === type);
    const [publicada] = await eventually(() => {
      const delas = reservas.broker.publishedOf(type);
      return delas.length > 0 && delas;
    });
    if (!pacto) throw new Error(`não há pacto de ${type}`);
    expect(quebrados(pacto.matchingRules, pacto.contents, publicada)).toEqual([]);
  });
});
