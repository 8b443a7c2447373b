import { Injectable } from '@nestjs/common';
import { Database, Logger, Worker } from '@plataforma/platform';
import type { Cobranca } from '../domain/cobranca.js';
import { ObservarIntento } from './observar-intento.js';
import { CobrancaRepository, DisputaRepository, EstornoRepository, ProvedorDePagamento } from './ports.js';

const POLL_FLOOR_MS = 500;
const CONCURRENCY = 4;

/**
 * Compares the refunds and disputes of a charge with what the provider has of it. Whatever is told of them (webhooks,
 * in any order, or the reconciler) only says that there is something to look at: what it is now is asked.
 */
@Injectable()
export class ConferirCobrancas extends Worker {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly estornos: EstornoRepository,
    private readonly disputas: DisputaRepository,
    private readonly provedor: ProvedorDePagamento,
    private readonly observarIntento: ObservarIntento,
    logger: Logger,
  ) {
    super({ name: 'conferência de cobranças', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const claimed = await this.cobrancas.claimChecks(CONCURRENCY);
    await Promise.all(claimed.map(({ cobranca, pedido }) => this.check(cobranca, pedido)));
    return claimed.length;
  }

  private async check(cobranca: Cobranca, pedido: number): Promise<void> {
    const { id, provedorId } = cobranca;
    try {
      if (provedorId !== null) {
        if (cobranca.estado !== 'APROVADA') await this.learn(id, provedorId);
        const [estornos, disputas] = await Promise.all([
          this.provedor.listRefunds(provedorId),
          this.provedor.listDisputes(provedorId),
        ]);
        // Disputes first: what they took is no longer there to be refunded.
        for (const disputa of disputas) await this.disputas.save(id, disputa);
        await this.estornos.reconcile(id, estornos);
      }
      await this.cobrancas.checked(id, pedido);
    } catch (error) {
      this.logger.warn('Cobrança não conferida; nova tentativa adiante', { cobrancaId: id, error });
      await this.cobrancas.postponeCheck(id);
    }
  }

  /** What was refunded or disputed was captured first. */
  private async learn(id: string, provedorId: string): Promise<void> {
    const { intento } = await this.provedor.retrieveIntent(provedorId);
    await this.database.transaction(async () => {
      const atual = await this.cobrancas.lock(id);
      if (!atual) return;
      const { cobranca, fatos } = await this.observarIntento.observe(atual, intento);
      if (cobranca !== atual) await this.cobrancas.save(cobranca, fatos);
    });
  }
}
