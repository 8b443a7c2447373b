import { z } from 'zod';
import { id, idioma, instante, papel } from './primitives.js';

/** A user as the API of auth gives it. */
export const usuarioHttp = z.object({
  id,
  nome: z.string(),
  email: z.email(),
  papeis: z.array(papel),
  idioma,
  criadoEm: instante,
});

/** What a login and a renewal are answered with. */
export const sessaoHttp = z.object({
  tokenAcesso: z.string().describe('JWT para o cabeçalho Authorization: Bearer'),
  expiraEmSegundos: z.int().describe('Vida do token de acesso'),
  tokenRenovacao: z.string().describe('Vale uma vez; a resposta da renovação traz o seguinte'),
  sessaoExpiraEm: instante.describe('Fim da sessão, que a renovação não adia'),
  usuario: usuarioHttp,
});

export type UsuarioHttp = z.output<typeof usuarioHttp>;
export type SessaoHttp = z.output<typeof sessaoHttp>;
