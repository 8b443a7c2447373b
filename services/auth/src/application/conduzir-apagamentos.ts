import { Auditoria } from '@plataforma/messaging';
import { failpoint, type Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { CONFERENTES } from './apagar-conta.js';
import type { ApagamentoRepository, Correio, PedidoDeApagamento, UsuarioRepository } from './ports.js';

const APAGADORES = ['reservas', 'pagamentos', 'notificacoes'] as const;
/** How long an answer may take before the question is put again, ms. */
const RESPOSTA_MS = 30_000;
const EM_MAOS = 5;

/**
 * Takes each erasure one step further: asks once more whether something is not over, has every service erase its part,
 * and at last erases the account. A step commits with what it asks; whoever dies in between leaves it to the next.
 */
export class ConduzirApagamentos extends LeasedWork<PedidoDeApagamento> {
  constructor(
    private readonly apagamentos: ApagamentoRepository,
    private readonly usuarios: UsuarioRepository,
    private readonly correio: Correio,
    private readonly auditoria: Auditoria,
    logger: Logger,
  ) {
    super({ table: apagamentos.toConduct, concurrency: EM_MAOS, itemMs: RESPOSTA_MS }, logger);
  }

  protected override async process(pedido: PedidoDeApagamento, posse: Claim): Promise<void> {
    await this.table.holding(posse, async () => {
      await this.step(pedido, posse);
      failpoint('auth.apagamento.antes-do-commit');
    });
    failpoint('auth.apagamento.depois-do-commit');
  }

  private async step(pedido: PedidoDeApagamento, posse: Claim): Promise<unknown> {
    const { id, usuarioId } = pedido;
    const partes = await this.apagamentos.parts(id);
    const etapa = (['APAGAR', 'RECONFERIR'] as const).find((uma) => partes.some((parte) => parte.etapa === uma));
    if (!etapa) return this.ask(id, 'RECONFERIR', CONFERENTES, posse);
    const daEtapa = partes.filter((parte) => parte.etapa === etapa);
    const calados = daEtapa.filter(({ resposta }) => !resposta).map(({ servico }) => servico);
    if (calados.length > 0) return this.ask(id, etapa, calados, posse);
    const comPendencias = daEtapa.filter(({ resposta }) => resposta && resposta.pendencias.length > 0);
    if (etapa === 'RECONFERIR')
      return comPendencias.length > 0 ? this.undo(pedido) : this.ask(id, 'APAGAR', APAGADORES, posse);
    // Nothing that a person would have to end: it is asked for again until it is over.
    if (comPendencias.length > 0) {
      await this.apagamentos.reopen(
        id,
        comPendencias.map(({ servico }) => servico),
      );
      return this.table.postpone(posse);
    }
    return this.conclude(id, usuarioId);
  }

  private async ask(id: string, etapa: 'RECONFERIR' | 'APAGAR', a: readonly string[], posse: Claim): Promise<unknown> {
    await this.apagamentos.ask(id, etapa, a);
    return this.table.postpone(posse, RESPOSTA_MS);
  }

  /** Something began meanwhile; nothing was erased yet. */
  private async undo({ id, usuarioId, por }: PedidoDeApagamento): Promise<void> {
    await this.usuarios.setDesativado(usuarioId, false);
    await this.apagamentos.end(id, 'DESFEITO');
    const conta = await this.usuarios.find(usuarioId);
    if (conta && por === 'PESSOA') await this.correio.post({ tipo: 'APAGAMENTO_DESFEITO', para: conta });
    await this.auditoria.record('apagamento.desfeito', { pessoaId: usuarioId, alvo: `apagamento/${id}` });
  }

  private async conclude(id: string, usuarioId: string): Promise<void> {
    await this.apagamentos.eraseAccount(id, usuarioId);
    await this.auditoria.record('apagamento.concluido', { pessoaId: usuarioId, alvo: `apagamento/${id}` });
  }
}
