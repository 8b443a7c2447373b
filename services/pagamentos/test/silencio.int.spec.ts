import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TcpProxy } from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

/** After the network is back everything works again within this, ms. */
/** Fifteen seconds are promised; a busy machine may take twice as long. */
const DE_VOLTA_MS = 30_000;

let pagamentos: PagamentosFixture;
let postgres: TcpProxy;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
  await pagamentos.halt();
  postgres = await TcpProxy.start(pagamentos.database.options.DATABASE_URL);
  await pagamentos.boot({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await postgres.cut();
  await pagamentos.stop();
});

const prontidao = () => pagamentos.http.get<{ dependencias?: Record<string, { status: string }> }>('/health/ready');
const pronto = async () => (await prontidao()).status === 200;

describe.each(['revived', 'lost'] as const)('conexões que emudecem, e depois (%s) a rede volta:', (depois) => {
  it('as cobranças seguem: abre-se, captura-se e devolve-se o que se pediu no silêncio', async () => {
    const aberta = await pagamentos.opened(await pagamentos.charge());
    const paga = await pagamentos.paid();
    postgres.swallow();
    const pedida = randomUUID();
    await pagamentos.comando(pedida, randomUUID());
    await pagamentos.pay(aberta);
    await pagamentos.refund(paga.reservaId, 4_000);
    await eventually(async () => (await prontidao()).body.dependencias?.['postgres']?.status === 'down');
    await eventually(() => postgres.swallowedConnections > 0);
    expect(pagamentos.published('pagamento.criado.v1', pedida)).toEqual([]);
    postgres.resume(depois);
    await Promise.all([
      eventually(pronto, DE_VOLTA_MS),
      eventually(() => pagamentos.published('pagamento.criado.v1', pedida).length > 0, DE_VOLTA_MS),
      eventually(() => pagamentos.published('pagamento.aprovado.v1', aberta.reservaId).length > 0, DE_VOLTA_MS),
      eventually(() => pagamentos.published('pagamento.estornado.v1', paga.reservaId).length > 0, DE_VOLTA_MS),
    ]);
    // Told once or, where the silence swallowed that it was, again; done once.
    const devolvidos = pagamentos.published('pagamento.estornado.v1', paga.reservaId).map(({ id }) => id);
    expect(new Set(devolvidos).size).toBe(1);
    const { razao, provedor, desequilibrio } = await pagamentos.tresLados(paga.reservaId);
    expect([razao, provedor, desequilibrio]).toEqual([[9_000, 4_000], [9_000, 4_000], 0]);
  });
});
