import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageType } from '@plataforma/contracts';
import { queues } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { acordado, pactosDeMensagens, type TestApp, tratadorDe } from '@plataforma/testing';
import { EventosConsumer } from '../src/presentation/eventos.consumer.js';
import { NotificacoesFixture } from './notificacoes-fixture.js';

/** Of a letter it is told which, and it has to be one that can be written. */
const MUDANCAS: Partial<Record<MessageType, Record<string, unknown>>> = {
  'usuario.carta-pedida.v1': { tipo: 'SENHA_MUDOU' },
};
/** Each service tells it of itself. */
const DE_TODOS: MessageType = 'operacao.alertada.v1';

describe('O que notificacoes lê de mensagens', () => {
  let notificacoes: NotificacoesFixture;
  let app: TestApp;

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
    app = await notificacoes.start();
  });
  afterAll(() => notificacoes.stop());

  it('é o que foi acordado com quem as publica', async () => {
    const [database, consumidor] = [app.nest.get(Database), app.nest.get(EventosConsumer)];
    const tipos = queues['notificacoes.eventos'].filter((type) => type !== DE_TODOS);
    const pactos = await pactosDeMensagens(
      'notificacoes',
      tipos.map((type) => [type, MUDANCAS[type]] as const),
      (evento) => database.transaction(async () => void (await tratadorDe([consumidor], evento.type)(evento))),
    );
    expect(pactos.map(({ provider }) => provider.name).toSorted()).toEqual(['auth', 'pagamentos', 'reservas']);
    for (const pacto of pactos) expect(pacto).toEqual(acordado(pacto));
  });
});
