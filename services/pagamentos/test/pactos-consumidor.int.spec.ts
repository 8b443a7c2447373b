import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageType } from '@plataforma/contracts';
import { queues } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { acordado, pactosDeMensagens, tratadorDe } from '@plataforma/testing';
import { ComandosConsumer } from '../src/presentation/comandos.consumer.js';
import { EventosConsumer } from '../src/presentation/eventos.consumer.js';
import { PagamentosFixture } from './pagamentos-fixture.js';

describe('O que pagamentos lê de mensagens', () => {
  let pagamentos: PagamentosFixture;

  beforeAll(async () => {
    pagamentos = await PagamentosFixture.start();
  });
  afterAll(() => pagamentos.stop());

  it('é o que foi acordado com quem as publica', async () => {
    const paga = await pagamentos.paid();
    const { nest } = pagamentos.http;
    const database = nest.get(Database);
    const consumidores = [nest.get(ComandosConsumer), nest.get(EventosConsumer)];
    const mudancas: Partial<Record<MessageType, Record<string, unknown>>> = {
      'cobranca.criar.v1': { valorCentavos: 9_000, expiraEm: new Date(Date.now() + 60_000).toISOString() },
      'estorno.criar.v1': { reservaId: paga.reservaId, valorCentavos: 100 },
    };
    const tipos = [...queues['pagamentos.comandos'], ...queues['pagamentos.eventos']];
    const pactos = await pactosDeMensagens(
      'pagamentos',
      tipos.map((type) => [type, mudancas[type]] as const),
      (evento) => database.transaction(async () => void (await tratadorDe(consumidores, evento.type)(evento))),
    );
    expect(pactos.map(({ provider }) => provider.name).toSorted()).toEqual(['notificacoes', 'reservas']);
    for (const pacto of pactos) expect(pacto).toEqual(acordado(pacto));
  });
});
