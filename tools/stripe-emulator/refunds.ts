import { StripeFailureError, unexpectedState } from './errors.ts';
import type { Charge, Context, Effects, Metadata, Refund } from './model.ts';
import { recordMovement } from './movements.ts';

/** Refunds as pure transitions. https://docs.stripe.com/refunds */

export interface NewRefund {
  readonly amount: number | undefined;
  readonly reason: string | null;
  readonly metadata: Metadata;
  /** `succeeds` at once, `fails` after having been pending, or `waits` until it is released. */
  readonly fate: 'succeeds' | 'fails' | 'waits';
}

export function createRefund(effects: Effects, charge: Charge, command: NewRefund, context: Context): Refund {
  assertRefundable(charge);
  const remaining = charge.captured - charge.refunded;
  const amount = command.amount ?? remaining;
  if (remaining === 0) {
    throw unexpectedState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  }
  if (amount > remaining) {
    throw new StripeFailureError(
      400,
      {
        type: 'invalid_request_error',
        param: 'amount',
        message: `Refund amount (${reais(amount)}) is greater than unrefunded amount on charge (${reais(remaining)})`,
      },
      { began: true },
    );
  }
  const id = context.newId('re_');
  const movement =
    command.fate === 'succeeds'
      ? recordMovement(effects, charge, { movement: 'estorno', amount: -amount, fee: 0, source: id }, context)
      : undefined;
  const refund = effects.put<Refund>({
    object: 'refund',
    id,
    amount,
    status: movement === undefined ? 'pending' : 'succeeded',
    fate: command.fate === 'succeeds' ? null : command.fate,
    created: context.now,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    reason: command.reason,
    metadata: command.metadata,
    balanceTransaction: movement?.id ?? null,
    failureBalanceTransaction: null,
    failureReason: null,
  });
  const refunded = effects.put<Charge>({ ...charge, refunded: charge.refunded + amount });
  effects.emit('refund.created', refund);
  effects.emit('charge.refunded', refunded, charge);
  return refund;
}

function assertRefundable(charge: Charge): void {
  if (charge.status === 'failed')
    throw unexpectedState(`Charge ${charge.id} failed and cannot be refunded.`, 'charge_not_refundable');
  if (charge.isReleased)
    throw unexpectedState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  if (!charge.isCaptured)
    throw unexpectedState(
      `Charge ${charge.id} has not been captured; cancel its PaymentIntent instead.`,
      'charge_not_refundable',
    );
  if (charge.disputed && charge.disputeWon !== true)
    throw unexpectedState(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
}

/** Ends a pending refund. A failed one gives its amount back to the charge, so that it can be tried again. */
export function settleRefund(
  effects: Effects,
  refund: Refund,
  charge: Charge,
  outcome: 'succeeded' | 'failed',
  context: Context,
): Refund {
  if (refund.status !== 'pending')
    throw unexpectedState(`Refund ${refund.id} is ${refund.status}, not pending.`, 'refund_not_pending');
  if (outcome === 'failed') return giveBack(effects, refund, charge, 'failed');
  const movement = recordMovement(
    effects,
    charge,
    { movement: 'estorno', amount: -refund.amount, fee: 0, source: refund.id },
    context,
  );
  const succeeded = effects.put<Refund>({
    ...refund,
    status: 'succeeded',
    fate: null,
    balanceTransaction: movement.id,
  });
  effects.emit('refund.updated', succeeded, refund);
  return succeeded;
}

/** The bank sent a refund back that had already succeeded. */
export function returnRefund(effects: Effects, refund: Refund, charge: Charge, context: Context): Refund {
  if (refund.status !== 'succeeded')
    throw unexpectedState(`Refund ${refund.id} is ${refund.status}, not succeeded.`, 'refund_not_succeeded');
  const movement = recordMovement(
    effects,
    charge,
    { movement: 'estorno_devolvido', amount: refund.amount, fee: 0, source: refund.id },
    context,
  );
  return giveBack(effects, { ...refund, failureBalanceTransaction: movement.id }, charge, 'failed');
}

export function cancelRefund(effects: Effects, refund: Refund, charge: Charge): Refund {
  if (refund.status !== 'pending') {
    throw unexpectedState(
      `Refund ${refund.id} cannot be canceled because it has a status of ${refund.status}.`,
      'refund_not_cancelable',
    );
  }
  return giveBack(effects, refund, charge, 'canceled');
}

export function updateRefund(effects: Effects, refund: Refund, metadata: Metadata): Refund {
  const updated = effects.put<Refund>({ ...refund, metadata });
  effects.emit('refund.updated', updated, refund);
  return updated;
}

function giveBack(effects: Effects, refund: Refund, charge: Charge, status: 'failed' | 'canceled'): Refund {
  effects.put<Charge>({ ...charge, refunded: charge.refunded - refund.amount });
  const ended = effects.put<Refund>({
    ...refund,
    status,
    fate: null,
    failureReason: status === 'failed' ? 'declined' : 'merchant_request',
  });
  if (status === 'failed') effects.emit('refund.failed', ended, refund);
  effects.emit('refund.updated', ended, refund);
  return ended;
}

function reais(centavos: number): string {
  return `R$${(centavos / 100).toFixed(2)}`;
}
