import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});

afterAll(async () => {
  await pagamentos.stop();
});

afterEach(async () => {
  await pagamentos.noFaults();
});

const CRIAR = 'payment_intents.create';
const cancelar = (reservaId: string) => pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId });

/** A charge for which the emulator misbehaves from the beginning. */
async function comFalha(...falhas: Record<string, unknown>[]) {
  const reservaId = randomUUID();
  for (const falha of falhas) await pagamentos.fault(reservaId, falha);
  return pagamentos.charge({}, reservaId);
}

describe('13. o provedor cobra e a conexão cai', () => {
  it('ao abrir: o intento é achado, e não pedido de novo', async () => {
    const cobranca = await comFalha({ tipo: 'cai_depois_do_efeito', operacao: CRIAR, vezes: 2 });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    expect(await pagamentos.noProvedor(cobranca.reservaId)).toHaveLength(1);
  });

  it('já capturada quando a conexão cai: uma captura, uma aprovação', async () => {
    const { reservaId } = await comFalha(
      { tipo: 'pagamento_instantaneo' },
      { tipo: 'cai_depois_do_efeito', operacao: CRIAR },
      { tipo: 'webhook_perdido', vezes: null },
    );
    await pagamentos.converge(reservaId, 9_000, 0);
    expect(await pagamentos.noProvedor(reservaId)).toHaveLength(1);
  });

  it('ao estornar: o estorno é achado, e não feito de novo', async () => {
    const { reservaId } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'cai_depois_do_efeito', operacao: 'refunds.create', vezes: 2 });
    await pagamentos.refund(reservaId, 4_000);
    await pagamentos.converge(reservaId, 9_000, 4_000);
  });
});

describe('14. o provedor repete um 500 que guardou', () => {
  it('sem efeito: outra chave abre a cobrança', async () => {
    const cobranca = await comFalha({ tipo: 'erro_500', operacao: CRIAR });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    expect(await pagamentos.noProvedor(cobranca.reservaId)).toHaveLength(1);
  });

  it('com efeito, e a busca atrasada: o segundo intento, se houver, é encerrado', async () => {
    const cobranca = await comFalha(
      { tipo: 'erro_500', operacao: CRIAR, comEfeito: true },
      { tipo: 'webhook_perdido', evento: 'payment_intent.created', vezes: null },
    );
    await pagamentos.control('falhas', { tipo: 'busca_atrasada', ms: 3_000, vezes: 3 });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    await eventually(async () => {
      const intentos = await pagamentos.noProvedor(cobranca.reservaId);
      return intentos.filter(({ status }) => status !== 'canceled').length === 1;
    });
  });

  it('com efeito num estorno: não se devolve duas vezes', async () => {
    const { reservaId } = await pagamentos.paid();
    // Nobody else tells us that it was made.
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.control('falhas', { tipo: 'limite_429', operacao: 'events.list', vezes: null });
    await pagamentos.fault(reservaId, { tipo: 'erro_500', operacao: 'refunds.create', comEfeito: true });
    await pagamentos.refund(reservaId, 4_000);
    await pagamentos.converge(reservaId, 9_000, 4_000);
  });

  it('e esquece a chave depois de 24 h: o intento é achado pelos metadados', async () => {
    const cobranca = await comFalha(
      { tipo: 'cai_depois_do_efeito', operacao: CRIAR, vezes: 2 },
      { tipo: 'webhook_perdido', evento: 'payment_intent.created', vezes: null },
    );
    await eventually(
      async () =>
        (
          await pagamentos.database.query('SELECT FROM cobrancas WHERE reserva_id = $1 AND ultima_falha IS NOT NULL', [
            cobranca.reservaId,
          ])
        ).length === 1,
    );
    await pagamentos.control('idempotencia/podar', { chave: `reserva-${cobranca.reservaId}-1` });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    expect(await pagamentos.noProvedor(cobranca.reservaId)).toHaveLength(1);
  });
});

describe('15. a mesma chave, com outro corpo', () => {
  it('é dita às claras, e a cobrança segue sob outra chave', async () => {
    const reservaId = randomUUID();
    await pagamentos.balcao.paymentIntents.create(
      { amount: 100, currency: 'brl' },
      { idempotencyKey: `reserva-${reservaId}-1` },
    );
    const cobranca = await pagamentos.charge({}, reservaId);
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta);
    await pagamentos.converge(reservaId, 9_000, 0);
    const [divergencia] = await pagamentos.database.query(
      `SELECT detalhe FROM divergencias WHERE tipo = 'chave-em-conflito' AND chave = $1`,
      [aberta.id],
    );
    expect(divergencia).toEqual({ detalhe: { chave: `reserva-${reservaId}-1` } });
  });

  it('um intento de outro valor com a marca da reserva nunca passa por seu', async () => {
    const reservaId = randomUUID();
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    const { id: alheio } = await pagamentos.balcao.paymentIntents.create(
      { amount: 100, currency: 'brl', metadata: { reservaId, parcela: '1' } },
      { idempotencyKey: `reserva-${reservaId}-1` },
    );
    const aberta = await pagamentos.opened(await pagamentos.charge({}, reservaId));
    expect(aberta.intent).not.toBe(alheio);
    await pagamentos.pay(aberta);
    await pagamentos.converge(reservaId, 9_000, 0);
    await eventually(async () =>
      (await pagamentos.noProvedor(reservaId)).some(
        ({ paymentIntent, status }) => paymentIntent === alheio && status === 'canceled',
      ),
    );
  });
});

describe('16. um webhook três vezes ao mesmo tempo', () => {
  it('tem efeito uma vez', async () => {
    const cobranca = await comFalha({ tipo: 'webhook_duplicado', copias: 3, vezes: null });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
    await pagamentos.refund(cobranca.reservaId, 9_000);
    await pagamentos.converge(cobranca.reservaId, 9_000, 9_000);
    await eventually(
      async () => (await pagamentos.database.query(`SELECT FROM webhooks WHERE estado = 'PENDENTE'`)).length === 0,
    );
    await pagamentos.converge(cobranca.reservaId, 9_000, 9_000);
  });
});

describe('17. webhooks fora de ordem', () => {
  it.each(['pix', 'pm_card_visa'])('paga com %s, termina como o provedor', async (metodo) => {
    const cobranca = await comFalha({ tipo: 'webhook_reordenado', vezes: 2 });
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta, metodo);
    if (metodo === 'pix') await pagamentos.control(`pix/${aberta.intent}/pagar`, {});
    await pagamentos.control('webhooks/liberar', {});
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('os de um estorno pendente, trocados', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'estorno_pendente' });
    await pagamentos.fault(reservaId, { tipo: 'webhook_reordenado', evento: 'refund.created' });
    await pagamentos.refund(reservaId, 9_000);
    const pendente = await eventually(async () => {
      const { data } = await pagamentos.balcao.refunds.list({ payment_intent: intent });
      return data[0];
    });
    await pagamentos.control(`estornos/${pendente.id}`, { resultado: 'succeeded' });
    await pagamentos.converge(reservaId, 9_000, 9_000);
  });

  it('antes de a API responder', async () => {
    const cobranca = await comFalha(
      { tipo: 'pagamento_instantaneo' },
      { tipo: 'webhook_antes_da_resposta', operacao: CRIAR },
    );
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    expect(pagamentos.published('pagamento.criado.v1', cobranca.reservaId)).toHaveLength(1);
  });

  it('antes de sabermos do pagamento: fica estacionado, e é processado quando ele aparece', async () => {
    const { id, reservaId, intent } = await pagamentos.paid();
    // As if our answer had been lost together with the notes of it.
    await pagamentos.database.query(`UPDATE cobrancas SET provedor_id = 'pi_ainda_nao' WHERE id = $1`, [id]);
    await pagamentos.balcao.refunds.create({ payment_intent: intent, amount: 1_000 });
    const estacionados = () =>
      pagamentos.database.query(`SELECT FROM webhooks WHERE intento_id = $1 AND estado = 'ESTACIONADO'`, [intent]);
    await eventually(async () => (await estacionados()).length > 0);
    await pagamentos.database.query('UPDATE cobrancas SET provedor_id = $2 WHERE id = $1', [id, intent]);
    await pagamentos.converge(reservaId, 9_000, 1_000);
    await eventually(async () => (await estacionados()).length === 0);
  });
});

describe('18. webhooks perdidos', () => {
  it('todos os de uma reserva: paga, estornada em parte no balcão do provedor e disputada, ainda assim tudo se sabe', async () => {
    const cobranca = await comFalha({ tipo: 'webhook_perdido', vezes: null });
    const { reservaId } = cobranca;
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta);
    await pagamentos.converge(reservaId, 9_000, 0);
    await pagamentos.balcao.refunds.create({ payment_intent: aberta.intent, amount: 1_000 });
    await pagamentos.converge(reservaId, 9_000, 1_000);
    await pagamentos.control('disputas', { payment_intent: aberta.intent });
    await pagamentos.told('pagamento.disputado.v1', reservaId);
    await eventually(async () => (await pagamentos.saldos(reservaId))['DISPUTAS'] === 8_000);
  });
});

describe('20. o prazo da retenção contra o pagamento', () => {
  /** What the saga of reservas does about a payment that came after it had given up: it has it back. */
  async function comoASaga(reservaId: string): Promise<void> {
    const pago = await eventually(() => {
      if (pagamentos.published('pagamento.aprovado.v1', reservaId).length > 0) return 'sim';
      return pagamentos.published('pagamento.cancelado.v1', reservaId).length > 0 && 'nao';
    });
    if (pago === 'sim') await pagamentos.refund(reservaId, 9_000);
    const total = pago === 'sim' ? 9_000 : 0;
    await pagamentos.converge(reservaId, total, total);
    expect((await pagamentos.noProvedor(reservaId)).every(({ status }) => /canceled|succeeded/.test(status))).toBe(
      true,
    );
  }

  it('pago e em seguida vencido', async () => {
    const cobranca = await comFalha({ tipo: 'webhook_perdido', vezes: null });
    await pagamentos.pay(await pagamentos.opened(cobranca));
    await cancelar(cobranca.reservaId);
    await comoASaga(cobranca.reservaId);
    expect(pagamentos.published('pagamento.cancelado.v1', cobranca.reservaId)).toEqual([]);
  });

  it('vencido e em seguida pago', async () => {
    const cobranca = await comFalha();
    const aberta = await pagamentos.opened(cobranca);
    await cancelar(cobranca.reservaId);
    await pagamentos.pay(aberta).catch((error: Error) => expect(error.message).toMatch(/cancel/i));
    await comoASaga(cobranca.reservaId);
  });

  it('e o Pix que se paga enquanto se encerra', async () => {
    const cobranca = await comFalha();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.pay(aberta, 'pix');
    await Promise.all([
      cancelar(cobranca.reservaId),
      pagamentos
        .control(`pix/${aberta.intent}/pagar`, {})
        .catch((error: Error) => expect(error.message).toMatch(/409/)),
    ]);
    await comoASaga(cobranca.reservaId);
  });

  it.each([0, 1, 2, 3, 4])('21. cancelamento contra captura, ao mesmo tempo (%i)', async () => {
    const cobranca = await comFalha({ tipo: 'latencia', operacao: 'payment_intents.cancel', ms: 30 });
    const aberta = await pagamentos.opened(cobranca);
    await Promise.all([
      cancelar(cobranca.reservaId),
      pagamentos.pay(aberta).catch((error: Error) => expect(error.message).toMatch(/cancel/i)),
    ]);
    await comoASaga(cobranca.reservaId);
  });
});

describe('22. o estorno que falha, ou demora', () => {
  it('falha N vezes, com pausas que crescem e à vista, e por fim dá certo', async () => {
    const { id, reservaId } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'estorno_falha', vezes: 3 });
    await pagamentos.refund(reservaId, 9_000);
    const admin = await pagamentos.issuer.token(randomUUID(), ['ADMIN']);
    await eventually(async () => {
      const { body } = await pagamentos.http.get<{ itens: { status: string; ultimaFalha: string | null }[] }>(
        `/v1/pagamentos/${id}/estornos`,
        { token: admin },
      );
      return body.itens[0]?.status === 'PENDENTE' && body.itens[0].ultimaFalha !== null;
    });
    await pagamentos.converge(reservaId, 9_000, 9_000);
    expect(pagamentos.published('pagamento.estornado.v1', reservaId)).toHaveLength(1);
  });

  it('pendente, cujo fim ninguém conta, ainda assim conclui', async () => {
    const { reservaId, intent } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'estorno_pendente' });
    await pagamentos.refund(reservaId, 9_000);
    const { id } = await eventually(
      async () => (await pagamentos.balcao.refunds.list({ payment_intent: intent })).data[0],
    );
    await pagamentos.fault(reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.control(`estornos/${id}`, { resultado: 'succeeded' });
    await pagamentos.converge(reservaId, 9_000, 9_000);
  });
});

describe('23. uma tentativa pendente enquanto a saga compensa', () => {
  it('a cobrança que não se conseguia abrir é encerrada, e nada fica aberto no provedor', async () => {
    const cobranca = await comFalha({ tipo: 'cai_depois_do_efeito', operacao: CRIAR, vezes: 1 });
    await eventually(async () => (await pagamentos.noProvedor(cobranca.reservaId)).length === 1);
    await cancelar(cobranca.reservaId);
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId);
    await pagamentos.converge(cobranca.reservaId, 0, 0);
    expect((await pagamentos.noProvedor(cobranca.reservaId)).map(({ status }) => status)).toEqual(['canceled']);
  });

  it('o estorno que se repetia não é feito duas vezes quando a saga pede outro', async () => {
    const { reservaId } = await pagamentos.paid();
    await pagamentos.fault(reservaId, { tipo: 'cai_depois_do_efeito', operacao: 'refunds.create', vezes: 2 });
    await pagamentos.refund(reservaId, 6_000);
    await pagamentos.refund(reservaId, 6_000);
    const estornados = await pagamentos.told('pagamento.estornado.v1', reservaId, 2);
    expect(estornados.map(({ data }) => data.valorCentavos).sort()).toEqual([3_000, 6_000]);
    await pagamentos.converge(reservaId, 9_000, 9_000);
  });
});
