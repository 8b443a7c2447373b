import type { CodigoDeErro } from '../domain/errors.js';

/** HTTP status of every error of the domain. */
export const problemas: Readonly<Record<CodigoDeErro, number>> = {
  'pagamentos.pagamento-inexistente': 404,
  'pagamentos.estorno-acima-do-capturado': 409,
  'pagamentos.valor-diferente': 409,
};
