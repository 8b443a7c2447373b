import { Injectable } from '@nestjs/common';
import { failpoint, Logger, Worker } from '@plataforma/platform';
import { type Estorno, EstornoRepository, ProvedorDePagamento, RecusaDoProvedor, RespostaSalva } from './ports.js';

const POLL_FLOOR_MS = 500;
const CONCURRENCY = 4;

/** Asks the provider for refunds and follows them to their end; one that fails is asked for again, for ever, visibly. */
@Injectable()
export class ProcessarEstornos extends Worker {
  constructor(
    private readonly estornos: EstornoRepository,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ name: 'estornos', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const claimed = await this.estornos.claim(CONCURRENCY);
    await Promise.all(claimed.map((estorno) => this.process(estorno)));
    return claimed.length;
  }

  private async process(estorno: Estorno): Promise<void> {
    try {
      const noProvedor = estorno.provedorId
        ? await this.provedor.retrieveRefund(estorno.provedorId)
        : await this.provedor.refund(estorno, `estorno-${estorno.id}-${estorno.chaveTentativa}`);
      failpoint('pagamentos.stripe.depois-do-estorno');
      await this.estornos.save(estorno, noProvedor);
    } catch (error) {
      const refused = error instanceof RecusaDoProvedor || error instanceof RespostaSalva;
      this.logger.warn('Estorno não resolvido; nova tentativa adiante', { estornoId: estorno.id, error });
      await this.estornos.postpone(estorno.id, (error as Error).message, refused);
    }
  }
}
