import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PagamentoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { eventually } from '@plataforma/testing';
import { CobrancaRepository, OrfaoRepository } from '../src/application/ports.js';
import { MAX_INTENTOS } from '../src/domain/cobranca.js';
import { type CobrancaDeTeste, PagamentosFixture } from './pagamentos-fixture.js';

let pagamentos: PagamentosFixture;

beforeAll(async () => {
  pagamentos = await PagamentosFixture.start();
});
afterEach(() => pagamentos.noFaults());
afterAll(() => pagamentos.stop());

/** The charge, once it can be paid through another intent. */
const reaberta = (cobranca: CobrancaDeTeste, antes: { intent: string }) =>
  eventually(async () => {
    const agora = await pagamentos.opened(cobranca);
    return agora.intent !== antes.intent && agora;
  });
/** Sessions of this database that wait for a row. */
const AGUARDANDO = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const encerrar = ({ reservaId }: CobrancaDeTeste) => pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId });

describe('o intento encerrado no painel da Stripe', () => {
  it('enquanto a reserva o quer, dá lugar a outro, que se paga', async () => {
    const cobranca = await pagamentos.charge();
    const antes = await pagamentos.opened(cobranca);
    await pagamentos.balcao.paymentIntents.cancel(antes.intent);
    const depois = await reaberta(cobranca, antes);
    expect(depois.id).toBe(antes.id);
    await pagamentos.pay(depois);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    expect(pagamentos.published('pagamento.cancelado.v1', cobranca.reservaId)).toEqual([]);
    const chaves = await pagamentos.database.query<{ chave_tentativa: number }>(
      'SELECT chave_tentativa FROM cobrancas WHERE reserva_id = $1',
      [cobranca.reservaId],
    );
    expect(chaves).toEqual([{ chave_tentativa: 2 }]);
  });

  it('larga-se uma vez, por mais que o saibam ao mesmo tempo', async () => {
    const cobranca = await pagamentos.charge();
    const { id, intent } = await pagamentos.opened(cobranca);
    const { nest } = pagamentos.http;
    const [database, cobrancas, orfaos] = [nest.get(Database), nest.get(CobrancaRepository), nest.get(OrfaoRepository)];
    const travada = Promise.withResolvers<void>();
    // Whoever comes second waits, and begins to read before there is anything to be read.
    const segunda = travada.promise.then(() =>
      database.transaction(
        async () => (await cobrancas.lockByIntents([{ intentoId: intent, marca: null }]))[0]?.largados,
      ),
    );
    await database.transaction(async () => {
      const primeira = (await cobrancas.lockAll([id])).get(id);
      if (!primeira) throw new Error('a cobrança existe');
      travada.resolve();
      await eventually(async () => (await pagamentos.database.query(AGUARDANDO)).length > 0);
      await orfaos.note('pi_largado', primeira, id);
    });
    expect(await segunda).toEqual(['pi_largado']);
  });

  it('também quando o aviso se perde, e quando a primeira resposta da nova abertura se perde', async () => {
    const cobranca = await pagamentos.charge();
    const antes = await pagamentos.opened(cobranca);
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.fault(cobranca.reservaId, { tipo: 'cai_depois_do_efeito', operacao: 'payment_intents.create' });
    await pagamentos.balcao.paymentIntents.cancel(antes.intent);
    const depois = await reaberta(cobranca, antes);
    await pagamentos.pay(depois);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    const abertos = (await pagamentos.noProvedor(cobranca.reservaId)).filter(({ status }) => status !== 'canceled');
    expect(abertos).toHaveLength(1);
  });

  it('um aviso atrasado, de antes de acabar, não o traz de volta', async () => {
    const cobranca = await pagamentos.charge();
    const antes = await pagamentos.opened(cobranca);
    await pagamentos.balcao.paymentIntents.cancel(antes.intent);
    const depois = await reaberta(cobranca, antes);
    await pagamentos.control('webhooks/reenviar', { payment_intent: antes.intent, tipo: 'payment_intent.created' });
    await pagamentos.pay(depois);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
    const { body } = await pagamentos.http.get<PagamentoHttp>(`/v1/pagamentos/${depois.id}`, { token: cobranca.token });
    expect(body).toMatchObject({ status: 'APROVADO', provedor: { paymentIntentId: depois.intent } });
  });

  it('quem insiste em encerrá-lo encerra a cobrança, e a reserva o sabe', async () => {
    const cobranca = await pagamentos.charge();
    let atual = await pagamentos.opened(cobranca);
    for (let i = 1; i < MAX_INTENTOS; i++) {
      await pagamentos.balcao.paymentIntents.cancel(atual.intent);
      atual = await reaberta(cobranca, atual);
    }
    await pagamentos.balcao.paymentIntents.cancel(atual.intent);
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId);
    expect(await pagamentos.noProvedor(cobranca.reservaId)).toHaveLength(MAX_INTENTOS);
    // Asked about it later, the answer is given again: whoever asks waits for one.
    await encerrar(cobranca);
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId, 2);
  });
});

describe('o intento cujo valor alguém mudou no painel da Stripe', () => {
  it('não se paga: é encerrado, e outro, do valor acordado, toma o seu lugar', async () => {
    const cobranca = await pagamentos.charge();
    const antes = await pagamentos.opened(cobranca);
    await pagamentos.balcao.paymentIntents.update(antes.intent, { amount: 5_000 });
    const depois = await reaberta(cobranca, antes);
    await eventually(async () =>
      (await pagamentos.noProvedor(cobranca.reservaId)).some(
        ({ paymentIntent, status }) => paymentIntent === antes.intent && status === 'canceled',
      ),
    );
    await pagamentos.pay(depois);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('pago assim mesmo, volta inteiro, e a cobrança ainda espera pelo valor acordado', async () => {
    const cobranca = await pagamentos.charge();
    const antes = await pagamentos.opened(cobranca);
    await pagamentos.balcao.paymentIntents.update(antes.intent, { amount: 5_000 });
    await pagamentos.pay(antes);
    const depois = await reaberta(cobranca, antes);
    await eventually(async () => (await pagamentos.tresLados(cobranca.reservaId)).razao[1] === 5_000);
    expect(pagamentos.published('pagamento.aprovado.v1', cobranca.reservaId)).toEqual([]);
    await pagamentos.pay(depois);
    await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
    await eventually(async () => (await pagamentos.tresLados(cobranca.reservaId)).razao[0] === 14_000);
    expect(await pagamentos.tresLados(cobranca.reservaId)).toEqual({
      eventos: [9_000, 0],
      razao: [14_000, 5_000],
      provedor: [14_000, 5_000],
      desequilibrio: 0,
    });
  });

  it('de uma cobrança que a reserva já não quer, só volta', async () => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.balcao.paymentIntents.update(aberta.intent, { amount: 5_000 });
    await pagamentos.pay(aberta);
    await encerrar(cobranca);
    await pagamentos.told('pagamento.cancelado.v1', cobranca.reservaId);
    await eventually(async () => (await pagamentos.tresLados(cobranca.reservaId)).provedor[1] === 5_000);
    expect(pagamentos.published('pagamento.aprovado.v1', cobranca.reservaId)).toEqual([]);
  });
});

describe('perguntada se foi paga (cobranca.cancelar), a cobrança sempre responde', () => {
  it('aprovada, quando foi paga e o aviso se perdeu, ainda que a Stripe hesite', async () => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    for (const tipo of ['erro_500', 'limite_429', 'cai_antes_do_efeito'])
      await pagamentos.fault(cobranca.reservaId, { tipo, operacao: 'payment_intents.cancel' });
    await pagamentos.pay(aberta);
    await encerrar(cobranca);
    await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
    expect(pagamentos.published('pagamento.cancelado.v1', cobranca.reservaId)).toEqual([]);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('também depois de morrer no meio da pergunta', async () => {
    const cobranca = await pagamentos.charge();
    const aberta = await pagamentos.opened(cobranca);
    await pagamentos.fault(cobranca.reservaId, { tipo: 'webhook_perdido', vezes: null });
    await pagamentos.fault(cobranca.reservaId, { tipo: 'latencia', operacao: 'payment_intents.cancel', ms: 1_500 });
    await pagamentos.pay(aberta);
    await encerrar(cobranca);
    await eventually(
      async () =>
        (
          await pagamentos.database.query(
            'SELECT FROM cobrancas WHERE reserva_id = $1 AND cancelamento_pedido AND em_trabalho_ate IS NOT NULL',
            [cobranca.reservaId],
          )
        ).length === 1,
    );
    await pagamentos.halt();
    // Its lease would end by itself in a while.
    await pagamentos.database.query(
      'UPDATE cobrancas SET em_trabalho_ate = NULL, proxima_acao_em = now() WHERE reserva_id = $1',
      [cobranca.reservaId],
    );
    await pagamentos.boot();
    await pagamentos.told('pagamento.aprovado.v1', cobranca.reservaId);
  });

  it('encerrada, quando nem chegou a existir', async () => {
    const reservaId = randomUUID();
    await pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId });
    const [resposta] = await pagamentos.told('pagamento.cancelado.v1', reservaId);
    expect(resposta?.data).toMatchObject({ reservaId, parcela: 1 });
  });

  it('encerrada, quando a Stripe se recusa a abri-la', async () => {
    // More than Stripe charges, as no command has it: what is refused for good there, whatever the reason.
    const cobranca = await pagamentos.charge({ expiraEm: new Date(Date.now() + 3_600_000).toISOString() });
    await pagamentos.opened(cobranca);
    await pagamentos.database.query(
      `UPDATE cobrancas SET estado = 'A_ABRIR', provedor_id = NULL, client_secret = NULL, valor_centavos = 100000000,
              reserva_id = $2, proxima_acao_em = now() WHERE reserva_id = $1`,
      [cobranca.reservaId, randomUUID()],
    );
    const [row] = await eventually(async () => {
      const rows = await pagamentos.database.query<{ reserva_id: string }>(
        `SELECT reserva_id FROM cobrancas WHERE valor_centavos = 100000000 AND tentativas > 0`,
      );
      return rows.length > 0 && rows;
    });
    await pagamentos.broker.publish('cobranca.cancelar.v1', { reservaId: row?.reserva_id ?? '' });
    await pagamentos.told('pagamento.cancelado.v1', row?.reserva_id ?? '');
  });
});

describe('o QR do Pix', () => {
  it('vale até onde a retenção pode ir, e não mais, quando quer que seja mostrado', async () => {
    const fim = Math.floor(Date.now() / 1000) + 120;
    const em = (s: number) => new Date(s * 1000).toISOString();
    const cobranca = await pagamentos.charge({ expiraEm: em(fim - 100), prorrogavelAte: em(fim) });
    const mostrado = await pagamentos.pay(await pagamentos.opened(cobranca), 'pix');
    expect(mostrado.next_action?.pix_display_qr_code?.expires_at).toBe(fim);
    const [dito] = await pagamentos.told('pagamento.em-processamento.v1', cobranca.reservaId);
    expect(dito?.data.expiraEm).toBe(em(fim));
  });

  it('não é oferecido quando já não daria tempo de pagá-lo', async () => {
    const cobranca = await pagamentos.charge({ expiraEm: new Date(Date.now() + 8_000).toISOString() });
    const aberta = await pagamentos.opened(cobranca);
    await expect(pagamentos.pay(aberta, 'pix')).rejects.toThrow(/not allowed/);
    await pagamentos.pay(aberta);
    await pagamentos.converge(cobranca.reservaId, 9_000, 0);
  });

  it('de um saldo que vence daqui a semanas, tem o prazo de sempre', async () => {
    const cobranca = await pagamentos.charge({ expiraEm: new Date(Date.now() + 30 * 86_400_000).toISOString() });
    const mostrado = await pagamentos.pay(await pagamentos.opened(cobranca), 'pix');
    const dura = (mostrado.next_action?.pix_display_qr_code?.expires_at ?? 0) - Date.now() / 1000;
    expect([dura > 86_000, dura <= 86_400]).toEqual([true, true]);
  });
});
