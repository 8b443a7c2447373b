import { Injectable } from '@nestjs/common';
import { Logger, Worker } from '@plataforma/platform';
import type { Intento } from '../domain/cobranca.js';
import { proximoPasso } from '../domain/orfao.js';
import { type Orfao, OrfaoRepository, ProvedorDePagamento } from './ports.js';

const POLL_FLOOR_MS = 1_000;
const CONCURRENCY = 2;

/**
 * Ends intents that no charge is paid through: an open one is cancelled, of a captured one everything that remains is
 * given back, again when it comes back from the bank. The ledger has what the provider did, never what was meant.
 */
@Injectable()
export class TratarOrfaos extends Worker {
  constructor(
    private readonly orfaos: OrfaoRepository,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ name: 'intentos órfãos', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const claimed = await this.orfaos.claim(CONCURRENCY);
    await Promise.all(claimed.map((orfao) => this.end(orfao)));
    return claimed.length;
  }

  private async end(orfao: Orfao): Promise<void> {
    const { provedorId } = orfao;
    try {
      const intento = await this.provedor.cancelIntent(provedorId);
      switch (intento.situacao) {
        case 'CANCELADO':
          return await this.orfaos.settle(orfao, 'CANCELADO');
        case 'EM_ABERTO':
          return await this.orfaos.postpone(provedorId);
        case 'CAPTURADO': {
          let passo = await this.learn(orfao, intento);
          if (passo === 'DEVOLVER') {
            // A new key for each try: one under which a refund failed answers that failure for ever.
            await this.provedor.refundAll(provedorId, `orfao-${provedorId}-${orfao.tentativas}`);
            passo = await this.learn(orfao, intento);
          }
          return passo === 'ENCERRAR'
            ? await this.orfaos.settle(orfao, 'DEVOLVIDO')
            : await this.orfaos.postpone(provedorId);
        }
      }
    } catch (error) {
      this.logger.warn('Intento órfão não encerrado; nova tentativa adiante', { intentoId: provedorId, error });
      await this.orfaos.postpone(provedorId);
    }
  }

  /** Books what the provider shows now, and tells what follows from it. */
  private async learn(orfao: Orfao, { capturadoCentavos, taxa }: Intento) {
    const [estornos, disputas] = await Promise.all([
      this.provedor.listRefunds(orfao.provedorId),
      this.provedor.listDisputes(orfao.provedorId),
    ]);
    const fatos = { capturadoCentavos, taxa, estornos, disputas };
    await this.orfaos.record(orfao, fatos);
    return proximoPasso(fatos);
  }
}
