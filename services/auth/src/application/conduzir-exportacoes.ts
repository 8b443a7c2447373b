import { Auditoria } from '@plataforma/messaging';
import { failpoint, type Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import type {
  Correio,
  ExportacaoRepository,
  PedidoDeExportacao,
  TokensDeRenovacao,
  UsuarioRepository,
} from './ports.js';

const EXPORTADORES = ['notificacoes', 'pagamentos', 'reservas'] as const;
/** How long the pieces may take before those that are missing are asked for again, ms; the longer the more often it was. */
const RESPOSTA_MS = 60_000;
const RESPOSTA_MAXIMA_MS = 1_800_000;
const EM_MAOS = 2;

/**
 * Has every service send what it has of a person, adds what is here, and tells the person when all is there. A step
 * commits with what it asks; whoever dies in between leaves it to the next.
 */
export class ConduzirExportacoes extends LeasedWork<PedidoDeExportacao> {
  constructor(
    private readonly exportacoes: ExportacaoRepository,
    private readonly usuarios: UsuarioRepository,
    private readonly opacos: TokensDeRenovacao,
    private readonly correio: Correio,
    private readonly auditoria: Auditoria,
    logger: Logger,
  ) {
    super({ table: exportacoes.toConduct, concurrency: EM_MAOS, itemMs: RESPOSTA_MS }, logger);
  }

  protected override async process(pedido: PedidoDeExportacao, posse: Claim): Promise<void> {
    await this.table.holding(posse, async () => {
      await this.step(pedido, posse);
      failpoint('auth.exportacao.antes-do-commit');
    });
    failpoint('auth.exportacao.depois-do-commit');
  }

  private async step({ id, usuarioId }: PedidoDeExportacao, posse: Claim): Promise<unknown> {
    const partes = await this.exportacoes.parts(id);
    if (partes.length === 0) {
      await this.exportacoes.saveOwn(id, usuarioId);
      await this.exportacoes.ask(id, EXPORTADORES);
    } else {
      const calados = partes.filter(({ completa }) => !completa).map(({ servico }) => servico);
      if (calados.length === 0) return this.conclude(id, usuarioId);
      await this.exportacoes.ask(id, calados);
    }
    return this.table.postpone(
      posse,
      Math.min(RESPOSTA_MS * 2 ** Math.min(posse.attempts - 1, 10), RESPOSTA_MAXIMA_MS),
    );
  }

  private async conclude(id: string, usuarioId: string): Promise<void> {
    const conta = await this.usuarios.find(usuarioId);
    if (!conta) return;
    const codigo = this.opacos.create();
    const expiraEm = await this.exportacoes.ready(id, this.opacos.hash(codigo));
    await this.correio.post({ tipo: 'EXPORTACAO_PRONTA', para: conta, segredo: codigo, expiraEm });
    await this.auditoria.record('exportacao.pronta', { pessoaId: usuarioId, alvo: `exportacao/${id}` });
  }
}
