import { z } from 'zod';
import {
  centavos,
  finalidadeCobranca,
  fuso,
  id,
  instante,
  metodoPagamento,
  moeda,
  origemEstorno,
  pagina,
  paginacao,
  paginacaoPor,
  somaCentavos,
  statusPagamento,
  texto,
} from './primitives.js';

const IDS = {
  pagamento: '0192f0c4-0000-7000-8000-0000000000c1',
  reserva: '0192f0c4-0000-7000-8000-000000000001',
};
const paginaCom = <T extends z.ZodType>(item: T, exemplo: unknown) =>
  pagina(item).meta({ example: { itens: [exemplo], proximo: null } });

const PAGAMENTO_EXEMPLO = {
  id: IDS.pagamento,
  reservaId: IDS.reserva,
  parcela: 1,
  finalidade: 'SINAL',
  status: 'PENDENTE',
  valorCentavos: 5_400,
  estornadoCentavos: 0,
  moeda: 'BRL',
  metodos: ['CARTAO', 'PIX'],
  provedor: { paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_2' },
  ultimaRecusa: null,
  criadoEm: '2026-11-22T12:00:01.000Z',
};

/** A charge as the API of pagamentos gives it. */
export const pagamentoHttp = z
  .object({
    id,
    reservaId: id,
    parcela: z.int().min(1).describe('Qual das cobranças da reserva'),
    finalidade: finalidadeCobranca,
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
  })
  .meta({ example: PAGAMENTO_EXEMPLO });
export const pagamentosHttp = paginaCom(pagamentoHttp, PAGAMENTO_EXEMPLO);

export const filtroDePagamentosHttp = z.strictObject({
  reservaId: id
    .optional()
    .describe('Uma reserva, também a ocorrência de uma série paga de uma vez, ou a própria série'),
  ...paginacao,
});

/** Which page of the refunds that wait. */
export const filtroDeEstornosHttp = z.strictObject(paginacaoPor('instanteEId'));

/** A refund that an admin gives by hand. */
export const novoEstornoHttp = z
  .strictObject({
    valorCentavos: centavos.min(1).optional().describe('Ausente: tudo o que resta'),
    motivo: texto({ min: 3, max: 500 }).describe('Por quê; fica na auditoria'),
    porFora: z
      .boolean()
      .optional()
      .describe('O dinheiro já foi devolvido por outro meio; o provedor não é chamado, só se registra'),
  })
  .meta({ example: { valorCentavos: 4_000, motivo: 'O ar-condicionado quebrou na primeira hora' } });

const ESTORNO_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000f5',
  pagamentoId: IDS.pagamento,
  reservaId: IDS.reserva,
  parcela: 1,
  origem: 'ADMIN',
  status: 'CONCLUIDO',
  valorCentavos: 4_000,
  valorPedidoCentavos: 4_000,
  moeda: 'BRL',
  porFora: false,
  esperaDisputa: false,
  tentativas: 1,
  proximaTentativaEm: null,
  ultimaFalha: null,
  motivo: 'O ar-condicionado quebrou na primeira hora',
  autorId: '0192f0c4-0000-7000-8000-0000000000ad',
  criadoEm: '2026-11-22T15:00:00.000Z',
  concluidoEm: '2026-11-22T15:00:02.000Z',
};
export const estornoHttp = z
  .object({
    id,
    pagamentoId: id,
    reservaId: id,
    parcela: z.int().min(1),
    origem: origemEstorno,
    status: z
      .enum(['PENDENTE', 'EM_PROCESSAMENTO', 'CONCLUIDO', 'FALHOU', 'PARADO', 'BAIXADO'])
      .describe('PARADO: o provedor não o faz, e alguém tem de decidir; BAIXADO: desistiu-se dele, com motivo'),
    porFora: z.boolean().describe('Devolvido por outro meio que não o provedor'),
    esperaDisputa: z.boolean().describe('O provedor só o faz se uma disputa terminar a favor da casa'),
    valorCentavos: centavos,
    valorPedidoCentavos: centavos.describe('Maior que o valor quando menos restava'),
    moeda,
    tentativas: z.int().min(0),
    proximaTentativaEm: instante.nullable(),
    ultimaFalha: z.string().nullable().describe('Só para quem administra ou opera'),
    motivo: z.string().nullable().describe('Só para quem administra ou opera'),
    autorId: id.nullable().describe('Quem o pediu à mão; só para quem administra ou opera'),
    criadoEm: instante,
    concluidoEm: instante.nullable(),
  })
  .meta({ example: ESTORNO_EXEMPLO });
export const estornosHttp = paginaCom(estornoHttp, ESTORNO_EXEMPLO);

/** What is to become of a refund that the provider does not make. */
export const decisaoDoEstornoHttp = z
  .strictObject({
    acao: z
      .enum(['TENTAR_DE_NOVO', 'PAGO_POR_FORA', 'BAIXAR'])
      .describe('Pedi-lo de novo ao provedor; dizer que foi pago por outro meio; ou desistir dele'),
    motivo: texto({ min: 3, max: 500 }).describe('Por quê, e como foi pago; fica na auditoria'),
  })
  .meta({ example: { acao: 'PAGO_POR_FORA', motivo: 'Transferido por Pix em 26/11, comprovante 42' } });

export const situacaoDoWebhook = z.enum(['ESTACIONADO', 'INESPERADO', 'DESCARTADO']);
const WEBHOOK_EXEMPLO = {
  id: 'evt_1',
  tipo: 'payment_intent.succeeded',
  situacao: 'ESTACIONADO',
  explicacao: 'fala de um pagamento que não conhecemos',
  versaoApi: '2026-10-28.endive',
  intentoId: 'pi_1',
  campos: ['id', 'object', 'type', 'data'],
  tentativas: 4,
  recebidoEm: '2026-11-22T15:00:00.000Z',
  proximaTentativaEm: '2026-11-22T15:01:00.000Z',
  descarte: null,
};
/** A webhook that had no effect; its body, in which people are named, is not shown. */
export const webhookHttp = z
  .object({
    id: z.string().describe('O id do evento, ou o resumo do corpo quando ele não tem um'),
    tipo: z.string(),
    situacao: situacaoDoWebhook.describe(
      'ESTACIONADO: tentado de novo; INESPERADO: a forma não é a de um evento nosso; DESCARTADO: por alguém, com motivo',
    ),
    explicacao: z.string().nullable().describe('Por que não teve efeito'),
    versaoApi: z.string().nullable(),
    intentoId: z.string().nullable(),
    campos: z.array(z.string()).describe('Os primeiros campos do corpo'),
    tentativas: z.int().min(0),
    recebidoEm: instante,
    proximaTentativaEm: instante.nullable(),
    descarte: z.object({ autorId: id, motivo: z.string(), em: instante }).nullable(),
  })
  .meta({ example: WEBHOOK_EXEMPLO });
export const webhooksHttp = paginaCom(webhookHttp, WEBHOOK_EXEMPLO);
export const filtroDeWebhooksHttp = z.strictObject({
  situacao: situacaoDoWebhook.optional(),
  ...paginacaoPor('instanteEWebhook'),
});
/** Ids of the provider's events, and digests; nothing else may stand in the path. */
export const idDoWebhook = z.string().regex(/^[\w:.-]{1,200}$/, 'esperado o id de um webhook');
export const descarteDeWebhookHttp = z
  .strictObject({ motivo: texto({ min: 3, max: 500 }).describe('Por quê; fica na auditoria') })
  .meta({ example: { motivo: 'Enviado à mão, num teste do painel' } });

/** `AAAA-NNNNNN`. */
export const numeroDoRecibo = z.string().regex(/^\d{4}-\d{6,9}$/, 'esperado um número de recibo, AAAA-NNNNNN');
const tipoDoRecibo = z.enum(['PAGAMENTO', 'ESTORNO']);
const situacaoDoRecibo = z
  .enum(['VALIDO', 'SEM_EFEITO'])
  .describe('SEM_EFEITO: o banco de quem pagou devolveu o estorno depois de emitido o recibo');

/** A receipt: its content as it was issued, and what became of it. */
const RECIBO_EXEMPLO = {
  numero: '2026-000042',
  tipo: 'PAGAMENTO',
  situacao: 'VALIDO',
  emitidoEm: '2026-11-22T12:05:00.000Z',
  emitente: 'Espaços do Centro Ltda.',
  clienteId: '0192f0c4-0000-7000-8000-0000000000c1',
  pagamentoId: IDS.pagamento,
  reservaId: IDS.reserva,
  parcela: 1,
  finalidade: 'INTEGRAL',
  descricao: 'Reserva de Sala Ipê',
  valorCentavos: 18_000,
  moeda: 'BRL',
  metodo: 'PIX',
  provedorId: 'ch_1',
  estornoId: null,
  reciboDoPagamento: null,
  reservas: [
    {
      reservaId: IDS.reserva,
      espacoNome: 'Sala Ipê',
      inicio: '2026-12-01T13:00:00.000Z',
      fim: '2026-12-01T15:00:00.000Z',
      fuso: 'America/Sao_Paulo',
    },
  ],
  codigo: 'q3Zk0aWcT5m1x8Yb2LrNvA',
  verificacaoUrl: null,
};
export const reciboHttp = z
  .object({
    numero: numeroDoRecibo,
    tipo: tipoDoRecibo,
    situacao: situacaoDoRecibo,
    emitidoEm: instante,
    emitente: z.string(),
    clienteId: id,
    pagamentoId: id,
    reservaId: id,
    parcela: z.int().min(1),
    finalidade: finalidadeCobranca,
    descricao: z.string(),
    valorCentavos: centavos,
    moeda,
    metodo: metodoPagamento.nullable().describe('null quando o provedor ainda não o tinha dito na emissão'),
    provedorId: z.string().describe('Como o provedor chama o movimento'),
    estornoId: id.nullable(),
    reciboDoPagamento: numeroDoRecibo.nullable().describe('De um estorno: o recibo do pagamento que ele devolve'),
    reservas: z.array(z.object({ reservaId: id, espacoNome: z.string(), inicio: instante, fim: instante, fuso })),
    codigo: z.string().describe('Com ele qualquer um confere se o recibo é autêntico'),
    verificacaoUrl: z.url().nullable(),
  })
  .meta({ example: RECIBO_EXEMPLO });
export const recibosHttp = paginaCom(reciboHttp, RECIBO_EXEMPLO);

export const formatoDeReciboHttp = z.strictObject({
  formato: z.enum(['json', 'pdf']).optional().describe('Ausente: o que o cabeçalho Accept preferir, ou json'),
});

/** 128 bits in base64url, as receipts carry it. */
export const codigoDoRecibo = z.string().regex(/^[\w-]{22}$/, 'esperado o código de um recibo');

/** What anybody who holds a receipt may know of it. */
export const verificacaoDeReciboHttp = z
  .object({
    numero: numeroDoRecibo,
    tipo: tipoDoRecibo,
    situacao: situacaoDoRecibo,
    emitidoEm: instante,
    emitente: z.string(),
    valorCentavos: centavos,
    moeda,
  })
  .meta({
    example: {
      numero: '2026-000042',
      tipo: 'PAGAMENTO',
      situacao: 'VALIDO',
      emitidoEm: '2026-11-22T12:05:00.000Z',
      emitente: 'Espaços do Centro Ltda.',
      valorCentavos: 18_000,
      moeda: 'BRL',
    },
  });

const saldo = z.int().describe('Centavos; positivo = a conta recebeu');
const saldosHttp = z.object({
  CLIENTE: saldo.describe('O que a pessoa pagou (negativo), menos o que lhe é devolvido'),
  RECEBIVEL: saldo.describe('O que o provedor nos deve'),
  ESTORNOS: saldo.describe('Devoluções devidas e ainda não feitas (negativo)'),
  TAXAS: saldo.describe('O que o provedor retém'),
  DISPUTAS: saldo.describe('O que está retido ou foi perdido em disputas'),
  CAIXA: saldo.describe('O que a casa devolveu por outro meio que não o provedor (negativo)'),
});
const resumoDoRazao = {
  saldos: saldosHttp,
  capturadoCentavos: somaCentavos,
  estornadoCentavos: somaCentavos.describe('Pelo provedor ou por fora'),
  disputadoCentavos: z.int().describe('O que bancos retêm ou levaram'),
  liquidoCentavos: z.int().describe('Capturado menos estornado e disputado'),
};

const RESUMO_EXEMPLO = {
  saldos: { CLIENTE: -18_000, RECEBIVEL: 18_000, ESTORNOS: 0, TAXAS: 0, DISPUTAS: 0, CAIXA: 0 },
  capturadoCentavos: 18_000,
  estornadoCentavos: 0,
  disputadoCentavos: 0,
  liquidoCentavos: 18_000,
};

export const filtroDoRazaoHttp = z.strictObject({
  reservaId: id,
  em: instante.optional().describe('O momento de que se quer o saldo; ausente, agora'),
});

/** The balance of a booking at a moment, and of each of its charges. */
export const razaoHttp = z
  .object({
    reservaId: id,
    em: instante,
    moeda,
    ...resumoDoRazao,
    cobrancas: z.array(
      z.object({
        pagamentoId: id,
        parcela: z.int().min(1),
        finalidade: finalidadeCobranca,
        ...resumoDoRazao,
        movimentos: z.array(
          z.object({
            origem: z.string(),
            em: instante,
            lancamentos: z.array(z.object({ conta: z.string(), valorCentavos: z.int() })),
          }),
        ),
      }),
    ),
  })
  .meta({
    example: {
      reservaId: IDS.reserva,
      em: '2026-11-22T15:00:00.000Z',
      moeda: 'BRL',
      ...RESUMO_EXEMPLO,
      cobrancas: [
        {
          pagamentoId: IDS.pagamento,
          parcela: 1,
          finalidade: 'INTEGRAL',
          ...RESUMO_EXEMPLO,
          movimentos: [
            {
              origem: 'captura/pi_1',
              em: '2026-11-22T12:05:00.000Z',
              lancamentos: [
                { conta: 'RECEBIVEL', valorCentavos: 18_000 },
                { conta: 'CLIENTE', valorCentavos: -18_000 },
              ],
            },
          ],
        },
      ],
    },
  });

export const situacaoDisputa = z.enum(['ABERTA', 'GANHA', 'PERDIDA']);
const DISPUTA_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000d1',
  pagamentoId: IDS.pagamento,
  reservaId: IDS.reserva,
  parcela: 1,
  provedorId: 'dp_1',
  situacao: 'ABERTA',
  motivo: 'fraudulent',
  valorCentavos: 18_000,
  retidoCentavos: 18_000,
  estornavel: false,
  consulta: false,
  moeda: 'BRL',
  abertaEm: '2026-11-22T15:00:00.000Z',
  responderAte: '2026-12-01T23:59:59.000Z',
  encerradaEm: null,
};
export const disputaHttp = z
  .object({
    id,
    pagamentoId: id,
    reservaId: id,
    parcela: z.int().min(1),
    provedorId: z.string(),
    situacao: situacaoDisputa,
    motivo: z.string().describe('Como o provedor o diz'),
    valorCentavos: centavos,
    retidoCentavos: centavos.describe('O que o banco tem agora por ela: retido, ou levado quando PERDIDA'),
    estornavel: z.boolean().describe('Se o provedor ainda estorna o pagamento apesar dela'),
    consulta: z.boolean().describe('Só uma pergunta do banco: nada retém e não impede estornos'),
    moeda,
    abertaEm: instante,
    responderAte: instante.nullable(),
    encerradaEm: instante.nullable(),
  })
  .meta({ example: DISPUTA_EXEMPLO });
export const disputasHttp = paginaCom(disputaHttp, DISPUTA_EXEMPLO);
export const filtroDeDisputasHttp = z.strictObject({
  situacao: situacaoDisputa.optional(),
  ...paginacao,
});

export const novaReconciliacaoHttp = z
  .strictObject({ desde: instante.optional().describe('Ausente: os últimos 30 dias') })
  .meta({ example: { desde: '2026-11-01T00:00:00-03:00' } });
export const reconciliacaoHttp = z
  .object({
    id,
    desde: instante,
    pedidaEm: instante,
    concluidaEm: instante.nullable(),
    conferidos: z
      .object({ intentos: z.int(), estornosEDisputas: z.int(), reservas: z.int() })
      .nullable()
      .describe('null enquanto não termina'),
    divergencias: z.array(
      z.object({
        tipo: z.string(),
        chave: z.string(),
        situacao: z.enum(['ABERTA', 'REPARADA']),
        detalhe: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000b1',
      desde: '2026-11-01T03:00:00.000Z',
      pedidaEm: '2026-11-22T15:00:00.000Z',
      concluidaEm: '2026-11-22T15:00:04.000Z',
      conferidos: { intentos: 120, estornosEDisputas: 7, reservas: 118 },
      divergencias: [{ tipo: 'webhook-perdido', chave: 'evt_1', situacao: 'REPARADA', detalhe: {} }],
    },
  });

export type FiltroDeEstornosHttp = z.output<typeof filtroDeEstornosHttp>;
export type PagamentoHttp = z.output<typeof pagamentoHttp>;
export type PagamentosHttp = z.output<typeof pagamentosHttp>;
export type FiltroDePagamentosHttp = z.output<typeof filtroDePagamentosHttp>;
export type NovoEstornoHttp = z.output<typeof novoEstornoHttp>;
export type EstornoHttp = z.output<typeof estornoHttp>;
export type EstornosHttp = z.output<typeof estornosHttp>;
export type DecisaoDoEstornoHttp = z.output<typeof decisaoDoEstornoHttp>;
export type WebhookHttp = z.output<typeof webhookHttp>;
export type WebhooksHttp = z.output<typeof webhooksHttp>;
export type FiltroDeWebhooksHttp = z.output<typeof filtroDeWebhooksHttp>;
export type DescarteDeWebhookHttp = z.output<typeof descarteDeWebhookHttp>;
export type ReciboHttp = z.output<typeof reciboHttp>;
export type RecibosHttp = z.output<typeof recibosHttp>;
export type FormatoDeReciboHttp = z.output<typeof formatoDeReciboHttp>;
export type VerificacaoDeReciboHttp = z.output<typeof verificacaoDeReciboHttp>;
export type FiltroDoRazaoHttp = z.output<typeof filtroDoRazaoHttp>;
export type RazaoHttp = z.output<typeof razaoHttp>;
export type DisputaHttp = z.output<typeof disputaHttp>;
export type DisputasHttp = z.output<typeof disputasHttp>;
export type FiltroDeDisputasHttp = z.output<typeof filtroDeDisputasHttp>;
export type NovaReconciliacaoHttp = z.output<typeof novaReconciliacaoHttp>;
export type ReconciliacaoHttp = z.output<typeof reconciliacaoHttp>;
