import { z } from 'zod';
import { centavos, id, instante, metodoPagamento, moeda, pagina, statusPagamento } from './primitives.js';

/** A charge as the API of pagamentos gives it. */
export const pagamentoHttp = z.object({
  id,
  reservaId: id,
  status: statusPagamento,
  valorCentavos: centavos,
  estornadoCentavos: centavos,
  moeda,
  metodos: z.array(metodoPagamento),
  provedor: z
    .object({
      paymentIntentId: z.string(),
      clientSecret: z.string().nullable().describe('Para o Stripe.js de quem paga, enquanto há o que pagar'),
    })
    .nullable()
    .describe('null enquanto a cobrança não foi aberta no provedor'),
  ultimaRecusa: z.string().nullable(),
  criadoEm: instante,
});
export const pagamentosHttp = pagina(pagamentoHttp);

export type PagamentoHttp = z.output<typeof pagamentoHttp>;
export type PagamentosHttp = z.output<typeof pagamentosHttp>;
