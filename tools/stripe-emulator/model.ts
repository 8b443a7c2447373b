/**
 * What the emulator remembers. Records are immutable: a transition makes a new version. Amounts are integer centavos,
 * times are milliseconds since the epoch (UTC); Stripe's own shapes, with seconds, are made in views.ts.
 */

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export type MethodType = 'card' | 'pix';
export type Metadata = Readonly<Record<string, string>>;

/** The error of an attempt, kept on the intent and, for a card, sent as the 402 body. */
export interface AttemptError {
  readonly type: 'card_error' | 'invalid_request_error';
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
  readonly charge?: string;
  readonly paymentMethod: string;
}

export type NextAction =
  | { readonly type: 'redirect_to_url'; readonly returnUrl: string | null }
  | { readonly type: 'pix_display_qr_code'; readonly data: string; readonly expiresAt: number };

export interface PaymentIntent {
  readonly object: 'payment_intent';
  readonly id: string;
  readonly amount: number;
  readonly capturable: number;
  readonly received: number;
  readonly captureMethod: 'automatic' | 'manual';
  readonly status: IntentStatus;
  readonly clientSecret: string;
  readonly created: number;
  readonly metadata: Metadata;
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly paymentMethod: string | null;
  readonly paymentMethodTypes: readonly MethodType[];
  /** The caller's own list, when it gave one; what of it is compatible is in `paymentMethodTypes`. */
  readonly allowedTypes: readonly string[] | null;
  readonly excludedTypes: readonly string[] | null;
  /** null when the caller listed the payment method types itself. */
  readonly automatic: { readonly allowRedirects: 'always' | 'never' } | null;
  /** How long a Pix code lives, in seconds. */
  readonly pixLifetime: number;
  /** ms; a Pix code ends then, whenever it is shown. Absent in journals that are older. */
  readonly pixExpiresAt?: number | null;
  readonly nextAction: NextAction | null;
  readonly lastError: AttemptError | null;
  readonly latestCharge: string | null;
  readonly canceledAt: number | null;
  readonly cancellationReason: string | null;
}

export interface BillingDetails {
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly taxId: string | null;
}

export interface PaymentMethod {
  readonly object: 'payment_method';
  readonly id: string;
  readonly created: number;
  readonly type: MethodType;
  /** The test card's name (`pm_card_visa`); null for Pix. */
  readonly card: string | null;
  readonly billing: BillingDetails;
}

export interface Charge {
  readonly object: 'charge';
  readonly id: string;
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
  readonly status: 'succeeded' | 'failed';
  readonly isCaptured: boolean;
  /** The authorization was released without capturing. */
  readonly isReleased: boolean;
  readonly disputed: boolean;
  /** The dispute was won: the money is here again, and may be refunded. */
  readonly disputeWon?: boolean;
  readonly failure: AttemptError | null;
  readonly created: number;
  readonly description: string | null;
  readonly receiptEmail: string | null;
  readonly metadata: Metadata;
  readonly paymentIntent: string;
  readonly paymentMethod: string;
  readonly balanceTransaction: string | null;
  readonly authenticated: boolean;
}

export type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'canceled';

export interface Refund {
  readonly object: 'refund';
  readonly id: string;
  readonly amount: number;
  readonly status: RefundStatus;
  /** What becomes of a pending refund: fails by itself, or waits for the control endpoint. */
  readonly fate: 'fails' | 'waits' | null;
  readonly created: number;
  readonly charge: string;
  readonly paymentIntent: string;
  readonly reason: string | null;
  readonly metadata: Metadata;
  readonly balanceTransaction: string | null;
  readonly failureBalanceTransaction: string | null;
  readonly failureReason: string | null;
}

export type DisputeStatus =
  'warning_needs_response' | 'warning_closed' | 'needs_response' | 'under_review' | 'won' | 'lost';

export interface Dispute {
  readonly object: 'dispute';
  readonly id: string;
  readonly amount: number;
  readonly status: DisputeStatus;
  readonly reason: string;
  readonly created: number;
  readonly charge: string;
  readonly paymentIntent: string;
  readonly metadata: Metadata;
  readonly evidence: Readonly<Record<string, string>>;
  readonly submissions: number;
  /** Came back although it was lost: it was won in part. */
  readonly returned?: number;
  readonly balanceTransactions: readonly string[];
}

export type Movement = 'captura' | 'estorno' | 'estorno_devolvido' | 'disputa' | 'disputa_devolvida';

/** One movement of money. The sequence of these is the emulator's ledger; none is ever changed. */
export interface BalanceTransaction {
  readonly object: 'balance_transaction';
  readonly id: string;
  readonly movement: Movement;
  /** Signed: what comes in is positive. */
  readonly amount: number;
  readonly fee: number;
  readonly created: number;
  readonly source: string;
  readonly charge: string;
  readonly paymentIntent: string;
}

export type Entity = PaymentIntent | PaymentMethod | Charge | Refund | Dispute | BalanceTransaction;
export type EventSubject = PaymentIntent | Charge | Refund | Dispute;

export type EventType =
  | `payment_intent.${'created' | 'succeeded' | 'payment_failed' | 'canceled' | 'processing' | 'requires_action' | 'amount_capturable_updated'}`
  | `charge.${'succeeded' | 'failed' | 'refunded' | 'captured'}`
  | `refund.${'created' | 'updated' | 'failed'}`
  | `charge.dispute.${'created' | 'updated' | 'closed' | 'funds_withdrawn' | 'funds_reinstated'}`;

export interface EmittedEvent {
  readonly type: EventType;
  readonly subject: EventSubject;
  /** The version before, for the events that tell what changed. */
  readonly previous?: EventSubject;
}

/** The time and the identifiers, given to the pure transitions from outside. */
export interface Context {
  readonly now: number;
  readonly newId: (prefix: string) => string;
}

/** What a transition did: new versions and events, in order. Committed whole or not at all. */
export class Effects {
  readonly changed: Entity[] = [];
  readonly events: EmittedEvent[] = [];

  put<T extends Entity>(entity: T): T {
    this.changed.push(entity);
    return entity;
  }

  emit(type: EventType, subject: EventSubject, previous?: EventSubject): void {
    this.events.push(previous === undefined ? { type, subject } : { type, subject, previous });
  }

  get isEmpty(): boolean {
    return this.changed.length === 0;
  }
}
