import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageType } from '@plataforma/contracts';
import { eventually, pactosCom, quebrados } from '@plataforma/testing';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

const pactos = pactosCom('reservas');
const lidas = pactos.flatMap(({ consumer, interactions = [] }) =>
  interactions.map((interacao) => [`${consumer.name}: ${interacao.description}`, consumer.name, interacao] as const),
);
/** Those that this story brings about. */
const CONTADAS: readonly string[] = [
  'cobranca.criar.v1',
  'cobranca.cancelar.v1',
  'estorno.criar.v1',
  'acesso.reenviar.v1',
  'reserva.criada.v1',
  'reserva.confirmada.v1',
  'reserva.cancelada.v1',
  'reserva.remarcada.v1',
  'espaco.alterado.v1',
  'espaco.bloqueio-alterado.v1',
] satisfies MessageType[];
const ditas = pactos.flatMap(({ consumer, messages = [] }) =>
  messages
    .filter(({ description }) => CONTADAS.includes(description))
    .map((mensagem) => [`${consumer.name}: ${mensagem.description}`, mensagem] as const),
);

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
    for (const [nome, valor] of Object.entries({
      reservaId: reserva.id,
      espacoId: espaco.id,
      cidade: espaco.cidade,
      de,
      ate,
    }))
      valores.set(nome, valor);

    const { body: outra } = await reservas.reservar(cliente, espaco.id, reservas.periodo(22, 10));
    await reservas.pagar(outra);
    const { status } = await reservas.app.post(`/v1/reservas/${outra.id}/remarcacao`, reservas.periodo(23, 10), {
      token: cliente.token,
    });
    expect(status).toBe(200);
    await reservas.cancelar(cliente, outra.id);
    // What nobody paid for is given up, and so is its charge.
    const { body: deixada } = await reservas.reservar(cliente, espaco.id, reservas.periodo(24, 10));
    await reservas.cancelar(cliente, deixada.id);
    // Of what auth counts, the first is missing: it is asked for.
    await reservas.broker.publish('usuario.grupos-em-dia.v1', { sequencia: 1, em: new Date().toISOString() });
    const bloqueio = { ...reservas.periodo(25, 10), motivo: 'Obras' };
    await reservas.app.post(`/v1/espacos/${espaco.id}/bloqueios`, bloqueio, { token: reservas.admin.token });
  });
  afterAll(() => reservas.stop());

  it.each(lidas)('%s', async (_nome, consumidor, { request, response }) => {
    const query = Object.entries(request.query).map(([nome, [valor = '']]): [string, string] => [nome, dito(valor)]);
    const path = `${dito(request.path)}${query.length > 0 ? `?${new URLSearchParams(query).toString()}` : ''}`;
    const { token } = consumidor === 'bff-admin' ? reservas.admin : cliente;
    const { status, body } = await reservas.app.get(path, { token });
    expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
  });

  it('estão todas as mensagens desta história entre as acordadas', () => {
    const acordadas = new Set(ditas.map(([, { description }]) => description));
    expect(CONTADAS.filter((type) => !acordadas.has(type))).toEqual([]);
  });

  it.each(ditas)('%s', async (_nome, { description, matchingRules, contents }) => {
    const [publicada] = await eventually(() => {
      const delas = reservas.broker.publishedOf(description as MessageType);
      return delas.length > 0 && delas;
    });
    expect(quebrados(matchingRules, contents, publicada)).toEqual([]);
  });
});
