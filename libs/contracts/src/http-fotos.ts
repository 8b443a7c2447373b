import { z } from 'zod';

/** Of a photo as it is sent, bytes; in base64 it is a third longer. */
export const FOTO_MAXIMA_BYTES = 6_000_000;

/** The smallest PNG: what the documents show can be tried. */
const PNG_EXEMPLO = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

export const novaFotoHttp = z
  .strictObject({
    conteudo: z
      .string()
      .min(1)
      .max(Math.ceil(FOTO_MAXIMA_BYTES / 3) * 4)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'esperado base64')
      .describe('A imagem (JPEG, PNG ou WebP, pelo que ela é e não pelo nome), em base64'),
  })
  .meta({ example: { conteudo: PNG_EXEMPLO } });

/** By what is in it: the same photo is the same file, and a name never means another. */
export const nomeDeFoto = z
  .string()
  .regex(/^[0-9a-f]{32}\.webp$/, 'esperado o nome de uma foto')
  .meta({ example: '7f1d3c5b9a8e4f60b2c4d6e8f0a1b3c5.webp' });

export const fotoHttp = z
  .object({
    foto: z.string().describe('O que se põe em `fotos` de um espaço'),
    largura: z.int().min(1),
    altura: z.int().min(1),
  })
  .meta({ example: { foto: '/fotos/7f1d3c5b9a8e4f60b2c4d6e8f0a1b3c5.webp', largura: 1_600, altura: 1_067 } });
export type FotoHttp = z.output<typeof fotoHttp>;
