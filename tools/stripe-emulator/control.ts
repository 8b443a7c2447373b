import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import qs from 'qs';
import type { Cashier } from './cashier.ts';
import { StripeFailureError } from './errors.ts';
import { type Faults, InvalidFaultError } from './faults.ts';
import type { BalanceTransaction, Metadata, PaymentIntent } from './model.ts';
import { challengePage, outcomePage, pixPage, qrPng, qrSvg, receiptPage } from './pages.ts';
import type { Store, StoredEvent } from './store.ts';
import type { Views } from './views.ts';
import type { Webhooks } from './webhooks.ts';

export interface ControlParts {
  readonly store: Store;
  readonly views: Views;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly cashier: Cashier;
}

interface WithId {
  Params: { id: string };
}
interface WithQuery {
  Querystring: Record<string, string | undefined>;
}

class InvalidControl extends Error {}

/** Everything under `/_emulador`: the bank, the cardholder, the switches and the ledger. None of it exists at Stripe. */
export function registerControl(app: FastifyInstance, { store, views, faults, webhooks, cashier }: ControlParts): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof StripeFailureError)
      return reply
        .code(error.status === 404 ? 404 : 409)
        .send({ codigo: error.body.code ?? 'conflito', mensagem: error.message });
    if (error instanceof InvalidFaultError || error instanceof InvalidControl)
      return reply.code(400).send({ codigo: 'parametro-invalido', mensagem: error.message });
    throw error;
  });

  app.get('/falhas', () => ({ falhas: faults.list() }));
  app.post('/falhas', async (request, reply) => reply.code(201).send(faults.add(fieldsOf(request))));
  app.delete('/falhas', () => ({ removidas: faults.remove(undefined) }));
  app.delete<WithId>('/falhas/:id', async (request, reply) => {
    const removed = faults.remove(request.params.id);
    return removed === 1
      ? { removidas: 1 }
      : reply.code(404).send({ codigo: 'nao-encontrada', mensagem: 'não há falha com este id' });
  });

  app.get<WithId>('/3ds/:id', async (request, reply) => html(reply, challengePage(cashier.intent(request.params.id))));
  app.post<WithId>('/3ds/:id', async (request, reply) => {
    const result = choice(fieldsOf(request), 'resultado', ['aprovado', 'recusado']);
    const returnUrl = returnUrlOf(cashier.intent(request.params.id));
    const intent = await cashier.resolveChallenge(request.params.id, result === 'aprovado');
    if (!wantsHtml(request)) return views.paymentIntent(intent);
    return returnUrl === undefined ? html(reply, outcomePage(intent)) : reply.redirect(backTo(returnUrl, intent), 303);
  });

  app.get<WithId>('/pix/:id', async (request, reply) => html(reply, pixPage(cashier.intent(request.params.id))));
  app.get<WithId>('/pix/:id/qr.svg', async (request, reply) =>
    reply.type('image/svg+xml').send(await qrSvg(pixCode(cashier.intent(request.params.id)))),
  );
  app.get<WithId>('/pix/:id/qr.png', async (request, reply) =>
    reply.type('image/png').send(await qrPng(pixCode(cashier.intent(request.params.id)))),
  );
  app.post<WithId>('/pix/:id/pagar', async (request, reply) => {
    const onlyProcessing = fieldsOf(request).processando === true;
    return shown(request, reply, await cashier.payPix(request.params.id, onlyProcessing), views);
  });
  app.post<WithId>('/pix/:id/expirar', async (request, reply) =>
    shown(request, reply, await cashier.expirePix(request.params.id), views),
  );

  app.post<WithId>('/estornos/:id', async (request) => {
    const outcome = choice(fieldsOf(request), 'resultado', ['succeeded', 'failed']);
    return views.refund(await cashier.settleRefund(request.params.id, outcome));
  });

  app.post('/disputas', async (request, reply) => {
    const fields = fieldsOf(request);
    const target = fields.payment_intent ?? fields.charge;
    const { motivo = 'fraudulent', consulta = false } = fields;
    if (typeof target !== 'string') throw new InvalidControl('payment_intent ou charge: esperado um id');
    if (typeof motivo !== 'string') throw new InvalidControl('motivo: esperado um texto');
    if (typeof consulta !== 'boolean') throw new InvalidControl('consulta: esperado true ou false');
    const amount = amountOf(fields, 'valorCentavos');
    const dispute = await cashier.openDispute(target, { reason: motivo, amount, inquiry: consulta });
    return reply.code(201).send(views.dispute(dispute));
  });
  app.post<WithId>('/disputas/:id', async (request) => {
    const fields = fieldsOf(request);
    const outcome = choice(fields, 'resultado', ['won', 'lost', 'warning_closed', 'needs_response']);
    const returned = amountOf(fields, 'devolvidoCentavos');
    return views.dispute(await cashier.resolveDispute(request.params.id, outcome, returned));
  });

  app.get<WithQuery>('/razao', (request) => ledger(store, request.query));
  app.get<WithId>('/recibos/:id', async (request, reply) => {
    const charge = store.charges.get(request.params.id);
    if (charge === undefined)
      return reply.code(404).send({ codigo: 'nao-encontrado', mensagem: 'não há cobrança com este id' });
    return html(reply, receiptPage(`Cobrança ${charge.id}`, charge.captured));
  });

  app.get<WithQuery>('/webhooks', (request) => ({
    pendentes: [...store.undelivered].map(([evento, tentativas]) => ({ evento, tentativas })),
    retidos: webhooks.heldEvents,
    entregas: webhooks.list(request.query.evento),
  }));
  app.post('/webhooks/reenviar', async (request) => {
    const events = eventsToResend(store, fieldsOf(request));
    return { entregas: await Promise.all(events.map((event) => webhooks.resend(event))) };
  });
  app.post('/webhooks/liberar', () => ({ liberados: webhooks.release() }));

  app.post('/relogio', async (request) => {
    const seconds = fieldsOf(request).avancarSegundos;
    if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0)
      throw new InvalidControl('avancarSegundos: esperado um inteiro a partir de 0');
    await cashier.moveClock(seconds);
    return { agora: new Date(store.now()).toISOString() };
  });
  app.post('/idempotencia/podar', async (request) => {
    const key = fieldsOf(request).chave;
    if (key !== undefined && typeof key !== 'string') throw new InvalidControl('chave: esperado um texto');
    const podadas = store.forgetAnswers(key);
    await store.settled();
    return { podadas };
  });
}

/** The provider's truth: every movement of money, oldest first, and the net of each PaymentIntent. Amounts in centavos. */
function ledger(store: Store, query: Record<string, string | undefined>): Record<string, unknown> {
  const wanted = Object.entries(query).flatMap(([name, value]) => {
    const key = /^metadata[[.](\w+)\]?$/.exec(name)?.[1];
    return key === undefined ? [] : [{ key, value }];
  });
  const wants = (intent: PaymentIntent): boolean =>
    (query.payment_intent === undefined || intent.id === query.payment_intent) &&
    wanted.every(({ key, value }) => intent.metadata[key] === value);
  const [first] = wanted;
  const candidates =
    query.payment_intent !== undefined
      ? [store.intents.get(query.payment_intent)].filter((intent) => intent !== undefined)
      : first === undefined
        ? store.intents.values()
        : store.intentsWith(first.key, first.value ?? '');
  const intents = [...candidates].filter(wants);
  const entries = intents.flatMap((intent) => movementsOf(store, intent.id));
  return {
    lancamentos: entries.sort((left, right) => left.created - right.created).map(entryView),
    porPaymentIntent: intents.map((intent) => netOf(store, intent)),
  };
}

function movementsOf(store: Store, intent: string): BalanceTransaction[] {
  return store.idsOfIntent(intent).flatMap((id) => store.movements.get(id) ?? []);
}

function entryView(movement: BalanceTransaction): Record<string, unknown> {
  return {
    id: movement.id,
    tipo: movement.movement,
    valorCentavos: movement.amount,
    tarifaCentavos: movement.fee,
    origem: movement.source,
    charge: movement.charge,
    paymentIntent: movement.paymentIntent,
    em: new Date(movement.created).toISOString(),
  };
}

function netOf(
  store: Store,
  intent: PaymentIntent,
): { paymentIntent: string; status: string; metadata: Metadata } & Record<string, unknown> {
  const movements = movementsOf(store, intent.id);
  const sum = (...kinds: readonly string[]): number =>
    movements.filter(({ movement }) => kinds.includes(movement)).reduce((total, { amount }) => total + amount, 0);
  const capturado = sum('captura');
  const estornado = -sum('estorno', 'estorno_devolvido');
  const disputado = -sum('disputa', 'disputa_devolvida');
  const pending = store
    .idsOfIntent(intent.id)
    .flatMap((id) => store.refunds.get(id) ?? [])
    .filter((refund) => refund.status === 'pending');
  return {
    paymentIntent: intent.id,
    status: intent.status,
    metadata: intent.metadata,
    capturadoCentavos: capturado,
    estornadoCentavos: estornado,
    estornoPendenteCentavos: pending.reduce((total, { amount }) => total + amount, 0),
    disputadoCentavos: disputado,
    tarifasCentavos: movements.reduce((total, { fee }) => total + fee, 0),
    liquidoCentavos: capturado - estornado - disputado,
  };
}

function eventsToResend(store: Store, fields: Record<string, unknown>): StoredEvent[] {
  if (typeof fields.evento === 'string') {
    const event = store.events.get(fields.evento);
    if (event === undefined) throw new InvalidControl('evento: não há evento com este id');
    return [event];
  }
  const { payment_intent: intent, tipo } = fields;
  if (typeof intent !== 'string') throw new InvalidControl('evento ou payment_intent: esperado um id');
  const events: StoredEvent[] = [];
  for (const event of store.events.values()) {
    if (event.paymentIntent === intent && (tipo === undefined || tipo === event.type)) events.push(event);
  }
  return events;
}

/** The fields of a JSON or form body; the API itself reads raw text. */
function fieldsOf(request: FastifyRequest): Record<string, unknown> {
  const body = typeof request.body === 'string' ? request.body : '';
  if (body === '') return {};
  if (request.headers['content-type']?.startsWith('application/json') !== true) return qs.parse(body);
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (cause) {
    throw new InvalidControl('corpo: JSON malformado', { cause });
  }
  throw new InvalidControl('corpo: esperado um objeto JSON');
}

function amountOf(fields: Record<string, unknown>, name: string): number | undefined {
  const amount = fields[name];
  if (amount === undefined) return undefined;
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1)
    throw new InvalidControl(`${name}: esperado um inteiro positivo`);
  return amount;
}

function choice<T extends string>(fields: Record<string, unknown>, name: string, options: readonly T[]): T {
  const found = options.find((option) => option === fields[name]);
  if (found === undefined) throw new InvalidControl(`${name}: esperado ${options.join(' ou ')}`);
  return found;
}

function wantsHtml(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}

function shown(request: FastifyRequest, reply: FastifyReply, intent: PaymentIntent, views: Views): unknown {
  return wantsHtml(request) ? html(reply, outcomePage(intent)) : views.paymentIntent(intent);
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header(
      'content-security-policy',
      "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    )
    .type('text/html; charset=utf-8')
    .send(text);
}

function pixCode(intent: PaymentIntent): string {
  if (intent.nextAction?.type !== 'pix_display_qr_code')
    throw new InvalidControl(`este pagamento não mostra um Pix: a situação é ${intent.status}`);
  return intent.nextAction.data;
}

function returnUrlOf(intent: PaymentIntent): string | undefined {
  return intent.nextAction?.type === 'redirect_to_url' ? (intent.nextAction.returnUrl ?? undefined) : undefined;
}

/** Stripe's own parameters on the way back. */
function backTo(returnUrl: string, intent: PaymentIntent): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.clientSecret);
  url.searchParams.set('source_type', 'card');
  return url.href;
}
