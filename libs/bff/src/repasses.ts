import { operacoesDePagamentos } from '@plataforma/contracts';

/** What several BFFs pass on alike, by what their documents call it. */
const { estornos, pagamentos, recibos } = operacoesDePagamentos;

export const cobrancas = {
  list: pagamentos.list,
  receipt: recibos.byNumber,
  byId: pagamentos.byId,
  refunds: estornos.ofPayment,
  receipts: recibos.ofPayment,
};
