import { z } from 'zod';
import { id, instante, pagina, paginacao } from './primitives.js';

const comprovante = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é o código de um comprovante');
export const apagamentoAceitoHttp = z
  .object({ id, comprovante: comprovante.describe('Com que se lê o comprovante, depois que a conta não existe mais') })
  .meta({ example: { id: '0192f0c4-0000-7000-8000-0000000000e5', comprovante: 'q'.repeat(43) } });
export const comprovantePedidoHttp = z.strictObject({ comprovante }).meta({ example: { comprovante: 'q'.repeat(43) } });
export const estadoDeApagamento = z.enum(['CONFERINDO', 'APAGANDO', 'DESFEITO', 'CONCLUIDO']);
const linhaDeComprovante = z.object({
  servico: z.string(),
  tipo: z.string(),
  quantidade: z.int(),
  motivo: z.string().optional(),
  ate: z.string().optional().describe('Até quando se mantém'),
});
export const comprovanteHttp = z
  .object({
    id,
    estado: estadoDeApagamento,
    pedidoEm: instante,
    encerradoEm: instante.nullable(),
    apagado: z.array(linhaDeComprovante),
    mantido: z.array(linhaDeComprovante),
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000e5',
      estado: 'CONCLUIDO',
      pedidoEm: '2026-11-26T12:00:00.000Z',
      encerradoEm: '2026-11-26T12:02:00.000Z',
      apagado: [{ servico: 'auth', tipo: 'conta', quantidade: 1 }],
      mantido: [
        { servico: 'pagamentos', tipo: 'recibos, sem nome', quantidade: 2, motivo: 'obrigação fiscal', ate: '5 anos' },
      ],
    },
  });
const apagamentoDaCasaHttp = z.object({
  id,
  usuarioId: id,
  estado: estadoDeApagamento,
  pedidoEm: instante,
  prazo: instante.describe('Até quando devia estar feito'),
  encerradoEm: instante.nullable(),
  atrasado: z.boolean(),
  falta: z.array(z.string()).describe('Os serviços que ainda não responderam à etapa em andamento'),
});
export const apagamentosHttp = pagina(apagamentoDaCasaHttp).meta({
  example: {
    itens: [
      {
        id: '0192f0c4-0000-7000-8000-0000000000e5',
        usuarioId: '0192f0c4-0000-7000-8000-00000000000a',
        estado: 'APAGANDO',
        pedidoEm: '2026-11-26T12:00:00.000Z',
        prazo: '2026-11-27T12:00:00.000Z',
        encerradoEm: null,
        atrasado: false,
        falta: ['notificacoes'],
      },
    ],
    proximo: null,
  },
});
export const listaDeApagamentosHttp = z.strictObject({ ...paginacao, estado: estadoDeApagamento.optional() });
export type ComprovanteHttp = z.output<typeof comprovanteHttp>;
export type ApagamentosHttp = z.output<typeof apagamentosHttp>;
export type ListaDeApagamentosHttp = z.output<typeof listaDeApagamentosHttp>;
