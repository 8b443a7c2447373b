import { Injectable } from '@nestjs/common';
import type { Usuario } from '../domain/usuario.js';
import { Correio, type TokenDeConta, TokenDeContaRepository, TokensDeRenovacao, type UsoDoToken } from './ports.js';

/** How long a letter's link is good, ms. */
const VALIDADE_MS: Record<UsoDoToken, number> = {
  VERIFICACAO: 24 * 3_600_000,
  EMAIL: 24 * 3_600_000,
  SENHA: 30 * 60_000,
};
const CARTA = { VERIFICACAO: 'VERIFICAR_EMAIL', EMAIL: 'CONFIRMAR_NOVO_EMAIL', SENHA: 'REDEFINIR_SENHA' } as const;

/** Links that letters bring: who has one reads the mail of its address. */
@Injectable()
export class TokensDeConta {
  constructor(
    private readonly repository: TokenDeContaRepository,
    private readonly opacos: TokensDeRenovacao,
    private readonly correio: Correio,
  ) {}

  /** In the caller's transaction: makes a link and posts the letter that brings it. */
  async send(
    uso: UsoDoToken,
    para: Pick<Usuario, 'id' | 'nome' | 'email' | 'idioma'>,
    pendente: Pick<TokenDeConta, 'email' | 'nome' | 'senhaHash'> = {},
  ): Promise<void> {
    const segredo = this.opacos.create();
    const expiraEm = new Date(Date.now() + VALIDADE_MS[uso]);
    await this.repository.insert({ ...pendente, hash: this.opacos.hash(segredo), usuarioId: para.id, uso, expiraEm });
    await this.correio.post({ tipo: CARTA[uso], para, segredo, expiraEm });
  }

  find(token: string): Promise<TokenDeConta | undefined> {
    return this.repository.find(this.opacos.hash(token));
  }
}
