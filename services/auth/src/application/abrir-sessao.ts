import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import type { Origem } from '../domain/sessao.js';
import type { Usuario } from '../domain/usuario.js';
import {
  AparelhoRepository,
  Correio,
  EmissorDeToken,
  SessaoRepository,
  type TokenAcesso,
  TokensDeRenovacao,
} from './ports.js';

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
    private readonly database: Database,
    private readonly aparelhos: AparelhoRepository,
    private readonly correio: Correio,
    private readonly sessoes: SessaoRepository,
    private readonly tokens: TokensDeRenovacao,
    private readonly emissor: EmissorDeToken,
  ) {}

  /**
   * What is new beside the places that the person has logged in from before is told to them.
   * @param amr how they proved it (RFC 8176)
   * @param senhaHash that their password made, if they gave one: a session that it opens must not outlive it
   * @throws CredenciaisInvalidas when the account was disabled, or has another password, meanwhile
   */
  async abrir(usuario: Usuario, amr: readonly string[], origem: Origem, senhaHash?: string): Promise<SessaoAberta> {
    const tokenRenovacao = this.tokens.create();
    const sessao = await this.database.transaction(async () => {
      const aberta = await this.sessoes.insert({
        id: randomUUIDv7(),
        usuarioId: usuario.id,
        hash: this.tokens.hash(tokenRenovacao),
        amr,
        senhaHash,
        ...origem,
      });
      if ((await this.aparelhos.see(usuario.id, origem)) === 'NOVO')
        await this.correio.post({ tipo: 'NOVO_APARELHO', para: usuario, origem });
      return aberta;
    });
    const acesso = await this.emissor.issue(usuario, sessao);
    return { ...acesso, tokenRenovacao, sessaoExpiraEm: sessao.expiraEm, usuario };
  }
}
