import type { CodigoDeErro } from '../domain/errors.js';

/** HTTP status of every error of the domain. */
export const problemas: Readonly<Record<CodigoDeErro, number>> = {
  'pagamentos.pagamento-inexistente': 404,
  'pagamentos.estorno-acima-do-capturado': 409,
  'pagamentos.pagamento-nao-capturado': 409,
  'pagamentos.pagamento-em-disputa': 409,
  'pagamentos.estorno-impossivel': 409,
  'pagamentos.estorno-inexistente': 404,
  'pagamentos.estorno-nao-parado': 409,
  'pagamentos.webhook-inexistente': 404,
  'pagamentos.webhook-nao-parado': 409,
  'pagamentos.cobranca-divergente': 409,
  'pagamentos.valor-abaixo-do-minimo': 422,
  'pagamentos.valor-acima-do-maximo': 422,
  'pagamentos.outro-intento': 409,
  'pagamentos.disputa-inexistente': 404,
  'pagamentos.reconciliacao-inexistente': 404,
  'pagamentos.recibo-inexistente': 404,
};
