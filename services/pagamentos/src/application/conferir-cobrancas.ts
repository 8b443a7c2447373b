import { Injectable } from '@nestjs/common';
import { Database, Logger } from '@plataforma/platform';
import { type Claim, LeasedWork, subjectsOf } from '@plataforma/trabalho';
import type { Cobranca } from '../domain/cobranca.js';
import { ObservarIntento } from './observar-intento.js';
import { CobrancaRepository, DisputaRepository, EstornoRepository, ProvedorDePagamento } from './ports.js';

const CONCURRENCY = 4;
const ITEM_MS = 60_000;

/**
 * Compares the refunds and disputes of a charge with what the provider has of it. Whatever is told of them (webhooks,
 * in any order, or the reconciler) only says that there is something to look at: what it is now is asked.
 */
@Injectable()
export class ConferirCobrancas extends LeasedWork<Cobranca> {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly estornos: EstornoRepository,
    private readonly disputas: DisputaRepository,
    private readonly provedor: ProvedorDePagamento,
    private readonly observarIntento: ObservarIntento,
    logger: Logger,
  ) {
    super({ table: cobrancas.aConferir, concurrency: CONCURRENCY, itemMs: ITEM_MS, subjects: subjectsOf }, logger);
  }

  protected override async process({ id, provedorId, estado }: Cobranca, posse: Claim): Promise<void> {
    if (provedorId !== null) {
      if (estado !== 'APROVADA') await this.learn(id, provedorId);
      const [estornos, disputas] = await Promise.all([
        this.provedor.listRefunds(provedorId),
        this.provedor.listDisputes(provedorId),
      ]);
      // Disputes first: what they took is no longer there to be refunded.
      for (const disputa of disputas) await this.disputas.save(id, disputa);
      await this.estornos.reconcile(id, estornos);
    }
    // Asked for again while it ran, it is done again.
    await this.table.finish(posse);
  }

  /** What was refunded or disputed was captured first. */
  private async learn(id: string, provedorId: string): Promise<void> {
    const { intento } = await this.provedor.retrieveIntent(provedorId);
    await this.database.transaction(async () => {
      const atual = (await this.cobrancas.lockAll([id])).get(id);
      if (!atual) return;
      const { cobranca, fatos } = await this.observarIntento.observe(atual, intento);
      if (cobranca !== atual) await this.cobrancas.save(cobranca, fatos);
    });
  }
}
