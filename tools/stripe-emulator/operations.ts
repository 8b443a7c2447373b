import { resolveDispute, updateDispute } from './disputes.ts';
import { invalidParameter, notFound, StripeFailureError } from './errors.ts';
import type {
  AttemptError,
  Charge,
  Context,
  Dispute,
  Effects,
  Entity,
  MethodType,
  PaymentIntent,
  PaymentMethod,
  Refund,
} from './model.ts';
import type { Params } from './params.ts';
import {
  assertConfirmable,
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  payPix,
  updateIntent,
  type MethodChoice,
} from './payment-intents.ts';
import { cancelRefund, createRefund, updateRefund } from './refunds.ts';
import { parseSearch } from './search-query.ts';
import type { Store, StoredEvent, Table } from './store.ts';
import { cardOfToken, findTestCard, testCard } from './test-cards.ts';
import { evidenceFields, type Views } from './views.ts';

/** What the switches change about an operation. */
export interface Behaviour {
  readonly instantMethod: MethodType | undefined;
  readonly refundFate: 'fails' | 'waits' | undefined;
  readonly searchLagMs: number;
}

export interface Call {
  /** The object in the path; empty where the path names none. */
  readonly id: string;
  readonly params: Params;
  readonly effects: Effects;
  readonly context: Context;
  readonly behaviour: Behaviour;
  /** The version of Stripe's API that the caller asked for. */
  readonly apiVersion: string;
}

/** An object, a body that is not one object, or an object whose payment attempt was declined. */
export type Outcome =
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'body'; readonly body: Record<string, unknown> | Promise<Record<string, unknown>> }
  | { readonly kind: 'declined'; readonly intent: PaymentIntent; readonly error: AttemptError };

export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whether a publishable key with the client secret may call it. */
  readonly forClients?: true;
  readonly run: (call: Call) => Outcome;
}

/** What the account that is imitated has switched on. */
const accountMethods: readonly MethodType[] = ['card', 'pix'];
const firstVersionWithoutList = '2026-09-30';
const minimumAmount = 50;
const maximumAmount = 99_999_999;
const defaultPixLifetime = 86_400;
const cancellationReasons = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const;
const refundReasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** Every endpoint of Stripe's that is imitated, over the pure transitions. */
export class Operations {
  readonly #store: Store;
  readonly #views: Views;
  readonly all: readonly Operation[];

  constructor(store: Store, views: Views) {
    this.#store = store;
    this.#views = views;
    const intents = '/v1/payment_intents';
    this.all = [
      { name: 'payment_intents.create', method: 'POST', path: intents, run: (call) => this.#createIntent(call) },
      {
        name: 'payment_intents.list',
        method: 'GET',
        path: intents,
        run: (call) => this.#list(call, this.#store.intents, intents),
      },
      {
        name: 'payment_intents.search',
        method: 'GET',
        path: `${intents}/search`,
        run: (call) => this.#searchIntents(call),
      },
      {
        name: 'payment_intents.retrieve',
        method: 'GET',
        path: `${intents}/:id`,
        forClients: true,
        run: (call) => done(call, this.#intent(call.id, 'intent')),
      },
      {
        name: 'payment_intents.update',
        method: 'POST',
        path: `${intents}/:id`,
        run: (call) => this.#updateIntent(call),
      },
      {
        name: 'payment_intents.confirm',
        method: 'POST',
        path: `${intents}/:id/confirm`,
        forClients: true,
        run: (call) => this.#confirmIntent(call),
      },
      {
        name: 'payment_intents.cancel',
        method: 'POST',
        path: `${intents}/:id/cancel`,
        run: (call) => this.#cancelIntent(call),
      },
      {
        name: 'payment_intents.capture',
        method: 'POST',
        path: `${intents}/:id/capture`,
        run: (call) => this.#captureIntent(call),
      },
      {
        name: 'payment_methods.create',
        method: 'POST',
        path: '/v1/payment_methods',
        run: (call) => this.#createMethod(call),
      },
      {
        name: 'payment_methods.retrieve',
        method: 'GET',
        path: '/v1/payment_methods/:id',
        run: (call) => done(call, this.#method(call.id)),
      },
      {
        name: 'charges.list',
        method: 'GET',
        path: '/v1/charges',
        run: (call) => this.#list(call, this.#store.charges, '/v1/charges', ['payment_intent']),
      },
      {
        name: 'charges.retrieve',
        method: 'GET',
        path: '/v1/charges/:id',
        run: (call) => done(call, this.#charge(call.id)),
      },
      { name: 'refunds.create', method: 'POST', path: '/v1/refunds', run: (call) => this.#createRefund(call) },
      {
        name: 'refunds.list',
        method: 'GET',
        path: '/v1/refunds',
        run: (call) => this.#list(call, this.#store.refunds, '/v1/refunds', ['payment_intent', 'charge']),
      },
      {
        name: 'refunds.retrieve',
        method: 'GET',
        path: '/v1/refunds/:id',
        run: (call) => done(call, this.#refund(call.id)),
      },
      { name: 'refunds.update', method: 'POST', path: '/v1/refunds/:id', run: (call) => this.#updateRefund(call) },
      {
        name: 'refunds.cancel',
        method: 'POST',
        path: '/v1/refunds/:id/cancel',
        run: (call) => this.#cancelRefund(call),
      },
      {
        name: 'disputes.list',
        method: 'GET',
        path: '/v1/disputes',
        run: (call) => this.#list(call, this.#store.disputes, '/v1/disputes', ['payment_intent', 'charge']),
      },
      {
        name: 'disputes.retrieve',
        method: 'GET',
        path: '/v1/disputes/:id',
        run: (call) => done(call, this.#dispute(call.id)),
      },
      { name: 'disputes.update', method: 'POST', path: '/v1/disputes/:id', run: (call) => this.#updateDispute(call) },
      {
        name: 'disputes.close',
        method: 'POST',
        path: '/v1/disputes/:id/close',
        run: (call) => this.#closeDispute(call),
      },
      {
        name: 'balance_transactions.list',
        method: 'GET',
        path: '/v1/balance_transactions',
        run: (call) => this.#list(call, this.#store.movements, '/v1/balance_transactions', ['source']),
      },
      {
        name: 'balance_transactions.retrieve',
        method: 'GET',
        path: '/v1/balance_transactions/:id',
        run: (call) => done(call, found(this.#store.movements, 'balance_transaction', call.id)),
      },
      { name: 'balance.retrieve', method: 'GET', path: '/v1/balance', run: (call) => this.#balance(call) },
      { name: 'events.list', method: 'GET', path: '/v1/events', run: (call) => this.#listEvents(call) },
      { name: 'events.retrieve', method: 'GET', path: '/v1/events/:id', run: (call) => this.#retrieveEvent(call) },
    ];
  }

  /** The intent that a call is about, so that a switch can be scoped by its metadata. */
  intentOfCall(id: string, params: Params): PaymentIntent | undefined {
    const named = id === '' ? (params.peek('payment_intent') ?? params.peek('charge') ?? '') : id;
    const related = this.#store.charges.get(named) ?? this.#store.refunds.get(named) ?? this.#store.disputes.get(named);
    return this.#store.intents.get(related?.paymentIntent ?? named);
  }

  #createIntent(call: Call): Outcome {
    const { params, effects, context, behaviour } = call;
    const amount = amountOf(params.requiredInteger('amount'));
    const currency = params.requiredText('currency');
    if (currency.toLowerCase() !== 'brl')
      throw invalidParameter('currency', `Invalid currency: ${currency}. This emulator supports brl only.`);
    const methods = methodChoice(params, call.apiVersion) ?? {
      paymentMethodTypes: accountMethods,
      allowedTypes: null,
      excludedTypes: null,
      automatic: { allowRedirects: 'always' },
    };
    const captureMethod =
      params.oneOf('capture_method', ['automatic', 'automatic_async', 'manual']) === 'manual' ? 'manual' : 'automatic';
    const metadata = params.metadata() ?? {};
    const description = params.text('description') ?? null;
    const receiptEmail = params.text('receipt_email') ?? null;
    const pix = pixValidityOf(params, context) ?? { pixLifetime: defaultPixLifetime, pixExpiresAt: null };
    const confirm = params.boolean('confirm') ?? false;
    const returnUrl = params.text('return_url') ?? null;
    if (returnUrl !== null && !confirm) {
      throw invalidParameter(
        'return_url',
        'The parameter `return_url` cannot be passed when creating a PaymentIntent unless `confirm` is set to true.',
      );
    }
    params.ignore(
      'confirmation_method',
      'setup_future_usage',
      'off_session',
      'use_stripe_sdk',
      'statement_descriptor',
      'statement_descriptor_suffix',
      'shipping',
    );
    let method = this.#methodOf(params, effects, context);
    params.refuseUnknown();
    if (behaviour.instantMethod !== undefined && method === undefined) {
      method = newMethod(
        effects,
        { type: behaviour.instantMethod, card: behaviour.instantMethod === 'card' ? 'pm_card_visa' : null },
        context,
      );
    }
    const created = createIntent(
      effects,
      {
        amount,
        captureMethod,
        metadata,
        description,
        receiptEmail,
        paymentMethod: method?.id ?? null,
        ...methods,
        ...pix,
      },
      context,
    );
    if (behaviour.instantMethod !== undefined) return this.#instantly(call, created, method);
    if (!confirm) return { kind: 'entity', entity: created };
    assertReturnUrl(created, returnUrl);
    return attempted(confirmIntent(effects, created, method, returnUrl, context));
  }

  /** The benchmark's switch: created, confirmed and, for a Pix, paid in one call. */
  #instantly({ effects, context }: Call, intent: PaymentIntent, method: PaymentMethod | undefined): Outcome {
    const confirmed = confirmIntent(effects, intent, method, null, context);
    const waitsForPix = confirmed.nextAction?.type === 'pix_display_qr_code' && method !== undefined;
    return attempted(waitsForPix ? payPix(effects, confirmed, method, context) : confirmed);
  }

  #updateIntent({ id, params, effects, context, apiVersion }: Call): Outcome {
    const intent = this.#intent(id, 'intent');
    const amount = params.integer('amount');
    const metadata = params.metadata(intent.metadata);
    const description = params.text('description');
    const receiptEmail = params.text('receipt_email');
    const methods = methodChoice(params, apiVersion);
    const pix = pixValidityOf(params, context);
    const method = this.#methodOf(params, effects, context);
    params.refuseUnknown();
    return entity(
      updateIntent(effects, intent, {
        ...(amount === undefined ? {} : { amount: amountOf(amount) }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(description === undefined ? {} : { description }),
        ...(receiptEmail === undefined ? {} : { receiptEmail }),
        ...(methods === undefined ? {} : { methods }),
        ...pix,
        ...(method === undefined ? {} : { paymentMethod: method.id }),
      }),
    );
  }

  #confirmIntent({ id, params, effects, context, apiVersion }: Call): Outcome {
    const intent = this.#intent(id, 'intent');
    const returnUrl = params.text('return_url') ?? null;
    const receiptEmail = params.text('receipt_email') ?? intent.receiptEmail;
    const pix = pixValidityOf(params, context);
    const method = this.#methodOf(params, effects, context) ?? this.#store.methods.get(intent.paymentMethod ?? '');
    const methods = methodChoice(params, apiVersion);
    params.ignore(
      'use_stripe_sdk',
      'off_session',
      'setup_future_usage',
      'expected_payment_method_type',
      'mandate_data',
    );
    params.refuseUnknown();
    assertConfirmable(intent);
    assertReturnUrl(intent, returnUrl);
    return attempted(
      confirmIntent(effects, { ...intent, ...methods, receiptEmail, ...pix }, method, returnUrl, context),
    );
  }

  #cancelIntent({ id, params, effects, context }: Call): Outcome {
    const intent = this.#intent(id, 'intent');
    const reason = params.oneOf('cancellation_reason', cancellationReasons) ?? null;
    params.refuseUnknown();
    return entity(cancelIntent(effects, intent, this.#store.charges.get(intent.latestCharge ?? ''), reason, context));
  }

  #captureIntent({ id, params, effects, context }: Call): Outcome {
    const intent = this.#intent(id, 'intent');
    const amount = params.integer('amount_to_capture');
    params.ignore('final_capture');
    params.refuseUnknown();
    if (amount !== undefined && amount < 1)
      throw invalidParameter('amount_to_capture', 'Invalid positive integer', 'parameter_invalid_integer');
    return entity(captureIntent(effects, intent, this.#store.charges.get(intent.latestCharge ?? ''), amount, context));
  }

  #searchIntents({ params, behaviour }: Call): Outcome {
    const query = parseSearch(params.requiredText('query'));
    const limit = limitOf(params);
    const page = params.text('page');
    params.refuseUnknown();
    const visibleUntil = this.#store.now() - behaviour.searchLagMs;
    const candidates =
      query.key === undefined
        ? this.#store.intents.newestFirst()
        : this.#store.intentsWith(query.key.name, query.key.value).reverse();
    const matching: PaymentIntent[] = [];
    let skipping = page != null;
    for (const intent of candidates) {
      if (skipping) {
        skipping = intent.id !== Buffer.from(page ?? '', 'base64url').toString();
        continue;
      }
      if (intent.created > visibleUntil || !query.matches(intent)) continue;
      if (matching.push(intent) > limit) break;
    }
    const data = matching.slice(0, limit);
    const more = matching.length > limit;
    return {
      kind: 'body',
      body: {
        object: 'search_result',
        data: data.map((intent) => this.#views.of(intent)),
        has_more: more,
        next_page: more ? Buffer.from(data.at(-1)?.id ?? '').toString('base64url') : null,
        url: '/v1/payment_intents/search',
      },
    };
  }

  #createMethod({ params, effects, context }: Call): Outcome {
    const method = methodFromData(params, effects, context);
    params.refuseUnknown();
    return entity(method);
  }

  #createRefund({ params, effects, context, behaviour }: Call): Outcome {
    const amount = params.integer('amount');
    const reason = params.oneOf('reason', refundReasons) ?? null;
    const metadata = params.metadata() ?? {};
    const chargeId = params.text('charge');
    const intentId = params.text('payment_intent');
    params.ignore('instructions_email');
    params.refuseUnknown();
    if (amount !== undefined && amount < 1)
      throw invalidParameter('amount', 'Invalid positive integer', 'parameter_invalid_integer');
    const charge = this.#refundedCharge(chargeId ?? undefined, intentId ?? undefined);
    const card = this.#store.methods.get(charge.paymentMethod)?.card ?? null;
    const fate = behaviour.refundFate ?? (card === null ? undefined : testCard(card).refund) ?? 'succeeds';
    return entity(createRefund(effects, charge, { amount, reason, metadata, fate }, context));
  }

  #refundedCharge(chargeId: string | undefined, intentId: string | undefined): Charge {
    if (chargeId !== undefined) return this.#charge(chargeId, 'charge');
    if (intentId === undefined) {
      throw invalidParameter(
        'payment_intent',
        'One of the following params should be provided for this request: payment_intent or charge.',
        'parameter_missing',
      );
    }
    const intent = this.#intent(intentId, 'payment_intent');
    const charge = this.#store.charges.get(intent.latestCharge ?? '');
    if (charge?.status !== 'succeeded') {
      throw new StripeFailureError(
        400,
        {
          type: 'invalid_request_error',
          code: 'payment_intent_unexpected_state',
          param: 'payment_intent',
          message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
        },
        { began: true, paymentIntent: intent.id },
      );
    }
    return charge;
  }

  #updateRefund({ id, params, effects }: Call): Outcome {
    const refund = this.#refund(id);
    const metadata = params.metadata(refund.metadata) ?? refund.metadata;
    params.refuseUnknown();
    return entity(updateRefund(effects, refund, metadata));
  }

  #cancelRefund({ id, params, effects }: Call): Outcome {
    params.refuseUnknown();
    const refund = this.#refund(id);
    return entity(cancelRefund(effects, refund, this.#charge(refund.charge)));
  }

  #updateDispute({ id, params, effects, context }: Call): Outcome {
    const dispute = this.#dispute(id);
    const evidence = params.texts('evidence');
    const unknown = Object.keys(evidence).find((field) => !evidenceFields.includes(field));
    if (unknown !== undefined)
      throw invalidParameter(
        `evidence[${unknown}]`,
        `Received unknown parameter: evidence[${unknown}]`,
        'parameter_unknown',
      );
    const metadata = params.metadata(dispute.metadata) ?? dispute.metadata;
    const submit = params.boolean('submit') ?? Object.keys(evidence).length > 0;
    params.refuseUnknown();
    return entity(
      updateDispute(effects, dispute, this.#charge(dispute.charge), { evidence, metadata, submit }, context),
    );
  }

  #closeDispute({ id, params, effects, context }: Call): Outcome {
    params.refuseUnknown();
    const dispute = this.#dispute(id);
    return entity(resolveDispute(effects, dispute, this.#charge(dispute.charge), 'lost', context));
  }

  #balance({ params }: Call): Outcome {
    params.refuseUnknown();
    let amount = 0;
    for (const movement of this.#store.movements.values()) amount += movement.amount - movement.fee;
    const pending = [{ amount, currency: 'brl', source_types: { card: amount } }];
    return {
      kind: 'body',
      body: {
        object: 'balance',
        available: [{ amount: 0, currency: 'brl', source_types: { card: 0 } }],
        livemode: false,
        pending,
      },
    };
  }

  #retrieveEvent({ id, params }: Call): Outcome {
    params.refuseUnknown();
    return { kind: 'body', body: this.#eventBody(found(this.#store.events, 'event', id)) };
  }

  async #eventBody(event: StoredEvent): Promise<Record<string, unknown>> {
    return this.#views.event(event, await this.#store.readEvent(event));
  }

  #listEvents({ params }: Call): Outcome {
    const type = params.text('type');
    const types = params.list('types') ?? (type == null ? undefined : [type]);
    const created = createdFilter(params);
    const delivered = params.boolean('delivery_success');
    const wants = (event: StoredEvent): boolean =>
      (types === undefined ||
        types.some(
          (wanted) => wanted === event.type || (wanted.endsWith('*') && event.type.startsWith(wanted.slice(0, -1))),
        )) &&
      created(event.at) &&
      (delivered === undefined || delivered !== this.#store.undelivered.has(event.id));
    const { rows, more } = this.#page(params, this.#store.events, 'event', wants);
    return {
      kind: 'body',
      body: Promise.all(rows.map((event) => this.#eventBody(event))).then((data) => ({
        object: 'list',
        data,
        has_more: more,
        url: '/v1/events',
      })),
    };
  }

  #list<T extends Entity & { readonly created: number }>(
    { params }: Call,
    table: Table<T>,
    url: string,
    filters: readonly string[] = [],
  ): Outcome {
    const wanted = filters.flatMap((name) => {
      const value = params.text(name);
      return value == null ? [] : [{ name, value }];
    });
    const created = createdFilter(params);
    const intent = wanted.find(({ name }) => name === 'payment_intent')?.value;
    const ofIntent = intent === undefined ? undefined : new Set(this.#store.idsOfIntent(intent));
    const wants = (row: T): boolean =>
      created(row.created) && wanted.every(({ name, value }) => this.#views.of(row)[name] === value);
    const candidates =
      ofIntent === undefined ? undefined : [...ofIntent].flatMap((id) => table.get(id) ?? []).reverse();
    const { rows, more } = this.#page(params, table, url, wants, candidates);
    return {
      kind: 'body',
      body: { object: 'list', data: rows.map((row) => this.#views.of(row)), has_more: more, url },
    };
  }

  /** One page, newest first. `candidates`, when given, are the only rows looked at. */
  #page<T extends { readonly id: string }>(
    params: Params,
    table: Table<T>,
    object: string,
    wants: (row: T) => boolean,
    candidates?: readonly T[],
  ): { rows: T[]; more: boolean } {
    const limit = limitOf(params);
    const after = params.text('starting_after') ?? undefined;
    const before = params.text('ending_before') ?? undefined;
    params.refuseUnknown();
    for (const [name, cursor] of [['starting_after', after] as const, ['ending_before', before] as const]) {
      if (cursor !== undefined && table.get(cursor) === undefined) throw notFound(object, cursor, name);
    }
    const source =
      before === undefined
        ? (candidates ?? table.newestFirst(after))
        : (candidates?.toReversed() ?? table.oldestFirst(before));
    const cursor = candidates === undefined ? undefined : (before ?? after);
    const rows: T[] = [];
    let skipping = cursor !== undefined;
    for (const row of source) {
      if (skipping) skipping = row.id !== cursor;
      else if (wants(row) && rows.push(row) > limit) break;
    }
    const page = rows.slice(0, limit);
    return { rows: before === undefined ? page : page.reverse(), more: rows.length > limit };
  }

  /** The method that the parameters name or describe; a test card's name makes a new one, as in Stripe. */
  #methodOf(params: Params, effects: Effects, context: Context): PaymentMethod | undefined {
    const data = params.object('payment_method_data');
    const id = params.text('payment_method');
    if (data !== undefined) return methodFromData(data, effects, context);
    if (id == null) return undefined;
    if (findTestCard(id) !== undefined) return newMethod(effects, { type: 'card', card: id }, context);
    return this.#method(id, 'payment_method');
  }

  #intent(id: string, param: string): PaymentIntent {
    return found(this.#store.intents, 'payment_intent', id, param);
  }

  #charge(id: string, param?: string): Charge {
    return found(this.#store.charges, 'charge', id, param);
  }

  #refund(id: string): Refund {
    return found(this.#store.refunds, 'refund', id);
  }

  #dispute(id: string): Dispute {
    return found(this.#store.disputes, 'dispute', id);
  }

  #method(id: string, param?: string): PaymentMethod {
    return found(this.#store.methods, 'PaymentMethod', id, param);
  }
}

function found<T extends { readonly id: string }>(table: Table<T>, object: string, id: string, param = 'id'): T {
  const row = table.get(id);
  if (row === undefined) throw notFound(object, id, param);
  return row;
}

function done({ params }: Call, result: Entity): Outcome {
  params.refuseUnknown();
  return entity(result);
}

function entity(result: Entity): Outcome {
  return { kind: 'entity', entity: result };
}

function attempted(intent: PaymentIntent): Outcome {
  const error = intent.lastError;
  return error === null ? entity(intent) : { kind: 'declined', intent, error };
}

function amountOf(amount: number): number {
  if (amount < minimumAmount)
    throw invalidParameter('amount', 'Amount must be at least R$0.50 brl', 'amount_too_small');
  if (amount > maximumAmount)
    throw invalidParameter('amount', 'Amount must be no more than R$999,999.99', 'amount_too_large');
  return amount;
}

/**
 * Which methods the caller wants: by default what the account has, less what is excluded; a list of its own is filtered
 * to what is compatible. Undefined when it says nothing.
 * https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
 */
function methodChoice(params: Params, apiVersion: string): MethodChoice | undefined {
  const listed = params.list('payment_method_types');
  const allowed = params.list('allowed_payment_method_types');
  const excluded = params.list('excluded_payment_method_types');
  const automatic = params.object('automatic_payment_methods');
  const enabled = automatic?.boolean('enabled') ?? true;
  const allowRedirects = automatic?.oneOf('allow_redirects', ['always', 'never']) ?? 'always';
  if (listed !== undefined && apiVersion >= firstVersionWithoutList) {
    throw invalidParameter(
      'payment_method_types',
      'The parameter payment_method_types is no longer supported on this API version. Use allowed_payment_method_types or dynamic payment methods instead.',
      'payment_method_types_no_longer_supported',
    );
  }
  const given = [listed, allowed, excluded, automatic].filter((parameter) => parameter !== undefined);
  if (given.length === 0) return undefined;
  if ((listed !== undefined || allowed !== undefined) && given.length > 1) {
    throw invalidParameter(
      listed === undefined ? 'allowed_payment_method_types' : 'payment_method_types',
      'You may only specify one of these parameters: automatic_payment_methods, payment_method_types, allowed_payment_method_types, excluded_payment_method_types.',
      'parameters_exclusive',
    );
  }
  const unknown = listed?.find((type) => !isMethodType(type));
  if (unknown !== undefined) {
    throw invalidParameter(
      'payment_method_types',
      `The payment method type "${unknown}" is invalid. This emulator supports card and pix.`,
    );
  }
  const own = listed ?? allowed ?? (enabled ? undefined : ['card']);
  const paymentMethodTypes = (own ?? accountMethods)
    .filter(isMethodType)
    .filter((type) => excluded?.includes(type) !== true);
  if (paymentMethodTypes.length === 0) {
    throw invalidParameter('allowed_payment_method_types', 'No valid payment method types for this Payment Intent.');
  }
  return {
    paymentMethodTypes,
    allowedTypes: allowed ?? null,
    excludedTypes: excluded ?? null,
    automatic: own === undefined ? { allowRedirects } : null,
  };
}

function isMethodType(type: string): type is MethodType {
  return accountMethods.some((known) => known === type);
}

/** How long a Pix code is valid once shown, s, or until when, ms, however it was said. */
function pixValidityOf(
  params: Params,
  context: Context,
): Required<Pick<PaymentIntent, 'pixLifetime' | 'pixExpiresAt'>> | undefined {
  const options = params.object('payment_method_options');
  options?.ignore('card');
  const pix = options?.object('pix');
  const expiresAt = pix?.integer('expires_at');
  const lifetime =
    pix?.integer('expires_after_seconds') ??
    (expiresAt === undefined ? undefined : expiresAt - Math.floor(context.now / 1000));
  if (lifetime !== undefined && (lifetime < 10 || lifetime > 1_209_600)) {
    throw invalidParameter(
      'payment_method_options[pix][expires_after_seconds]',
      'Invalid integer: must be between 10 and 1209600',
      'parameter_invalid_integer',
    );
  }
  return lifetime === undefined
    ? undefined
    : { pixLifetime: lifetime, pixExpiresAt: expiresAt === undefined ? null : expiresAt * 1000 };
}

function limitOf(params: Params): number {
  const limit = params.integer('limit') ?? 10;
  if (limit < 1 || limit > 100)
    throw invalidParameter('limit', 'Invalid integer: must be between 1 and 100', 'parameter_invalid_integer');
  return limit;
}

function createdFilter(params: Params): (milliseconds: number) => boolean {
  if (params.peek('created') !== undefined) {
    const exact = params.integer('created');
    return (milliseconds) => Math.floor(milliseconds / 1000) === exact;
  }
  const range = params.object('created');
  const [gt, gte, lt, lte] = (['gt', 'gte', 'lt', 'lte'] as const).map((name) => range?.integer(name));
  return (milliseconds) => {
    const seconds = Math.floor(milliseconds / 1000);
    return seconds > (gt ?? -1) && seconds >= (gte ?? 0) && seconds < (lt ?? Infinity) && seconds <= (lte ?? Infinity);
  };
}

function assertReturnUrl(intent: PaymentIntent, returnUrl: string | null): void {
  if (intent.automatic?.allowRedirects !== 'always' || returnUrl !== null) return;
  throw invalidParameter(
    'return_url',
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
  );
}

function methodFromData(data: Params, effects: Effects, context: Context): PaymentMethod {
  const type = data.oneOf('type', ['card', 'pix']);
  if (type === undefined) throw invalidParameter('type', 'Missing required param: type.', 'parameter_missing');
  const billing = data.object('billing_details');
  billing?.ignore('address');
  const details = {
    email: billing?.text('email') ?? null,
    name: billing?.text('name') ?? null,
    phone: billing?.text('phone') ?? null,
    taxId: billing?.text('tax_id') ?? null,
  };
  data.ignore('metadata', 'allow_redisplay', 'pix');
  return newMethod(
    effects,
    { type, card: type === 'pix' ? null : cardFromToken(data.object('card')), billing: details },
    context,
  );
}

function cardFromToken(card: Params | undefined): string {
  if (card?.has('number') === true || card?.has('cvc') === true) {
    throw new StripeFailureError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.',
    });
  }
  const token = card?.requiredText('token') ?? '';
  const name = cardOfToken(token);
  if (name === undefined) throw notFound('token', token, 'card[token]');
  return name;
}

function newMethod(
  effects: Effects,
  method: Pick<PaymentMethod, 'type' | 'card'> & { readonly billing?: PaymentMethod['billing'] },
  context: Context,
): PaymentMethod {
  return effects.put<PaymentMethod>({
    object: 'payment_method',
    id: context.newId('pm_'),
    created: context.now,
    type: method.type,
    card: method.card,
    billing: method.billing ?? { email: null, name: null, phone: null, taxId: null },
  });
}
