import { z } from 'zod';
import { escopos } from './politica.js';
import { id, instante, texto } from './primitives.js';

/** How many scopes there are bounds how many one key has. */
export const novaChaveDeApiHttp = z
  .strictObject({
    nome: texto({ max: 60 }).describe('Para o dono a reconhecer'),
    escopos: z
      .array(z.enum(escopos))
      .min(1)
      .max(escopos.length)
      .refine((lista) => new Set(lista).size === lista.length, 'um escopo não se repete')
      .meta({ uniqueItems: true }),
    validadeDias: z.int().min(1).max(365).default(90).meta({ default: 90 }),
    pedidosPorMinuto: z
      .int()
      .min(1)
      .max(6000)
      .default(600)
      .meta({ default: 600 })
      .describe('O ritmo que cada instância dos serviços lhe dá'),
  })
  .meta({
    example: { nome: 'Painel do saguão', escopos: ['reservas.ver'], validadeDias: 90, pedidosPorMinuto: 60 },
  });
export const rotacaoDeChaveHttp = z
  .strictObject({
    sobreposicaoHoras: z
      .int()
      .min(0)
      .max(168)
      .default(24)
      .meta({ default: 24 })
      .describe('Por quanto tempo o segredo de antes ainda vale'),
  })
  .meta({ example: { sobreposicaoHoras: 24 } });
const exemploDeChaveDeApi = {
  id: '0192f0c4-0000-7000-8000-0000000000d1',
  nome: 'Painel do saguão',
  escopos: ['reservas.ver'] as ['reservas.ver'],
  pedidosPorMinuto: 60,
  criadaEm: '2026-11-22T12:00:00.000Z',
  expiraEm: '2027-02-20T12:00:00.000Z',
  usadaEm: null,
  segredos: [{ prefixo: '1a2b3c4d', criadoEm: '2026-11-22T12:00:00.000Z', valeAte: null }],
};
const chaveDeApiHttp = z.object({
  id,
  nome: z.string(),
  escopos: z.array(z.enum(escopos)),
  pedidosPorMinuto: z.int(),
  criadaEm: instante,
  expiraEm: instante,
  usadaEm: instante.nullable().describe('O último token que se pediu com ela, até um minuto antes'),
  segredos: z
    .array(
      z.object({
        prefixo: z.string().describe('Vem na chave depois de pre_'),
        criadoEm: instante,
        valeAte: instante.nullable().describe('Quando deixa de valer antes da chave; null: junto com ela'),
      }),
    )
    .describe('Um, ou dois enquanto um toma o lugar do outro'),
});
export const chavesDeApiHttp = z
  .object({ itens: z.array(chaveDeApiHttp) })
  .meta({ example: { itens: [exemploDeChaveDeApi] } });
export const chaveDeApiCriadaHttp = z
  .object({ id, chave: z.string().describe('Mostrada só agora'), expiraEm: instante })
  .meta({
    example: {
      id: exemploDeChaveDeApi.id,
      chave: `pre_1a2b3c4d_${'q'.repeat(43)}`,
      expiraEm: exemploDeChaveDeApi.expiraEm,
    },
  });
export const trocaDeChaveHttp = z
  .strictObject({ chave: z.string().regex(/^pre_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/, 'não é uma chave de API') })
  .meta({ example: { chave: `pre_1a2b3c4d_${'q'.repeat(43)}` } });
export const tokenDeChaveHttp = z
  .object({
    tokenAcesso: z.string().describe('JWT para o cabeçalho Authorization: Bearer'),
    expiraEmSegundos: z.int(),
    escopos: z.array(z.string()),
  })
  .meta({
    example: { tokenAcesso: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln', expiraEmSegundos: 900, escopos: ['reservas.ver'] },
  });
