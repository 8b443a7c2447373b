/** What a test card does when it is charged. https://docs.stripe.com/testing */
export interface TestCard {
  readonly brand: 'visa' | 'mastercard';
  readonly last4: string;
  readonly requires3ds?: true;
  readonly decline?: { readonly code: string; readonly declineCode?: string; readonly message: string };
  /** After the charge succeeds, the cardholder disputes it. */
  readonly dispute?: 'fraudulent' | 'product_not_received';
  /** What happens to its refunds. */
  readonly refund?: 'fails' | 'waits';
}

const declined = 'Your card was declined.';

const cards: Readonly<Record<string, TestCard>> = {
  pm_card_visa: { brand: 'visa', last4: '4242' },
  pm_card_br: { brand: 'visa', last4: '0000' },
  pm_card_mastercard: { brand: 'mastercard', last4: '4444' },
  pm_card_chargeDeclined: {
    brand: 'visa',
    last4: '0002',
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: declined },
  },
  pm_card_chargeDeclinedInsufficientFunds: {
    brand: 'visa',
    last4: '9995',
    decline: { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  },
  pm_card_chargeDeclinedLostCard: {
    brand: 'visa',
    last4: '9987',
    decline: { code: 'card_declined', declineCode: 'lost_card', message: declined },
  },
  pm_card_chargeDeclinedStolenCard: {
    brand: 'visa',
    last4: '9979',
    decline: { code: 'card_declined', declineCode: 'stolen_card', message: declined },
  },
  pm_card_chargeDeclinedFraudulent: {
    brand: 'visa',
    last4: '0019',
    decline: { code: 'card_declined', declineCode: 'fraudulent', message: declined },
  },
  pm_card_chargeDeclinedExpiredCard: {
    brand: 'visa',
    last4: '0069',
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  pm_card_chargeDeclinedIncorrectCvc: {
    brand: 'visa',
    last4: '0127',
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  pm_card_chargeDeclinedProcessingError: {
    brand: 'visa',
    last4: '0119',
    decline: {
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  },
  pm_card_authenticationRequired: { brand: 'visa', last4: '3184', requires3ds: true },
  pm_card_threeDSecure2Required: { brand: 'visa', last4: '3220', requires3ds: true },
  pm_card_threeDSecureRequired: { brand: 'visa', last4: '3063', requires3ds: true },
  pm_card_threeDSecureRequiredChargeDeclined: {
    brand: 'visa',
    last4: '8341',
    requires3ds: true,
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: declined },
  },
  pm_card_createDispute: { brand: 'visa', last4: '0259', dispute: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { brand: 'visa', last4: '2685', dispute: 'product_not_received' },
  pm_card_refundFail: { brand: 'visa', last4: '5126', refund: 'fails' },
  pm_card_pendingRefund: { brand: 'visa', last4: '7726', refund: 'waits' },
};

/** The tokens that Stripe.js would have made; each stands for the test card of the same name. */
const tokens: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(cards).map((name) => [name.replace('pm_card_', 'tok_'), name]),
);

export function findTestCard(name: string): TestCard | undefined {
  return Object.hasOwn(cards, name) ? cards[name] : undefined;
}

export function testCard(name: string): TestCard {
  const card = findTestCard(name);
  if (card === undefined) throw new Error(`no test card is called ${name}`);
  return card;
}

export function cardOfToken(token: string): string | undefined {
  return Object.hasOwn(tokens, token) ? tokens[token] : undefined;
}
