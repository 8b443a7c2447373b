import { operacoesDePagamentos, operacoesDeReservas } from '@plataforma/contracts';

const { estornos, pagamentos, recibos } = operacoesDePagamentos;
const { espacos, reservas } = operacoesDeReservas;

// What several BFFs pass on alike, by what their documents call it.

/** The catalogue in full. What a token shows besides, reservas decides. */
export const catalogo = {
  list: espacos.list,
  byId: espacos.byId,
  availability: espacos.availability,
  why: espacos.why,
};

/** What is known about one booking, besides itself. */
export const consultaDeReserva = { history: reservas.history, previewCancellation: reservas.previewCancellation };

/** What its client, or the house, may change about it. */
export const mudancaDeReserva = { cancel: reservas.cancel, move: reservas.move };

/** What was charged, refunded and receipted. */
export const cobrancas = {
  list: pagamentos.list,
  receipt: recibos.byNumber,
  byId: pagamentos.byId,
  refunds: estornos.ofPayment,
  receipts: recibos.ofPayment,
};
