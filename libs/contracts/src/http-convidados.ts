import { z } from 'zod';
import { enderecoDeEmail, estadoNotificacao, fuso, id, instante } from './primitives.js';

/** More than this is an event, not a booking with guests. */
export const MAXIMO_DE_CONVIDADOS = 20;

const respostaDeConvidado = z.enum(['VEM', 'NAO_VEM']);

/** Somebody who comes to a booking without an account here: told by e-mail, with the entry for their calendar. */
const convidadoHttp = z
  .object({
    id,
    email: z.string(),
    avisado: estadoNotificacao
      .nullable()
      .describe('O que foi do último aviso a esta pessoa; null enquanto a reserva não se confirma'),
    resposta: respostaDeConvidado
      .nullable()
      .describe('O que a pessoa respondeu ao último convite; null enquanto não responde'),
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000c1',
      email: 'bia@exemplo.com',
      avisado: 'ENVIADA',
      resposta: 'VEM',
    },
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

export const convidadosDaSerieHttp = z
  .object({ reservas: z.int().describe('De quantas ocorrências a lista passa a ser esta') })
  .meta({ example: { reservas: 8 } });

const tokenDeConvite = z
  .string()
  .regex(/^[A-Za-z0-9_-]{70}$/, 'esperado o que o convite traz')
  .meta({ example: 'AZLwxAAAcACAAAAAAAAAwQGS8MQAAHAAgAAAAAAAAKEAAAACA4AUKbNgQ13QfnUEnEHmng' });

export const pedidoDeConviteHttp = z.strictObject({ token: tokenDeConvite });
export const respostaAConviteHttp = z.strictObject({ token: tokenDeConvite, resposta: respostaDeConvidado }).meta({
  example: {
    token: 'AZLwxAAAcACAAAAAAAAAwQGS8MQAAHAAgAAAAAAAAKEAAAACA4AUKbNgQ13QfnUEnEHmng',
    resposta: 'VEM',
  },
});
export const conviteHttp = z
  .object({
    espaco: z.string(),
    cidade: z.string(),
    fuso,
    anfitriao: z.string().nullable().describe('O nome de quem convidou; null se não se sabe'),
    periodos: z.array(z.object({ inicio: instante, fim: instante })).describe('Os horários a que se responde'),
  })
  .meta({
    example: {
      espaco: 'Sala Ipê',
      cidade: 'São Paulo',
      fuso: 'America/Sao_Paulo',
      anfitriao: 'Ana Souza',
      periodos: [{ inicio: '2026-12-04T13:00:00.000Z', fim: '2026-12-04T15:00:00.000Z' }],
    },
  });

export type ConvidadosHttp = z.output<typeof convidadosHttp>;
export type ConvidadosDaSerieHttp = z.output<typeof convidadosDaSerieHttp>;
export type ConviteHttp = z.output<typeof conviteHttp>;
export type RespostaDeConvidado = z.output<typeof respostaDeConvidado>;
