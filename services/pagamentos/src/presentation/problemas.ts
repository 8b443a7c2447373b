import type { CodigoDeErro } from '../domain/errors.js';

/** HTTP status of every error of the domain. */
export const problemas: Readonly<Record<CodigoDeErro, number>> = {
  'pagamentos.pagamento-inexistente': 404,
  'pagamentos.estorno-acima-do-capturado': 409,
  'pagamentos.pagamento-nao-capturado': 409,
  'pagamentos.pagamento-em-disputa': 409,
  'pagamentos.cobranca-divergente': 409,
  'pagamentos.valor-abaixo-do-minimo': 422,
  'pagamentos.outro-intento': 409,
  'pagamentos.disputa-inexistente': 404,
  'pagamentos.reconciliacao-inexistente': 404,
  'pagamentos.recibo-inexistente': 404,
};
