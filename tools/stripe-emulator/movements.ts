import type { BalanceTransaction, Charge, Context, Effects, Movement } from './model.ts';

export interface NewMovement {
  readonly movement: Movement;
  /** Signed centavos. */
  readonly amount: number;
  readonly fee: number;
  /** The charge, refund or dispute that moves the money. */
  readonly source: string;
}

/** The only way money moves: one more line of the ledger. */
export function recordMovement(
  effects: Effects,
  charge: Charge,
  movement: NewMovement,
  context: Context,
): BalanceTransaction {
  return effects.put({
    object: 'balance_transaction',
    id: context.newId('txn_'),
    ...movement,
    created: context.now,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
  });
}
