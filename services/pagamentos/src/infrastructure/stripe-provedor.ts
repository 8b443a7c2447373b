import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { z } from 'zod';
import {
  AssinaturaInvalida,
  type AvisoDoProvedor,
  ChaveEmConflito,
  type ConteudoDoAviso,
  type EstornoAFazer,
  type EventoDoProvedor,
  type IntentoMarcado,
  type Marca,
  type MovimentoDeVolta,
  ProvedorDePagamento,
  RecusaDoProvedor,
  RespostaSalva,
} from '../application/ports.js';
import type { Cobranca, Intento, Metodo } from '../domain/cobranca.js';
import { type DisputaNoProvedor, retidoPor, type SituacaoDaDisputa } from '../domain/disputa.js';
import type { EstornoNoProvedor } from '../domain/estorno.js';

/** Of one call: also one that begins while the network swallows packets. */
const TIMEOUT_MS = 8_000;
/** Stripe's own default; here it holds for signatures of the future too. */
const TOLERANCE_S = 300;
const PAGE = 100;
/** How long a payment that the bank is working on is waited for before somebody else may have the slot, ms. */
const PROCESSING_MS = 30 * 60_000;

/** What we ask and understand; what comes in another version is read again in this one. The SDK's types are of it too. */
const API_VERSION = '2026-10-28.endive' satisfies Stripe.LatestApiVersion;

/** What we write on an intent; one that bears something else is not ours. */
const marks = z.object({
  reservaId: z.uuid(),
  parcela: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .default(1),
});

/** The event types that concern us; a webhook endpoint at Stripe subscribes to these. */
const EVENT_TYPES = [
  'payment_intent.created',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'charge.succeeded',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
];

export interface StripeSettings {
  readonly STRIPE_SECRET_KEY: string;
  readonly STRIPE_WEBHOOK_SECRET: readonly string[];
  readonly STRIPE_API_BASE?: string | undefined;
}

/** Stripe's PaymentIntents and refunds (https://docs.stripe.com/api). Cards are entered in Stripe's own elements only. */
export class StripeProvedor extends ProvedorDePagamento {
  private readonly stripe: Stripe;
  private readonly secrets: readonly string[];

  constructor({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE }: StripeSettings) {
    super();
    const base = STRIPE_API_BASE === undefined ? undefined : new URL(STRIPE_API_BASE);
    this.secrets = STRIPE_WEBHOOK_SECRET;
    this.stripe = new Stripe(STRIPE_SECRET_KEY, {
      apiVersion: API_VERSION,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 0,
      telemetry: false,
      ...(base && {
        host: base.hostname,
        port: base.port || (base.protocol === 'https:' ? '443' : '80'),
        protocol: base.protocol === 'https:' ? 'https' : 'http',
      }),
    });
  }

  override async openIntent(cobranca: Cobranca, chave: string): Promise<Intento> {
    return this.guarded(async () =>
      toIntento(
        await this.stripe.paymentIntents.create(
          {
            amount: cobranca.valorCentavos,
            currency: 'brl',
            ...methodsFor(cobranca.pagavelAte),
            description: cobranca.descricao,
            metadata: {
              reservaId: cobranca.reservaId,
              parcela: String(cobranca.parcela),
              cobrancaId: cobranca.id,
            },
          },
          { idempotencyKey: chave },
        ),
      ),
    );
  }

  override async findIntent(
    { reservaId, parcela }: Marca,
    exceto: readonly string[] = [],
  ): Promise<Intento | undefined> {
    const query = `metadata['reservaId']:'${reservaId}' AND metadata['parcela']:'${parcela}'`;
    const { data } = await this.stripe.paymentIntents.search({ query, limit: PAGE });
    const found = data
      .map(toIntento)
      .filter(({ provedorId, situacao }) => situacao !== 'CANCELADO' && !exceto.includes(provedorId));
    return found.find(({ situacao }) => situacao === 'CAPTURADO') ?? found.at(-1);
  }

  override async retrieveIntent(provedorId: string): Promise<IntentoMarcado> {
    return toIntentoMarcado(
      await this.stripe.paymentIntents.retrieve(provedorId, { expand: ['latest_charge.balance_transaction'] }),
    );
  }

  override async cancelIntent(provedorId: string): Promise<Intento> {
    try {
      return toIntento(await this.stripe.paymentIntents.cancel(provedorId));
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state')
        return (await this.retrieveIntent(provedorId)).intento;
      throw error;
    }
  }

  override async refund(estorno: EstornoAFazer, chave: string): Promise<EstornoNoProvedor> {
    return this.guarded(async () =>
      toEstorno(
        await this.stripe.refunds.create(
          {
            payment_intent: estorno.intentoId,
            amount: estorno.valorCentavos,
            metadata: { reservaId: estorno.reservaId, estornoId: estorno.id },
          },
          { idempotencyKey: chave },
        ),
      ),
    );
  }

  override async refundAll(intentoId: string, chave: string): Promise<EstornoNoProvedor> {
    return this.guarded(async () =>
      toEstorno(await this.stripe.refunds.create({ payment_intent: intentoId }, { idempotencyKey: chave })),
    );
  }

  override async retrieveRefund(provedorId: string): Promise<EstornoNoProvedor> {
    return toEstorno(await this.stripe.refunds.retrieve(provedorId));
  }

  override async listRefunds(intentoId: string): Promise<EstornoNoProvedor[]> {
    const found: EstornoNoProvedor[] = [];
    for await (const refund of this.stripe.refunds.list({ payment_intent: intentoId, limit: PAGE }))
      found.push(toEstorno(refund));
    return found;
  }

  override async listDisputes(intentoId: string): Promise<DisputaNoProvedor[]> {
    const { data } = await this.stripe.disputes.list({ payment_intent: intentoId, limit: PAGE });
    return data.map(toDisputa);
  }

  override async *listEvents(desde: Date): AsyncIterable<EventoDoProvedor[]> {
    const pages = inPages(this.stripe.events.list({ types: EVENT_TYPES, created: since(desde), limit: PAGE }));
    for await (const events of pages)
      yield events.map((event) => ({
        ...avisoDe(JSON.stringify(event)),
        corpo: JSON.stringify(event),
        criadoEm: new Date(event.created * 1000),
      }));
  }

  override async *listIntents(desde: Date): AsyncIterable<IntentoMarcado[]> {
    for await (const intents of inPages(this.stripe.paymentIntents.list({ created: since(desde), limit: PAGE })))
      yield intents.map(toIntentoMarcado);
  }

  override async *listMovedBack(desde: Date): AsyncIterable<MovimentoDeVolta[]> {
    for await (const refunds of inPages(this.stripe.refunds.list({ created: since(desde), limit: PAGE })))
      yield refunds.flatMap((refund): MovimentoDeVolta[] => {
        const { provedorId, situacao } = toEstorno(refund);
        const intentoId = idOf(refund.payment_intent);
        return intentoId === null ? [] : [{ tipo: 'ESTORNO', intentoId, provedorId, situacao }];
      });
    for await (const disputes of inPages(this.stripe.disputes.list({ created: since(desde), limit: PAGE })))
      yield disputes.flatMap((dispute): MovimentoDeVolta[] => {
        const disputa = toDisputa(dispute);
        const intentoId = idOf(dispute.payment_intent);
        const situacao = `${disputa.situacao}/${retidoPor(disputa)}`;
        return intentoId === null ? [] : [{ tipo: 'DISPUTA', intentoId, provedorId: disputa.provedorId, situacao }];
      });
  }

  override verifyWebhook(corpo: Buffer, assinatura: string): AvisoDoProvedor {
    const timestamp = Number(/(?:^|,)t=(\d+)/.exec(assinatura)?.[1] ?? Number.NaN);
    if (!(timestamp <= Date.now() / 1000 + TOLERANCE_S))
      throw new AssinaturaInvalida('assinatura do futuro ou sem data');
    for (const secret of this.secrets) {
      try {
        // The signature alone: what it signs may be anything, and is kept whatever it is.
        this.stripe.webhooks.signature?.verifyHeader(corpo, assinatura, secret, TOLERANCE_S);
        return avisoDe(corpo.toString('utf8'));
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      }
    }
    throw new AssinaturaInvalida('assinatura não confere');
  }

  override readWebhook(corpo: string): ConteudoDoAviso {
    const { success } = envelope.safeParse(JSON.parse(corpo));
    const event = JSON.parse(corpo) as Stripe.Event;
    if (!success) return { sobre: 'INESPERADO', explicacao: NO_EVENT };
    switch (event.type) {
      case 'payment_intent.created':
      case 'payment_intent.succeeded':
      case 'payment_intent.payment_failed':
      case 'payment_intent.canceled':
      case 'payment_intent.processing':
      case 'payment_intent.requires_action':
        if (event.api_version === API_VERSION && intentShape.safeParse(event.data.object).success)
          return { sobre: 'INTENTO', ...toIntentoMarcado(event.data.object) };
        return about('RELEITURA', event);
      case 'charge.succeeded': {
        const intentoId = idOf(event.data.object.payment_intent ?? null);
        return intentoId === null
          ? { sobre: 'OUTRO' }
          : { sobre: 'MEIO', intentoId, metodo: methodOf(event.data.object) };
      }
      case 'charge.refunded':
      case 'refund.created':
      case 'refund.updated':
      case 'refund.failed':
      case 'charge.dispute.created':
      case 'charge.dispute.updated':
      case 'charge.dispute.closed':
      case 'charge.dispute.funds_withdrawn':
      case 'charge.dispute.funds_reinstated':
        return about('CONFERENCIA', event);
      default:
        return { sobre: 'OUTRO' };
    }
  }

  /** Tells answers that trying again by the same key cannot change from those that it can. */
  private async guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      if (error.headers?.['idempotent-replayed'] === 'true' && (error.statusCode ?? 0) >= 500)
        throw new RespostaSalva(error.message, { cause: error });
      // While the first call under the key still runs (409), it is the same request: it only has to be waited for.
      if (error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode === 400)
        throw new ChaveEmConflito(error.message, { cause: error });
      if (error instanceof Stripe.errors.StripeInvalidRequestError)
        throw new RecusaDoProvedor(error.message, { cause: error });
      throw error;
    }
  }
}

/** How long Stripe lets a Pix code be valid, s (https://docs.stripe.com/payments/pix), and our margin for the call. */
const PIX_S = { least: 10 + 5, default: 86_400 };

/**
 * A Pix code is valid no longer than what it pays for is held; when that is over too soon for a code, only a card is
 * taken. Where there is more time than a code has by itself, it is left as it is.
 */
function methodsFor(
  pagavelAte: string,
): Pick<Stripe.PaymentIntentCreateParams, 'allowed_payment_method_types' | 'payment_method_options'> {
  const expires_at = Math.floor(Date.parse(pagavelAte) / 1000);
  const seconds = expires_at - Date.now() / 1000;
  if (seconds < PIX_S.least) return { allowed_payment_method_types: ['card'] };
  return {
    allowed_payment_method_types: ['card', 'pix'],
    ...(seconds < PIX_S.default && { payment_method_options: { pix: { expires_at } } }),
  };
}

/** Stripe's lists have whole seconds. */
const since = (desde: Date): { gte: number } => ({ gte: Math.floor(desde.getTime() / 1000) });

async function* inPages<T>(items: AsyncIterable<T>): AsyncIterable<T[]> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

const idOf = (reference: string | { readonly id: string } | null): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

/** Ids, types and versions; anything else would not even go into the database. */
const word = z.string().regex(/^[\w:.-]{1,200}$/);
const reference = z.union([word, z.looseObject({ id: word })]).nullable();
/** What every event has that we can make something of, in any version of the API. */
const envelope = z.looseObject({
  id: word,
  object: z.literal('event'),
  type: word,
  api_version: word.nullish(),
  data: z.looseObject({
    object: z.looseObject({
      object: z.string().optional(),
      id: word.optional(),
      payment_intent: reference.optional(),
    }),
  }),
});
/** What we read of an intent. */
const intentShape = z.looseObject({
  id: z.string(),
  amount: z.int(),
  amount_received: z.int(),
  status: z.string(),
  client_secret: z.string().nullable(),
  latest_charge: reference,
  metadata: z.record(z.string(), z.string()),
  last_payment_error: z.looseObject({ type: z.string() }).nullable(),
});

const NO_EVENT = 'o corpo não tem a forma de um evento da Stripe';

/** What a signed body says of itself, whatever it is. */
function avisoDe(corpo: string): AvisoDoProvedor {
  const eventoId = `sha256:${createHash('sha256').update(corpo).digest('hex')}`;
  const unknown = { eventoId, tipo: 'desconhecido', intentoId: null, versaoApi: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(corpo);
  } catch {
    return { ...unknown, inesperado: 'o corpo não é JSON' };
  }
  const event = envelope.safeParse(parsed);
  if (event.success) {
    const { id, type, api_version } = event.data;
    return {
      eventoId: id,
      tipo: type,
      intentoId: intentOf(event.data),
      versaoApi: api_version ?? null,
      inesperado: null,
    };
  }
  const named = z.looseObject({ id: word.optional(), type: word.optional(), object: z.string() });
  const { data } = named.safeParse(parsed);
  const thin = data?.object.startsWith('v2.') === true;
  return {
    ...unknown,
    eventoId: data?.id ?? eventoId,
    tipo: data?.type ?? unknown.tipo,
    inesperado: thin ? 'evento v2 (thin), que não traz o seu objeto: o destino deve receber eventos v1' : NO_EVENT,
  };
}

/** The payment intent that an event is about. */
function intentOf({ data }: Pick<z.output<typeof envelope>, 'data'>): string | null {
  const { object, id, payment_intent } = data.object;
  return object === 'payment_intent' ? (id ?? null) : idOf(payment_intent ?? null);
}

/** An event that only says that there is something to look at; without an intent it is none of ours, if it says so. */
function about(sobre: 'CONFERENCIA' | 'RELEITURA', event: Stripe.Event): ConteudoDoAviso {
  const { payment_intent } = event.data.object as { readonly payment_intent?: unknown };
  const intentoId = intentOf(event as unknown as z.output<typeof envelope>);
  if (intentoId !== null) return { sobre, intentoId };
  return payment_intent === null
    ? { sobre: 'OUTRO' }
    : { sobre: 'INESPERADO', explicacao: 'não diz de que pagamento fala' };
}

function toIntentoMarcado(intent: Stripe.PaymentIntent): IntentoMarcado {
  const marca = marks.safeParse(intent.metadata);
  return { intento: toIntento(intent), marca: marca.success ? marca.data : null };
}

function toIntento(intent: Stripe.PaymentIntent): Intento {
  return {
    provedorId: intent.id,
    clientSecret: intent.client_secret,
    valorCentavos: intent.amount,
    moeda: intent.currency,
    situacao: intent.status === 'succeeded' ? 'CAPTURADO' : intent.status === 'canceled' ? 'CANCELADO' : 'EM_ABERTO',
    capturadoCentavos: intent.amount_received,
    recusa: refusalOf(intent),
    emProcessamento: processingOf(intent),
    ...feeOf(intent),
  };
}

/** The last attempt, when somebody refused it: a Pix code that nobody paid in time was refused by no one. */
function refusalOf({ id, last_payment_error: failure }: Stripe.PaymentIntent): Intento['recusa'] {
  if (!failure || failure.code === 'payment_intent_payment_attempt_expired') return null;
  return {
    ref: failure.charge ?? `${id}/${failure.payment_method?.id ?? failure.code ?? 'recusa'}`,
    motivo: failure.decline_code ?? failure.code ?? failure.type,
  };
}

/** A shown Pix code, by its own expiry; or a payment that has been made and that the bank has not settled. */
function processingOf(intent: Stripe.PaymentIntent): Intento['emProcessamento'] {
  const attempt = idOf(intent.payment_method) ?? intent.id;
  const expiresAt = intent.next_action?.pix_display_qr_code?.expires_at;
  if (intent.status === 'requires_action' && expiresAt !== undefined)
    return { ref: `pix/${attempt}/${expiresAt}`, metodo: 'PIX', expiraEm: new Date(expiresAt * 1000).toISOString() };
  if (intent.status !== 'processing') return null;
  return {
    ref: `processando/${attempt}`,
    metodo: intent.processing?.type === 'card' ? 'CARTAO' : 'PIX',
    expiraEm: new Date(Date.now() + PROCESSING_MS).toISOString(),
  };
}

const methodOf = (charge: Stripe.Charge): Metodo => (charge.payment_method_details?.type === 'pix' ? 'PIX' : 'CARTAO');

/** `null` also where another version of the API leaves it out. Known only where the charge and its balance transaction were expanded, and the provider has made the latter. */
function feeOf(intent: Stripe.PaymentIntent): Pick<Intento, 'metodo' | 'taxa'> {
  const charge = intent.latest_charge ?? null;
  if (charge === null || typeof charge === 'string') return { metodo: null, taxa: null };
  const metodo = methodOf(charge);
  const transaction = charge.balance_transaction;
  if (transaction === null || typeof transaction === 'string') return { metodo, taxa: null };
  return { metodo, taxa: { transacaoId: transaction.id, centavos: transaction.fee } };
}

function toEstorno(refund: Stripe.Refund): EstornoNoProvedor {
  const failed = refund.status === 'failed' || refund.status === 'canceled';
  return {
    provedorId: refund.id,
    estornoId: refund.metadata?.['estornoId'] ?? null,
    valorCentavos: refund.amount,
    situacao: refund.status === 'succeeded' ? 'CONCLUIDO' : failed ? 'FALHOU' : 'EM_PROCESSAMENTO',
    falha: refund.failure_reason ?? null,
  };
}

/** An inquiry (`warning_…`) that closes has taken nothing: it ends as one that was won. An appeal opens it again. */
const DISPUTE_ENDS: Readonly<Record<string, SituacaoDaDisputa>> = {
  won: 'GANHA',
  warning_closed: 'GANHA',
  prevented: 'GANHA',
  lost: 'PERDIDA',
};

function toDisputa(dispute: Stripe.Dispute): DisputaNoProvedor {
  const dueBy = dispute.evidence_details.due_by;
  const situacao = DISPUTE_ENDS[dispute.status] ?? 'ABERTA';
  return {
    provedorId: dispute.id,
    valorCentavos: dispute.amount,
    situacao,
    consulta: dispute.status.startsWith('warning_'),
    // https://docs.stripe.com/api/disputes/object: "it's still possible to refund the disputed payment"
    estornavel: situacao === 'GANHA' || dispute.is_charge_refundable,
    motivo: dispute.reason,
    responderAte: dueBy === null ? null : new Date(dueBy * 1000),
    abertaEm: new Date(dispute.created * 1000),
    movimentos: dispute.balance_transactions.map(({ id, amount, fee }) => ({
      transacaoId: id,
      valorCentavos: -amount,
      taxaCentavos: fee,
    })),
  };
}
