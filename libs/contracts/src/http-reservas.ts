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

const ID_EXEMPLO = '0192f0c4-0000-7000-8000-000000000001';
const ESPACO_EXEMPLO = '0192f0c4-0000-7000-8000-0000000000e1';
const PERIODO_EXEMPLO = { inicio: '2026-12-04T21:00:00.000Z', fim: '2026-12-04T23:00:00.000Z' };

/** A booking as the API of reservas gives it. */
export const reservaHttp = z
  .object({
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
  })
  .meta({
    example: {
      id: ID_EXEMPLO,
      status: 'CANCELADA',
      motivo: 'CLIENTE',
      espaco: {
        id: ESPACO_EXEMPLO,
        nome: 'Sala Ipê',
        cidade: 'São Paulo',
        endereco: 'Avenida Paulista, 1578',
        fotos: ['https://fotos.exemplo.com/ipe-1.jpg'],
      },
      clienteId: '0192f0c4-0000-7000-8000-00000000000a',
      ...PERIODO_EXEMPLO,
      fuso: 'America/Sao_Paulo',
      valorCentavos: 18_000,
      reembolsoCentavos: 18_000,
      moeda: 'BRL',
      expiraEm: '2026-11-22T12:15:00.000Z',
      pagamentoId: '0192f0c4-0000-7000-8000-0000000000c1',
      cobrancaId: ID_EXEMPLO,
      serieId: null,
      pagoCentavos: 0,
      saldo: null,
      remarcacao: null,
      preco: [{ tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 18_000 }],
      cupom: null,
      espacoVersao: 3,
      checkin: { codigo: '7F3K-9Q2M', exigido: true, toleranciaMinutos: 15 },
      iniciada: false,
      justificativa: 'Mudança de planos',
      versao: 3,
      criadaEm: '2026-11-22T12:00:00.000Z',
    },
  });
export const reservasHttp = pagina(reservaHttp);

/** What a cancellation would bring, if it were made now. */
export const previaDeCancelamentoHttp = z
  .object({
    reembolsoCentavos: centavos,
    retidoCentavos: centavos.describe('O que não volta'),
    politicaCancelamento,
    calculadaEm: instante,
  })
  .meta({
    example: {
      reembolsoCentavos: 9_000,
      retidoCentavos: 9_000,
      politicaCancelamento: [
        { horasAntes: 48, percentual: 100 },
        { horasAntes: 24, percentual: 50 },
      ],
      calculadaEm: '2026-12-03T12:00:00.000Z',
    },
  });

export const cancelamentoHttp = z
  .strictObject({
    justificativa: z.string().trim().min(1).max(500).optional(),
    reembolsoEsperadoCentavos: centavos
      .optional()
      .describe('O reembolso que a pessoa viu; se já for outro, nada é cancelado'),
  })
  .meta({ example: { justificativa: 'Mudança de planos', reembolsoEsperadoCentavos: 9_000 } })
  .optional();

export const aprovacaoHttp = z
  .discriminatedUnion('aprovada', [
    z.strictObject({ aprovada: z.literal(true) }),
    z.strictObject({ aprovada: z.literal(false), justificativa: z.string().trim().min(1).max(500) }),
  ])
  .meta({ example: { aprovada: false, justificativa: 'O auditório estará em obras' } });

export const remarcacaoHttp = z
  .strictObject({
    inicio: instante,
    fim: instante,
    fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
  })
  .meta({ example: { inicio: '2026-12-05T18:00:00-03:00', fim: '2026-12-05T20:00:00-03:00' } });

export const checkinHttp = z
  .strictObject({ codigo: z.string().trim().min(1).max(20) })
  .meta({ example: { codigo: '7F3K-9Q2M' } });

/** The booking's events, oldest first, and what it was after them. */
export const historicoHttp = z
  .object({
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
  })
  .meta({
    example: {
      reservaId: ID_EXEMPLO,
      eventos: [
        {
          versao: 1,
          tipo: 'reserva.criada.v1',
          ocorridoEm: '2026-11-22T12:00:00.000Z',
          dados: { ...PERIODO_EXEMPLO, valorCentavos: 18_000 },
        },
        {
          versao: 2,
          tipo: 'reserva.confirmada.v1',
          ocorridoEm: '2026-11-22T12:01:00.000Z',
          dados: { pagoCentavos: 18_000 },
        },
      ],
      estado: { status: 'CONFIRMADA', ...PERIODO_EXEMPLO, valorCentavos: 18_000, pagoCentavos: 18_000 },
    },
  });

export const momentoHttp = z.strictObject({ em: instante.optional() });

const paginacao = {
  cursor: z.string().max(500).optional(),
  limite: z.coerce.number().int().min(1).max(100).default(20),
};

export const novaReservaHttp = z
  .strictObject({
    espacoId: z.uuid(),
    inicio: instante,
    fim: instante,
    fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
    cotacaoId: z.uuid().optional().describe('Cotação cujo preço se paga, ainda que os preços tenham mudado'),
    cupom: codigoDeCupom.optional(),
  })
  .meta({
    example: {
      espacoId: ESPACO_EXEMPLO,
      inicio: '2026-12-04T18:00:00-03:00',
      fim: '2026-12-04T20:00:00-03:00',
      cupom: 'BEMVINDO10',
    },
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
