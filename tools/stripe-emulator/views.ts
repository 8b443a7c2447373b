import type { Stripe } from 'stripe';
import type {
  AttemptError,
  BalanceTransaction,
  BillingDetails,
  Charge,
  Dispute,
  Entity,
  PaymentIntent,
  PaymentMethod,
  Refund,
} from './model.ts';
import type { LoadedEvent, Store, StoredEvent } from './store.ts';
import { testCard } from './test-cards.ts';

/** The version of Stripe's API whose shapes are made here: the one that stripe 23.1.0 pins. */
export const apiVersion = '2026-10-28.endive';

const cardYear = 2034;
const cardMonth = 12;

/** Makes Stripe's published shapes of the records; typed by the official package, so that a missing field does not compile. */
export class Views {
  readonly #store: Store;
  readonly #publicUrl: () => string;

  constructor(store: Store, publicUrl: () => string) {
    this.#store = store;
    this.#publicUrl = publicUrl;
  }

  of(entity: Entity): Record<string, unknown> {
    switch (entity.object) {
      case 'payment_intent':
        return { ...this.paymentIntent(entity) };
      case 'payment_method':
        return { ...paymentMethod(entity) };
      case 'charge':
        return { ...this.charge(entity) };
      case 'refund':
        return { ...this.refund(entity) };
      case 'dispute':
        return { ...this.dispute(entity) };
      case 'balance_transaction':
        return { ...balanceTransaction(entity) };
    }
  }

  paymentIntent(intent: PaymentIntent): Stripe.PaymentIntent {
    return {
      id: intent.id,
      object: 'payment_intent',
      allowed_payment_method_types: intent.allowedTypes === null ? null : [...intent.allowedTypes],
      amount: intent.amount,
      amount_capturable: intent.capturable,
      amount_details: { tip: {} },
      amount_received: intent.received,
      application: null,
      application_fee_amount: null,
      automatic_payment_methods:
        intent.automatic === null ? null : { allow_redirects: intent.automatic.allowRedirects, enabled: true },
      canceled_at: seconds(intent.canceledAt),
      cancellation_reason: intent.cancellationReason,
      capture_method: intent.captureMethod,
      client_secret: intent.clientSecret,
      confirmation_method: 'automatic',
      created: seconds(intent.created),
      currency: 'brl',
      customer: null,
      customer_account: null,
      description: intent.description,
      excluded_payment_method_types: intent.excludedTypes === null ? null : [...intent.excludedTypes],
      last_payment_error: intent.lastError === null ? null : this.attemptError(intent.lastError),
      latest_charge: intent.latestCharge,
      livemode: false,
      managed_payments: null,
      metadata: { ...intent.metadata },
      next_action: this.#nextAction(intent),
      on_behalf_of: null,
      payment_method: intent.paymentMethod,
      payment_method_configuration_details: null,
      payment_method_options: {
        ...(intent.paymentMethodTypes.includes('card')
          ? {
              card: {
                installments: null,
                mandate_options: null,
                network: null,
                request_three_d_secure: 'automatic' as const,
              },
            }
          : {}),
        ...(intent.paymentMethodTypes.includes('pix')
          ? {
              pix: intent.pixExpiresAt
                ? { expires_after_seconds: null, expires_at: Math.floor(intent.pixExpiresAt / 1000) }
                : { expires_after_seconds: intent.pixLifetime, expires_at: null },
            }
          : {}),
      },
      payment_method_types: [...intent.paymentMethodTypes],
      payment_record: null,
      processing: null,
      receipt_email: intent.receiptEmail,
      review: null,
      setup_future_usage: null,
      shipping: null,
      source: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: intent.status,
      transfer_data: null,
      transfer_group: null,
    };
  }

  /** What a publishable key may see: no metadata, no charge. */
  publicPaymentIntent(intent: PaymentIntent): Record<string, unknown> {
    const view = this.paymentIntent(intent);
    return {
      id: view.id,
      object: view.object,
      amount: view.amount,
      amount_details: view.amount_details,
      automatic_payment_methods: view.automatic_payment_methods,
      canceled_at: view.canceled_at,
      cancellation_reason: view.cancellation_reason,
      capture_method: view.capture_method,
      client_secret: view.client_secret,
      confirmation_method: view.confirmation_method,
      created: view.created,
      currency: view.currency,
      description: view.description,
      last_payment_error: view.last_payment_error,
      livemode: view.livemode,
      next_action: view.next_action,
      payment_method: view.payment_method,
      payment_method_types: view.payment_method_types,
      processing: view.processing,
      receipt_email: view.receipt_email,
      setup_future_usage: view.setup_future_usage,
      shipping: view.shipping,
      source: view.source,
      status: view.status,
    };
  }

  attemptError(error: AttemptError): Stripe.PaymentIntent.LastPaymentError {
    const method = this.#store.methods.get(error.paymentMethod);
    return {
      ...(error.type === 'card_error' ? { advice_code: 'try_again_later' } : {}),
      ...(error.charge === undefined ? {} : { charge: error.charge }),
      code: error.code,
      ...(error.declineCode === undefined ? {} : { decline_code: error.declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}`,
      message: error.message,
      ...(method === undefined ? {} : { payment_method: paymentMethod(method), payment_method_type: method.type }),
      type: error.type,
    };
  }

  #nextAction(intent: PaymentIntent): Stripe.PaymentIntent.NextAction | null {
    const action = intent.nextAction;
    if (action === null) return null;
    switch (action.type) {
      case 'redirect_to_url':
        return {
          type: action.type,
          redirect_to_url: { return_url: action.returnUrl, url: `${this.#publicUrl()}/_emulador/3ds/${intent.id}` },
        };
      case 'pix_display_qr_code': {
        const page = `${this.#publicUrl()}/_emulador/pix/${intent.id}`;
        return {
          type: action.type,
          pix_display_qr_code: {
            data: action.data,
            expires_at: seconds(action.expiresAt),
            hosted_instructions_url: page,
            image_url_png: `${page}/qr.png`,
            image_url_svg: `${page}/qr.svg`,
          },
        };
      }
    }
  }

  charge(charge: Charge): Stripe.Charge {
    const method = this.#store.methods.get(charge.paymentMethod);
    return {
      id: charge.id,
      object: 'charge',
      amount: charge.amount,
      amount_captured: charge.captured,
      amount_refunded: charge.isReleased ? charge.amount : charge.refunded,
      application: null,
      application_fee: null,
      application_fee_amount: null,
      balance_transaction: charge.balanceTransaction,
      billing_details: billing(method?.billing),
      calculated_statement_descriptor: 'PLATAFORMA DE RESERVAS',
      captured: charge.isCaptured,
      created: seconds(charge.created),
      currency: 'brl',
      customer: null,
      description: charge.description,
      disputed: charge.disputed,
      failure_balance_transaction: null,
      failure_code: charge.failure?.code ?? null,
      failure_message: charge.failure?.message ?? null,
      fraud_details: {},
      livemode: false,
      metadata: { ...charge.metadata },
      on_behalf_of: null,
      outcome: outcome(charge),
      paid: charge.status === 'succeeded',
      payment_intent: charge.paymentIntent,
      payment_method: charge.paymentMethod,
      payment_method_details: method === undefined ? null : methodDetails(charge, method),
      receipt_email: charge.receiptEmail,
      receipt_number: null,
      receipt_url: charge.status === 'succeeded' ? `${this.#publicUrl()}/_emulador/recibos/${charge.id}` : null,
      refunded: charge.isReleased || (charge.captured > 0 && charge.refunded === charge.captured),
      review: null,
      shipping: null,
      source: null,
      source_transfer: null,
      statement_descriptor: null,
      statement_descriptor_suffix: null,
      status: charge.status,
      transfer_data: null,
      transfer_group: null,
    };
  }

  refund(refund: Refund): Stripe.Refund {
    const charge = this.#store.charges.get(refund.charge);
    const type = this.#store.methods.get(charge?.paymentMethod ?? '')?.type ?? 'card';
    return {
      id: refund.id,
      object: 'refund',
      amount: refund.amount,
      balance_transaction: refund.balanceTransaction,
      charge: refund.charge,
      created: seconds(refund.created),
      currency: 'brl',
      customer: null,
      customer_account: null,
      destination_details:
        type === 'pix'
          ? { type: 'pix', pix: {} }
          : {
              type: 'card',
              card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
            },
      ...(refund.failureBalanceTransaction === null
        ? {}
        : { failure_balance_transaction: refund.failureBalanceTransaction }),
      ...(refund.failureReason === null ? {} : { failure_reason: refund.failureReason }),
      metadata: { ...refund.metadata },
      payment_intent: refund.paymentIntent,
      payment_method: charge?.paymentMethod ?? null,
      ...(refund.status === 'pending' ? { pending_reason: 'processing' as const } : {}),
      reason: refund.reason,
      receipt_number: null,
      source_transfer_reversal: null,
      status: refund.status,
      transfer_reversal: null,
    };
  }

  dispute(dispute: Dispute): Stripe.Dispute {
    const charge = this.#store.charges.get(dispute.charge);
    const method = this.#store.methods.get(charge?.paymentMethod ?? '');
    return {
      id: dispute.id,
      object: 'dispute',
      amount: dispute.amount,
      balance_transactions: dispute.balanceTransactions.flatMap((id) => {
        const movement = this.#store.movements.get(id);
        return movement === undefined ? [] : [balanceTransaction(movement)];
      }),
      charge: dispute.charge,
      created: seconds(dispute.created),
      currency: 'brl',
      enhanced_eligibility_types: [],
      evidence: { ...emptyEvidence, ...dispute.evidence },
      evidence_details: {
        due_by: seconds(dispute.created) + 9 * 86_400,
        enhanced_eligibility: {},
        has_evidence: Object.keys(dispute.evidence).length > 0,
        past_due: this.#store.now() > dispute.created + 9 * 86_400_000,
        submission_count: dispute.submissions,
        submission_method: dispute.submissions === 0 ? 'not_submitted' : 'manual',
      },
      intended_submission_method: 'manual',
      is_charge_refundable: dispute.status.startsWith('warning_'),
      livemode: false,
      metadata: { ...dispute.metadata },
      payment_intent: dispute.paymentIntent,
      ...(method?.card == null
        ? {}
        : {
            payment_method_details: {
              type: 'card',
              card: {
                brand: testCard(method.card).brand,
                case_type: dispute.status.startsWith('warning_') ? ('inquiry' as const) : ('chargeback' as const),
                network: testCard(method.card).brand,
                network_reason_code: '83',
              },
            },
          }),
      reason: dispute.reason,
      status: dispute.status,
    };
  }

  event(event: StoredEvent, { subject, previous, request }: LoadedEvent): Record<string, unknown> {
    const object = this.of(subject);
    return {
      id: event.id,
      object: 'event',
      api_version: apiVersion,
      created: seconds(event.at),
      data: {
        object,
        ...(previous === undefined ? {} : { previous_attributes: changedFrom(this.of(previous), object) }),
      },
      livemode: false,
      pending_webhooks: this.#store.undelivered.has(event.id) ? 1 : 0,
      request: { id: request?.id ?? null, idempotency_key: request?.idempotencyKey ?? null },
      type: event.type,
    };
  }
}

export function paymentMethod(method: PaymentMethod): Stripe.PaymentMethod {
  const common = {
    id: method.id,
    object: 'payment_method' as const,
    allow_redisplay: 'unspecified' as const,
    billing_details: billing(method.billing),
    created: seconds(method.created),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  };
  if (method.card === null) return { ...common, type: 'pix', pix: {} };
  const card = testCard(method.card);
  return {
    ...common,
    type: 'card',
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'BR',
      display_brand: card.brand,
      exp_month: cardMonth,
      exp_year: cardYear,
      fingerprint: `emulador${card.last4}`,
      funding: 'credit',
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  };
}

export function balanceTransaction(movement: BalanceTransaction): Stripe.BalanceTransaction {
  const { type, category, description } = movementNames[movement.movement];
  return {
    id: movement.id,
    object: 'balance_transaction',
    amount: movement.amount,
    available_on: seconds(movement.created) + 30 * 86_400,
    balance_type: 'payments',
    created: seconds(movement.created),
    currency: 'brl',
    description,
    exchange_rate: null,
    fee: movement.fee,
    fee_details:
      movement.fee === 0
        ? []
        : [
            {
              amount: movement.fee,
              application: null,
              currency: 'brl',
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: movement.amount - movement.fee,
    reporting_category: category,
    source: movement.source,
    status: 'pending',
    type,
  };
}

const movementNames = {
  captura: { type: 'charge', category: 'charge', description: null },
  estorno: { type: 'refund', category: 'refund', description: 'REFUND FOR CHARGE' },
  estorno_devolvido: { type: 'refund_failure', category: 'refund_failure', description: 'REFUND FAILURE' },
  disputa: { type: 'adjustment', category: 'dispute', description: 'Chargeback withdrawal' },
  disputa_devolvida: { type: 'adjustment', category: 'dispute_reversal', description: 'Chargeback reversal' },
} as const;

const emptyEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** The fields of evidence that a dispute takes. */
export const evidenceFields: readonly string[] = Object.keys(emptyEvidence).filter(
  (field) => field !== 'enhanced_evidence',
);

function outcome(charge: Charge): Stripe.Charge.Outcome {
  const failed = charge.failure;
  return {
    advice_code: failed === null ? null : 'try_again_later',
    network_advice_code: null,
    network_decline_code: failed === null ? null : '05',
    network_status: failed === null ? 'approved_by_network' : 'declined_by_network',
    reason: failed === null ? null : (failed.declineCode ?? failed.code),
    risk_level: 'normal',
    risk_score: 20,
    seller_message:
      failed === null ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
    type: failed === null ? 'authorized' : 'issuer_declined',
  };
}

function methodDetails(charge: Charge, method: PaymentMethod): Stripe.Charge.PaymentMethodDetails {
  if (method.card === null) return { type: 'pix', pix: { bank_transaction_id: `E${charge.id}` } };
  const card = testCard(method.card);
  return {
    type: 'card',
    card: {
      amount_authorized: charge.status === 'succeeded' ? charge.amount : null,
      authorization_code: charge.status === 'succeeded' ? '123456' : null,
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'BR',
      electronic_commerce_indicator: null,
      exp_month: cardMonth,
      exp_year: cardYear,
      fingerprint: `emulador${card.last4}`,
      funding: 'credit',
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: charge.authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: null,
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

function billing(details: BillingDetails | undefined): Stripe.Charge.BillingDetails {
  return {
    address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
    email: details?.email ?? null,
    name: details?.name ?? null,
    phone: details?.phone ?? null,
    tax_id: details?.taxId ?? null,
  };
}

/** The former values of what differs, which is what Stripe sends as `previous_attributes`. */
function changedFrom(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(after[key])),
  );
}

function seconds(milliseconds: number): number;
function seconds(milliseconds: number | null): number | null;
function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.floor(milliseconds / 1000);
}
