import { z } from 'zod';
import { id, instante, texto } from './primitives.js';

/** As many calendars of elsewhere as one space follows. */
export const MAXIMO_DE_SEGUIDOS = 5;
/** How many of what is in the way are told of. */
export const MAXIMO_DE_CONFLITOS = 50;

const nome = texto({ max: 80 }).describe('Como a casa o chama; é o motivo dos bloqueios que vêm dele');
const unidades = z.array(id).min(1).max(500);

export const novoCalendarioSeguidoHttp = z
  .strictObject({
    nome,
    endereco: z
      .url({ protocol: /^https?$/, error: 'esperado um URL https' })
      .regex(/^[\x21-\x7e]{1,1000}$/, 'esperado um URL https de até 1000 caracteres ASCII')
      .describe('De um calendário (iCal), por HTTPS e num endereço público; não é mostrado de novo'),
    unidades: unidades.optional().describe('As que ele toma; ausente, todas'),
  })
  .meta({ example: { nome: 'Agenda da matriz', endereco: 'https://calendario.exemplo.com/privado-3q2-7w/basic.ics' } });

export const mudancaDeCalendarioSeguidoHttp = z
  .strictObject({ ativo: z.boolean().describe('false pausa: o que ele já tomou fica; true retoma') })
  .meta({ example: { ativo: false } });

export const erroDeBusca = z
  .enum([
    'ENDERECO_PROIBIDO',
    'NOME_NAO_RESOLVIDO',
    'CONEXAO',
    'TLS',
    'PRAZO',
    'RECUSADO',
    'REDIRECIONAMENTOS_DEMAIS',
    'GRANDE_DEMAIS',
    'ILEGIVEL',
    'OCUPA_DEMAIS',
  ])
  .describe('Por que a última busca não serviu');

export const calendarioSeguidoHttp = z
  .object({
    id,
    espacoId: id,
    nome: z.string(),
    origem: z.string().describe('De onde vem, sem o resto do endereço'),
    unidades: z.array(id).nullable().describe('null: todas as do espaço'),
    ativo: z.boolean(),
    buscadoEm: instante.nullable().describe('A última tentativa'),
    lidoEm: instante.nullable().describe('A última que serviu'),
    erro: erroDeBusca.nullable(),
    status: z.int().nullable().describe('O status HTTP de uma recusa'),
    proximaEm: instante.nullable().describe('null: pausado'),
    bloqueios: z.int().describe('Quantos ainda por acabar vêm dele'),
    conflitos: z
      .array(z.object({ reservaId: id, inicio: instante, fim: instante }))
      .max(MAXIMO_DE_CONFLITOS)
      .describe('Reservas no tempo que ele diz tomado: ficam como estão, e alguém decide'),
    criadoEm: instante,
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000c5',
      espacoId: '0192f0c4-0000-7000-8000-0000000000e1',
      nome: 'Agenda da matriz',
      origem: 'calendario.exemplo.com',
      unidades: null,
      ativo: true,
      buscadoEm: '2026-11-27T12:00:00.000Z',
      lidoEm: '2026-11-27T12:00:00.000Z',
      erro: null,
      status: null,
      proximaEm: '2026-11-27T12:15:00.000Z',
      bloqueios: 12,
      conflitos: [],
      criadoEm: '2026-11-20T12:00:00.000Z',
    },
  });
export const calendariosSeguidosHttp = z.object({ itens: z.array(calendarioSeguidoHttp) });

export type NovoCalendarioSeguidoHttp = z.output<typeof novoCalendarioSeguidoHttp>;
export type CalendarioSeguidoHttp = z.output<typeof calendarioSeguidoHttp>;
export type CalendariosSeguidosHttp = z.output<typeof calendariosSeguidosHttp>;
export type ErroDeBusca = z.output<typeof erroDeBusca>;
