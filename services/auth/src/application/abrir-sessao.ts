import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Origem } from '../domain/sessao.js';
import type { Usuario } from '../domain/usuario.js';
import { EmissorDeToken, SessaoRepository, type TokenAcesso, TokensDeRenovacao } from './ports.js';

export interface SessaoAberta extends TokenAcesso {
  readonly tokenRenovacao: string;
  /** Absolute end of the session. */
  readonly sessaoExpiraEm: Date;
  readonly usuario: Usuario;
}

/** What follows once somebody has proved who they are, in whatever way. */
@Injectable()
export class AbrirSessao {
  constructor(
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
    private readonly emissor: EmissorDeToken,
  ) {}

  /**
   * @param amr how they proved it (RFC 8176)
   * @throws CredenciaisInvalidas when the account was disabled
   */
  async abrir(usuario: Usuario, amr: readonly string[], origem: Origem): Promise<SessaoAberta> {
    const tokenRenovacao = this.tokens.create();
    const sessao = await this.sessoes.insert({
      id: randomUUIDv7(),
      usuarioId: usuario.id,
      hash: this.tokens.hash(tokenRenovacao),
      amr,
      ...origem,
    });
    const acesso = await this.emissor.issue(usuario, sessao);
    return { ...acesso, tokenRenovacao, sessaoExpiraEm: sessao.expiraEm, usuario };
  }
}
