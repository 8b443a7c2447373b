import { ValorDiferente } from './errors.js';

export interface Cobranca {
  readonly id: string;
  readonly reservaId: string;
  readonly clienteId: string;
  readonly valorCentavos: number;
  readonly descricao: string;
  readonly estado: 'A_ABRIR' | 'ABERTA' | 'APROVADA' | 'CANCELADA';
  /** The booking does not want the money any more. */
  readonly cancelamentoPedido: boolean;
  /** The provider's PaymentIntent, once we know it. */
  readonly provedorId: string | null;
  readonly clientSecret: string | null;
  /** Counts the idempotency keys under which the intent was asked for. */
  readonly chaveTentativa: number;
  readonly ultimaRecusa: string | null;
  readonly ultimaRecusaRef: string | null;
  /** How often the provider was called for this charge without an answer that settled the matter. */
  readonly tentativas: number;
}

/** The provider's view of a charge at some moment (of a PaymentIntent: Stripe's API, /v1/payment_intents). */
export interface Intento {
  readonly provedorId: string;
  readonly clientSecret: string | null;
  readonly situacao: 'EM_ABERTO' | 'CAPTURADO' | 'CANCELADO';
  readonly capturadoCentavos: number;
  /** The last refused attempt, when there is one; `ref` tells attempts apart. */
  readonly recusa: { readonly ref: string; readonly motivo: string } | null;
}

/** What became known, for others and for the ledger. */
export type Fato =
  | { readonly type: 'ABERTA' }
  | { readonly type: 'RECUSADA'; readonly motivo: string }
  | { readonly type: 'APROVADA'; readonly capturadoCentavos: number }
  | { readonly type: 'CANCELADA' };

/**
 * Learns from what the provider shows, whoever brought it (the answer to a call, a webhook, the reconciler), in
 * whatever order and however often: a capture outranks everything, a cancellation everything but a capture, and an
 * attempt that was refused is told once.
 * @throws ValorDiferente when something other than the full amount was captured
 */
export function observar(cobranca: Cobranca, intento: Intento): { cobranca: Cobranca; fatos: Fato[] } {
  const fatos: Fato[] = [];
  let atual: Cobranca = cobranca;
  if (cobranca.estado === 'APROVADA') return { cobranca, fatos };
  if (atual.estado === 'A_ABRIR') {
    atual = { ...atual, estado: 'ABERTA', provedorId: intento.provedorId, clientSecret: intento.clientSecret };
    fatos.push({ type: 'ABERTA' });
  }
  switch (intento.situacao) {
    case 'CAPTURADO':
      if (intento.capturadoCentavos !== cobranca.valorCentavos)
        throw new ValorDiferente(cobranca.valorCentavos, intento.capturadoCentavos);
      atual = { ...atual, estado: 'APROVADA' };
      fatos.push({ type: 'APROVADA', capturadoCentavos: intento.capturadoCentavos });
      break;
    case 'CANCELADO':
      if (atual.estado === 'CANCELADA') break;
      atual = { ...atual, estado: 'CANCELADA' };
      fatos.push({ type: 'CANCELADA' });
      break;
    case 'EM_ABERTO':
      if (atual.estado === 'CANCELADA' || !intento.recusa || intento.recusa.ref === atual.ultimaRecusaRef) break;
      atual = { ...atual, ultimaRecusa: intento.recusa.motivo, ultimaRecusaRef: intento.recusa.ref };
      fatos.push({ type: 'RECUSADA', motivo: intento.recusa.motivo });
      break;
  }
  return { cobranca: atual, fatos };
}

/** Gives up a charge that was never asked of the provider. */
export const desistir = (cobranca: Cobranca): { cobranca: Cobranca; fatos: Fato[] } => ({
  cobranca: { ...cobranca, estado: 'CANCELADA' },
  fatos: [{ type: 'CANCELADA' }],
});

export type Acao = 'ABRIR' | 'DESISTIR' | 'CANCELAR' | 'CONSULTAR' | 'NENHUMA';

/** What is to be done next with the provider. */
export function proximaAcao({ estado, cancelamentoPedido, tentativas }: Cobranca): Acao {
  switch (estado) {
    case 'A_ABRIR':
      // Once the provider was asked, the intent may exist: it is asked for again, by the same key, and then cancelled.
      return cancelamentoPedido && tentativas === 0 ? 'DESISTIR' : 'ABRIR';
    case 'ABERTA':
      return cancelamentoPedido ? 'CANCELAR' : 'CONSULTAR';
    case 'APROVADA':
    case 'CANCELADA':
      return 'NENHUMA';
  }
}
