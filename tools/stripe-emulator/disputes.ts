import { invalidParameter, unexpectedState } from './errors.ts';
import type { Charge, Context, Dispute, Effects, Metadata } from './model.ts';
import { recordMovement } from './movements.ts';

/** Disputes as pure transitions. https://docs.stripe.com/disputes */

/** What losing money to a dispute costs besides the money, in centavos. */
const disputeFee = 5500;

export interface NewDispute {
  readonly reason: string;
  readonly amount: number;
}

export function openDispute(effects: Effects, charge: Charge, command: NewDispute, context: Context): Dispute {
  if (!charge.isCaptured)
    throw unexpectedState(`Charge ${charge.id} has not been captured and cannot be disputed.`, 'charge_not_captured');
  if (charge.disputed) throw unexpectedState(`Charge ${charge.id} is already disputed.`, 'charge_disputed');
  const held = charge.captured - charge.refunded;
  if (command.amount > held) throw invalidParameter('amount', `Only ${held} centavos of the charge can be disputed.`);
  const id = context.newId('dp_');
  const withdrawn = recordMovement(
    effects,
    charge,
    { movement: 'disputa', amount: -command.amount, fee: disputeFee, source: id },
    context,
  );
  effects.put<Charge>({ ...charge, disputed: true });
  const dispute = effects.put<Dispute>({
    object: 'dispute',
    id,
    amount: command.amount,
    status: 'needs_response',
    reason: command.reason,
    created: context.now,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    metadata: {},
    evidence: {},
    submissions: 0,
    balanceTransactions: [withdrawn.id],
  });
  effects.emit('charge.dispute.created', dispute);
  effects.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
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
  if (touchesEvidence && dispute.status !== 'needs_response') {
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

export function resolveDispute(
  effects: Effects,
  dispute: Dispute,
  charge: Charge,
  outcome: 'won' | 'lost',
  context: Context,
): Dispute {
  if (dispute.status === 'won' || dispute.status === 'lost') {
    throw unexpectedState(`This dispute is already closed: ${dispute.status}.`, 'dispute_already_closed');
  }
  const reinstated =
    outcome === 'won'
      ? recordMovement(
          effects,
          charge,
          { movement: 'disputa_devolvida', amount: dispute.amount, fee: -disputeFee, source: dispute.id },
          context,
        )
      : undefined;
  if (reinstated !== undefined) effects.put<Charge>({ ...charge, disputeWon: true });
  const closed = effects.put<Dispute>({
    ...dispute,
    status: outcome,
    balanceTransactions:
      reinstated === undefined ? dispute.balanceTransactions : [...dispute.balanceTransactions, reinstated.id],
  });
  effects.emit('charge.dispute.closed', closed, dispute);
  if (reinstated !== undefined) effects.emit('charge.dispute.funds_reinstated', closed);
  return closed;
}
