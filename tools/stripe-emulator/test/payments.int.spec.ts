import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Bench, failureOf, publishableKey, secretKey, until } from './harness.ts';

// The QR code's first picture takes its time on a busy machine.
interface Ledger {
  readonly lancamentos: { readonly tipo: string; readonly valorCentavos: number; readonly tarifaCentavos: number }[];
  readonly porPaymentIntent: {
    readonly liquidoCentavos: number;
    readonly capturadoCentavos: number;
    readonly estornadoCentavos: number;
    readonly disputadoCentavos: number;
  }[];
}

let bench: Bench;
let stripe: Stripe;

beforeAll(async () => {
  bench = await Bench.start();
  stripe = bench.stripe();
});

afterAll(async () => {
  await bench.close();
});

function create(
  reservaId: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.Response<Stripe.PaymentIntent>> {
  return stripe.paymentIntents.create({
    amount: 12_345,
    currency: 'brl',
    allowed_payment_method_types: ['card', 'pix'],
    metadata: { reservaId },
    ...more,
  });
}

function idOf(charge: string | Stripe.Charge | null): string {
  return typeof charge === 'string' ? charge : (charge?.id ?? '');
}

function ledgerOf(intent: Stripe.PaymentIntent): Promise<Ledger> {
  return bench.control('GET', `/razao?payment_intent=${intent.id}`);
}

describe('um cartão', () => {
  it('é cobrado quando é bom, com a taxa no razão', async () => {
    const created = await create('cartao-bom');
    expect(created).toMatchObject({
      status: 'requires_payment_method',
      amount: 12_345,
      currency: 'brl',
      livemode: false,
      metadata: { reservaId: 'cartao-bom' },
    });
    const paid = await stripe.paymentIntents.confirm(created.id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge.balance_transaction'],
    });
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 12_345,
      latest_charge: {
        object: 'charge',
        paid: true,
        captured: true,
        payment_method_details: { card: { brand: 'visa', last4: '4242' } },
        balance_transaction: { amount: 12_345, fee: 532, net: 11_813 },
      },
    });
    expect(await ledgerOf(paid)).toMatchObject({
      lancamentos: [{ tipo: 'captura', valorCentavos: 12_345, tarifaCentavos: 532 }],
      porPaymentIntent: [{ capturadoCentavos: 12_345, liquidoCentavos: 12_345 }],
    });
    await until(() => bench.receiver.distinctTypesOf(paid.id).length === 3, 'três eventos');
    expect(bench.receiver.distinctTypesOf(paid.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    const byCharge = await stripe.charges.list({ payment_intent: paid.id });
    expect(byCharge.data.map((charge) => charge.status)).toEqual(['succeeded']);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
  ])('%s é recusado com o erro da Stripe e pode ser tentado de novo com outro', async (method, code, declineCode) => {
    const created = await create(`recusado-${method}`);
    const error = await failureOf(stripe.paymentIntents.confirm(created.id, { payment_method: method }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      code,
      payment_intent: { id: created.id, status: 'requires_payment_method', last_payment_error: { code } },
    });
    // The SDK turns an absent decline code into an empty one.
    expect(error.decline_code).toBe(declineCode);
    const declined = await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] });
    expect(declined).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      latest_charge: { status: 'failed', paid: false, failure_code: code },
    });
    expect((await ledgerOf(created)).lancamentos).toEqual([]);
    const paid = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_mastercard' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    await until(() => bench.receiver.distinctTypesOf(created.id).includes('payment_intent.succeeded'), 'pago');
    expect(bench.receiver.distinctTypesOf(created.id)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('que pede 3-D Secure é cobrado quando a página aprova, e volta à loja', async () => {
    const waiting = await create('3ds-aprovado', {
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://loja.example/volta',
    });
    expect(waiting.status).toBe('requires_action');
    const page = waiting.next_action?.redirect_to_url?.url ?? '';
    expect(waiting.next_action?.type).toBe('redirect_to_url');
    const shown = await (await fetch(page)).text();
    expect(shown).toContain('lang="pt-BR"');
    expect(shown).toContain('Aprovar a compra');
    const answer = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ resultado: 'aprovado' }),
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain(`https://loja.example/volta?payment_intent=${waiting.id}`);
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({ status: 'succeeded', next_action: null });
  });

  it('cujo 3-D Secure é recusado não é cobrado', async () => {
    const waiting = await create('3ds-recusado', { payment_method: 'pm_card_authenticationRequired', confirm: true });
    await bench.control('POST', `/3ds/${waiting.id}`, { resultado: 'recusado' });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect((await ledgerOf(waiting)).lancamentos).toEqual([]);
    await expect(bench.control('POST', `/3ds/${waiting.id}`, { resultado: 'aprovado' })).rejects.toThrow('409');
  });

  it('autorizado para captura manual só move dinheiro quando capturado, no máximo o autorizado', async () => {
    const held = await create('captura-manual', {
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 12_345, amount_received: 0 });
    expect((await ledgerOf(held)).lancamentos).toEqual([]);
    expect(await failureOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 12_346 }))).toMatchObject({
      code: 'amount_too_large',
    });
    expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 10_000 })).toMatchObject({
      status: 'succeeded',
      amount_received: 10_000,
    });
    expect((await ledgerOf(held)).porPaymentIntent).toMatchObject([{ liquidoCentavos: 10_000 }]);
    expect(await failureOf(stripe.paymentIntents.capture(held.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  it('pelo número é recusado, e nem guardado nem repetido', async () => {
    const number = '4242424242424242';
    const body = new URLSearchParams({ type: 'card', 'card[number]': number, 'card[cvc]': '123' });
    const answer = await fetch(`${bench.emulator.url}/v1/payment_methods`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${secretKey}` },
    });
    const text = await answer.text();
    expect(answer.status).toBe(402);
    expect(text).toContain('generally unsafe');
    expect(text).not.toContain(number);
  });
});

describe('um Pix', () => {
  it('mostra um código, é pago no banco e chega', async () => {
    const created = await create('pix-pago', { payment_method_options: { pix: { expires_after_seconds: 600 } } });
    const waiting = await stripe.paymentIntents.confirm(created.id, { payment_method_data: { type: 'pix' } });
    const code = waiting.next_action?.pix_display_qr_code;
    expect(waiting.status).toBe('requires_action');
    expect(code?.data).toMatch(/^000201010212.*br\.gov\.bcb\.pix.*5406123\.45.*6304[0-9A-F]{4}$/);
    expect(code?.expires_at).toBeGreaterThan(waiting.created + 598);
    expect((await fetch(code?.image_url_png ?? '')).headers.get('content-type')).toBe('image/png');
    expect(await (await fetch(code?.image_url_svg ?? '')).text()).toContain('<svg');
    expect(await (await fetch(code?.hosted_instructions_url ?? '')).text()).toContain('Pagar este Pix');
    await bench.control('POST', `/pix/${created.id}/pagar`, { processando: true });
    expect(await stripe.paymentIntents.retrieve(created.id)).toMatchObject({ status: 'processing' });
    await bench.control('POST', `/pix/${created.id}/pagar`);
    expect(await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] })).toMatchObject({
      status: 'succeeded',
      latest_charge: { payment_method_details: { type: 'pix' } },
    });
    await until(() => bench.receiver.distinctTypesOf(created.id).includes('payment_intent.succeeded'), 'pix pago');
    expect(bench.receiver.distinctTypesOf(created.id)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('que ninguém paga expira pelo relógio, já não pode ser pago, e pode ser tentado de novo', async () => {
    const waiting = await create('pix-expirado', {
      payment_method_data: { type: 'pix' },
      payment_method_options: { pix: { expires_after_seconds: 900 } },
      confirm: true,
    });
    await bench.control('POST', '/relogio', { avancarSegundos: 901 });
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_payment_attempt_expired' },
    });
    await expect(bench.control('POST', `/pix/${waiting.id}/pagar`)).rejects.toThrow('409');
    await until(() => bench.receiver.distinctTypesOf(waiting.id).includes('payment_intent.payment_failed'), 'expirado');
    expect(await stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
    });
  });
});

describe('os meios de um intento', () => {
  it('são os compatíveis dos permitidos, ou todos menos os excluídos', async () => {
    const allowed = await create('metodos', { allowed_payment_method_types: ['pix', 'boleto'] });
    expect(allowed).toMatchObject({
      allowed_payment_method_types: ['pix', 'boleto'],
      payment_method_types: ['pix'],
      automatic_payment_methods: null,
    });
    expect(
      await failureOf(stripe.paymentIntents.confirm(allowed.id, { payment_method: 'pm_card_visa' })),
    ).toMatchObject({
      code: 'payment_intent_incompatible_payment_method',
    });
    const excluded = await stripe.paymentIntents.create({
      amount: 100,
      currency: 'brl',
      excluded_payment_method_types: ['card'],
    });
    expect(excluded).toMatchObject({ payment_method_types: ['pix'], automatic_payment_methods: { enabled: true } });
  });

  it('ainda podem ser listados por quem chama uma versão mais velha da API', async () => {
    const answer = await fetch(`${bench.emulator.url}/v1/payment_intents`, {
      method: 'POST',
      body: new URLSearchParams({ amount: '100', currency: 'brl', 'payment_method_types[]': 'pix' }),
      headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': '2025-08-27.basil' },
    });
    expect(await answer.json()).toMatchObject({ payment_method_types: ['pix'] });
  });
});

describe('um intento cancelado', () => {
  it('não pode ser pago, e um pago não pode ser cancelado', async () => {
    const created = await create('cancelado', { payment_method_data: { type: 'pix' }, confirm: true });
    expect(await stripe.paymentIntents.cancel(created.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    await expect(bench.control('POST', `/pix/${created.id}/pagar`)).rejects.toThrow('409');
    expect(
      await failureOf(stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' })),
    ).toMatchObject({ code: 'payment_intent_unexpected_state' });
    const paid = await create('pago', { payment_method: 'pm_card_visa', confirm: true });
    expect(await failureOf(stripe.paymentIntents.cancel(paid.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: paid.id, status: 'succeeded' },
    });
  });

  it('que só estava autorizado solta o dinheiro', async () => {
    const held = await create('autorizacao-liberada', {
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    await stripe.paymentIntents.cancel(held.id);
    expect(await stripe.paymentIntents.retrieve(held.id, { expand: ['latest_charge'] })).toMatchObject({
      status: 'canceled',
      latest_charge: { refunded: true, captured: false },
    });
    expect((await ledgerOf(held)).lancamentos).toEqual([]);
  });
});

describe('encontrar intentos', () => {
  it('procura por metadados, em páginas', async () => {
    const ids = [];
    for (let attempt = 1; attempt <= 3; attempt++)
      ids.unshift((await create('procurada', { metadata: { reservaId: 'procurada', tentativa: String(attempt) } })).id);
    const query = "metadata['reservaId']:'procurada'";
    const first = await stripe.paymentIntents.search({ query, limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.has_more).toBe(true);
    const second = await stripe.paymentIntents.search({ query, limit: 2, page: first.next_page ?? '' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(2));
    const narrowed = await stripe.paymentIntents.search({
      query: `${query} AND metadata['tentativa']:'2' AND -status:'succeeded'`,
    });
    expect(narrowed.data.map(({ id }) => id)).toEqual([ids[1]]);
    expect(await failureOf(stripe.paymentIntents.search({ query: 'qualquer coisa' }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('não encontra o que é novo demais quando a busca se atrasa', async () => {
    const created = await create('recem-criada');
    await bench.fault({ tipo: 'busca_atrasada', ms: 60_000 });
    const query = "metadata['reservaId']:'recem-criada'";
    expect((await stripe.paymentIntents.search({ query })).data).toEqual([]);
    expect((await stripe.paymentIntents.search({ query })).data.map(({ id }) => id)).toEqual([created.id]);
  });

  it('lista os mais novos primeiro, por cursor e por hora de criação', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await create(`lista-${n}`)).id);
    const page = await stripe.paymentIntents.list({ limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const next = await stripe.paymentIntents.list({ limit: 2, starting_after: ids[1] ?? '' });
    expect(next.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[4] ?? '' });
    expect(back.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const all: string[] = [];
    for await (const intent of stripe.paymentIntents.list({ limit: 3, created: { gte: 0 } })) all.push(intent.id);
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, 5)).toEqual(ids);
    expect((await stripe.paymentIntents.list({ created: { lt: 1 } })).data).toEqual([]);
  });

  it('atualiza valor e metadados enquanto o intento está aberto', async () => {
    const created = await create('atualizada', { metadata: { reservaId: 'atualizada', some: 'x' } });
    const updated = await stripe.paymentIntents.update(created.id, {
      amount: 20_000,
      metadata: { some: '', outra: 'y' },
    });
    expect(updated).toMatchObject({ amount: 20_000, metadata: { reservaId: 'atualizada', outra: 'y' } });
    expect(updated.metadata).not.toHaveProperty('some');
    await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' });
    expect(await failureOf(stripe.paymentIntents.update(created.id, { amount: 1000 }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    expect(await stripe.paymentIntents.update(created.id, { metadata: { depois: 'sim' } })).toMatchObject({
      metadata: { depois: 'sim' },
    });
  });
});

describe('um estorno', () => {
  async function paid(reservaId: string, method = 'pm_card_visa'): Promise<Stripe.Response<Stripe.PaymentIntent>> {
    return create(reservaId, { amount: 10_000, payment_method: method, confirm: true });
  }

  it('devolve uma parte, depois o resto, e nunca mais que isso', async () => {
    const intent = await paid('estorno');
    const first = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 4000,
      reason: 'requested_by_customer',
      metadata: { motivo: 'politica' },
    });
    expect(first).toMatchObject({ object: 'refund', status: 'succeeded', amount: 4000, charge: intent.latest_charge });
    const tooMuch = await failureOf(stripe.refunds.create({ payment_intent: intent.id, amount: 6001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(tooMuch.message).toContain('greater than unrefunded amount');
    await stripe.refunds.create({ payment_intent: intent.id });
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    const charge = await stripe.charges.retrieve(idOf(intent.latest_charge));
    expect(charge).toMatchObject({ refunded: true, amount_refunded: 10_000 });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data.map(({ amount }) => amount)).toEqual([
      6000, 4000,
    ]);
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([
      { capturadoCentavos: 10_000, estornadoCentavos: 10_000, liquidoCentavos: 0 },
    ]);
    await until(
      () => bench.receiver.distinctTypesOf(intent.id).filter((type) => type === 'charge.refunded').length === 2,
      'dois estornos',
    );
    const [event] = bench.receiver.eventsOf(intent.id).filter(({ type }) => type === 'charge.refunded');
    expect(event?.data.previous_attributes).toEqual({ amount_refunded: 0 });
  });

  it('falha tantas vezes quantas dito, depois dá certo', async () => {
    const intent = await paid('estorno-falho');
    await bench.fault({ tipo: 'estorno_falha', vezes: 2, metadata: { reservaId: 'estorno-falho' } });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const refund = await stripe.refunds.create({ payment_intent: intent.id });
      expect(refund.status).toBe('pending');
      await until(async () => (await stripe.refunds.retrieve(refund.id)).status === 'failed', 'estorno falho');
    }
    expect(await stripe.charges.retrieve(idOf(intent.latest_charge))).toMatchObject({
      amount_refunded: 0,
      refunded: false,
    });
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ status: 'succeeded' });
    await until(
      () => bench.receiver.distinctTypesOf(intent.id).filter((type) => type === 'refund.failed').length === 2,
      'dois avisos de falha',
    );
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([{ liquidoCentavos: 0 }]);
  });

  it('fica pendente até ser solto ou cancelado', async () => {
    const intent = await paid('estorno-pendente');
    await bench.fault({ tipo: 'estorno_pendente', vezes: 2, metadata: { reservaId: 'estorno-pendente' } });
    const cancelled = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
    expect(await stripe.refunds.cancel(cancelled.id)).toMatchObject({ status: 'canceled' });
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([
      { liquidoCentavos: 10_000, estornoPendenteCentavos: 10_000 },
    ]);
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id, amount: 1 }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    await bench.control('POST', `/estornos/${refund.id}`, { resultado: 'succeeded' });
    expect(await stripe.refunds.retrieve(refund.id, { expand: ['balance_transaction'] })).toMatchObject({
      status: 'succeeded',
      balance_transaction: { amount: -10_000 },
    });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([{ liquidoCentavos: 0 }]);
  });

  it('que deu certo pode voltar do banco', async () => {
    const intent = await paid('estorno-devolvido');
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    await bench.control('POST', `/estornos/${refund.id}`, { resultado: 'failed' });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed', failure_reason: 'declined' });
    const ledger = await ledgerOf(intent);
    expect(ledger.lancamentos.map(({ tipo }) => tipo)).toEqual(['captura', 'estorno', 'estorno_devolvido']);
    expect(ledger.porPaymentIntent).toMatchObject([{ liquidoCentavos: 10_000 }]);
  });
});

describe('uma disputa', () => {
  it('toma o dinheiro, é respondida com evidências e, quando ganha, o traz de volta', async () => {
    const intent = await create('disputa', { payment_method: 'pm_card_createDispute', confirm: true });
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
    expect(dispute).toMatchObject({
      status: 'needs_response',
      amount: 12_345,
      reason: 'fraudulent',
      balance_transactions: [{ amount: -12_345 }],
    });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([
      { disputadoCentavos: 12_345, liquidoCentavos: 0 },
    ]);
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    });
    const draft = await stripe.disputes.update(dispute?.id ?? '', {
      evidence: { service_date: '2026-11-22' },
      submit: false,
    });
    expect(draft).toMatchObject({
      status: 'needs_response',
      evidence: { service_date: '2026-11-22' },
      evidence_details: { has_evidence: true, submission_count: 0 },
    });
    const won = await stripe.disputes.update(dispute?.id ?? '', {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won.status).toBe('won');
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([
      { disputadoCentavos: 0, liquidoCentavos: 12_345 },
    ]);
    await until(
      () => bench.receiver.distinctTypesOf(intent.id).includes('charge.dispute.funds_reinstated'),
      'disputa ganha',
    );
    expect(bench.receiver.distinctTypesOf(intent.id).filter((type) => type.startsWith('charge.dispute'))).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
  });

  it('ganha, deixa que o pagamento se estorne de novo; perdida, nunca', async () => {
    for (const [outcome, refunded] of [
      ['won', true],
      ['lost', false],
    ] as const) {
      const intent = await create(`disputa-${outcome}`, { payment_method: 'pm_card_visa', confirm: true });
      const dispute = await bench.control<Stripe.Dispute>('POST', '/disputas', { payment_intent: intent.id });
      await bench.control('POST', `/disputas/${dispute.id}`, { resultado: outcome });
      const refund = stripe.refunds.create({ payment_intent: intent.id });
      if (refunded) expect(await refund).toMatchObject({ status: 'succeeded' });
      else expect(await failureOf(refund)).toMatchObject({ code: 'charge_disputed' });
    }
  });

  it('que é só uma consulta nada toma e deixa que o pagamento se estorne; fecha, ou vira um chargeback', async () => {
    const open = async (reservaId: string) => {
      const intent = await create(reservaId, { payment_method: 'pm_card_visa', confirm: true });
      const body = { payment_intent: intent.id, consulta: true };
      return { intent, dispute: await bench.control<Stripe.Dispute>('POST', '/disputas', body) };
    };
    const { intent, dispute } = await open('consulta');
    expect(dispute).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    });
    await stripe.refunds.create({ payment_intent: intent.id, amount: 345 });
    const escalated = await bench.control<Stripe.Dispute>('POST', `/disputas/${dispute.id}`, {
      resultado: 'needs_response',
    });
    expect(escalated).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [{ amount: -12_000 }],
    });
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    });
    const closed = await open('consulta-encerrada');
    await bench.control('POST', `/disputas/${closed.dispute.id}`, { resultado: 'warning_closed' });
    expect(await stripe.disputes.retrieve(closed.dispute.id)).toMatchObject({ status: 'warning_closed' });
    expect((await ledgerOf(closed.intent)).porPaymentIntent).toMatchObject([{ disputadoCentavos: 0 }]);
  });

  it('perdida pode ter sido ganha em parte, e ainda pode ser ganha tarde', async () => {
    const intent = await create('disputa-em-parte', { payment_method: 'pm_card_visa', confirm: true });
    const { id } = await bench.control<Stripe.Dispute>('POST', '/disputas', { payment_intent: intent.id });
    await bench.control('POST', `/disputas/${id}`, { resultado: 'lost', devolvidoCentavos: 2_345 });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([{ disputadoCentavos: 10_000 }]);
    await bench.control('POST', `/disputas/${id}`, { resultado: 'won' });
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'won' });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([{ disputadoCentavos: 0 }]);
  });

  it('pode ser aberta por uma chave de falhas e concedida', async () => {
    const intent = await create('disputa-aceita', { payment_method: 'pm_card_visa', confirm: true });
    const dispute = await bench.control<Stripe.Dispute>('POST', '/disputas', {
      payment_intent: intent.id,
      motivo: 'product_not_received',
      valorCentavos: 5000,
    });
    expect(await stripe.disputes.close(dispute.id)).toMatchObject({ status: 'lost' });
    expect((await ledgerOf(intent)).porPaymentIntent).toMatchObject([
      { disputadoCentavos: 5000, liquidoCentavos: 7345 },
    ]);
  });
});

describe('chaves', () => {
  it('uma chave secreta errada ou ausente recebe 401, também por Basic', async () => {
    expect(await failureOf(bench.stripe('sk_test_outra_chave_qualquer').paymentIntents.list())).toMatchObject({
      statusCode: 401,
      type: 'StripeAuthenticationError',
    });
    expect((await fetch(`${bench.emulator.url}/v1/payment_intents`)).status).toBe(401);
    const basic = Buffer.from(`${secretKey}:`).toString('base64');
    expect(
      (await fetch(`${bench.emulator.url}/v1/payment_intents`, { headers: { authorization: `Basic ${basic}` } }))
        .status,
    ).toBe(200);
  });

  it('uma chave publicável com o client secret pode olhar e confirmar, e não vê metadados', async () => {
    const created = await create('cliente', { allowed_payment_method_types: ['card'] });
    const client = bench.stripe(publishableKey);
    const seen = await client.paymentIntents.retrieve(created.id, { client_secret: created.client_secret ?? '' });
    expect(seen).toMatchObject({ id: created.id, amount: 12_345 });
    expect(seen).not.toHaveProperty('metadata');
    expect(
      await failureOf(client.paymentIntents.retrieve(created.id, { client_secret: `${created.id}_secret_errado` })),
    ).toMatchObject({ statusCode: 404 });
    expect(await failureOf(client.paymentIntents.retrieve(created.id))).toMatchObject({ statusCode: 400 });
    expect(await failureOf(client.paymentIntents.create({ amount: 100, currency: 'brl' }))).toMatchObject({
      statusCode: 401,
      code: 'secret_key_required',
    });
    const body = new URLSearchParams({
      key: publishableKey,
      client_secret: created.client_secret ?? '',
      payment_method: 'pm_card_visa',
    });
    const confirmed = await fetch(`${bench.emulator.url}/v1/payment_intents/${created.id}/confirm`, {
      method: 'POST',
      body,
    });
    expect(confirmed.status).toBe(200);
    expect(await stripe.paymentIntents.retrieve(created.id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('requisições ruins', () => {
  it.each([
    [{ amount: 'abc' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49 }, 'amount_too_small', 'amount'],
    [{ amount: 100_000_000 }, 'amount_too_large', 'amount'],
    [{ currency: 'usd' }, undefined, 'currency'],
    [{ payment_method_types: ['card'] }, 'payment_method_types_no_longer_supported', 'payment_method_types'],
    [{ allowed_payment_method_types: ['boleto'] }, undefined, 'allowed_payment_method_types'],
    [{ automatic_payment_methods: { enabled: true } }, 'parameters_exclusive', 'allowed_payment_method_types'],
    [{ inventado: 'x' }, 'parameter_unknown', 'inventado'],
    [{ payment_method: 'pm_inexistente' }, 'resource_missing', 'payment_method'],
    [{ metadata: { chave: 'v'.repeat(501) } }, 'parameter_invalid_string_too_long', 'metadata[chave]'],
    [{ expand: ['nada'] }, undefined, 'expand'],
  ])('%j é recusada como a Stripe a recusa', async (wrong, code, param) => {
    const before = (await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id;
    const error = await failureOf(create('invalida', wrong as Partial<Stripe.PaymentIntentCreateParams>));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', param });
    expect(error.code).toBe(code);
    expect((await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  it('um objeto ou endereço desconhecido recebe 404', async () => {
    expect(await failureOf(stripe.paymentIntents.retrieve('pi_nenhum'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    expect(await failureOf(stripe.customers.list())).toMatchObject({ statusCode: 404 });
  });

  it('confirmar precisa de um endereço de volta quando se permitem meios que redirecionam', async () => {
    const created = await stripe.paymentIntents.create({ amount: 1000, currency: 'brl' });
    expect(created).toMatchObject({
      automatic_payment_methods: { enabled: true },
      payment_method_types: ['card', 'pix'],
    });
    expect(
      await failureOf(stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' })),
    ).toMatchObject({ param: 'return_url' });
  });
});

describe('pagamentos instantâneos, para o bench', () => {
  it('são pagos na criação enquanto a chave está ligada', async () => {
    const { id } = await bench.fault({ tipo: 'pagamento_instantaneo', vezes: null });
    expect(await create('instantanea')).toMatchObject({ status: 'succeeded' });
    await bench.control('DELETE', `/falhas/${id}`);
    await bench.fault({ tipo: 'pagamento_instantaneo', metodo: 'pix' });
    expect(await create('instantanea-pix')).toMatchObject({ status: 'succeeded' });
    expect(await create('normal')).toMatchObject({ status: 'requires_payment_method' });
  });
});

describe('saúde', () => {
  it('responde quando vive e quando está pronto', async () => {
    expect((await fetch(`${bench.emulator.url}/health`)).status).toBe(200);
    expect(await (await fetch(`${bench.emulator.url}/health/ready`)).json()).toMatchObject({ status: 'ok' });
  });
});
