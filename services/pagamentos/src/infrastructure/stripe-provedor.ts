import Stripe from 'stripe';
import {
  AssinaturaInvalida,
  type AvisoDoProvedor,
  type ConteudoDoAviso,
  type Estorno,
  type EstornoNoProvedor,
  ProvedorDePagamento,
  RecusaDoProvedor,
  RespostaSalva,
} from '../application/ports.js';
import type { Cobranca, Intento } from '../domain/cobranca.js';

const TIMEOUT_MS = 10_000;
/** Stripe's own default; here it holds for signatures of the future too. */
const TOLERANCE_S = 300;

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
            allowed_payment_method_types: ['card', 'pix'],
            description: cobranca.descricao,
            metadata: { reservaId: cobranca.reservaId, cobrancaId: cobranca.id },
          },
          { idempotencyKey: chave },
        ),
      ),
    );
  }

  override async findIntent(reservaId: string): Promise<Intento | undefined> {
    const found = await this.stripe.paymentIntents.search({ query: `metadata['reservaId']:'${reservaId}'`, limit: 1 });
    return found.data[0] && toIntento(found.data[0]);
  }

  override async retrieveIntent(provedorId: string): Promise<Intento> {
    return toIntento(await this.stripe.paymentIntents.retrieve(provedorId));
  }

  override async cancelIntent(provedorId: string): Promise<Intento> {
    try {
      return toIntento(await this.stripe.paymentIntents.cancel(provedorId));
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state')
        return this.retrieveIntent(provedorId);
      throw error;
    }
  }

  override async refund(estorno: Estorno, chave: string): Promise<EstornoNoProvedor> {
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

  override async retrieveRefund(provedorId: string): Promise<EstornoNoProvedor> {
    return toEstorno(await this.stripe.refunds.retrieve(provedorId));
  }

  override verifyWebhook(corpo: Buffer, assinatura: string): AvisoDoProvedor {
    const timestamp = Number(/(?:^|,)t=(\d+)/.exec(assinatura)?.[1] ?? Number.NaN);
    if (!(timestamp <= Date.now() / 1000 + TOLERANCE_S))
      throw new AssinaturaInvalida('assinatura do futuro ou sem data');
    for (const secret of this.secrets) {
      try {
        const { id, type } = this.stripe.webhooks.constructEvent(corpo, assinatura, secret, TOLERANCE_S);
        return { eventoId: id, tipo: type };
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError) && !(error instanceof SyntaxError))
          throw error;
      }
    }
    throw new AssinaturaInvalida('assinatura não confere');
  }

  override readWebhook(corpo: string): ConteudoDoAviso {
    const event = JSON.parse(corpo) as Stripe.Event;
    switch (event.type) {
      case 'payment_intent.succeeded':
      case 'payment_intent.payment_failed':
      case 'payment_intent.canceled':
      case 'payment_intent.processing':
      case 'payment_intent.requires_action': {
        const intent = event.data.object;
        return { sobre: 'INTENTO', reservaId: intent.metadata['reservaId'] ?? null, intento: toIntento(intent) };
      }
      case 'refund.updated':
      case 'refund.failed':
        return { sobre: 'ESTORNO', estornoProvedorId: event.data.object.id };
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
      if (error instanceof Stripe.errors.StripeInvalidRequestError)
        throw new RecusaDoProvedor(error.message, { cause: error });
      throw error;
    }
  }
}

function toIntento(intent: Stripe.PaymentIntent): Intento {
  const failure = intent.last_payment_error;
  return {
    provedorId: intent.id,
    clientSecret: intent.client_secret,
    situacao: intent.status === 'succeeded' ? 'CAPTURADO' : intent.status === 'canceled' ? 'CANCELADO' : 'EM_ABERTO',
    capturadoCentavos: intent.amount_received,
    recusa: failure && {
      ref: failure.charge ?? `${intent.id}/${failure.payment_method?.id ?? failure.code ?? 'recusa'}`,
      motivo: failure.decline_code ?? failure.code ?? failure.type,
    },
  };
}

function toEstorno(refund: Stripe.Refund): EstornoNoProvedor {
  const failed = refund.status === 'failed' || refund.status === 'canceled';
  return {
    provedorId: refund.id,
    situacao: refund.status === 'succeeded' ? 'CONCLUIDO' : failed ? 'FALHOU' : 'EM_PROCESSAMENTO',
    falha: refund.failure_reason ?? null,
  };
}
