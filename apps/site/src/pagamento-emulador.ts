/**
 * Paying where the emulator stands in for Stripe: what Stripe.js would send, as
 * https://docs.stripe.com/api/payment_intents/confirm has it. No card number is typed anywhere.
 */
export interface Caixa {
  readonly apiBase: string;
  readonly chave: string;
}
export interface Cobranca {
  readonly paymentIntentId: string;
  readonly clientSecret: string;
}
export interface Pix {
  readonly codigo: string;
  /** ms since 1970 */
  readonly venceEm: number;
  /** The bank's page, which the emulator has too. */
  readonly pagina: string;
}
export type Andamento =
  | { readonly situacao: 'PAGO' | 'A_PAGAR' | 'CONFERINDO' }
  | { readonly situacao: 'DESAFIO'; readonly url: string }
  | { readonly situacao: 'PIX'; readonly pix: Pix };

/** What the provider says against it, in its own words. */
export class PagamentoRecusado extends Error {
  override readonly name = 'PagamentoRecusado';
  constructor(readonly code: string) {
    super(code);
  }
}

interface Intento {
  status: string;
  next_action: {
    redirect_to_url?: { url: string };
    pix_display_qr_code?: { data: string; expires_at: number; hosted_instructions_url: string };
  } | null;
}

export function lerIntento({ status, next_action: acao }: Intento): Andamento {
  if (status === 'succeeded') return { situacao: 'PAGO' };
  if (status === 'processing' || status === 'requires_capture') return { situacao: 'CONFERINDO' };
  if (acao?.redirect_to_url) return { situacao: 'DESAFIO', url: acao.redirect_to_url.url };
  const qr = acao?.pix_display_qr_code;
  if (qr)
    return {
      situacao: 'PIX',
      pix: { codigo: qr.data, venceEm: qr.expires_at * 1_000, pagina: qr.hosted_instructions_url },
    };
  return { situacao: 'A_PAGAR' };
}

async function pedir(
  caixa: Caixa,
  caminho: string,
  corpo?: Record<string, string>,
  chave?: string,
): Promise<Andamento> {
  const resposta = await fetch(`${caixa.apiBase}/v1/payment_intents/${caminho}`, {
    headers: { authorization: `Bearer ${caixa.chave}`, ...(chave !== undefined && { 'idempotency-key': chave }) },
    ...(corpo && { method: 'POST', body: new URLSearchParams(corpo) }),
    signal: AbortSignal.timeout(20_000),
  });
  const conteudo = (await resposta.json()) as Intento & { error?: { code?: string; decline_code?: string } };
  if (!resposta.ok) throw new PagamentoRecusado(conteudo.error?.decline_code ?? conteudo.error?.code ?? 'erro');
  return lerIntento(conteudo);
}

/** How far it is: after a reload a Pix that was shown is shown again. */
export const andamentoDe = (caixa: Caixa, { paymentIntentId, clientSecret }: Cobranca): Promise<Andamento> =>
  pedir(caixa, `${paymentIntentId}?client_secret=${encodeURIComponent(clientSecret)}`);

/** @throws PagamentoRecusado */
export const pagarComCartao = (
  caixa: Caixa,
  { paymentIntentId, clientSecret }: Cobranca,
  cartao: string,
  volta: string,
  chave: string,
): Promise<Andamento> =>
  pedir(
    caixa,
    `${paymentIntentId}/confirm`,
    { client_secret: clientSecret, payment_method: cartao, return_url: volta },
    chave,
  );

export const gerarPix = (
  caixa: Caixa,
  { paymentIntentId, clientSecret }: Cobranca,
  volta: string,
  chave: string,
): Promise<Andamento> =>
  pedir(
    caixa,
    `${paymentIntentId}/confirm`,
    { client_secret: clientSecret, 'payment_method_data[type]': 'pix', return_url: volta },
    chave,
  );
