import { escalateDispute, type NewDispute, openDispute, resolveDispute } from './disputes.ts';
import { notFound, StripeFailureError } from './errors.ts';
import type { Log } from './log.ts';
import { Effects } from './model.ts';
import type { Charge, Context, Dispute, PaymentIntent, PaymentMethod, Refund } from './model.ts';
import { expirePix, payPix, processPix, resolveChallenge } from './payment-intents.ts';
import { returnRefund, settleRefund } from './refunds.ts';
import type { Store } from './store.ts';
import type { Webhooks } from './webhooks.ts';

/** setTimeout's own limit, in ms. */
const longestTimer = 2_147_483_647;

/** What happens outside the API: the customer's bank, the cardholder, and time. Each is a commit of its own. */
export class Cashier {
  readonly #store: Store;
  readonly #webhooks: Webhooks;
  readonly #newId: (prefix: string) => string;
  readonly #log: Log;
  readonly #pixTimers = new Map<string, NodeJS.Timeout>();

  constructor(store: Store, webhooks: Webhooks, newId: (prefix: string) => string, log: Log) {
    this.#log = log;
    this.#store = store;
    this.#webhooks = webhooks;
    this.#newId = newId;
  }

  context(): Context {
    return { now: this.#store.now(), newId: this.#newId };
  }

  /** Takes up the codes and refunds that a former run left open. */
  resume(): void {
    for (const intent of this.#store.intents.values()) this.watchPix(intent);
    for (const refund of this.#store.refunds.values()) this.followRefund(refund);
  }

  /** Lets a shown Pix code expire in its time. */
  watchPix(intent: PaymentIntent): void {
    clearTimeout(this.#pixTimers.get(intent.id));
    this.#pixTimers.delete(intent.id);
    if (intent.status !== 'requires_action' || intent.nextAction?.type !== 'pix_display_qr_code') return;
    const wait = Math.min(Math.max(intent.nextAction.expiresAt - this.#store.now(), 0), longestTimer);
    const timer = setTimeout(() => this.#inBackground(this.#expireIfDue(intent.id)), wait);
    timer.unref();
    this.#pixTimers.set(intent.id, timer);
  }

  async #expireIfDue(id: string): Promise<void> {
    const intent = this.#store.intents.get(id);
    if (intent?.nextAction?.type !== 'pix_display_qr_code') return;
    if (intent.nextAction.expiresAt > this.#store.now()) this.watchPix(intent);
    else await this.expirePix(id);
  }

  async moveClock(seconds: number): Promise<void> {
    this.#store.moveClock(seconds);
    for (const id of [...this.#pixTimers.keys()]) await this.#expireIfDue(id);
    await this.#store.settled();
  }

  expirePix(id: string): Promise<PaymentIntent> {
    return this.#commit((effects) => expirePix(effects, this.intent(id)));
  }

  payPix(id: string, onlyProcessing: boolean): Promise<PaymentIntent> {
    return this.#commit((effects, context) => {
      const intent = this.intent(id);
      return onlyProcessing ? processPix(effects, intent) : payPix(effects, intent, this.#methodOf(intent), context);
    });
  }

  resolveChallenge(id: string, approved: boolean): Promise<PaymentIntent> {
    return this.#commit((effects, context) => {
      const intent = this.intent(id);
      return resolveChallenge(effects, intent, this.#methodOf(intent), approved, context);
    });
  }

  /** A refund whose fate is to fail does so right after it was answered as pending. */
  followRefund({ id }: Refund): void {
    const refund = this.#store.refunds.get(id);
    if (refund?.status === 'pending' && refund.fate === 'fails') this.#inBackground(this.settleRefund(id, 'failed'));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#log('error', 'falha em tarefa de fundo', { erro: String(error) }));
  }

  settleRefund(id: string, outcome: 'succeeded' | 'failed'): Promise<Refund> {
    return this.#commit((effects, context) => {
      const refund = this.#store.refunds.get(id);
      if (refund === undefined) throw notFound('refund', id);
      const charge = this.#charge(refund.charge);
      if (refund.status === 'succeeded' && outcome === 'failed') return returnRefund(effects, refund, charge, context);
      return settleRefund(effects, refund, charge, outcome, context);
    });
  }

  openDispute(
    intentOrCharge: string,
    { reason, amount, inquiry }: Omit<NewDispute, 'amount'> & { readonly amount: number | undefined },
  ): Promise<Dispute> {
    return this.#commit((effects, context) => {
      const charge = this.#charge(this.#store.intents.get(intentOrCharge)?.latestCharge ?? intentOrCharge);
      const remaining = charge.captured - charge.refunded;
      return openDispute(effects, charge, { reason, amount: amount ?? remaining, inquiry }, context);
    });
  }

  resolveDispute(
    id: string,
    outcome: 'won' | 'lost' | 'warning_closed' | 'needs_response',
    returned: number | undefined,
  ): Promise<Dispute> {
    return this.#commit((effects, context) => {
      const dispute = this.#store.disputes.get(id);
      if (dispute === undefined) throw notFound('dispute', id);
      const charge = this.#charge(dispute.charge);
      return outcome === 'needs_response'
        ? escalateDispute(effects, dispute, charge, context)
        : resolveDispute(effects, dispute, charge, outcome, context, returned);
    });
  }

  intent(id: string): PaymentIntent {
    const intent = this.#store.intents.get(id);
    if (intent === undefined) throw notFound('payment_intent', id, 'intent');
    return intent;
  }

  close(): void {
    for (const timer of this.#pixTimers.values()) clearTimeout(timer);
  }

  async #commit<T>(transition: (effects: Effects, context: Context) => T): Promise<T> {
    const effects = new Effects();
    const result = transition(effects, this.context());
    const events = this.#store.commit(effects, { deliver: this.#webhooks.isConfigured });
    for (const entity of effects.changed) if (entity.object === 'payment_intent') this.watchPix(entity);
    await this.#store.settled();
    void this.#webhooks.dispatch(events);
    return result;
  }

  #charge(id: string): Charge {
    const charge = this.#store.charges.get(id);
    if (charge === undefined) throw notFound('charge', id);
    return charge;
  }

  #methodOf(intent: PaymentIntent): PaymentMethod {
    const method = this.#store.methods.get(intent.paymentMethod ?? '');
    if (method === undefined) {
      throw new StripeFailureError(400, {
        type: 'invalid_request_error',
        code: 'payment_intent_unexpected_state',
        message: `The PaymentIntent ${intent.id} has no payment method: its status is ${intent.status}.`,
      });
    }
    return method;
  }
}
