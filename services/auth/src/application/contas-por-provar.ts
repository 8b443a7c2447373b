import { randomUUIDv7 } from 'node:crypto';
import { Auditoria } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import type { Usuario } from '../domain/usuario.js';
import { ApagamentoRepository, SessaoRepository, TokensDeRenovacao, UsuarioRepository } from './ports.js';

/** As many at a time: each is a saga through all services. */
const LOTE = 20;

/** Accounts of addresses that nobody has proved: they keep nobody from theirs, and end as any that is erased. */
export class ContasPorProvar {
  /** @param dias how long one that nobody uses waits */
  constructor(
    private readonly database: Database,
    private readonly usuarios: UsuarioRepository,
    private readonly sessoes: SessaoRepository,
    private readonly apagamentos: ApagamentoRepository,
    private readonly opacos: TokensDeRenovacao,
    private readonly auditoria: Auditoria,
    private readonly dias: number,
  ) {}

  /**
   * In the caller's transaction: somebody proves that the address is theirs, and whoever only said so gives way. Who has
   * a role of the house does not: somebody vouches for them.
   */
  async ceder(id: string): Promise<void> {
    const conta = (await this.usuarios.lock(id))?.usuario;
    if (!conta || conta.emailVerificado || conta.papeis.some((papel) => papel !== 'CLIENTE')) return;
    // RFC 2606: nobody's, ever.
    await this.usuarios.change(id, { email: `${id}@cedido.invalid` });
    await this.apagar(conta);
  }

  /** Begins to erase those that wait for too long; how many. */
  async purge(): Promise<number> {
    let apagadas = 0;
    for (const id of await this.usuarios.listAbandoned(this.dias, LOTE)) apagadas += await this.abandonada(id);
    return apagadas;
  }

  private abandonada(id: string): Promise<number> {
    return this.database.transaction(async () => {
      const conta = (await this.usuarios.lock(id))?.usuario;
      // Proved, or disabled, since it was looked for.
      return conta && !conta.emailVerificado && !conta.desativado && (await this.apagar(conta)) ? 1 : 0;
    });
  }

  /** As one that its person has erased, from where nobody logs in any more; without a letter. */
  private async apagar({ id: usuarioId }: Usuario): Promise<boolean> {
    const id = randomUUIDv7();
    if (!(await this.apagamentos.open(id, usuarioId, this.opacos.hash(this.opacos.create()), 'CASA'))) return false;
    await this.usuarios.setDesativado(usuarioId, true);
    await this.sessoes.endOf({ usuarioId }, 'CONTA');
    await this.apagamentos.begin(id);
    await this.auditoria.record('apagamento.pedido', { pessoaId: usuarioId, alvo: `apagamento/${id}` });
    return true;
  }
}
