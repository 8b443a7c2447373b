import { OutroIntento } from './errors.js';

export type Metodo = 'CARTAO' | 'PIX';
export type Finalidade = 'INTEGRAL' | 'SINAL' | 'SALDO' | 'DIFERENCA';

/** The least that the provider charges, centavos (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MINIMO_CENTAVOS = 50;

/** How many intents are opened for one charge, one after the other: whoever keeps ending them does not want it paid. */
export const MAX_INTENTOS = 5;

/** One of possibly several charges of a booking, told apart by `parcela`. */
export interface Cobranca {
  readonly id: string;
  readonly reservaId: string;
  readonly parcela: number;
  readonly finalidade: Finalidade;
  readonly clienteId: string;
  readonly valorCentavos: number;
  readonly descricao: string;
  /** Until when a means of payment with its own deadline (the QR code of a Pix) may last, ISO 8601. */
  readonly pagavelAte: string;
  readonly estado: 'A_ABRIR' | 'ABERTA' | 'APROVADA' | 'CANCELADA';
  /** The booking does not want the money any more. */
  readonly cancelamentoPedido: boolean;
  /** The provider's PaymentIntent, once we know it. */
  readonly provedorId: string | null;
  readonly clientSecret: string | null;
  /** Intents that it is not, or no longer, paid through. */
  readonly largados: readonly string[];
  /** How it was paid, once we know it. */
  readonly metodo: Metodo | null;
  /** The provider's fee is in the ledger. */
  readonly taxaLancada: boolean;
  /** Counts the idempotency keys under which the intent was asked for. */
  readonly chaveTentativa: number;
  readonly ultimaRecusa: string | null;
  /** Attempts to pay that were told of already, by their `ref`. */
  readonly contadas: readonly string[];
  /** How often the provider was called for this charge without an answer that settled the matter. */
  readonly tentativas: number;
}

/** The provider's view of a charge at some moment (of a PaymentIntent: Stripe's API, /v1/payment_intents). */
export interface Intento {
  readonly provedorId: string;
  readonly clientSecret: string | null;
  readonly valorCentavos: number;
  /** ISO 4217, lower case, as the provider has it. */
  readonly moeda: string;
  readonly situacao: 'EM_ABERTO' | 'CAPTURADO' | 'CANCELADO';
  readonly capturadoCentavos: number;
  readonly metodo: Metodo | null;
  /** The last refused attempt, when there is one; `ref` tells attempts apart. */
  readonly recusa: { readonly ref: string; readonly motivo: string } | null;
  /** An attempt that has its own deadline: a Pix code that is shown, or a payment that the bank is working on. */
  readonly emProcessamento: { readonly ref: string; readonly metodo: Metodo; readonly expiraEm: string } | null;
  /** What the provider keeps of the capture, once it says so. */
  readonly taxa: { readonly transacaoId: string; readonly centavos: number } | null;
}

/** What became known, for others and for the ledger. */
export type Fato =
  | { readonly type: 'ABERTA' }
  | { readonly type: 'EM_PROCESSAMENTO'; readonly ref: string; readonly metodo: Metodo; readonly expiraEm: string }
  | { readonly type: 'RECUSADA'; readonly ref: string; readonly motivo: string }
  | { readonly type: 'APROVADA'; readonly ref: string; readonly capturadoCentavos: number }
  | { readonly type: 'TAXADA'; readonly transacaoId: string; readonly centavos: number }
  | { readonly type: 'CANCELADA' };

export interface Resultado {
  readonly cobranca: Cobranca;
  readonly fatos: readonly Fato[];
  /** The intent that the charge has just let go of: what was captured by it goes back. */
  readonly largado?: string;
}

/**
 * Learns from what the provider shows, whoever brought it (the answer to a call, a webhook, the reconciler), in
 * whatever order and however often: a capture outranks everything, a cancellation everything but a capture, and an
 * attempt is told of once. An intent that somebody ended or changed at the provider's desk is let go of, and another is
 * asked for while the booking wants the money: no other amount than the agreed one is ever taken.
 * @throws OutroIntento when the charge is not, or no longer, paid through this intent
 */
export function observar(cobranca: Cobranca, intento: Intento): Resultado {
  // One that was given up before it was ever asked for has no intent; whatever turns up is none of its own.
  const semIntento = cobranca.provedorId === null && cobranca.estado === 'CANCELADA';
  const outro = cobranca.provedorId !== null && cobranca.provedorId !== intento.provedorId;
  if (semIntento || outro || cobranca.largados.includes(intento.provedorId)) throw new OutroIntento(intento.provedorId);
  const encerrado = intento.situacao === 'CANCELADO' && cobranca.estado !== 'CANCELADA' && !cobranca.cancelamentoPedido;
  if (cobranca.estado !== 'APROVADA' && (encerrado || alterado(cobranca, intento)))
    return largar(cobranca, intento.provedorId);
  const fatos: Fato[] = [];
  let atual: Cobranca = cobranca;
  if (atual.estado === 'A_ABRIR') {
    atual = { ...atual, estado: 'ABERTA', provedorId: intento.provedorId, clientSecret: intento.clientSecret };
    fatos.push({ type: 'ABERTA' });
  }
  switch (intento.situacao) {
    case 'CAPTURADO':
      atual = aprovar(atual, intento, fatos);
      break;
    case 'CANCELADO':
      if (atual.estado === 'CANCELADA' || atual.estado === 'APROVADA') break;
      atual = { ...atual, estado: 'CANCELADA' };
      fatos.push({ type: 'CANCELADA' });
      break;
    case 'EM_ABERTO':
      if (atual.estado === 'ABERTA') atual = contarTentativas(atual, intento, fatos);
      break;
  }
  return { cobranca: atual, fatos };
}

/** It asks for, or has taken, something other than the agreed amount. */
const alterado = ({ valorCentavos }: Cobranca, intento: Intento): boolean =>
  intento.valorCentavos !== valorCentavos ||
  intento.moeda !== 'brl' ||
  (intento.situacao === 'CAPTURADO' && intento.capturadoCentavos !== valorCentavos);

function largar(cobranca: Cobranca, largado: string): Resultado {
  const { estado, cancelamentoPedido, chaveTentativa } = cobranca;
  const largados = [...cobranca.largados, largado];
  const semIntento = { ...cobranca, provedorId: null, clientSecret: null, largados };
  if (estado !== 'CANCELADA' && !cancelamentoPedido && largados.length < MAX_INTENTOS)
    return { cobranca: { ...semIntento, estado: 'A_ABRIR', chaveTentativa: chaveTentativa + 1 }, fatos: [], largado };
  const fatos: Fato[] = estado === 'CANCELADA' ? [] : [{ type: 'CANCELADA' }];
  return { cobranca: { ...semIntento, estado: 'CANCELADA' }, fatos, largado };
}

function aprovar(cobranca: Cobranca, intento: Intento, fatos: Fato[]): Cobranca {
  let atual = cobranca;
  if (atual.estado !== 'APROVADA') {
    const ref = `captura/${intento.provedorId}`;
    const metodo = intento.metodo ?? atual.metodo;
    atual = { ...atual, estado: 'APROVADA', metodo, contadas: [...atual.contadas, ref] };
    fatos.push({ type: 'APROVADA', ref, capturadoCentavos: intento.capturadoCentavos });
  }
  if (intento.taxa && !atual.taxaLancada) {
    atual = { ...atual, taxaLancada: true, metodo: intento.metodo ?? atual.metodo };
    fatos.push({ type: 'TAXADA', ...intento.taxa });
  }
  return atual;
}

function contarTentativas(cobranca: Cobranca, { recusa, emProcessamento }: Intento, fatos: Fato[]): Cobranca {
  let atual = cobranca;
  if (recusa && !atual.contadas.includes(recusa.ref)) {
    atual = { ...atual, ultimaRecusa: recusa.motivo, contadas: [...atual.contadas, recusa.ref] };
    fatos.push({ type: 'RECUSADA', ...recusa });
  }
  if (emProcessamento && !atual.contadas.includes(emProcessamento.ref)) {
    atual = { ...atual, contadas: [...atual.contadas, emProcessamento.ref] };
    fatos.push({ type: 'EM_PROCESSAMENTO', ...emProcessamento });
  }
  return atual;
}

/** Gives up a charge that was never asked of the provider. */
export const desistir = (cobranca: Cobranca): Resultado => ({
  cobranca: { ...cobranca, estado: 'CANCELADA' },
  fatos: [{ type: 'CANCELADA' }],
});

export type Acao = 'ABRIR' | 'DESISTIR' | 'CANCELAR' | 'CONSULTAR' | 'NENHUMA';

/** What is to be done next with the provider. */
export function proximaAcao({ estado, cancelamentoPedido, taxaLancada, tentativas }: Cobranca): Acao {
  switch (estado) {
    case 'A_ABRIR':
      // Once the provider was asked, the intent may exist: it is asked for again, by the same key, and then cancelled.
      return cancelamentoPedido && tentativas === 0 ? 'DESISTIR' : 'ABRIR';
    case 'ABERTA':
      return cancelamentoPedido ? 'CANCELAR' : 'CONSULTAR';
    case 'APROVADA':
      // What the provider keeps is known some time after the capture.
      return taxaLancada ? 'NENHUMA' : 'CONSULTAR';
    case 'CANCELADA':
      return 'NENHUMA';
  }
}

/** `reserva-{id}-{tentativa}` for the first charge of a booking, `reserva-{id}-p{parcela}-{tentativa}` for others. */
export const chaveDeIdempotencia = ({ reservaId, parcela, chaveTentativa }: Cobranca): string =>
  parcela === 1 ? `reserva-${reservaId}-${chaveTentativa}` : `reserva-${reservaId}-p${parcela}-${chaveTentativa}`;
