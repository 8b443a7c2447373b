import { invalidParameter, unexpectedState } from './errors.ts';
import type { BalanceTransaction, Charge, Context, Dispute, Effects, Metadata } from './model.ts';
import { recordMovement } from './movements.ts';

/** Disputes as pure transitions. https://docs.stripe.com/disputes */

/** What losing money to a dispute costs besides the money, in centavos. */
const disputeFee = 5500;

export interface NewDispute {
  readonly reason: string;
  /** May be the whole charge although a part was refunded: the bank does not know. */
  readonly amount: number;
  /** Only a question of the bank: it takes nothing, and may yet become a chargeback. */
  readonly inquiry: boolean;
}

const isOpen = ({ status }: Dispute): boolean =>
  status === 'needs_response' || status === 'under_review' || status === 'warning_needs_response';

export function openDispute(effects: Effects, charge: Charge, command: NewDispute, context: Context): Dispute {
  if (!charge.isCaptured)
    throw unexpectedState(`Charge ${charge.id} has not been captured and cannot be disputed.`, 'charge_not_captured');
  if (charge.disputed) throw unexpectedState(`Charge ${charge.id} is already disputed.`, 'charge_disputed');
  if (command.amount > charge.captured)
    throw invalidParameter('amount', `Only ${charge.captured} centavos of the charge can be disputed.`);
  const id = context.newId('dp_');
  const withdrawn = command.inquiry ? undefined : withdraw(effects, charge, id, command.amount, context);
  const dispute = effects.put<Dispute>({
    object: 'dispute',
    id,
    amount: command.amount,
    status: command.inquiry ? 'warning_needs_response' : 'needs_response',
    reason: command.reason,
    created: context.now,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    metadata: {},
    evidence: {},
    submissions: 0,
    balanceTransactions: withdrawn === undefined ? [] : [withdrawn.id],
  });
  effects.emit('charge.dispute.created', dispute);
  if (withdrawn !== undefined) effects.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** From now on the charge has been charged back. */
function withdraw(effects: Effects, charge: Charge, id: string, amount: number, context: Context): BalanceTransaction {
  effects.put<Charge>({ ...charge, disputed: true });
  return recordMovement(
    effects,
    charge,
    { movement: 'disputa', amount: -amount, fee: disputeFee, source: id },
    context,
  );
}

/** An inquiry becomes a chargeback. */
export function escalateDispute(effects: Effects, dispute: Dispute, charge: Charge, context: Context): Dispute {
  if (dispute.status !== 'warning_needs_response')
    throw unexpectedState(`This dispute is ${dispute.status}, no open inquiry.`, 'dispute_not_inquiry');
  // What was refunded meanwhile is not taken.
  const amount = Math.min(dispute.amount, charge.captured - charge.refunded);
  if (amount === 0) throw unexpectedState(`Charge ${charge.id} has been refunded.`, 'charge_already_refunded');
  const withdrawn = withdraw(effects, charge, dispute.id, amount, context);
  const escalated = effects.put<Dispute>({
    ...dispute,
    amount,
    status: 'needs_response',
    balanceTransactions: [withdrawn.id],
  });
  effects.emit('charge.dispute.updated', escalated, dispute);
  effects.emit('charge.dispute.funds_withdrawn', escalated);
  return escalated;
}

export interface DisputeChange {
  readonly evidence: Readonly<Record<string, string>>;
  readonly metadata: Metadata;
  readonly submit: boolean;
}

/** Stores evidence and, with `submit`, sends it; Stripe's magic words decide at once. */
export function updateDispute(
  effects: Effects,
  dispute: Dispute,
  charge: Charge,
  change: DisputeChange,
  context: Context,
): Dispute {
  const touchesEvidence = change.submit || Object.keys(change.evidence).length > 0;
  if (touchesEvidence && !isOpen(dispute)) {
    throw unexpectedState(`This dispute is ${dispute.status} and takes no more evidence.`, 'dispute_already_closed');
  }
  const evidence = { ...dispute.evidence, ...change.evidence };
  const updated = effects.put<Dispute>({
    ...dispute,
    evidence,
    metadata: change.metadata,
    status: change.submit ? 'under_review' : dispute.status,
    submissions: dispute.submissions + (change.submit ? 1 : 0),
  });
  effects.emit('charge.dispute.updated', updated, dispute);
  const magicWord = change.submit ? evidence.uncategorized_text : undefined;
  if (magicWord === 'winning_evidence') return resolveDispute(effects, updated, charge, 'won', context);
  if (magicWord === 'losing_evidence') return resolveDispute(effects, updated, charge, 'lost', context);
  return updated;
}

/**
 * The bank decides; an inquiry closes without having taken anything. `returned` centavos come back of a lost one that was
 * partly won (https://support.stripe.com/questions/dispute-for-full-charge-amount-after-a-partial-refund-was-issued). A
 * lost one may still be won, late.
 */
export function resolveDispute(
  effects: Effects,
  dispute: Dispute,
  charge: Charge,
  outcome: 'won' | 'lost' | 'warning_closed',
  context: Context,
  returned = 0,
): Dispute {
  const inquiry = dispute.status === 'warning_needs_response';
  if (!isOpen(dispute) && !(dispute.status === 'lost' && outcome === 'won'))
    throw unexpectedState(`This dispute is already closed: ${dispute.status}.`, 'dispute_already_closed');
  if (inquiry !== (outcome === 'warning_closed'))
    throw unexpectedState(
      `A dispute that is ${dispute.status} cannot end as ${outcome}.`,
      'dispute_unexpected_outcome',
    );
  if (returned > dispute.amount) throw invalidParameter('amount', `The dispute took only ${dispute.amount} centavos.`);
  const amount = outcome === 'won' ? dispute.amount - (dispute.returned ?? 0) : returned;
  const reinstated =
    amount > 0
      ? recordMovement(
          effects,
          charge,
          { movement: 'disputa_devolvida', amount, fee: outcome === 'won' ? -disputeFee : 0, source: dispute.id },
          context,
        )
      : undefined;
  if (outcome === 'won') effects.put<Charge>({ ...charge, disputeWon: true });
  const closed = effects.put<Dispute>({
    ...dispute,
    status: outcome,
    returned,
    balanceTransactions:
      reinstated === undefined ? dispute.balanceTransactions : [...dispute.balanceTransactions, reinstated.id],
  });
  effects.emit('charge.dispute.closed', closed, dispute);
  if (reinstated !== undefined) effects.emit('charge.dispute.funds_reinstated', closed);
  return closed;
}
