import { idioma, type SessaoHttp, type UsuarioHttp } from '@plataforma/contracts';
import { z } from 'zod';
import type { SessaoAberta } from '../application/iniciar-sessao.js';
import type { Usuario } from '../domain/usuario.js';

/** No control characters and no broken surrogates: PostgreSQL and logs could not take them. */
const texto = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, 'não pode conter caracteres de controle');
const nome = texto.trim().min(1).max(120);
const email = texto.trim().max(254).pipe(z.email());
/** The rules of a password are the domain's; this only keeps out what is no text, or a novel. */
const senha = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^\p{Cs}]*$/u, 'não é um texto Unicode válido');
const tokenRenovacao = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é um token de renovação');

export const registroSchema = z.strictObject({ nome, email, senha, idioma: idioma.default('pt-BR') });
export const loginSchema = z.strictObject({ email, senha });
export const renovacaoSchema = z.strictObject({ tokenRenovacao });

export const jwksSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('RSA'),
      n: z.string(),
      e: z.string(),
      kid: z.string(),
      alg: z.literal('RS256'),
      use: z.literal('sig'),
    }),
  ),
});

export const paraUsuarioJson = ({ criadoEm, papeis, ...usuario }: Usuario): UsuarioHttp => ({
  ...usuario,
  papeis: [...papeis],
  criadoEm: criadoEm.toISOString(),
});

export const paraSessaoJson = (sessao: SessaoAberta): SessaoHttp => ({
  tokenAcesso: sessao.tokenAcesso,
  expiraEmSegundos: sessao.expiraEmSegundos,
  tokenRenovacao: sessao.tokenRenovacao,
  sessaoExpiraEm: sessao.sessaoExpiraEm.toISOString(),
  usuario: paraUsuarioJson(sessao.usuario),
});
