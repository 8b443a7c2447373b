import { z } from 'zod';
import { id, instante, pagina, paginacao } from './primitives.js';

const estadoDeExportacao = z.enum(['REUNINDO', 'PRONTA', 'EXPIRADA']);
const exportacao = z.object({
  id,
  estado: estadoDeExportacao,
  pedidoEm: instante,
  prontaEm: instante.nullable(),
  expiraEm: instante.nullable().describe('Até quando o link da carta dá o arquivo'),
});
const exemplo = {
  id: '0192f0c4-0000-7000-8000-0000000000e7',
  estado: 'PRONTA' as const,
  pedidoEm: '2026-11-26T12:00:00.000Z',
  prontaEm: '2026-11-26T12:00:05.000Z',
  expiraEm: '2026-11-29T12:00:05.000Z',
};
export const exportacaoAceitaHttp = z.object({ id }).meta({ example: { id: exemplo.id } });
/** At most the last ten: no pages. */
export const minhasExportacoesHttp = z.object({ itens: z.array(exportacao) }).meta({ example: { itens: [exemplo] } });
export const exportacaoPedidaHttp = z
  .strictObject({
    codigo: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/, 'não é o que um link de carta traz')
      .describe('O que o link da carta traz'),
  })
  .meta({ example: { codigo: 'q'.repeat(43) } });
export const exportacoesHttp = pagina(
  exportacao.extend({
    usuarioId: id,
    prazo: instante.describe('Até quando devia estar pronta'),
    atrasada: z.boolean(),
    falta: z.array(z.string()).describe('Os serviços de que ainda não se tem tudo'),
  }),
).meta({
  example: {
    itens: [
      {
        ...exemplo,
        usuarioId: '0192f0c4-0000-7000-8000-00000000000a',
        prazo: '2026-11-27T12:00:00.000Z',
        atrasada: false,
        falta: [],
      },
    ],
    proximo: null,
  },
});
export const listaDeExportacoesHttp = z.strictObject({ ...paginacao, estado: estadoDeExportacao.optional() });

export type MinhasExportacoesHttp = z.output<typeof minhasExportacoesHttp>;
export type ExportacoesHttp = z.output<typeof exportacoesHttp>;
export type ListaDeExportacoesHttp = z.output<typeof listaDeExportacoesHttp>;
