import { z } from 'zod';
import { id, instante, motivoCancelamento, statusPagamento, statusReserva } from './primitives.js';

/** What of it happened, as messages name it, without their version. */
const tipo = z.string();
const em = instante.describe('Quando aconteceu');

export const eventosAoVivo = {
  releia: z.object({}),
  retomada: z.object({}),
  reserva: z.object({
    tipo,
    em,
    reservaId: id,
    espacoId: id,
    versao: z.int().min(1),
    status: statusReserva.optional().describe('Ausente quando não muda'),
    motivo: motivoCancelamento.optional(),
    expiraEm: instante.optional().describe('Até quando o espaço está retido, quando isso muda'),
  }),
  pagamento: z.object({
    tipo,
    em,
    cobrancaId: id,
    pagamentoId: id,
    parcela: z.int().min(1),
    status: statusPagamento.optional().describe('Ausente quando não muda'),
    expiraEm: instante.optional().describe('Até quando ainda se paga, por um meio que tem o seu prazo'),
  }),
  espaco: z.object({ em, espacoId: id, inicio: instante.nullable(), fim: instante.nullable() }),
  fim: z.object({ motivo: z.enum(['TOKEN', 'SESSAO', 'ESPACO', 'TEMPO', 'ENCERRANDO', 'SURDO']) }),
} as const;

export type NomeDeEventoAoVivo = keyof typeof eventosAoVivo;
export type DadosAoVivo<Nome extends NomeDeEventoAoVivo> = z.output<(typeof eventosAoVivo)[Nome]>;
/** What comes on the stream. */
export type EventoAoVivo = {
  [Nome in NomeDeEventoAoVivo]: { readonly nome: Nome; readonly dados: DadosAoVivo<Nome> };
}[NomeDeEventoAoVivo];

export const EXEMPLO_DE_EVENTOS = `event: releia
id: k3x9a0bq-41
data: {}

event: reserva
id: k3x9a0bq-42
data: {"tipo":"reserva.confirmada","em":"2026-11-30T12:03:00.000Z","reservaId":"0192f0c4-0000-7000-8000-000000000001","espacoId":"0192f0c4-0000-7000-8000-0000000000e1","versao":2,"status":"CONFIRMADA"}

`;
