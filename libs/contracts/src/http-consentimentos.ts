import { z } from 'zod';
import { finalidadeDeConsentimento, idioma, instante } from './primitives.js';

const textoDeConsentimento = z.object({
  versao: z.int().min(1),
  idioma,
  titulo: z.string(),
  texto: z.string().describe('O que se mostra a quem consente'),
});
const palavra = z.object({
  concedido: z.boolean(),
  em: instante,
  texto: textoDeConsentimento.describe('O que lhe foi mostrado então'),
});
/** One purpose: what is asked now, and what the person said of it. */
export const consentimentoHttp = z.object({
  finalidade: finalidadeDeConsentimento,
  texto: textoDeConsentimento.describe('O que se pergunta hoje'),
  concedido: z.boolean().describe('Se vale agora; quem nunca disse nada não consentiu'),
  historico: z.array(palavra).describe('O que a pessoa disse, do mais novo ao mais antigo; no máximo as últimas 20'),
});
const exemplo = {
  finalidade: 'NOVIDADES' as const,
  texto: { versao: 1, idioma: 'pt-BR' as const, titulo: 'Receber novidades', texto: 'Aceito receber mensagens…' },
  concedido: true,
  historico: [
    {
      concedido: true,
      em: '2026-11-26T12:00:00.000Z',
      texto: { versao: 1, idioma: 'pt-BR' as const, titulo: 'Receber novidades', texto: 'Aceito receber mensagens…' },
    },
  ],
};
export const consentimentosHttp = z
  .object({ itens: z.array(consentimentoHttp) })
  .meta({ example: { itens: [exemplo] } });
export const consultaDeConsentimentosHttp = z.strictObject({
  idioma: idioma.optional().describe('Do texto que se pergunta hoje; sem ele, o da pessoa'),
});
export const mudancaDeConsentimentoHttp = z
  .strictObject({
    concedido: z.boolean(),
    versao: z.int().min(1).max(100_000).describe('Do texto que a pessoa leu'),
    idioma: idioma.optional().describe('Em que o leu; sem ele, o da pessoa'),
  })
  .meta({ example: { concedido: true, versao: 1, idioma: 'pt-BR' } });

export type ConsentimentoHttp = z.output<typeof consentimentoHttp>;
export type ConsentimentosHttp = z.output<typeof consentimentosHttp>;
