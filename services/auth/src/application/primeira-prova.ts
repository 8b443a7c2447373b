import { Injectable } from '@nestjs/common';
import type { Usuario } from '../domain/usuario.js';
import { Correio, FatorRepository, IdentidadeRepository, SessaoRepository, TokenDeContaRepository } from './ports.js';

/** Whoever proves an address for the first time begins with it: until then anybody may have had the account. */
@Injectable()
export class PrimeiraProva {
  constructor(
    private readonly sessoes: SessaoRepository,
    private readonly fatores: FatorRepository,
    private readonly identidades: IdentidadeRepository,
    private readonly links: TokenDeContaRepository,
    private readonly correio: Correio,
  ) {}

  /** In the caller's transaction: nothing that was made of the account before opens it, or moves it elsewhere. */
  async recomecar(conta: Usuario): Promise<void> {
    // API keys as well.
    await this.sessoes.endOf({ usuarioId: conta.id }, 'CONTA');
    await this.links.revoke(conta.id, ['VERIFICACAO', 'SENHA', 'EMAIL']);
    await this.identidades.unlinkAll(conta.id);
    if (await this.fatores.removeAll(conta.id)) await this.correio.post({ tipo: 'SEGUNDO_FATOR_MUDOU', para: conta });
  }
}
