import { z } from 'zod';
import {
  centavos,
  codigoDeCupom,
  corpoOpcional,
  fuso,
  id,
  instante,
  linhaDePreco,
  moeda,
  motivoCancelamento,
  pagina,
  paginacao,
  politicaCancelamento,
  statusReserva,
  texto,
} from './primitives.js';

/** A booking as examples show it. */
const RESERVA_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000a1',
  status: 'CONFIRMADA',
  motivo: null,
  espaco: {
    id: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
    nome: 'Sala Ipê',
    cidade: 'São Paulo',
    endereco: 'Avenida Paulista, 1578',
    fotos: ['https://fotos.exemplo.com/ipe.jpg'],
  },
  clienteId: '0192f0c4-0000-7000-8000-0000000000c1',
  inicio: '2026-12-01T13:00:00.000Z',
  fim: '2026-12-01T14:00:00.000Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 9_000,
  reembolsoCentavos: 0,
  moeda: 'BRL',
  expiraEm: '2026-11-22T15:15:00.000Z',
  conferindoPagamento: false,
  prorrogavel: false,
  pagamentoId: '0192f0c4-0000-7000-8000-0000000000f1',
  cobrancaId: '0192f0c4-0000-7000-8000-0000000000a1',
  serieId: null,
  pagoCentavos: 2_700,
  contestacao: null,
  reembolsoRetidoCentavos: 0,
  saldo: { valorCentavos: 6_300, venceEm: '2026-11-29T13:00:00.000Z' },
  remarcacao: null,
  preco: [{ tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 9_000 }],
  cupom: null,
  espacoVersao: 3,
  checkin: { codigo: '7KQ2MZ8P', exigido: true, toleranciaMinutos: 15 },
  iniciada: false,
  justificativa: null,
  titulo: 'Reunião da equipe',
  nota: null,
  pessoas: 6,
  feitaPorId: null,
  versao: 2,
  criadaEm: '2026-11-22T15:00:00.000Z',
};

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
    conferindoPagamento: z
      .boolean()
      .default(false)
      .describe(
        'O prazo de pagar acabou; segue retida, até expiraEm no máximo, enquanto se confere se foi paga a tempo',
      ),
    prorrogavel: z.boolean().default(false).describe('Perto do fim se pode pedir, uma vez, mais tempo para pagar'),
    pagamentoId: id.nullable(),
    cobrancaId: id.describe('Sob que id é cobrada: a própria reserva, ou a sua série'),
    serieId: id.nullable(),
    pagoCentavos: centavos.describe('Pago e não devolvido, nem levado por um banco'),
    contestacao: z
      .object({
        perdidoCentavos: centavos.describe('O que bancos devolveram a quem contestou: a pessoa o deve'),
        retidoCentavos: centavos.describe('Do pago, o que bancos retêm enquanto decidem'),
        indisponivelCentavos: centavos.describe('Do pago, o que hoje não pode ser devolvido; o retido incluído'),
      })
      .nullable()
      .describe('O pagamento foi contestado no banco'),
    reembolsoRetidoCentavos: centavos.describe(
      'O que o cancelamento devolveria e não pôde: volta se o banco o liberar',
    ),
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
    titulo: z.string().nullable().default(null).describe('Como quem reserva a chama'),
    nota: z.string().nullable().default(null),
    pessoas: z.int().nullable().default(null).describe('Quantas virão'),
    feitaPorId: id.nullable().default(null).describe('Quem a fez, quando não foi a própria pessoa'),
    versao: z.int(),
    criadaEm: instante,
  })
  .meta({ example: RESERVA_EXEMPLO });
export const reservasHttp = pagina(reservaHttp).meta({ example: { itens: [RESERVA_EXEMPLO], proximo: null } });

/** What a cancellation would bring, if it were made now. */
export const previaDeCancelamentoHttp = z
  .object({
    reembolsoCentavos: centavos,
    retidoCentavos: centavos.describe('O que não volta'),
    reembolsoRetidoCentavos: centavos.describe(
      'Do que não volta, o que a política devolveria e hoje não pode: um banco o retém, ou o provedor já não o estorna',
    ),
    politicaCancelamento,
    calculadaEm: instante,
  })
  .meta({
    example: {
      reembolsoCentavos: 4_500,
      retidoCentavos: 4_500,
      reembolsoRetidoCentavos: 0,
      politicaCancelamento: [
        { horasAntes: 48, percentual: 100 },
        { horasAntes: 24, percentual: 50 },
      ],
      calculadaEm: '2026-11-30T10:00:00.000Z',
    },
  });

export const cancelamentoHttp = corpoOpcional(
  z
    .strictObject({
      justificativa: texto({ max: 500 }).optional(),
      reembolsoEsperadoCentavos: centavos
        .optional()
        .describe('O reembolso que a pessoa viu; se já for outro, nada é cancelado'),
    })
    .meta({ example: { justificativa: 'Mudança de planos' } }),
);

const escopoDaAprovacao = z
  .enum(['ESTA', 'TODAS'])
  .default('ESTA')
  .describe('TODAS: as ocorrências da mesma série que ainda esperam resposta');

export const aprovacaoHttp = z
  .discriminatedUnion('aprovada', [
    z.strictObject({ aprovada: z.literal(true), escopo: escopoDaAprovacao }),
    z.strictObject({
      aprovada: z.literal(false),
      justificativa: texto({ max: 500 }),
      escopo: escopoDaAprovacao,
    }),
  ])
  .meta({ example: { aprovada: false, justificativa: 'A sala estará em obras' } });

export const remarcacaoHttp = z
  .strictObject({
    inicio: instante,
    fim: instante,
    fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
  })
  .meta({ example: { inicio: '2027-06-09T10:00:00-03:00', fim: '2027-06-09T12:00:00-03:00' } });

/** Where to a move is asked about. */
export const destinoDaRemarcacaoHttp = z.strictObject({
  inicio: instante.meta({ example: '2027-06-09T10:00:00-03:00' }),
  fim: instante.meta({ example: '2027-06-09T12:00:00-03:00' }),
});

/** What a move would come to, if it were made now. */
export const previaDeRemarcacaoHttp = z
  .object({
    inicio: instante,
    fim: instante,
    valorCentavos: centavos.describe('Quanto a reserva passa a custar, pelos preços de quando foi feita'),
    preco: z.array(linhaDePreco),
    aPagarCentavos: centavos.describe('O que se paga para que ela mude; até lá os dois horários ficam retidos'),
    reembolsoCentavos: centavos.describe('O que volta'),
    saldo: z
      .object({ valorCentavos: centavos, venceEm: instante })
      .nullable()
      .describe('O que falta pagar depois, de uma reserva com sinal'),
    calculadaEm: instante,
  })
  .meta({
    example: {
      inicio: '2026-12-01T21:00:00.000Z',
      fim: '2026-12-01T22:00:00.000Z',
      valorCentavos: 12_000,
      preco: [{ tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 12_000 }],
      aPagarCentavos: 3_000,
      reembolsoCentavos: 0,
      saldo: null,
      calculadaEm: '2026-11-30T10:00:00.000Z',
    },
  });

export const checkinHttp = z
  .strictObject({ codigo: z.string().regex(/^[0-9A-Za-z -]{1,20}$/, 'não é um código de check-in') })
  .meta({ example: { codigo: '7KQ2-MZ8P' } });

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
      reservaId: RESERVA_EXEMPLO.id,
      eventos: [
        {
          versao: 1,
          tipo: 'reserva.criada.v1',
          ocorridoEm: '2026-11-22T15:00:00.000Z',
          dados: { reservaId: RESERVA_EXEMPLO.id, valorCentavos: 9_000 },
        },
      ],
      estado: {
        status: 'PENDENTE_PAGAMENTO',
        inicio: RESERVA_EXEMPLO.inicio,
        fim: RESERVA_EXEMPLO.fim,
        valorCentavos: 9_000,
        pagoCentavos: 0,
      },
    },
  });

export const momentoHttp = z.strictObject({ em: instante.optional() });

/** What a person says of a booking. Only people who may see the booking read it, and messages never carry it. */
export const ditoDaReservaHttp = {
  titulo: texto({ max: 120 }).optional(),
  nota: texto({ max: 1_000, linhas: true }).optional(),
  pessoas: z.int().min(1).max(100_000).optional().describe('Quantas virão; não mais do que cabem'),
  paraId: id.optional().describe('Para quem é, quando não é para quem pede: a pessoa paga, e as duas são avisadas'),
};

export const mudancaDoDitoHttp = z
  .strictObject({
    titulo: texto({ max: 120 }).nullable().optional(),
    nota: texto({ max: 1_000, linhas: true }).nullable().optional(),
    pessoas: z.int().min(1).max(100_000).nullable().optional(),
  })
  .describe('O que não vem fica; null apaga')
  .meta({ example: { titulo: 'Reunião da equipe', pessoas: 6 } });

export const novaReservaHttp = z
  .strictObject({
    espacoId: id,
    inicio: instante,
    fim: instante,
    fuso: fuso.optional().describe('Fuso em que o cliente crê estar o espaço; conferido quando vem'),
    cotacaoId: id.optional().describe('Cotação cujo preço se paga, ainda que os preços tenham mudado'),
    cupom: codigoDeCupom.optional(),
    ...ditoDaReservaHttp,
  })
  .meta({
    example: {
      espacoId: RESERVA_EXEMPLO.espaco.id,
      inicio: '2027-06-08T10:00:00-03:00',
      fim: '2027-06-08T11:00:00-03:00',
      fuso: 'America/Sao_Paulo',
    },
  });

export const filtroDeReservasHttp = z.strictObject({
  status: statusReserva.optional(),
  espacoId: id.optional(),
  referencia: z
    .string()
    .regex(/^[0-9a-f]{8}$/, 'esperados os oito últimos algarismos do id, em minúsculas')
    .optional()
    .describe('Como as pessoas a chamam: os oito últimos algarismos do id')
    .meta({ example: '000000a1' }),
  serieId: id.optional().describe('As ocorrências desta série'),
  feitas: z.enum(['true']).optional().describe('As que quem pergunta fez para outras pessoas, em vez das suas'),
  ...paginacao,
});

export type PreviaDeCancelamentoHttp = z.output<typeof previaDeCancelamentoHttp>;
export type PreviaDeRemarcacaoHttp = z.output<typeof previaDeRemarcacaoHttp>;
export type CancelamentoHttp = z.output<typeof cancelamentoHttp>;
export type AprovacaoHttp = z.output<typeof aprovacaoHttp>;
export type RemarcacaoHttp = z.output<typeof remarcacaoHttp>;
export type CheckinHttp = z.output<typeof checkinHttp>;
export type HistoricoHttp = z.output<typeof historicoHttp>;
export type MomentoHttp = z.output<typeof momentoHttp>;
export type MudancaDoDitoHttp = z.output<typeof mudancaDoDitoHttp>;
export type NovaReservaHttp = z.output<typeof novaReservaHttp>;
export type FiltroDeReservasHttp = z.output<typeof filtroDeReservasHttp>;
export type ReservaHttp = z.output<typeof reservaHttp>;
export type ReservasHttp = z.output<typeof reservasHttp>;
