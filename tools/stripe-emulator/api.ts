import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cashier } from './cashier.ts';
import { invalidParameter, StripeFailureError } from './errors.ts';
import type { Faults, FaultKind } from './faults.ts';
import { Effects } from './model.ts';
import type { Entity, Metadata } from './model.ts';
import type { Behaviour, Operation, Operations, Outcome } from './operations.ts';
import { Params } from './params.ts';
import type { NewAnswer, SavedBody, Store, StoredEvent } from './store.ts';
import { apiVersion as pinnedVersion, type Views } from './views.ts';
import type { Webhooks } from './webhooks.ts';

export interface ApiParts {
  readonly store: Store;
  readonly views: Views;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly cashier: Cashier;
  readonly newId: (prefix: string) => string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly searchLagMs: number;
  /** The longest that an answer waits for its own webhooks, in ms. */
  readonly webhookTimeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An answer, and the form in which an idempotency key keeps it. */
interface Rendered {
  readonly answer: Answer;
  readonly body: SavedBody;
}

/** One request on its way through the layers. */
interface Exchange {
  readonly operation: Operation;
  readonly requestId: string;
  readonly params: Params;
  readonly id: string;
  readonly byClient: boolean;
  readonly apiVersion: string;
  readonly idempotencyKey: string | undefined;
  /** What an idempotency key is bound to: the path and the parameters, whatever their order. */
  readonly path: string;
  readonly hash: string;
  readonly metadata: () => Metadata;
}

/** A fault cut the connection: nothing is answered. */
class Dropped extends Error {}

/** Stripe's HTTP conventions around the operations: keys, idempotency, errors, expansion; and the faults on the way. */
export class Api {
  readonly #parts: ApiParts;
  readonly #running = new Set<string>();

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  register(app: FastifyInstance): void {
    for (const operation of this.#parts.operations.all) {
      app.route({
        method: operation.method,
        url: operation.path,
        handler: (request, reply) => this.#handle(operation, request, reply),
      });
    }
    app.options('/v1/*', async (_request, reply) => reply.code(204).headers(corsPreflight).send());
  }

  async #handle(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const requestId = this.#parts.newId('req_');
    void reply.headers({
      'request-id': requestId,
      'stripe-version': versionOf(request),
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Request-Id, Stripe-Should-Retry',
    });
    let events: StoredEvent[] = [];
    try {
      const exchange = this.#receive(operation, request, requestId);
      if (exchange.idempotencyKey !== undefined) void reply.header('idempotency-key', exchange.idempotencyKey);
      const answer = await this.#alone(exchange, async () => {
        await this.#obstruct(exchange);
        const saved = await this.#savedAnswer(exchange, reply);
        if (saved !== undefined) return saved;
        const result = await this.#perform(exchange);
        events = result.events;
        return result.answer;
      });
      await this.#parts.store.settled();
      if (events.length > 0 && this.#take(exchange, ['webhook_antes_da_resposta']) !== undefined) {
        await within(this.#parts.webhooks.dispatch(events), this.#parts.webhookTimeoutMs);
        events = [];
      }
      if (this.#take(exchange, ['cai_depois_do_efeito']) !== undefined) throw new Dropped();
      if (answer.status >= 500) void reply.header('stripe-should-retry', 'false');
      return reply.code(answer.status).type('application/json').send(answer.text);
    } catch (error) {
      if (error instanceof Dropped) {
        request.raw.socket.destroy();
        return reply.hijack();
      }
      if (!(error instanceof StripeFailureError)) throw error;
      if (error.status === 429) void reply.header('stripe-rate-limited-reason', 'global-rate');
      return reply.code(error.status).type('application/json').send(this.#errorText(error));
    } finally {
      void this.#parts.webhooks.dispatch(events);
    }
  }

  /** Reads and authenticates; nothing has begun yet. */
  #receive(operation: Operation, request: FastifyRequest, requestId: string): Exchange {
    const [path = '', query = ''] = request.url.split('?', 2);
    const text = operation.method === 'GET' ? query : typeof request.body === 'string' ? request.body : '';
    const params = Params.parse(text);
    const id = (request.params as { readonly id?: string }).id ?? '';
    const byClient = this.#authenticate(operation, request, params, id);
    assertExpandable(operation, params.list('expand') ?? []);
    params.ignore(...(byClient ? ['key', 'client_secret', '_stripe_version'] : []));
    const key = operation.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    if (typeof key === 'string' && key.length > 255) {
      throw new StripeFailureError(400, {
        type: 'invalid_request_error',
        message: 'Idempotency keys can be at most 255 characters long.',
      });
    }
    const canonical = text.split('&').sort().join('&');
    return {
      operation,
      requestId,
      params,
      id,
      byClient,
      apiVersion: versionOf(request),
      idempotencyKey: typeof key === 'string' && key !== '' ? key : undefined,
      path,
      hash: createHash('sha256').update(canonical).digest('base64url'),
      metadata: () => ({ ...this.#parts.operations.intentOfCall(id, params)?.metadata, ...params.peekMetadata() }),
    };
  }

  /** @returns whether the caller is a client: a publishable key with the intent's client secret */
  #authenticate(operation: Operation, request: FastifyRequest, params: Params, id: string): boolean {
    const key = keyOf(request.headers.authorization) ?? params.peek('key');
    if (key === undefined || key === '') {
      throw new StripeFailureError(401, {
        type: 'invalid_request_error',
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
      });
    }
    if (same(key, this.#parts.secretKey)) return false;
    if (!same(key, this.#parts.publishableKey)) {
      throw new StripeFailureError(401, {
        type: 'invalid_request_error',
        message: `Invalid API Key provided: ${masked(key)}`,
      });
    }
    if (operation.forClients !== true) {
      throw new StripeFailureError(401, {
        type: 'invalid_request_error',
        code: 'secret_key_required',
        message:
          'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
      });
    }
    const intent = this.#parts.store.intents.get(id);
    const secret = params.peek('client_secret');
    if (secret === undefined) {
      throw new StripeFailureError(400, {
        type: 'invalid_request_error',
        code: 'parameter_missing',
        message: 'Missing required param: client_secret.',
        param: 'client_secret',
      });
    }
    if (intent === undefined || !same(secret, intent.clientSecret)) {
      throw new StripeFailureError(404, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        message: `No such payment_intent: '${id}'`,
        param: 'intent',
      });
    }
    return true;
  }

  /** Two requests with one idempotency key never run at the same time. */
  async #alone<T>({ idempotencyKey }: Exchange, work: () => Promise<T>): Promise<T> {
    if (idempotencyKey === undefined) return work();
    if (this.#running.has(idempotencyKey)) {
      throw new StripeFailureError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${idempotencyKey}. Please try again later.`,
      });
    }
    this.#running.add(idempotencyKey);
    try {
      return await work();
    } finally {
      this.#running.delete(idempotencyKey);
    }
  }

  /** The faults that meet a request before Stripe would have begun to work. */
  async #obstruct(exchange: Exchange): Promise<void> {
    const latency = this.#take(exchange, ['latencia']);
    if (latency !== undefined) await new Promise((resolve) => setTimeout(resolve, latency.ms));
    const obstacle = this.#take(exchange, ['cai_antes_do_efeito', 'limite_429']);
    if (obstacle?.tipo === 'cai_antes_do_efeito') throw new Dropped();
    if (obstacle?.tipo === 'limite_429') {
      throw new StripeFailureError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message:
          'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
      });
    }
  }

  async #savedAnswer(exchange: Exchange, reply: FastifyReply): Promise<Answer | undefined> {
    const key = exchange.idempotencyKey;
    const saved = key === undefined ? undefined : this.#parts.store.findAnswer(key);
    if (key === undefined || saved === undefined) return undefined;
    if (saved.path !== exchange.path)
      throw mismatch(`for the same endpoint they were first used for ('${exchange.path}' vs '${saved.path}')`, key);
    if (saved.hash !== exchange.hash) throw mismatch('with the same parameters they were first used with', key);
    void reply.headers({ 'idempotent-replayed': 'true', 'original-request': saved.requestId });
    const body = await this.#parts.store.readAnswer(saved);
    return {
      status: saved.status,
      text: 'text' in body ? body.text : this.#entityText(body.entity, exchange.byClient),
    };
  }

  async #perform(exchange: Exchange): Promise<{ answer: Answer; events: StoredEvent[] }> {
    const { id, params, operation, apiVersion } = exchange;
    const fault = this.#take(exchange, ['erro_500']);
    const effects = new Effects();
    const failed: Rendered = { answer: { status: 500, text: internalError }, body: { text: internalError } };
    if (fault !== undefined && !fault.comEfeito) return this.#commit(effects, exchange, () => failed);
    try {
      const outcome = operation.run({
        id,
        params,
        effects,
        context: this.#parts.cashier.context(),
        apiVersion,
        behaviour: this.#behaviour(exchange),
      });
      if (operation.method === 'GET') return { answer: await this.#read(outcome, exchange), events: [] };
      return this.#commit(effects, exchange, () =>
        fault === undefined ? this.#render(outcome, effects, exchange) : failed,
      );
    } catch (error) {
      if (!(error instanceof StripeFailureError) || !error.began) throw error;
      // The endpoint began to work and refused: that answer is the one that the key gets from now on.
      const text = this.#errorText(error);
      return this.#commit(new Effects(), exchange, () => ({ answer: { status: error.status, text }, body: { text } }));
    }
  }

  #behaviour(exchange: Exchange): Behaviour {
    const refund = this.#take(exchange, ['estorno_falha', 'estorno_pendente'])?.tipo;
    return {
      instantMethod: this.#take(exchange, ['pagamento_instantaneo'])?.metodo,
      refundFate: refund === undefined ? undefined : refund === 'estorno_falha' ? 'fails' : 'waits',
      searchLagMs: this.#take(exchange, ['busca_atrasada'])?.ms ?? this.#parts.searchLagMs,
    };
  }

  async #read(outcome: Outcome, { params, byClient }: Exchange): Promise<Answer> {
    const body =
      outcome.kind === 'body'
        ? await outcome.body
        : outcome.kind === 'entity'
          ? this.#entityBody(outcome.entity, byClient)
          : {};
    this.#expand(body, params);
    return { status: 200, text: JSON.stringify(body) };
  }

  /** The answer of an operation that changed something, and how it is saved: as a version where that says it all. */
  #render(outcome: Outcome, effects: Effects, { params, byClient }: Exchange): Rendered {
    if (outcome.kind === 'body') throw new Error('an operation that changes something answers with an object');
    if (outcome.kind === 'declined') {
      const { intent, error } = outcome;
      const view = this.#entityBody(intent, byClient);
      const text = JSON.stringify({ error: { ...this.#parts.views.attemptError(error), payment_intent: view } });
      return { answer: { status: error.type === 'card_error' ? 402 : 400, text }, body: { text } };
    }
    const view = this.#entityBody(outcome.entity, byClient);
    const expanded = this.#expand(view, params);
    const text = JSON.stringify(view);
    const index = effects.changed.indexOf(outcome.entity);
    return {
      answer: { status: 200, text },
      body: expanded || index === -1 || byClient ? { text } : { changed: index },
    };
  }

  #commit(effects: Effects, exchange: Exchange, render: () => Rendered): { answer: Answer; events: StoredEvent[] } {
    const { store, cashier, webhooks } = this.#parts;
    const { idempotencyKey: key = null, requestId, path, hash } = exchange;
    const origin = { request: { id: requestId, idempotencyKey: key }, deliver: webhooks.isConfigured };
    let rendered: Rendered | undefined;
    const save = (): NewAnswer => {
      rendered = render();
      return { key: key ?? '', path, hash, requestId, status: rendered.answer.status, body: rendered.body };
    };
    const events = store.commit(effects, origin, key === null ? undefined : save);
    rendered ??= render();
    for (const entity of effects.changed) {
      if (entity.object === 'payment_intent') cashier.watchPix(entity);
      if (entity.object === 'refund') setImmediate(() => cashier.followRefund(entity));
    }
    return { answer: rendered.answer, events };
  }

  #take({ operation, metadata }: Exchange, kinds: readonly FaultKind[]): ReturnType<Faults['forOperation']> {
    return this.#parts.faults.forOperation(kinds, operation.name, metadata);
  }

  #entityBody(entity: Entity, byClient: boolean): Record<string, unknown> {
    return byClient && entity.object === 'payment_intent'
      ? this.#parts.views.publicPaymentIntent(entity)
      : this.#parts.views.of(entity);
  }

  #entityText(entity: Entity, byClient: boolean): string {
    return JSON.stringify(this.#entityBody(entity, byClient));
  }

  /** Replaces ids by objects along the paths in `expand[]`, which were checked already. @returns whether anything was asked */
  #expand(body: Record<string, unknown>, params: Params): boolean {
    const paths = params.list('expand') ?? [];
    for (const path of paths) this.#expandPath(body, path.split('.'));
    return paths.length > 0;
  }

  #expandPath(body: Record<string, unknown>, [step, ...rest]: readonly string[]): void {
    if (step === undefined) return;
    let value = body[step];
    if (typeof value === 'string') {
      const entity = this.#parts.store.find(value);
      if (entity === undefined) return;
      value = body[step] = this.#parts.views.of(entity);
    }
    const targets: unknown[] = Array.isArray(value) ? value : [value];
    for (const target of targets)
      if (typeof target === 'object' && target !== null) this.#expandPath(target as Record<string, unknown>, rest);
  }

  #errorText(failure: StripeFailureError): string {
    const intent =
      failure.paymentIntent === undefined ? undefined : this.#parts.store.intents.get(failure.paymentIntent);
    return JSON.stringify({
      error: {
        ...failure.body,
        ...(intent === undefined ? {} : { payment_intent: this.#parts.views.paymentIntent(intent) }),
      },
    });
  }
}

/** Which fields of an object can be expanded, and to what. */
const references: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  payment_intent: { latest_charge: 'charge', payment_method: 'payment_method' },
  charge: { balance_transaction: 'balance_transaction', payment_intent: 'payment_intent' },
  refund: {
    balance_transaction: 'balance_transaction',
    charge: 'charge',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
    payment_method: 'payment_method',
  },
  dispute: { charge: 'charge', payment_intent: 'payment_intent' },
  balance_transaction: { source: 'charge' },
};

function assertExpandable(operation: Operation, paths: readonly string[]): void {
  const [resource = '', action] = operation.name.split('.');
  for (const path of paths) {
    const steps = path.split('.');
    const inList = action === 'list' || action === 'search';
    let object: string | undefined = !inList || steps.shift() === 'data' ? resource.replace(/s$/, '') : undefined;
    for (const step of steps) object = object === undefined ? undefined : references[object]?.[step];
    if (object === undefined || steps.length > 4) {
      throw invalidParameter('expand', `This property cannot be expanded (${path}).`);
    }
  }
}

const internalError = JSON.stringify({ error: { type: 'api_error', message: 'An unknown error occurred' } });

const corsPreflight = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, stripe-version',
  'access-control-max-age': '300',
};

function versionOf(request: FastifyRequest): string {
  const given = request.headers['stripe-version'];
  return typeof given === 'string' && given !== '' ? given : pinnedVersion;
}

function keyOf(authorization: string | undefined): string | undefined {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(credentials, 'base64').toString().split(':', 1)[0];
  return undefined;
}

function same(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** As Stripe shows a wrong key: its kind and its last four characters. */
function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function mismatch(what: string, key: string): StripeFailureError {
  return new StripeFailureError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${what}. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
