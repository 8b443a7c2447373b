import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queues } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { acordado, pactosDeMensagens, tratadorDe } from '@plataforma/testing';
import { AcessosConsumer } from '../src/presentation/acessos.consumer.js';
import { PagamentosConsumer } from '../src/presentation/pagamentos.consumer.js';
import { pagamentoDe, ReservasFixture } from './reservas-fixture.js';

describe('O que reservas lê de mensagens', () => {
  let reservas: ReservasFixture;

  beforeAll(async () => {
    reservas = await ReservasFixture.start();
  });
  afterAll(() => reservas.stop());

  it('é o que foi acordado com quem as publica', async () => {
    const cliente = await reservas.pessoa();
    const espaco = await reservas.publicado();
    /** Each is told of a booking of its own, which waits for its payment. */
    let dia = 20;
    const esperando = async () => {
      const { body } = await reservas.reservar(cliente, espaco.id, reservas.periodo(dia++, 10));
      return { reservaId: body.id, pagamentoId: pagamentoDe(body.id), valorCentavos: body.valorCentavos };
    };
    const dePagamentos = [];
    for (const type of queues['reservas.saga']) {
      const dita = await esperando();
      // Of a disputed or refunded payment it was heard before.
      if (/estornado|disputado/.test(type)) await reservas.pagar({ ...dita, id: dita.reservaId });
      dePagamentos.push([type, dita] as const);
    }
    const pessoa = { usuarioId: randomUUID(), espacoId: espaco.id, sequencia: 1, anterior: 0 };
    const deAuth = [
      ['usuario.grupos-alterados.v1', { usuarioId: pessoa.usuarioId, sequencia: 1, anterior: 0 }],
      ['espaco.acesso-alterado.v1', { espacoId: pessoa.espacoId, sequencia: 2, anterior: 1 }],
      ['usuario.grupos-em-dia.v1', { sequencia: 2 }],
    ] as const;

    const { nest } = reservas.app;
    const database = nest.get(Database);
    const consumidores = [nest.get(PagamentosConsumer), nest.get(AcessosConsumer)];
    const pactos = await pactosDeMensagens('reservas', [...dePagamentos, ...deAuth], (evento) =>
      database.transaction(async () => void (await tratadorDe(consumidores, evento.type)(evento))),
    );
    expect(pactos.map(({ provider }) => provider.name).toSorted()).toEqual(['auth', 'pagamentos']);
    for (const pacto of pactos) expect(pacto).toEqual(acordado(pacto));
  });
});
