import { z } from 'zod';
import { id, instante } from './primitives.js';

const EXEMPLO_ID = '01936c5e-7b1a-7c3e-9f2d-0a1b2c3d4e5f';

export const escopoCalendario = z.enum(['USUARIO', 'ESPACO']);

export const novoCalendarioHttp = z
  .discriminatedUnion('escopo', [
    z.strictObject({ escopo: z.literal('USUARIO') }),
    z.strictObject({ escopo: z.literal('ESPACO'), espacoId: id }),
  ])
  .meta({ example: { escopo: 'USUARIO' } });

/** A feed, without its secret: that is told once, when it is created. */
export const calendarioHttp = z
  .object({ id, escopo: escopoCalendario, espacoId: id.nullable(), criadoEm: instante })
  .meta({ example: { id: EXEMPLO_ID, escopo: 'USUARIO', espacoId: null, criadoEm: '2026-11-22T12:00:00.000Z' } });

export const calendariosHttp = z.object({ itens: z.array(calendarioHttp) });

export const calendarioCriadoHttp = calendarioHttp
  .extend({
    caminho: z.string().describe('Endereço secreto do feed, a partir da raiz desta API; não é mostrado de novo'),
  })
  .meta({
    example: {
      id: EXEMPLO_ID,
      escopo: 'USUARIO',
      espacoId: null,
      criadoEm: '2026-11-22T12:00:00.000Z',
      caminho: '/v1/calendarios/feed/3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs.ics',
    },
  });

/** The last part of a feed's address. */
export const arquivoDeCalendario = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}\.ics$/, 'esperado o segredo, seguido de .ics')
  .describe('O segredo, seguido de .ics');

export type NovoCalendarioHttp = z.output<typeof novoCalendarioHttp>;
export type CalendarioHttp = z.output<typeof calendarioHttp>;
export type CalendariosHttp = z.output<typeof calendariosHttp>;
export type CalendarioCriadoHttp = z.output<typeof calendarioCriadoHttp>;
