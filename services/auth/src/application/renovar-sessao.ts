import { Injectable } from '@nestjs/common';
import { RenovacaoConcorrenteError, RenovacaoInvalidaError } from '../domain/errors.js';
import { decidirRenovacao } from '../domain/sessao.js';
import type { SessaoAberta } from './iniciar-sessao.js';
import { EmissorDeToken, SessaoRepository, TokensDeRenovacao, UsuarioRepository } from './ports.js';

@Injectable()
export class RenovarSessaoHandler {
  constructor(
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
    private readonly usuarios: UsuarioRepository,
    private readonly emissor: EmissorDeToken,
  ) {}

  /**
   * Trades a refresh token for the next one. A token that comes back later ends its whole session, and that stays so
   * although the caller is told no.
   * @throws RenovacaoInvalidaError, RenovacaoConcorrenteError
   */
  async execute(token: string): Promise<SessaoAberta> {
    const sucessor = this.tokens.sucessor(token);
    const apresentada = await this.sessoes.apresentar(
      this.tokens.hash(token),
      this.tokens.hash(sucessor),
      decidirRenovacao,
    );
    if (!apresentada) throw new RenovacaoInvalidaError();
    const { decisao, sessao } = apresentada;
    switch (decisao) {
      case 'RENOVAR':
      case 'REPETIR': {
        const usuario = await this.usuarios.porId(sessao.usuarioId);
        if (!usuario) throw new RenovacaoInvalidaError();
        const acesso = await this.emissor.emitir(usuario, sessao.id);
        return { ...acesso, tokenRenovacao: sucessor, sessaoExpiraEm: sessao.expiraEm, usuario };
      }
      case 'CONCORRENTE':
        throw new RenovacaoConcorrenteError();
      case 'REUSO':
      case 'RECUSAR':
        throw new RenovacaoInvalidaError();
    }
  }
}
