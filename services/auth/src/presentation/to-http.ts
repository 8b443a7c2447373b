import type { DesafioHttp, FatoresHttp, SessaoHttp, SessaoVistaHttp, UsuarioHttp } from '@plataforma/contracts';
import type { Http } from '@plataforma/platform';
import type { SessaoAberta } from '../application/abrir-sessao.js';
import type { DesafioLancado } from '../application/desafios.js';
import type { SessaoVista } from '../application/ports.js';
import { descreverAparelho } from '../domain/aparelho.js';
import type { ChaveDeAcesso } from '../domain/fator.js';
import { redeDe } from '../domain/rede.js';
import type { Origem } from '../domain/sessao.js';
import type { Usuario } from '../domain/usuario.js';

/** From where a request comes, as its owner would say it. */
export const origemDe = ({ headers, ip }: Http['request']): Origem => ({
  aparelho: descreverAparelho(headers['user-agent']),
  rede: redeDe(ip),
});

export const usuarioToHttp = ({
  id,
  nome,
  email,
  papeis,
  idioma,
  criadoEm,
  emailVerificado,
}: Usuario): UsuarioHttp => ({
  id,
  nome,
  email,
  papeis: [...papeis],
  idioma,
  criadoEm: criadoEm.toISOString(),
  emailVerificado,
});

export const sessaoToHttp = (sessao: SessaoAberta): SessaoHttp => ({
  tokenAcesso: sessao.tokenAcesso,
  expiraEmSegundos: sessao.expiraEmSegundos,
  tokenRenovacao: sessao.tokenRenovacao,
  sessaoExpiraEm: sessao.sessaoExpiraEm.toISOString(),
  usuario: usuarioToHttp(sessao.usuario),
});

/** @param atual the session of whoever asks */
export const sessaoVistaToHttp = (sessao: SessaoVista, atual: string | undefined): SessaoVistaHttp => ({
  id: sessao.id,
  atual: sessao.id === atual,
  aparelho: sessao.aparelho,
  rede: sessao.rede,
  autenticacao: [...sessao.amr],
  criadaEm: sessao.criadaEm.toISOString(),
  usadaEm: sessao.usadaEm.toISOString(),
  expiraEm: sessao.expiraEm.toISOString(),
});

export const desafioToHttp = ({ chaveDeAcesso, fatores, ...desafio }: DesafioLancado): DesafioHttp => ({
  ...desafio,
  fatores: [...fatores],
  chaveDeAcesso: chaveDeAcesso && { ...chaveDeAcesso },
});

export const chaveToHttp = (chave: ChaveDeAcesso): FatoresHttp['chavesDeAcesso'][number] => ({
  id: chave.id,
  nome: chave.nome,
  sincronizada: chave.sincronizada,
  criadaEm: chave.criadaEm.toISOString(),
  usadaEm: chave.usadaEm?.toISOString() ?? null,
});
