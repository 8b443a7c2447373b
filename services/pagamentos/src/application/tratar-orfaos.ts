import { Injectable } from '@nestjs/common';
import { Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import type { Intento } from '../domain/cobranca.js';
import { proximoPasso } from '../domain/orfao.js';
import { type Orfao, OrfaoRepository, ProvedorDePagamento } from './ports.js';

const CONCURRENCY = 2;
/** Several calls, each with its own time-out. */
const ITEM_MS = 60_000;

/**
 * Ends intents that no charge is paid through: an open one is cancelled, of a captured one everything that remains is
 * given back, again when it comes back from the bank. The ledger has what the provider did, never what was meant.
 */
@Injectable()
export class TratarOrfaos extends LeasedWork<Orfao> {
  constructor(
    private readonly orfaos: OrfaoRepository,
    private readonly provedor: ProvedorDePagamento,
    logger: Logger,
  ) {
    super({ table: orfaos.aTratar, concurrency: CONCURRENCY, itemMs: ITEM_MS }, logger);
  }

  protected override async process(orfao: Orfao, posse: Claim): Promise<void> {
    const { provedorId } = orfao;
    const intento = await this.provedor.cancelIntent(provedorId);
    switch (intento.situacao) {
      case 'CANCELADO':
        return this.orfaos.settle(orfao, posse, 'CANCELADO');
      case 'EM_ABERTO':
        return this.orfaos.postpone(posse);
      case 'CAPTURADO': {
        let passo = await this.learn(orfao, intento);
        if (passo === 'DEVOLVER') {
          // A new key for each try: one under which a refund failed answers that failure for ever.
          await this.provedor.refundAll(provedorId, `orfao-${provedorId}-${orfao.tentativas}`);
          passo = await this.learn(orfao, intento);
        }
        return passo === 'ENCERRAR' ? this.orfaos.settle(orfao, posse, 'DEVOLVIDO') : this.orfaos.postpone(posse);
      }
    }
  }

  protected override failed(_orfao: Orfao, posse: Claim): Promise<void> {
    return this.orfaos.postpone(posse);
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
