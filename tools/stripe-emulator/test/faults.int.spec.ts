import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { Delivery } from '../webhooks.ts';
import { signatureHeader } from '../webhooks.ts';
import { Bench, failureOf, until, webhookSecret } from './harness.ts';

let bench: Bench;
let stripe: Stripe;

beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe();
});

afterEach(async () => {
  await bench.close();
});

const params = (reservaId: string): Stripe.PaymentIntentCreateParams => ({
  amount: 5000,
  currency: 'brl',
  allowed_payment_method_types: ['card', 'pix'],
  metadata: { reservaId },
});

async function found(reservaId: string): Promise<number> {
  return (await stripe.paymentIntents.search({ query: `metadata['reservaId']:'${reservaId}'` })).data.length;
}

function paid(reservaId: string): Promise<Stripe.Response<Stripe.PaymentIntent>> {
  return stripe.paymentIntents.create({ ...params(reservaId), payment_method: 'pm_card_visa', confirm: true });
}

function webhooks(): Promise<{ pendentes: unknown[]; retidos: string[]; entregas: Delivery[] }> {
  return bench.control('GET', '/webhooks');
}

describe('uma chave de idempotência', () => {
  it('repete a resposta guardada da primeira requisição, aconteça o que tiver acontecido depois', async () => {
    const first = await stripe.paymentIntents.create(params('a'), { idempotencyKey: 'reserva-a-1' });
    await stripe.paymentIntents.confirm(first.id, { payment_method: 'pm_card_visa' });
    const again = await stripe.paymentIntents.create(params('a'), { idempotencyKey: 'reserva-a-1' });
    expect({ ...again }).toEqual({ ...first });
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    });
    expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
    expect(await found('a')).toBe(1);
  });

  it('repete também uma recusa, com as expansões e o erro dela', async () => {
    const created = await stripe.paymentIntents.create(params('b'));
    const confirm = (): Promise<unknown> =>
      stripe.paymentIntents.confirm(
        created.id,
        { payment_method: 'pm_card_chargeDeclined' },
        { idempotencyKey: 'confirma-b' },
      );
    const first = await failureOf(confirm());
    const again = await failureOf(confirm());
    expect(again).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(again.charge).toBe(first.charge);
    expect((await stripe.charges.list({ payment_intent: created.id })).data).toHaveLength(1);
  });

  it('com outros parâmetros, ou para outro endereço, é um idempotency_error', async () => {
    const created = await stripe.paymentIntents.create(params('c'), { idempotencyKey: 'chave-c' });
    const other = await failureOf(
      stripe.paymentIntents.create({ ...params('c'), amount: 6000 }, { idempotencyKey: 'chave-c' }),
    );
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    const elsewhere = await failureOf(stripe.paymentIntents.cancel(created.id, {}, { idempotencyKey: 'chave-c' }));
    expect(elsewhere.message).toContain('same endpoint');
    expect(await found('c')).toBe(1);
  });

  it('em uso por uma requisição que ainda corre responde 409', async () => {
    await bench.fault({ tipo: 'latencia', ms: 300, operacao: 'payment_intents.create' });
    const attempts = await Promise.allSettled(
      [1, 2].map(() => stripe.paymentIntents.create(params('d'), { idempotencyKey: 'chave-d' })),
    );
    const refused = attempts
      .filter((attempt) => attempt.status === 'rejected')
      .map((attempt) => attempt.reason as Stripe.errors.StripeError);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(await found('d')).toBe(1);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('repete um 500 guardado (teve efeito: %s)', async (comEfeito, intents) => {
    await bench.fault({ tipo: 'erro_500', operacao: 'payment_intents.create', comEfeito });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const error = await failureOf(stripe.paymentIntents.create(params('e'), { idempotencyKey: 'chave-e' }));
      expect(error).toMatchObject({ statusCode: 500, rawType: 'api_error' });
    }
    expect(await found('e')).toBe(intents);
    await stripe.paymentIntents.create(params('e'), { idempotencyKey: 'chave-e-2' });
    expect(await found('e')).toBe(intents + 1);
  });

  it('não guarda o que a validação recusou, nem um 429', async () => {
    const wrong = await failureOf(
      stripe.paymentIntents.create({ ...params('f'), amount: 1 }, { idempotencyKey: 'chave-f' }),
    );
    expect(wrong.code).toBe('amount_too_small');
    await bench.fault({ tipo: 'limite_429' });
    expect(await failureOf(stripe.paymentIntents.create(params('f'), { idempotencyKey: 'chave-f' }))).toBeInstanceOf(
      Stripe.errors.StripeRateLimitError,
    );
    expect(await stripe.paymentIntents.create(params('f'), { idempotencyKey: 'chave-f' })).toMatchObject({
      status: 'requires_payment_method',
    });
  });

  it('é podada depois de 24 horas, ou pela chave de falhas', async () => {
    const first = await stripe.paymentIntents.create(params('g'), { idempotencyKey: 'chave-g' });
    await bench.control('POST', '/relogio', { avancarSegundos: 86_399 });
    expect((await stripe.paymentIntents.create(params('g'), { idempotencyKey: 'chave-g' })).id).toBe(first.id);
    await bench.control('POST', '/relogio', { avancarSegundos: 2 });
    const second = await stripe.paymentIntents.create(params('g'), { idempotencyKey: 'chave-g' });
    expect(second.id).not.toBe(first.id);
    await bench.control('POST', '/idempotencia/podar', { chave: 'chave-g' });
    expect((await stripe.paymentIntents.create(params('g'), { idempotencyKey: 'chave-g' })).id).not.toBe(second.id);
  });
});

describe('uma conexão cortada', () => {
  it('depois do efeito deixa o intento, e a mesma chave o encontra', async () => {
    // Twice, because the SDK tries a closed connection once more by itself.
    await bench.fault({ tipo: 'cai_depois_do_efeito', operacao: 'payment_intents.create', vezes: 2 });
    const create = (): Promise<Stripe.Response<Stripe.PaymentIntent>> =>
      stripe.paymentIntents.create(params('h'), { idempotencyKey: 'chave-h' });
    expect(await failureOf(create())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await found('h')).toBe(1);
    const recovered = await create();
    expect(recovered.lastResponse.headers).toHaveProperty('idempotent-replayed');
    expect(await found('h')).toBe(1);
  });

  it('antes do efeito nada deixa', async () => {
    await bench.fault({ tipo: 'cai_antes_do_efeito', operacao: 'refunds.create', vezes: 2 });
    const intent = await paid('i');
    expect(await failureOf(stripe.refunds.create({ payment_intent: intent.id }))).toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([]);
  });

  it('depois que um estorno teve efeito não estorna duas vezes', async () => {
    const intent = await paid('j');
    await bench.fault({ tipo: 'cai_depois_do_efeito', operacao: 'refunds.create', vezes: 2 });
    const refund = (): Promise<Stripe.Refund> =>
      stripe.refunds.create({ payment_intent: intent.id }, { idempotencyKey: 'estorno-j' });
    expect(await failureOf(refund())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await refund()).toMatchObject({ status: 'succeeded', amount: 5000 });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(1);
  });
});

describe('uma chave de falhas', () => {
  it('age só sobre a operação e os metadados do seu alcance, tantas vezes quantas dito, até ser desfeita', async () => {
    await bench.fault({
      tipo: 'limite_429',
      operacao: 'payment_intents.create',
      metadata: { reservaId: 'alvo' },
      vezes: 2,
    });
    await stripe.paymentIntents.create(params('outra'));
    for (let time = 1; time <= 2; time++)
      expect((await failureOf(stripe.paymentIntents.create(params('alvo')))).statusCode).toBe(429);
    const target = await stripe.paymentIntents.create(params('alvo'));
    await bench.fault({
      tipo: 'limite_429',
      operacao: 'payment_intents.retrieve',
      metadata: { reservaId: 'alvo' },
      vezes: null,
    });
    expect((await failureOf(stripe.paymentIntents.retrieve(target.id))).statusCode).toBe(429);
    expect(await bench.control('GET', '/falhas')).toMatchObject({
      falhas: [
        { usos: 2, restantes: 0 },
        { usos: 1, restantes: null },
      ],
    });
    await bench.control('DELETE', '/falhas');
    await stripe.paymentIntents.retrieve(target.id);
  });

  it.each([
    [{ tipo: 'explode' }, 'tipo'],
    [{ tipo: 'latencia', operacao: 'naves.decolar' }, 'operacao'],
    [{ tipo: 'latencia', ms: -1 }, 'ms'],
    [{ tipo: 'latencia', milissegundos: 5 }, 'milissegundos'],
  ])('%j é recusada pelo nome', async (wrong, field) => {
    await expect(bench.fault(wrong)).rejects.toThrow(field);
  });
});

describe('webhooks', () => {
  it('são assinados de modo que o SDK os aceita, e um byte alterado não passa', async () => {
    const intent = await paid('k');
    await until(() => bench.receiver.typesOf(intent.id).includes('payment_intent.succeeded'), 'entregue');
    const { body, signature, event } = bench.receiver.received[0] ?? { body: '', signature: '', event: undefined };
    expect(event).toMatchObject({
      object: 'event',
      api_version: Stripe.API_VERSION,
      livemode: false,
      request: { id: intent.lastResponse.requestId },
    });
    expect(() => Stripe.webhooks.constructEvent(body.replace('5000', '5001'), signature, webhookSecret)).toThrow(
      'signature',
    );
  });

  it('levam uma assinatura para cada segredo enquanto os segredos giram', () => {
    const header = signatureHeader('{}', ['whsec_novo', 'whsec_velho'], Math.floor(Date.now() / 1000));
    for (const secret of ['whsec_novo', 'whsec_velho'])
      expect(() => Stripe.webhooks.constructEvent('{}', header, secret)).not.toThrow();
    expect(() => Stripe.webhooks.constructEvent('{}', header, 'whsec_outro')).toThrow();
  });

  it('são tentados de novo até que o endereço responda 2xx, e as tentativas ficam registradas', async () => {
    bench.receiver.answers.push(500, 503);
    const created = await stripe.paymentIntents.create(params('l'));
    await until(() => bench.receiver.typesOf(created.id).length === 3, 'três tentativas');
    expect(new Set(bench.receiver.eventsOf(created.id).map(({ id }) => id)).size).toBe(1);
    await until(async () => (await webhooks()).pendentes.length === 0, 'nada pendente');
    const deliveries = (await webhooks()).entregas;
    expect(deliveries.map(({ tentativa, status }) => [tentativa, status])).toEqual([
      [1, 500],
      [2, 503],
      [3, 200],
    ]);
    const [event] = (await stripe.events.list({ type: 'payment_intent.created' })).data;
    expect(event).toMatchObject({ pending_webhooks: 0, data: { object: { id: created.id } } });
  });

  it('vêm três vezes ao mesmo tempo quando duplicados', async () => {
    await bench.fault({ tipo: 'webhook_duplicado', evento: 'payment_intent.succeeded', copias: 3 });
    const intent = await paid('m');
    await until(() => bench.receiver.typesOf(intent.id).length === 5, 'três cópias');
    const copies = bench.receiver.eventsOf(intent.id).filter(({ type }) => type === 'payment_intent.succeeded');
    expect(new Set(copies.map(({ id }) => id)).size).toBe(1);
    expect(copies).toHaveLength(3);
  });

  it('que se perdem nunca vêm, mas o evento pode ser encontrado e mandado de novo', async () => {
    await bench.fault({ tipo: 'webhook_perdido', evento: 'payment_intent.succeeded', metadata: { reservaId: 'n' } });
    const intent = await paid('n');
    const other = await paid('nao-perdido');
    await until(() => bench.receiver.typesOf(other.id).length === 3, 'o outro chegou');
    await until(async () => (await webhooks()).pendentes.length === 0, 'nada pendente');
    expect(bench.receiver.typesOf(intent.id)).toEqual(['payment_intent.created', 'charge.succeeded']);
    const events = await stripe.events.list({ types: ['payment_intent.succeeded'] });
    const lost = events.data.find((event) => (event.data.object as Stripe.PaymentIntent).id === intent.id);
    await bench.control('POST', '/webhooks/reenviar', { evento: lost?.id });
    expect(bench.receiver.typesOf(intent.id)).toContain('payment_intent.succeeded');
    expect(await stripe.events.retrieve(lost?.id ?? '')).toMatchObject({
      id: lost?.id,
      type: 'payment_intent.succeeded',
    });
  });

  it('vêm depois de um posterior quando reordenados', async () => {
    await bench.fault({ tipo: 'webhook_reordenado', evento: 'payment_intent.created' });
    const created = await stripe.paymentIntents.create(params('o'));
    await until(async () => (await webhooks()).retidos.length === 1, 'retido');
    await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' });
    await until(() => bench.receiver.typesOf(created.id).length === 3, 'todos');
    expect(bench.receiver.typesOf(created.id).indexOf('payment_intent.created')).toBeGreaterThan(0);
  });

  it('que são retidos podem ser soltos à mão', async () => {
    await bench.fault({ tipo: 'webhook_reordenado' });
    const created = await stripe.paymentIntents.create(params('p'));
    await until(async () => (await webhooks()).retidos.length === 1, 'retido');
    expect(await bench.control('POST', '/webhooks/liberar')).toEqual({ liberados: 1 });
    await until(() => bench.receiver.typesOf(created.id).length === 1, 'liberado');
  });

  it('vêm tarde quando atrasados', async () => {
    await bench.fault({ tipo: 'webhook_atrasado', evento: 'payment_intent.created', ms: 250 });
    const started = performance.now();
    const created = await stripe.paymentIntents.create(params('q'));
    await until(() => bench.receiver.typesOf(created.id).length === 1, 'atrasado');
    expect(performance.now() - started).toBeGreaterThan(245);
  });

  it('vêm antes que a API responda quando assim dito', async () => {
    await bench.fault({ tipo: 'webhook_antes_da_resposta', operacao: 'payment_intents.create' });
    const intent = await paid('r');
    expect(bench.receiver.typesOf(intent.id)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });
});
