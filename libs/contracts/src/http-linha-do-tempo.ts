import { z } from 'zod';
import { instante, inteiroDaQuery, paginacaoPor } from './primitives.js';

/** Where a page of the line ended: the moment, and what happened then; of several services alike. */
const { cursor } = paginacaoPor('instanteEWebhook');

export const filtroDaLinhaHttp = z.strictObject({
  cursor,
  limite: inteiroDaQuery(1, 200).default(100).meta({ default: 100 }),
});

const origem = z.enum(['reservas', 'pagamentos', 'notificacoes', 'mensagens-mortas']);
const MOMENTO_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000b1',
  em: '2026-11-30T12:00:00.000Z',
  origem: 'reservas' as const,
  especie: 'EVENTO' as const,
  tipo: 'reserva.criada.v1',
  dados: { valorCentavos: 9_000 },
  rastroId: '4bf92f3577b34da6a3ce929d0e0e4736',
  correlacaoId: '0192f0c4-0000-7000-8000-0000000000f1',
};
/** One thing that happened to a booking, or was done for it. */
export const momentoDaLinhaHttp = z
  .object({
    id: z.string(),
    em: instante,
    origem,
    especie: z.enum([
      'EVENTO',
      'COMANDO',
      'TENTATIVA_DE_PAGAMENTO',
      'WEBHOOK',
      'LANCAMENTO',
      'AVISO',
      'GANCHO',
      'MENSAGEM_MORTA',
    ]),
    tipo: z.string(),
    dados: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .describe('Sem dados pessoais'),
    rastroId: z.string().nullable().describe('Do rastro (W3C); null onde ninguém o guarda'),
    correlacaoId: z.string().nullable(),
  })
  .meta({ example: MOMENTO_EXEMPLO });

/** What happens next by itself, or would, had nobody given up. */
export const proximoHttp = z
  .object({
    origem,
    acao: z.string().describe('O que será feito: prazo-da-saga, publicar, agir-na-cobranca, enviar-aviso, …'),
    alvo: z.string(),
    em: instante.nullable().describe('Quando; null: assim que se puder'),
    tentativas: z.int().describe('Quantas já houve'),
    parado: z.boolean().describe('Ninguém mais tenta: alguém tem de olhar'),
  })
  .meta({
    example: {
      origem: 'reservas',
      acao: 'prazo-da-saga',
      alvo: 'COBRANDO',
      em: '2026-11-30T12:15:00.000Z',
      tentativas: 0,
      parado: false,
    },
  });

/** As one service knows it. */
export const parteDaLinhaHttp = z.object({
  itens: z.array(momentoDaLinhaHttp).describe('Os mais antigos primeiro; no máximo limite'),
  mais: z.boolean().describe('Há outros depois destes'),
  proximos: z.array(proximoHttp).max(100),
});
export const linhaDaReservaHttp = z.object({
  itens: z.array(momentoDaLinhaHttp).describe('Os mais antigos primeiro'),
  proximo: z.string().nullable().describe('Marco da página seguinte; null na última'),
  proximos: z.array(proximoHttp).describe('O que ainda acontece sozinho, o mais cedo primeiro'),
  degradado: z
    .array(z.enum(['pagamentos', 'notificacoes', 'mensagens-mortas']))
    .describe('De quem não se soube agora: o que falta pode estar entre o que se vê'),
});

export type MomentoDaLinhaHttp = z.output<typeof momentoDaLinhaHttp>;
export type ProximoHttp = z.output<typeof proximoHttp>;
export type FiltroDaLinhaHttp = z.output<typeof filtroDaLinhaHttp>;
export type ParteDaLinhaHttp = z.output<typeof parteDaLinhaHttp>;
export type LinhaDaReservaHttp = z.output<typeof linhaDaReservaHttp>;

/** `cursor` as its two parts. */
export const marcoLido = (cursor: string | undefined): readonly [em: string, id: string] | undefined => {
  const [em, ...resto] = cursor?.split('~') ?? [];
  return em === undefined ? undefined : [em, resto.join('~')];
};

export const sagaHttp = z
  .object({
    id: z.string().describe('O id da reserva, ou da série, que ela acompanha'),
    passo: z.string(),
    situacao: z.enum(['ESPERANDO', 'ATRASADA', 'PARADA', 'ENCERRADA']),
    prazo: instante.nullable(),
    falhas: z.int(),
    tentarEm: instante.nullable(),
    atualizadaEm: instante,
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-000000000001',
      passo: 'COBRANDO',
      situacao: 'ESPERANDO',
      prazo: '2026-11-30T12:15:00.000Z',
      falhas: 0,
      tentarEm: null,
      atualizadaEm: '2026-11-30T12:00:00.000Z',
    },
  });
export const sagasHttp = z.object({ itens: z.array(sagaHttp), proximo: z.string().nullable() });
export type SagaHttp = z.output<typeof sagaHttp>;
export type SagasHttp = z.output<typeof sagasHttp>;
