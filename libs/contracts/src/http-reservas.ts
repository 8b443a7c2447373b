import { z } from 'zod';
import {
  centavos,
  codigoDeCupom,
  fuso,
  id,
  instante,
  linhaDePreco,
  moeda,
  motivoCancelamento,
  pagina,
  politicaCancelamento,
  statusReserva,
} from './primitives.js';

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
  cobrancaId: id.describe('Sob que id é cobrada: a própria reserva, ou a sua série'),
  serieId: id.nullable(),
  pagoCentavos: centavos.describe('Pago e não devolvido'),
  saldo: z
    .object({ valorCentavos: centavos, venceEm: instante })
    .nullable()
    .describe('O que falta pagar, de uma reserva com sinal'),
  remarcacao: z
    .object({
      inicio: instante,
      fim: instante,
      valorCentavos: centavos,
      diferencaCentavos: z.int(),
      expiraEm: instante,
    })
    .nullable()
    .describe('Mudança de horário que espera o pagamento da diferença; os dois horários estão retidos'),
  preco: z.array(linhaDePreco).describe('As linhas que somam o valor'),
  cupom: z.string().nullable(),
  espacoVersao: z.int().nullable().describe('Versão das regras do espaço sob a qual foi feita'),
  checkin: z
    .object({ codigo: z.string(), exigido: z.boolean(), toleranciaMinutos: z.int() })
    .nullable()
    .describe('Código a apresentar na chegada; exigido, quem não o usa até a tolerância perde a reserva'),
  iniciada: z.boolean().describe('O check-in foi feito'),
  justificativa: z.string().nullable().describe('Palavras de quem cancelou'),
  versao: z.int(),
  criadaEm: instante,
});
export const reservasHttp = pagina(reservaHttp);

/** What a cancellation would bring, if it were made now. */
export const previaDeCancelamentoHttp = z.object({
  reembolsoCentavos: centavos,
  retidoCentavos: centavos.describe('O que não volta'),
  politicaCancelamento,
  calculadaEm: instante,
});

export const cancelamentoHttp = z
  .strictObject({
    justificativa: z.string().trim().min(1).max(500).optional(),
    reembolsoEsperadoCentavos: centavos
      .optional()
      .describe('O reembolso que a pessoa viu; se já for outro, nada é cancelado'),
  })
  .optional();

export const aprovacaoHttp = z.discriminatedUnion('aprovada', [
  z.strictObject({ aprovada: z.literal(true) }),
  z.strictObject({ aprovada: z.literal(false), justificativa: z.string().trim().min(1).max(500) }),
]);

export const remarcacaoHttp = z.strictObject({
  inicio: instante,
  fim: instante,
  fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
});

export const checkinHttp = z.strictObject({ codigo: z.string().trim().min(1).max(20) });

/** The booking's events, oldest first, and what it was after them. */
export const historicoHttp = z.object({
  reservaId: id,
  eventos: z.array(
    z.object({ versao: z.int(), tipo: z.string(), ocorridoEm: instante, dados: z.record(z.string(), z.unknown()) }),
  ),
  estado: z.object({
    status: statusReserva,
    inicio: instante,
    fim: instante,
    valorCentavos: centavos,
    pagoCentavos: centavos,
  }),
});

export const momentoHttp = z.strictObject({ em: instante.optional() });

const paginacao = {
  cursor: z.string().max(500).optional(),
  limite: z.coerce.number().int().min(1).max(100).default(20),
};

export const novaReservaHttp = z.strictObject({
  espacoId: z.uuid(),
  inicio: instante,
  fim: instante,
  fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
  cotacaoId: z.uuid().optional().describe('Cotação cujo preço se paga, ainda que os preços tenham mudado'),
  cupom: codigoDeCupom.optional(),
});

export const filtroDeReservasHttp = z.strictObject({
  status: statusReserva.optional(),
  espacoId: z.uuid().optional(),
  ...paginacao,
});

export const paginaHttp = z.strictObject(paginacao);

export type PaginaHttp = z.output<typeof paginaHttp>;
export type PreviaDeCancelamentoHttp = z.output<typeof previaDeCancelamentoHttp>;
export type CancelamentoHttp = z.output<typeof cancelamentoHttp>;
export type AprovacaoHttp = z.output<typeof aprovacaoHttp>;
export type RemarcacaoHttp = z.output<typeof remarcacaoHttp>;
export type CheckinHttp = z.output<typeof checkinHttp>;
export type HistoricoHttp = z.output<typeof historicoHttp>;
export type MomentoHttp = z.output<typeof momentoHttp>;
export type NovaReservaHttp = z.output<typeof novaReservaHttp>;
export type FiltroDeReservasHttp = z.output<typeof filtroDeReservasHttp>;
export type ReservaHttp = z.output<typeof reservaHttp>;
export type ReservasHttp = z.output<typeof reservasHttp>;
