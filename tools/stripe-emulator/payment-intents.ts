import { openDispute } from './disputes.ts';
import { StripeFailureError, unexpectedState } from './errors.ts';
import type {
  AttemptError,
  BalanceTransaction,
  Charge,
  Context,
  Effects,
  IntentStatus,
  Metadata,
  MethodType,
  PaymentIntent,
  PaymentMethod,
} from './model.ts';
import { recordMovement } from './movements.ts';
import { brCode } from './pix.ts';
import { testCard } from './test-cards.ts';

/**
 * The life of a PaymentIntent, as pure transitions: (intent, command, context) → effects.
 * https://docs.stripe.com/payments/paymentintents/lifecycle
 */

/** Which methods an intent takes, and why. */
export type MethodChoice = Pick<PaymentIntent, 'paymentMethodTypes' | 'allowedTypes' | 'excludedTypes' | 'automatic'>;

export interface NewIntent extends MethodChoice {
  readonly amount: number;
  readonly captureMethod: 'automatic' | 'manual';
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly paymentMethod: string | null;
  readonly pixLifetime: number;
  readonly pixExpiresAt: number | null;
}

export function createIntent(effects: Effects, command: NewIntent, context: Context): PaymentIntent {
  const id = context.newId('pi_');
  const intent = effects.put<PaymentIntent>({
    object: 'payment_intent',
    id,
    amount: command.amount,
    capturable: 0,
    received: 0,
    captureMethod: command.captureMethod,
    status: command.paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    clientSecret: `${id}${context.newId('_secret_')}`,
    created: context.now,
    metadata: command.metadata,
    description: command.description,
    receiptEmail: command.receiptEmail,
    paymentMethod: command.paymentMethod,
    paymentMethodTypes: command.paymentMethodTypes,
    allowedTypes: command.allowedTypes,
    excludedTypes: command.excludedTypes,
    automatic: command.automatic,
    pixLifetime: command.pixLifetime,
    pixExpiresAt: command.pixExpiresAt,
    nextAction: null,
    lastError: null,
    latestCharge: null,
    canceledAt: null,
    cancellationReason: null,
  });
  effects.emit('payment_intent.created', intent);
  return intent;
}

export interface IntentChange {
  readonly amount?: number;
  readonly metadata?: Metadata;
  readonly description?: string | null;
  readonly receiptEmail?: string | null;
  readonly paymentMethod?: string;
  readonly methods?: MethodChoice;
  readonly pixLifetime?: number;
  readonly pixExpiresAt?: number | null;
}

const open: readonly IntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function updateIntent(
  effects: Effects,
  intent: PaymentIntent,
  { methods, ...change }: IntentChange,
): PaymentIntent {
  const touchesPayment =
    change.amount !== undefined ||
    change.paymentMethod !== undefined ||
    methods !== undefined ||
    change.pixLifetime !== undefined;
  if (touchesPayment && !open.includes(intent.status)) {
    const what = change.amount === undefined ? 'PaymentIntent' : "PaymentIntent's amount";
    throw unexpectedState(
      `This ${what} could not be updated because it has a status of ${intent.status}. You may only update it with one of the following statuses: ${open.join(', ')}.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
  const paymentMethod = change.paymentMethod ?? intent.paymentMethod;
  // A code or a challenge that was shown is for the old amount: the intent has to be confirmed again.
  const status = touchesPayment
    ? paymentMethod === null
      ? 'requires_payment_method'
      : 'requires_confirmation'
    : intent.status;
  return effects.put({
    ...intent,
    ...methods,
    ...change,
    paymentMethod,
    status,
    nextAction: touchesPayment ? null : intent.nextAction,
  });
}

const whyNotConfirmable: Partial<Record<IntentStatus, string>> = {
  succeeded: 'it has already succeeded after being previously confirmed',
  canceled: 'it has a status of canceled',
  processing: 'it has a status of processing',
  requires_capture: 'it has a status of requires_capture: it was already confirmed',
};

/** Throws unless the intent may be confirmed (again). */
export function assertConfirmable(intent: PaymentIntent): void {
  const why = whyNotConfirmable[intent.status];
  if (why !== undefined) {
    throw unexpectedState(
      `You cannot confirm this PaymentIntent because ${why}.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
}

/** Confirms with a payment method; a declined attempt is an effect too, told by the result's `lastError`. */
export function confirmIntent(
  effects: Effects,
  intent: PaymentIntent,
  method: PaymentMethod | undefined,
  returnUrl: string | null,
  context: Context,
): PaymentIntent {
  assertConfirmable(intent);
  if (method === undefined) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
  if (!intent.paymentMethodTypes.includes(method.type)) {
    throw unexpectedState(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent. Please attach a new PaymentMethod with one of the allowed types: ${intent.paymentMethodTypes.join(', ')}.`,
      'payment_intent_incompatible_payment_method',
      intent.id,
    );
  }
  if (method.type === 'pix') return awaitPix(effects, intent, method, context);
  const confirmed: PaymentIntent = { ...intent, paymentMethod: method.id, lastError: null };
  if (testCard(method.card ?? '').requires3ds) {
    const waiting = effects.put<PaymentIntent>({
      ...confirmed,
      status: 'requires_action',
      nextAction: { type: 'redirect_to_url', returnUrl },
    });
    effects.emit('payment_intent.requires_action', waiting);
    return waiting;
  }
  return chargeCard(effects, confirmed, method, false, context);
}

function awaitPix(effects: Effects, intent: PaymentIntent, method: PaymentMethod, context: Context): PaymentIntent {
  if (intent.captureMethod === 'manual') {
    throw unexpectedState(
      'The payment method type pix does not support manual capture.',
      'payment_intent_incompatible_payment_method',
      intent.id,
    );
  }
  const expiresAt = intent.pixExpiresAt ?? context.now + intent.pixLifetime * 1000;
  if (expiresAt <= context.now)
    throw unexpectedState('This Pix code has expired.', 'payment_intent_payment_attempt_expired', intent.id);
  const waiting = effects.put<PaymentIntent>({
    ...intent,
    paymentMethod: method.id,
    lastError: null,
    status: 'requires_action',
    nextAction: { type: 'pix_display_qr_code', data: brCode(intent.id, intent.amount), expiresAt },
  });
  effects.emit('payment_intent.requires_action', waiting);
  return waiting;
}

/** The cardholder answered the 3-D Secure challenge. */
export function resolveChallenge(
  effects: Effects,
  intent: PaymentIntent,
  method: PaymentMethod,
  approved: boolean,
  context: Context,
): PaymentIntent {
  if (intent.status !== 'requires_action' || intent.nextAction?.type !== 'redirect_to_url') {
    throw unexpectedState(
      `This PaymentIntent is not waiting for 3-D Secure: its status is ${intent.status}.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
  if (approved) return chargeCard(effects, intent, method, true, context);
  return failAttempt(effects, intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    paymentMethod: method.id,
  });
}

function assertAwaitingPix(intent: PaymentIntent): void {
  const waits = intent.status === 'requires_action' && intent.nextAction?.type === 'pix_display_qr_code';
  if (!waits && !(intent.status === 'processing' && intent.paymentMethodTypes.includes('pix'))) {
    throw unexpectedState(
      `This PaymentIntent is not waiting for a Pix: its status is ${intent.status}.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
}

/** The bank took the Pix but has not told the outcome yet. */
export function processPix(effects: Effects, intent: PaymentIntent): PaymentIntent {
  assertAwaitingPix(intent);
  const processing = effects.put<PaymentIntent>({ ...intent, status: 'processing', nextAction: null });
  effects.emit('payment_intent.processing', processing);
  return processing;
}

export function payPix(
  effects: Effects,
  intent: PaymentIntent,
  method: PaymentMethod,
  context: Context,
): PaymentIntent {
  assertAwaitingPix(intent);
  if (intent.nextAction?.type === 'pix_display_qr_code' && intent.nextAction.expiresAt <= context.now) {
    throw unexpectedState('This Pix code has expired.', 'payment_intent_payment_attempt_expired', intent.id);
  }
  return settle(effects, intent, method, false, context);
}

export function expirePix(effects: Effects, intent: PaymentIntent): PaymentIntent {
  assertAwaitingPix(intent);
  return failAttempt(effects, intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_payment_attempt_expired',
    message:
      'The latest attempt to confirm the payment has expired without being paid. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    paymentMethod: intent.paymentMethod ?? '',
  });
}

export function cancelIntent(
  effects: Effects,
  intent: PaymentIntent,
  charge: Charge | undefined,
  reason: string | null,
  context: Context,
): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
  if (intent.status === 'requires_capture' && charge !== undefined) {
    const released = effects.put<Charge>({ ...charge, isReleased: true });
    effects.emit('charge.refunded', released, charge);
  }
  const canceled = effects.put<PaymentIntent>({
    ...intent,
    status: 'canceled',
    capturable: 0,
    nextAction: null,
    canceledAt: context.now,
    cancellationReason: reason,
  });
  effects.emit('payment_intent.canceled', canceled);
  return canceled;
}

/** Captures what was authorized; what is not captured is released. */
export function captureIntent(
  effects: Effects,
  intent: PaymentIntent,
  charge: Charge | undefined,
  amount: number | undefined,
  context: Context,
): PaymentIntent {
  if (intent.status !== 'requires_capture' || charge === undefined) {
    throw unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      'payment_intent_unexpected_state',
      intent.id,
    );
  }
  const captured = amount ?? intent.capturable;
  if (captured > intent.capturable) {
    throw new StripeFailureError(
      400,
      {
        type: 'invalid_request_error',
        code: 'amount_too_large',
        param: 'amount_to_capture',
        message: `The amount to capture (${captured}) is greater than the amount that can be captured (${intent.capturable}).`,
      },
      { began: true, paymentIntent: intent.id },
    );
  }
  const movement = recordCapture(effects, charge, captured, 'card', context);
  const paid = effects.put<Charge>({ ...charge, isCaptured: true, captured, balanceTransaction: movement.id });
  effects.emit('charge.captured', paid, charge);
  const succeeded = effects.put<PaymentIntent>({ ...intent, status: 'succeeded', capturable: 0, received: captured });
  effects.emit('payment_intent.succeeded', succeeded);
  return succeeded;
}

function chargeCard(
  effects: Effects,
  intent: PaymentIntent,
  method: PaymentMethod,
  authenticated: boolean,
  context: Context,
): PaymentIntent {
  const decline = testCard(method.card ?? '').decline;
  if (decline === undefined) return settle(effects, intent, method, authenticated, context);
  const chargeId = context.newId('ch_');
  const failure: AttemptError = { type: 'card_error', ...decline, charge: chargeId, paymentMethod: method.id };
  const failed = effects.put<Charge>({
    ...newCharge(chargeId, intent, method, authenticated, context),
    status: 'failed',
    failure,
  });
  effects.emit('charge.failed', failed);
  return failAttempt(effects, { ...intent, latestCharge: chargeId }, failure);
}

function failAttempt(effects: Effects, intent: PaymentIntent, lastError: AttemptError): PaymentIntent {
  const failed = effects.put<PaymentIntent>({
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    nextAction: null,
    lastError,
  });
  effects.emit('payment_intent.payment_failed', failed);
  return failed;
}

/** The money is there: captured at once, or only authorized when capture is manual. */
function settle(
  effects: Effects,
  intent: PaymentIntent,
  method: PaymentMethod,
  authenticated: boolean,
  context: Context,
): PaymentIntent {
  const base: PaymentIntent = { ...intent, nextAction: null, lastError: null };
  const authorized = newCharge(
    context.newId(method.type === 'pix' ? 'py_' : 'ch_'),
    base,
    method,
    authenticated,
    context,
  );
  if (intent.captureMethod === 'manual') {
    effects.emit('charge.succeeded', effects.put(authorized));
    const waiting = effects.put<PaymentIntent>({
      ...base,
      status: 'requires_capture',
      capturable: intent.amount,
      latestCharge: authorized.id,
    });
    effects.emit('payment_intent.amount_capturable_updated', waiting);
    return waiting;
  }
  const movement = recordCapture(effects, authorized, intent.amount, method.type, context);
  const charge = effects.put<Charge>({
    ...authorized,
    isCaptured: true,
    captured: intent.amount,
    balanceTransaction: movement.id,
  });
  effects.emit('charge.succeeded', charge);
  const succeeded = effects.put<PaymentIntent>({
    ...base,
    status: 'succeeded',
    received: intent.amount,
    latestCharge: charge.id,
  });
  effects.emit('payment_intent.succeeded', succeeded);
  const dispute = method.card === null ? undefined : testCard(method.card).dispute;
  if (dispute !== undefined)
    openDispute(effects, charge, { reason: dispute, amount: charge.captured, inquiry: false }, context);
  return succeeded;
}

function newCharge(
  id: string,
  intent: PaymentIntent,
  method: PaymentMethod,
  authenticated: boolean,
  context: Context,
): Charge {
  return {
    object: 'charge',
    id,
    amount: intent.amount,
    captured: 0,
    refunded: 0,
    status: 'succeeded',
    isCaptured: false,
    isReleased: false,
    disputed: false,
    failure: null,
    created: context.now,
    description: intent.description,
    receiptEmail: intent.receiptEmail,
    metadata: intent.metadata,
    paymentIntent: intent.id,
    paymentMethod: method.id,
    balanceTransaction: null,
    authenticated,
  };
}

function recordCapture(
  effects: Effects,
  charge: Charge,
  amount: number,
  type: MethodType,
  context: Context,
): BalanceTransaction {
  return recordMovement(
    effects,
    charge,
    { movement: 'captura', amount, fee: processingFee(type, amount), source: charge.id },
    context,
  );
}

/** Stripe's published fees in Brazil: 3.99 % + R$ 0,39 for cards, 1.19 % for Pix; in centavos, rounded half up. */
function processingFee(type: MethodType, amount: number): number {
  return type === 'card' ? Math.round((amount * 399) / 10_000) + 39 : Math.round((amount * 119) / 10_000);
}
