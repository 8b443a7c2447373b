import { z } from 'zod';
import { fuso } from './fuso.js';
import { canalNotificacao, idioma } from './primitives.js';

/** What people are told about. */
export const assuntoDeAviso = z.enum(['RESERVAS', 'LEMBRETES', 'PAGAMENTOS', 'NOVIDADES', 'PESQUISAS']);
const hora = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'esperada uma hora, por exemplo 22:00')
  .meta({ example: '22:00' });
const silencio = z
  .strictObject({ de: hora, ate: hora, fuso })
  .refine(({ de, ate }) => de !== ate, { error: 'de e ate são a mesma hora', path: ['ate'] })
  .describe('No relógio de quem escolhe; pode passar da meia-noite. O que não pode esperar vai assim mesmo');
const desligado = z.strictObject({ canal: canalNotificacao, assunto: assuntoDeAviso });
/** What a person must be able to count on: that it was told to them somewhere. */
const SEMPRE_POR_EMAIL: ReadonlySet<string> = new Set(['RESERVAS', 'PAGAMENTOS']);
const exemplo = {
  idioma: null,
  silencio: { de: '22:00', ate: '07:00', fuso: 'America/Sao_Paulo' },
  desligados: [{ canal: 'SMS' as const, assunto: 'LEMBRETES' as const }],
};

export const preferenciasHttp = z
  .strictObject({
    idioma: idioma.nullable().describe('Em que se escreve; null, a língua da conta'),
    silencio: silencio.nullable(),
    desligados: z
      .array(desligado)
      .max(15)
      .refine((todos) => new Set(todos.map(({ canal, assunto }) => `${canal} ${assunto}`)).size === todos.length, {
        error: 'repete um canal e assunto',
      })
      .refine((todos) => todos.every(({ canal, assunto }) => canal !== 'EMAIL' || !SEMPRE_POR_EMAIL.has(assunto)), {
        error: 'por e-mail se diz sempre o que é das reservas e dos pagamentos',
      })
      .describe('O que não se quer por um canal; o mais se recebe. NOVIDADES e PESQUISAS pedem também consentimento'),
  })
  .meta({ example: exemplo });

export type AssuntoDeAviso = z.output<typeof assuntoDeAviso>;
export type PreferenciasHttp = z.output<typeof preferenciasHttp>;
