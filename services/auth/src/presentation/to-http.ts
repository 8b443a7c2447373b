import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import type { SessaoAberta } from '../application/iniciar-sessao.js';
import type { Usuario } from '../domain/usuario.js';

export const usuarioToHttp = ({ criadoEm, papeis, ...usuario }: Usuario): UsuarioHttp => ({
  ...usuario,
  papeis: [...papeis],
  criadoEm: criadoEm.toISOString(),
});

export const sessaoToHttp = (sessao: SessaoAberta): SessaoHttp => ({
  tokenAcesso: sessao.tokenAcesso,
  expiraEmSegundos: sessao.expiraEmSegundos,
  tokenRenovacao: sessao.tokenRenovacao,
  sessaoExpiraEm: sessao.sessaoExpiraEm.toISOString(),
  usuario: usuarioToHttp(sessao.usuario),
});
