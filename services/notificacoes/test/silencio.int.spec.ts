import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TcpProxy, type TestApp } from '@plataforma/testing';
import { NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

/** After the network is back everything works again within this, ms. */
/** Fifteen seconds are promised; a busy machine may take twice as long. */
const DE_VOLTA_MS = 30_000;

let notificacoes: NotificacoesFixture;
let postgres: TcpProxy;
let app: TestApp;

beforeAll(async () => {
  notificacoes = await NotificacoesFixture.create();
  postgres = await TcpProxy.start(notificacoes.database.options.DATABASE_URL);
  app = await notificacoes.start({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await postgres.cut();
  await notificacoes.stop();
});

const prontidao = () => app.get<{ dependencias?: Record<string, { status: string }> }>('/health/ready');
const pronto = async () => (await prontidao()).status === 200;
/** Past the network, which is silent. */
const enviadas = async (reservaId: string) =>
  (await notificacoes.database.query(`SELECT FROM entregas WHERE reserva_id = $1 AND estado = 'ENVIADA'`, [reservaId]))
    .length;

describe.each(['revived', 'lost'] as const)('conexões que emudecem, e depois (%s) a rede volta:', (depois) => {
  it('os avisos seguem: manda-se, uma vez, o que se cancelou no silêncio', async () => {
    const caso = novoCaso();
    await notificacoes.registrar(caso);
    await notificacoes.confirmar(caso);
    await eventually(async () => (await enviadas(caso.reservaId)) === 1);
    postgres.swallow();
    await notificacoes.cancelar(caso);
    await eventually(async () => (await prontidao()).body.dependencias?.['postgres']?.status === 'down');
    await eventually(() => postgres.swallowedConnections > 0);
    expect(await enviadas(caso.reservaId)).toBe(1);
    postgres.resume(depois);
    await Promise.all([
      eventually(pronto, DE_VOLTA_MS),
      eventually(async () => (await enviadas(caso.reservaId)) === 2, DE_VOLTA_MS),
    ]);
    const tipos = (await notificacoes.listar(app, caso)).map(({ tipo, estado }) => `${tipo} ${estado}`);
    expect(new Set(tipos).size).toBe(tipos.length);
  });
});
