import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});
afterAll(() => pagamentos.stop());

/** A second intent of a charge, captured while nobody of ours looks; `antes` is what else happens to it then. */
async function orfao(antes: (intento: string) => Promise<unknown> = () => Promise.resolve()) {
  const cobranca = await pagamentos.charge();
  await pagamentos.opened(cobranca);
  await pagamentos.halt();
  const { id } = await pagamentos.balcao.paymentIntents.create({
    amount: 9_000,
    currency: 'brl',
    allowed_payment_method_types: ['card'],
    payment_method: 'pm_card_visa',
    confirm: true,
    metadata: { reservaId: cobranca.reservaId, parcela: '1' },
  });
  await antes(id);
  await pagamentos.boot();
  return { ...cobranca, intento: id };
}

const encerrado = (intento: string) =>
  eventually(
    async () =>
      (
        await pagamentos.database.query(
          `SELECT FROM intentos_orfaos WHERE provedor_id = $1 AND desfecho = 'DEVOLVIDO' AND proxima_acao_em IS NULL`,
          [intento],
        )
      ).length === 1,
    60_000,
  );

/** What the ledger has of the orphan, by movement, as the provider's account sees it. */
const noRazao = async (reservaId: string) =>
  Object.fromEntries(
    (
      await pagamentos.database.query<{ origem: string; valor: string }>(
        `SELECT l.origem, l.valor_centavos AS valor FROM lancamentos l JOIN cobrancas c ON c.id = l.cobranca_id
          WHERE c.reserva_id = $1 AND l.conta = 'RECEBIVEL' AND l.origem !~ '^taxa/'`,
        [reservaId],
      )
    ).map(({ origem, valor }) => [origem, Number(valor)]),
  );
const estornos = async (intento: string) =>
  (await pagamentos.balcao.refunds.list({ payment_intent: intento })).data.map(({ id, amount, status }) => ({
    id,
    amount,
    status,
  }));

describe('intento órfão', () => {
  it('estornado em parte no balcão do provedor, tem o resto devolvido, e o razão conta cada estorno pelo que foi', async () => {
    const { reservaId, intento } = await orfao((id) =>
      pagamentos.balcao.refunds.create({ payment_intent: id, amount: 2_000 }),
    );
    await encerrado(intento);
    const feitos = await estornos(intento);
    expect(feitos.map(({ amount }) => amount).sort()).toEqual([2_000, 7_000]);
    expect(await noRazao(reservaId)).toEqual({
      [`captura/${intento}`]: 9_000,
      ...Object.fromEntries(feitos.map(({ id, amount }) => [`estorno/${id}`, -amount])),
    });
  });

  it.each(['contado por um webhook', 'visto só pela reconciliação'])(
    'cujo estorno o banco devolve, %s, é devolvido de novo',
    async (como) => {
      const { reservaId, intento } = await orfao();
      await encerrado(intento);
      const [primeiro] = await estornos(intento);
      if (!primeiro) throw new Error('nada foi devolvido');
      if (como !== 'contado por um webhook')
        await pagamentos.control('falhas', { tipo: 'webhook_perdido', vezes: null });
      await pagamentos.control(`estornos/${primeiro.id}`, { resultado: 'failed' });
      if (como !== 'contado por um webhook') await pagamentos.reconcile();
      await eventually(async () => Object.keys(await noRazao(reservaId)).length === 4, 60_000);
      await encerrado(intento);
      await pagamentos.noFaults();
      const segundo = (await estornos(intento)).find(({ status }) => status === 'succeeded');
      expect(await noRazao(reservaId)).toEqual({
        [`captura/${intento}`]: 9_000,
        [`estorno/${primeiro.id}`]: -9_000,
        [`estorno-devolvido/${primeiro.id}`]: 9_000,
        [`estorno/${segundo?.id}`]: -9_000,
      });
      const [noProvedor] = (await pagamentos.noProvedor(reservaId)).filter(
        ({ paymentIntent }) => paymentIntent === intento,
      );
      expect(noProvedor).toMatchObject({ capturadoCentavos: 9_000, estornadoCentavos: 9_000 });
    },
  );

  it('disputado, espera pelo banco; o que ele leva não é devolvido outra vez', async () => {
    let dp = '';
    const { reservaId, intento } = await orfao(async (id) => {
      dp = (await pagamentos.control<{ id: string }>('disputas', { payment_intent: id })).id;
    });
    await eventually(async () => Object.keys(await noRazao(reservaId)).length === 2, 60_000);
    await pagamentos.control(`disputas/${dp}`, { resultado: 'lost' });
    await encerrado(intento);
    expect(await estornos(intento)).toEqual([]);
    expect(await pagamentos.saldos(reservaId)).toMatchObject({ DISPUTAS: 9_000, CLIENTE: -9_000 });
  });
});
