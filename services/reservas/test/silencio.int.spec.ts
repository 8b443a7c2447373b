import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EspacoHttp } from '@plataforma/contracts';
import { eventually, TcpProxy } from '@plataforma/testing';
import { pagamentoDe, type Pessoa, ReservasFixture } from './reservas-fixture.js';

/** After the network is back everything works again within this, ms. */
/** Fifteen seconds are promised; a busy machine may take twice as long. */
const DE_VOLTA_MS = 30_000;

let f: ReservasFixture;
let postgres: TcpProxy;
let ana: Pessoa;
let espaco: EspacoHttp;
let dia = 3;

beforeAll(async () => {
  f = await ReservasFixture.start(async ({ options }) => {
    postgres = await TcpProxy.start(options.DATABASE_URL);
    return { DATABASE_URL: postgres.url };
  });
  ana = await f.pessoa();
  espaco = await f.publicado({ retencaoSegundos: 4, quantidadeUnidades: 9 });
});
afterAll(async () => {
  await postgres.cut();
  await f.stop();
});

const prontidao = () => f.app.get<{ dependencias?: Record<string, { status: string }> }>('/health/ready');
const pronto = async () => (await prontidao()).status === 200;
/** Past the network, which is silent. */
const situacao = async (id: string) =>
  (
    await f.database.query<{ status: string; motivo: string | null }>(
      'SELECT status, motivo FROM reservas WHERE id = $1',
      [id],
    )
  )[0];

describe.each(['revived', 'lost'] as const)('conexões que emudecem, e depois (%s) a rede volta:', (depois) => {
  it('as sagas seguem: o que se pagou no silêncio se confirma, e o que venceu nele se libera', async () => {
    const quando = f.periodo(dia++, 10);
    const { body: paga } = await f.reservar(ana, f.espaco('Sala Ipê'), quando);
    const { body: vencida } = await f.reservar(ana, espaco.id, quando);
    expect([paga.status, vencida.status]).toEqual(['PENDENTE_PAGAMENTO', 'PENDENTE_PAGAMENTO']);
    postgres.swallow();
    await f.broker.publish('pagamento.aprovado.v1', {
      pagamentoId: pagamentoDe(paga.id),
      reservaId: paga.id,
      valorCentavos: paga.valorCentavos,
      moeda: 'BRL',
      aprovadoEm: new Date().toISOString(),
    });
    await eventually(async () => (await prontidao()).body.dependencias?.['postgres']?.status === 'down');
    await eventually(() => postgres.swallowedConnections > 0);
    await eventually(() => Date.now() > Date.parse(vencida.expiraEm));
    expect([await situacao(paga.id), await situacao(vencida.id)]).toMatchObject([
      { status: 'PENDENTE_PAGAMENTO' },
      { status: 'PENDENTE_PAGAMENTO' },
    ]);
    postgres.resume(depois);
    await Promise.all([
      eventually(pronto, DE_VOLTA_MS),
      eventually(async () => (await situacao(paga.id))?.status === 'CONFIRMADA', DE_VOLTA_MS),
      eventually(async () => (await situacao(vencida.id))?.motivo === 'PAGAMENTO_EXPIRADO', DE_VOLTA_MS),
    ]);
    await eventually(() =>
      f.broker.publishedOf('reserva.confirmada.v1').some(({ data }) => data.reservaId === paga.id),
    );
  });
});
