import { z } from 'zod';
import { dia, id } from './primitives.js';

/* What houses keep in spreadsheets and calendars, brought here and taken away again in the same columns. */

export const tipoDePlanilha = z.enum(['espacos', 'horarios', 'reservas']);
/** Of a file, characters. */
export const PLANILHA_MAXIMA = 1_000_000;

/** Lines and tabs are what such files are made of. */
const SEM_CONTROLES = /^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uD800-\uDFFF]*$/u;

const ESPACO_EXEMPLO = '071b2b23-585f-863e-9ef6-8f8adaa0bf23';

/** Columns of each file, in order; those that a file may leave out say nothing of the space. */
export const COLUNAS_DAS_PLANILHAS = {
  espacos: [
    'espaco',
    'cidade',
    'tipo',
    'endereco',
    'fuso',
    'capacidade',
    'unidades',
    'preco_hora',
    'duracao_minima_min',
    'duracao_maxima_min',
    'passo_min',
    'folga_antes_min',
    'folga_depois_min',
    'descricao',
    'recursos',
    'publicado',
  ],
  horarios: ['espaco', 'cidade', 'dia_semana', 'abre', 'fecha'],
  reservas: ['espaco', 'cidade', 'inicio', 'fim', 'titulo'],
} as const satisfies Readonly<Record<z.output<typeof tipoDePlanilha>, readonly string[]>>;

export const novaImportacaoHttp = z
  .strictObject({
    tipo: tipoDePlanilha,
    formato: z.enum(['CSV', 'ICAL']).default('CSV').describe('ICAL (RFC 5545): as reservas de um espaço'),
    espacoId: id.optional().describe('De quem é um calendário'),
    conteudo: z.string().min(1).max(PLANILHA_MAXIMA).regex(SEM_CONTROLES, 'não pode conter caracteres de controle'),
    simular: z.boolean().default(true).describe('true: diz o que faria, linha por linha, e nada muda'),
  })
  .refine(
    ({ formato, tipo, espacoId }) =>
      (formato === 'ICAL') === (espacoId !== undefined) && (formato === 'CSV' || tipo === 'reservas'),
    {
      path: ['espacoId'],
      error: 'um calendário traz as reservas de um espaço, que se diz aqui; uma planilha o diz em cada linha',
    },
  )
  .meta({
    example: {
      tipo: 'horarios',
      formato: 'CSV',
      conteudo: 'espaco,cidade,dia_semana,abre,fecha\r\nSala Ipê,São Paulo,1,08:00,20:00\r\n',
      simular: true,
    },
  });

export const importacaoHttp = z
  .object({
    situacao: z
      .enum(['SIMULADA', 'FEITA', 'RECUSADA'])
      .describe('RECUSADA: há erros, e nada do arquivo entrou; corrija-os e envie de novo'),
    novas: z.int(),
    mudadas: z.int(),
    iguais: z.int().describe('O que já estava aqui, e fica como está: o mesmo arquivo pode vir de novo'),
    erros: z.int(),
    linhas: z
      .array(
        z.object({
          linha: z.int().describe('Do arquivo, a partir de 1; a primeira são os nomes das colunas'),
          situacao: z.enum(['NOVA', 'MUDADA', 'IGUAL', 'ERRO']),
          oQue: z.string(),
          erros: z.array(z.object({ campo: z.string(), mensagem: z.string() })),
        }),
      )
      .describe('As com erro primeiro; no máximo 500'),
  })
  .meta({
    example: {
      situacao: 'SIMULADA',
      novas: 0,
      mudadas: 1,
      iguais: 0,
      erros: 0,
      linhas: [{ linha: 2, situacao: 'MUDADA', oQue: 'Sala Ipê', erros: [] }],
    },
  });

export const filtroDePlanilhaHttp = z
  .strictObject({
    formato: z.enum(['csv', 'ical']).default('csv').meta({ default: 'csv' }),
    modelo: z
      .enum(['sim', 'nao'])
      .default('nao')
      .meta({ default: 'nao' })
      .describe('sim: só as colunas, com um exemplo'),
    espacoId: id.optional().describe('Só este espaço; um calendário é sempre de um').meta({ example: ESPACO_EXEMPLO }),
    desde: dia.optional().describe('Reservas que acabam a partir deste dia (UTC); ausente, as que ainda não acabaram'),
  })
  .refine(({ formato, espacoId }) => formato === 'csv' || espacoId !== undefined, {
    path: ['espacoId'],
    error: 'um calendário é de um espaço',
  });

export type TipoDePlanilha = z.output<typeof tipoDePlanilha>;
export type NovaImportacaoHttp = z.output<typeof novaImportacaoHttp>;
export type ImportacaoHttp = z.output<typeof importacaoHttp>;
export type FiltroDePlanilhaHttp = z.output<typeof filtroDePlanilhaHttp>;
