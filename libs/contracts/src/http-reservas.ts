import { z } from 'zod';
import { centavos, fuso, id, instante, moeda, motivoCancelamento, pagina, statusReserva } from './primitives.js';

/** A booking as the API of reservas gives it. */
export const reservaHttp = z.object({
  id,
  status: statusReserva,
  motivo: motivoCancelamento.nullable(),
  espaco: z.object({ id, nome: z.string(), cidade: z.string(), endereco: z.string(), fotos: z.array(z.string()) }),
  clienteId: id,
  inicio: instante,
  fim: instante,
  fuso,
  valorCentavos: centavos,
  reembolsoCentavos: centavos,
  moeda,
  expiraEm: instante.describe('Até quando o espaço fica retido à espera do pagamento'),
  pagamentoId: id.nullable(),
  versao: z.int(),
  criadaEm: instante,
});
export const reservasHttp = pagina(reservaHttp);

const paginacao = {
  cursor: z.string().max(500).optional(),
  limite: z.coerce.number().int().min(1).max(100).default(20),
};

export const novaReservaHttp = z.strictObject({
  espacoId: z.uuid(),
  inicio: instante,
  fim: instante,
  fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
});

export const filtroDeReservasHttp = z.strictObject({
  status: statusReserva.optional(),
  espacoId: z.uuid().optional(),
  ...paginacao,
});

export type NovaReservaHttp = z.output<typeof novaReservaHttp>;
export type FiltroDeReservasHttp = z.output<typeof filtroDeReservasHttp>;
export type ReservaHttp = z.output<typeof reservaHttp>;
export type ReservasHttp = z.output<typeof reservasHttp>;
