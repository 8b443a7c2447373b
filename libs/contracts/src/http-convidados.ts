import { z } from 'zod';
import { enderecoDeEmail, estadoNotificacao, id } from './primitives.js';

/** More than this is an event, not a booking with guests. */
export const MAXIMO_DE_CONVIDADOS = 20;

/** Somebody who comes to a booking without an account here: told by e-mail, with the entry for their calendar. */
const convidadoHttp = z
  .object({
    id,
    email: z.string(),
    avisado: estadoNotificacao
      .nullable()
      .describe('O que foi do último aviso a esta pessoa; null enquanto a reserva não se confirma'),
  })
  .meta({
    example: { id: '0192f0c4-0000-7000-8000-0000000000c1', email: 'bia@exemplo.com', avisado: 'ENVIADA' },
  });
export const convidadosHttp = z.object({ itens: z.array(convidadoHttp) });
export const listaDeConvidadosHttp = z
  .strictObject({
    emails: z
      .array(enderecoDeEmail)
      .max(MAXIMO_DE_CONVIDADOS)
      .describe('A lista inteira; o mesmo endereço duas vezes é um convidado'),
  })
  .meta({ example: { emails: ['bia@exemplo.com', 'caio@exemplo.org'] } });

export type ConvidadosHttp = z.output<typeof convidadosHttp>;
