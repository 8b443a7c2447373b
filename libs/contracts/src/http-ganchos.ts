import { z } from 'zod';
import { cloudEventSchema } from './envelope.js';
import { isAboutPerson, messageContract, messages, type MessageType } from './messages.js';
import { id, instante, pagina, paginacaoPor, texto } from './primitives.js';

/** Of people an integrator is told one thing: that somebody was erased, so that they erase their copies too (LGPD, art. 18, § 6). */
const DE_PESSOAS: readonly MessageType[] = ['usuario.anonimizado.v1'];

/**
 * What an integrator can be told: whatever happens to bookings, spaces and payments, as it is published. The rest is of
 * people, who are nobody else's business, or of the platform's own machinery (sessions, letters, audit, commands).
 */
export const tiposDeGancho = (Object.keys(messages) as MessageType[]).filter((type) => {
  const { kind, owner } = messageContract(type);
  const ofTheHouse = kind === 'evento' && (owner === 'reservas' || owner === 'pagamentos') && !isAboutPerson(type);
  return ofTheHouse || DE_PESSOAS.includes(type);
}) as [MessageType, ...MessageType[]];

/**
 * Optional fields that no integrator is given: a person's own words, which must remain erasable, and the code by which
 * whoever knows it checks in.
 */
export const CAMPOS_RESERVADOS = ['justificativa', 'checkin'] as const;

/** As many as there are hands to deliver: none waits because another one is slow. */
export const MAXIMO_DE_GANCHOS = 20;
/** How many deliveries one request sends again. */
export const MAXIMO_DE_REENVIOS = 1_000;
const MAXIMO_DE_TENTATIVAS_VISTAS = 40;
const SOBREPOSICAO_PADRAO_HORAS = 24;
const SOBREPOSICAO_MAXIMA_HORAS = 168;

const tipoDeGancho = z.enum(tiposDeGancho);
const url = z
  .url({ protocol: /^https?$/, error: 'esperado um URL https' })
  .regex(/^[\x21-\x7e]{1,500}$/, 'esperado um URL https de até 500 caracteres ASCII')
  .describe('Para onde se envia, por HTTPS e a um endereço público; não leve segredos no endereço');
const descricao = texto({ min: 0, max: 200 });
const tipos = z
  .array(tipoDeGancho)
  .min(1)
  .max(tiposDeGancho.length)
  .refine((lista) => new Set(lista).size === lista.length, { error: 'tem um tipo repetido' })
  .meta({ uniqueItems: true });

export const novoGanchoHttp = z.strictObject({ url, tipos, descricao: descricao.default('') }).meta({
  example: {
    url: 'https://integracao.example/reservas',
    tipos: ['reserva.confirmada.v1', 'reserva.cancelada.v1'],
    descricao: 'ERP da matriz',
  },
});

/** What is not given stays. */
export const mudancaDeGanchoHttp = z
  .strictObject({ url, tipos, descricao, ativo: z.boolean().describe('false pausa; true retoma, também o desativado') })
  .partial()
  .meta({ example: { descricao: 'ERP da matriz e das filiais' } });

export const rotacaoDeGanchoHttp = z
  .strictObject({
    sobreposicaoHoras: z
      .int()
      .min(0)
      .max(SOBREPOSICAO_MAXIMA_HORAS)
      .default(SOBREPOSICAO_PADRAO_HORAS)
      .describe('Por quanto tempo também se assina com o segredo de antes'),
  })
  .meta({ example: { sobreposicaoHoras: 24 } });

const GANCHO_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000e1',
  url: 'https://integracao.example/reservas',
  tipos: ['reserva.confirmada.v1', 'reserva.cancelada.v1'] as MessageType[],
  descricao: 'ERP da matriz',
  situacao: 'ATIVO',
  falhandoDesde: null,
  desativacaoPrevistaEm: null,
  ultimoExitoEm: '2026-11-26T12:00:01.000Z',
  pendentes: 0,
  segredos: [{ criadoEm: '2026-11-25T12:00:00.000Z', valeAte: null }],
  versao: 1,
  criadoEm: '2026-11-25T12:00:00.000Z',
};
const gancho = z.object({
  id,
  url: z.string(),
  tipos: z.array(tipoDeGancho),
  descricao: z.string(),
  situacao: z
    .enum(['ATIVO', 'EM_RISCO', 'PAUSADO', 'DESATIVADO'])
    .describe(
      'EM_RISCO: nada é aceito há um dia; será desativado em desativacaoPrevistaEm, se nada for até lá. ' +
        'PAUSADO por quem administra, DESATIVADO pela plataforma: o que acontece é retido, e se pode reenviar',
    ),
  falhandoDesde: instante.nullable().describe('Desde quando nenhuma tentativa é aceita'),
  desativacaoPrevistaEm: instante.nullable(),
  ultimoExitoEm: instante.nullable(),
  pendentes: z.int().describe('Entregas por fazer; a contagem para em 10.000'),
  segredos: z
    .array(z.object({ criadoEm: instante, valeAte: instante.nullable().describe('null: até a próxima rotação') }))
    .describe('Com que se assina agora, o mais novo primeiro; os segredos mesmos não se mostram de novo'),
  versao: z.int().min(1),
  criadoEm: instante,
});
export const ganchoHttp = gancho.meta({ example: GANCHO_EXEMPLO });
/** A house has few: there are no pages. */
export const ganchosHttp = z
  .object({
    itens: z.array(gancho),
    tiposPossiveis: z.array(tipoDeGancho).describe('Tudo o que um gancho pode contar'),
  })
  .meta({ example: { itens: [GANCHO_EXEMPLO], tiposPossiveis: GANCHO_EXEMPLO.tipos } });
const segredo = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/=]+$/)
  .describe('Confere as assinaturas (Standard Webhooks); só se mostra aqui');
export const ganchoCriadoHttp = gancho
  .extend({ segredo })
  .meta({ example: { ...GANCHO_EXEMPLO, segredo: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789A=' } });

const erroDeTentativa = z
  .enum(['ENDERECO_PROIBIDO', 'NOME_NAO_RESOLVIDO', 'PRAZO', 'TLS', 'CONEXAO', 'REDIRECIONAMENTO', 'RECUSADO'])
  .describe('RECUSADO: respondeu e não foi 2xx. REDIRECIONAMENTO: não se segue');
const tentativa = {
  status: z.int().nullable().describe('Do HTTP; null quando não houve resposta'),
  duracaoMs: z.int(),
  erro: erroDeTentativa.nullable().describe('null: aceita'),
  resposta: z.string().describe('O começo do corpo da resposta, até 500 caracteres'),
};
export const testeDeGanchoHttp = z
  .object({ ...tentativa, mensagemId: id.describe('O webhook-id do que se enviou') })
  .meta({
    example: {
      mensagemId: '0192f0c4-0000-7000-8000-0000000000e3',
      status: 200,
      duracaoMs: 84,
      erro: null,
      resposta: 'ok',
    },
  });

const estadoDaEntrega = z
  .enum(['PENDENTE', 'ENTREGUE', 'FALHOU', 'RETIDA'])
  .describe('FALHOU: três dias sem êxito. RETIDA: o gancho estava parado, ou com entregas demais por fazer');
const ENTREGA_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-0000000000e2',
  mensagemId: '0192f0c4-0000-7000-8000-0000000000b2',
  tipo: 'reserva.confirmada.v1' as MessageType,
  estado: 'ENTREGUE',
  tentativas: 1,
  criadaEm: '2026-11-26T12:00:00.000Z',
  proximaEm: null,
  encerradaEm: '2026-11-26T12:00:01.000Z',
};
const entrega = z.object({
  id,
  mensagemId: id.describe('O id do evento, e o webhook-id de todas as tentativas'),
  tipo: tipoDeGancho,
  estado: estadoDaEntrega,
  tentativas: z.int(),
  criadaEm: instante,
  proximaEm: instante.nullable().describe('Quando se tenta de novo; null se não mais'),
  encerradaEm: instante.nullable(),
});
export const entregaDeGanchoHttp = entrega
  .extend({
    log: z
      .array(z.object({ feitaEm: instante, ...tentativa }))
      .describe(`As últimas ${MAXIMO_DE_TENTATIVAS_VISTAS} tentativas, a mais nova primeiro`),
    evento: cloudEventSchema.describe('O que se envia'),
  })
  .meta({
    example: {
      ...ENTREGA_EXEMPLO,
      log: [{ feitaEm: '2026-11-26T12:00:01.000Z', status: 200, duracaoMs: 84, erro: null, resposta: 'ok' }],
      evento: {
        specversion: '1.0',
        id: ENTREGA_EXEMPLO.mensagemId,
        source: '/servicos/reservas',
        type: 'espaco.alterado.v1',
        subject: 'espaco/0192f0c4-0000-7000-8000-00000000000e',
        time: '2026-11-26T12:00:00.000Z',
        datacontenttype: 'application/json',
        sequence: '2',
        correlationid: 'c6b1a1de-7d9c-4b0a-b2ff-5d0a2d6d6a11',
        data: { espacoId: '0192f0c4-0000-7000-8000-00000000000e', versao: 2 },
      },
    },
  });
export const entregasDeGanchoHttp = pagina(entrega).meta({ example: { itens: [ENTREGA_EXEMPLO], proximo: null } });
export const filtroDeEntregasHttp = z.strictObject({
  ...paginacaoPor('instanteEId'),
  estado: estadoDaEntrega.optional(),
  tipo: tipoDeGancho.optional(),
});

export const reenvioDePeriodoHttp = z
  .strictObject({
    de: instante,
    ate: instante.describe('Este instante já não'),
    estados: z
      .array(z.enum(['ENTREGUE', 'FALHOU', 'RETIDA']))
      .min(1)
      .max(3)
      .default(['FALHOU', 'RETIDA']),
    tipos: tipos.optional().describe('Só estes'),
  })
  .refine(({ de, ate }) => Date.parse(de) < Date.parse(ate), { error: 'deve vir depois de de', path: ['ate'] })
  .meta({ example: { de: '2026-11-26T00:00:00-03:00', ate: '2026-11-27T00:00:00-03:00' } });
export const reenvioAceitoHttp = z.object({ reenviadas: z.int() }).meta({ example: { reenviadas: 12 } });

export type TipoDeGancho = z.output<typeof tipoDeGancho>;
export type GanchoHttp = z.output<typeof ganchoHttp>;
export type GanchosHttp = z.output<typeof ganchosHttp>;
export type GanchoCriadoHttp = z.output<typeof ganchoCriadoHttp>;
export type NovoGanchoHttp = z.output<typeof novoGanchoHttp>;
export type MudancaDeGanchoHttp = z.output<typeof mudancaDeGanchoHttp>;
export type TesteDeGanchoHttp = z.output<typeof testeDeGanchoHttp>;
export type ErroDeTentativa = z.output<typeof erroDeTentativa>;
export type EntregasDeGanchoHttp = z.output<typeof entregasDeGanchoHttp>;
export type EntregaDeGanchoHttp = z.output<typeof entregaDeGanchoHttp>;
export type FiltroDeEntregasHttp = z.output<typeof filtroDeEntregasHttp>;
export type ReenvioDePeriodoHttp = z.output<typeof reenvioDePeriodoHttp>;
