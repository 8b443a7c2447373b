/**
 * Payments that the provider took, by what it calls them: until its word reaches the platform the booking does not know,
 * and nobody is told to pay what they have paid. Kept for the tab alone.
 */
const lugarDe = (paymentIntentId: string): string => `pagamento-enviado:${paymentIntentId}`;

/** @param recusa what was last refused of it, when it was sent */
export function lembrarEnvio(paymentIntentId: string, recusa: string | null): void {
  try {
    sessionStorage.setItem(lugarDe(paymentIntentId), recusa ?? '');
  } catch {
    // Then only the page on which one pays knows, which asks the provider.
  }
}

/** Whether it was sent, and not refused since. */
export function foiEnviado(pagamento: {
  readonly ultimaRecusa: string | null;
  readonly provedor: { readonly paymentIntentId: string } | null;
}): boolean {
  if (!pagamento.provedor) return false;
  try {
    return sessionStorage.getItem(lugarDe(pagamento.provedor.paymentIntentId)) === (pagamento.ultimaRecusa ?? '');
  } catch {
    return false;
  }
}
