import { z } from 'zod';
import { type DireitoNoEspaco, noEspaco } from './politica.js';
import { id, instante, pagina, texto } from './primitives.js';

/** The most groups there are, of one person, and of one right in a space; and people in a group. */
export const MAX_GRUPOS = 500;
export const MAX_GRUPOS_DA_PESSOA = 100;
const MAX_GRUPOS_DO_DIREITO = 50;
export const MAX_MEMBROS = 5_000;

const GRUPO_EXEMPLO = {
  id: '0192f0c4-0000-7000-8000-000000000061',
  nome: 'Engenharia',
  membros: 12,
  criadoEm: '2026-11-20T12:00:00.000Z',
};

export const grupoHttp = z
  .object({ id, nome: z.string(), membros: z.int().min(0), criadoEm: instante })
  .meta({ example: GRUPO_EXEMPLO });
export const gruposHttp = z.object({ itens: z.array(grupoHttp) }).meta({ example: { itens: [GRUPO_EXEMPLO] } });
export const novoGrupoHttp = z.strictObject({ nome: texto({ max: 80 }) }).meta({ example: { nome: 'Engenharia' } });

export const membrosHttp = pagina(
  z.object({ usuarioId: id, nome: z.string(), email: z.string(), desde: instante }),
).meta({
  example: {
    itens: [
      {
        usuarioId: '0192f0c4-0000-7000-8000-0000000000c1',
        nome: 'Ana Souza',
        email: 'ana@exemplo.com',
        desde: '2026-11-20T12:00:00.000Z',
      },
    ],
    proximo: null,
  },
});

const DIREITOS = Object.keys(noEspaco) as DireitoNoEspaco[];
/** Groups by right; one that is not said is as ever, and one that is said with none is nobody's. */
const regras = z.strictObject(
  Object.fromEntries(
    DIREITOS.map((direito) => [
      direito,
      z
        .array(id)
        .max(MAX_GRUPOS_DO_DIREITO)
        .overwrite((grupos) => [...new Set(grupos)])
        .exactOptional()
        .describe(`Grupos que podem ${noEspaco[direito].permite}. Ausente: ${noEspaco[direito].padrao}`),
    ]),
  ) as Record<DireitoNoEspaco, z.ZodExactOptional<z.ZodArray<typeof id>>>,
);
export const acessoAoEspacoHttp = z
  .object({ espacoId: id, versao: z.int().min(0).describe('0: nada foi dito; é o ETag'), regras })
  .meta({
    example: {
      espacoId: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
      versao: 1,
      regras: { RESERVAR: [GRUPO_EXEMPLO.id], APROVAR: [] },
    },
  });
export const novoAcessoHttp = z.strictObject({ regras }).meta({ example: { regras: { RESERVAR: [] } } });

export type GrupoHttp = z.output<typeof grupoHttp>;
export type GruposHttp = z.output<typeof gruposHttp>;
export type MembrosHttp = z.output<typeof membrosHttp>;
export type AcessoAoEspacoHttp = z.output<typeof acessoAoEspacoHttp>;
export type RegrasDeAcessoHttp = z.output<typeof regras>;
