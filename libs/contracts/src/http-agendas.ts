import { z } from 'zod';
import { filtroDeEspacosHttp, recurso, tipoEspaco } from './http-espacos.js';
import { novaReservaHttp } from './http-reservas.js';
import { novaSerieHttp } from './http-series.js';
import { centavos, fuso, id, inteiroDaQuery, instante, statusReserva, texto } from './primitives.js';

/** Spaces times days of one answer, at most: 350 spaces of a day, 50 of a week, 11 of a month. */
export const MAX_ESPACOS_DIAS = 350;
const MAX_ESPACOS = 300;
const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

const ESPACO_EXEMPLO = {
  id: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
  nome: 'Sala Ipê',
  tipo: 'SALA',
  cidade: 'São Paulo',
  capacidade: 8,
  fuso: 'America/Sao_Paulo',
};
const espacoResumido = z.object({
  id,
  nome: z.string(),
  tipo: tipoEspaco,
  cidade: z.string(),
  capacidade: z.int(),
  fuso,
});

const intervalo = z.object({ inicio: instante, fim: instante });
const ocupacaoHttp = z.object({
  tipo: z.enum(['RESERVA', 'BLOQUEIO']),
  inicio: instante,
  fim: instante,
  folgaAntesMinutos: z.number().min(0).describe('Preparação antes do início, também tomada'),
  folgaDepoisMinutos: z.number().min(0),
  unidades: z.int().min(1).describe('Quantas unidades toma'),
  minha: z.boolean().describe('É de quem pergunta'),
  reservaId: id.nullable().describe('null: de outra pessoa, ou um bloqueio'),
  reserva: z
    .object({ clienteId: id, status: statusReserva, titulo: z.string().nullable() })
    .nullable()
    .describe('De quem é e como se chama; só para quem administra, opera ou gere o espaço'),
});

export const linhaDoTempoHttp = z
  .object({
    de: instante,
    ate: instante,
    itens: z.array(
      z.object({
        espaco: espacoResumido.extend({ unidades: z.int() }),
        fechado: z.array(intervalo).describe('Quando não abre, em ordem'),
        ocupacoes: z.array(ocupacaoHttp).describe('Pelo início'),
      }),
    ),
    proximo: z.string().nullable().describe('Cursor da página seguinte; null na última'),
  })
  .meta({
    example: {
      de: '2026-12-01T11:00:00.000Z',
      ate: '2026-12-02T11:00:00.000Z',
      itens: [
        {
          espaco: { ...ESPACO_EXEMPLO, unidades: 1 },
          fechado: [{ inicio: '2026-12-01T23:00:00.000Z', fim: '2026-12-02T11:00:00.000Z' }],
          ocupacoes: [
            {
              tipo: 'RESERVA',
              inicio: '2026-12-01T13:00:00.000Z',
              fim: '2026-12-01T14:00:00.000Z',
              folgaAntesMinutos: 0,
              folgaDepoisMinutos: 15,
              unidades: 1,
              minha: false,
              reservaId: null,
              reserva: null,
            },
          ],
        },
      ],
      proximo: null,
    },
  });

const { cidade, tipo, capacidade, recursos, cursor } = filtroDeEspacosHttp.shape;
export const filtroDaLinhaDoTempoHttp = z.strictObject({
  de: instante.meta({ example: '2027-06-08T00:00:00-03:00' }),
  ate: instante.describe('Até 31 dias depois de de').meta({ example: '2027-06-09T00:00:00-03:00' }),
  espacos: z
    .string()
    .regex(new RegExp(`^${UUID}(?:,${UUID}){0,99}$`), 'esperados até 100 ids separados por vírgula')
    .overwrite((ids) => ids.toLowerCase())
    .optional()
    .describe('Só estes, separados por vírgula'),
  cidade,
  tipo,
  capacidade,
  recursos,
  cursor,
  limite: inteiroDaQuery(1, MAX_ESPACOS)
    .default(50)
    .meta({ default: 50 })
    .describe(`Espaços por página; vezes os dias da janela, até ${MAX_ESPACOS_DIAS}`),
});

/** At most so many spaces are looked at for a search by recurrence. */
const MAX_ESPACOS_DA_RECORRENCIA = 20;

const saidaHttp = z.object({
  tipo: z
    .enum(['OUTRA_HORA', 'MAIS_CURTA', 'OUTRO_ESPACO', 'PULAR'])
    .describe(
      'OUTRA_HORA: todas, um pouco antes ou depois. MAIS_CURTA: todas, e acabam antes. OUTRO_ESPACO: as impedidas, noutro ' +
        'espaço. PULAR: só as livres',
    ),
  descricao: z.string(),
  minutos: z.int().nullable().describe('Quanto depois (antes, se negativo), ou quanto mais curta'),
  outroEspaco: espacoResumido.nullable(),
  pedidos: z
    .array(novaSerieHttp)
    .min(1)
    .max(2)
    .describe('Corpos que POST /v1/series aceita como estão; dois, quando há outro espaço'),
});

export const recorrenciaHttp = z
  .object({
    itens: z.array(
      z.object({
        espaco: espacoResumido.extend({ precoHoraCentavos: centavos }),
        ocorrencias: z.int().describe('Quantas a regra dá'),
        livres: z.int(),
        impedidas: z.array(
          z.object({
            inicio: instante,
            fim: instante,
            codigo: z.string().describe('Código com que a reserva seria recusada'),
            motivo: z.string(),
          }),
        ),
        pedido: novaSerieHttp.nullable().describe('O corpo para POST /v1/series, quando todas estão livres'),
        saidas: z.array(saidaHttp).describe('O que se pode reservar em seu lugar, do mais próximo ao que se pediu'),
      }),
    ),
    examinados: z.int().describe('Quantos espaços foram olhados'),
    haMais: z.boolean().describe('Outros serviriam à busca e não foram olhados: estreite-a'),
  })
  .meta({
    example: {
      itens: [
        {
          espaco: { ...ESPACO_EXEMPLO, precoHoraCentavos: 9_000 },
          ocorrencias: 12,
          livres: 11,
          impedidas: [
            {
              inicio: '2027-06-17T12:00:00.000Z',
              fim: '2027-06-17T13:00:00.000Z',
              codigo: 'reservas.espaco-indisponivel',
              motivo: 'O espaço já está ocupado neste período',
            },
          ],
          pedido: null,
          saidas: [
            {
              tipo: 'PULAR',
              descricao: 'Sem 1 das 12 ocorrências',
              minutos: null,
              outroEspaco: null,
              pedidos: [
                {
                  espacoId: ESPACO_EXEMPLO.id,
                  inicio: '2027-06-10T12:00:00.000Z',
                  fim: '2027-06-10T13:00:00.000Z',
                  regra: 'FREQ=WEEKLY;BYDAY=TH;COUNT=12',
                  excecoes: ['2027-06-17'],
                  modo: 'TUDO_OU_NADA',
                  cobranca: 'OCORRENCIA',
                },
              ],
            },
          ],
        },
      ],
      examinados: 1,
      haMais: false,
    },
  });

const { inicio, fim, regra, excecoes } = novaSerieHttp.shape;
export const buscaPorRecorrenciaHttp = z
  .strictObject({
    inicio,
    fim,
    regra,
    excecoes,
    espacos: z.array(id).min(1).max(MAX_ESPACOS_DA_RECORRENCIA).optional().describe('Só estes'),
    cidade: texto({ max: 100 }).optional(),
    tipo: tipoEspaco.optional(),
    capacidade: z.int().min(1).max(100_000).optional(),
    recursos: z.array(recurso).max(20).optional(),
    limite: z.int().min(1).max(MAX_ESPACOS_DA_RECORRENCIA).default(10).describe('Quantos espaços olhar'),
  })
  .meta({
    example: {
      inicio: '2027-06-10T09:00:00-03:00',
      fim: '2027-06-10T10:00:00-03:00',
      regra: 'FREQ=WEEKLY;BYDAY=TH;COUNT=12',
      cidade: 'São Paulo',
    },
  });

/** A booking again: the body that makes it. */
export const repeticaoHttp = z
  .object({
    pedido: novaReservaHttp
      .nullable()
      .describe('Corpo que POST /v1/reservas aceita como está; null quando nenhum horário igual está livre'),
    semanasDepois: z.int().nullable().describe('Quantas semanas depois da reserva repetida'),
  })
  .meta({
    example: {
      pedido: {
        espacoId: ESPACO_EXEMPLO.id,
        inicio: '2027-06-08T13:00:00.000Z',
        fim: '2027-06-08T14:00:00.000Z',
      },
      semanasDepois: 1,
    },
  });

export type LinhaDoTempoHttp = z.output<typeof linhaDoTempoHttp>;
export type FiltroDaLinhaDoTempoHttp = z.output<typeof filtroDaLinhaDoTempoHttp>;
export type RecorrenciaHttp = z.output<typeof recorrenciaHttp>;
export type SaidaHttp = z.output<typeof saidaHttp>;
export type BuscaPorRecorrenciaHttp = z.output<typeof buscaPorRecorrenciaHttp>;
export type RepeticaoHttp = z.output<typeof repeticaoHttp>;
