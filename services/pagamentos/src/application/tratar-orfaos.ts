import { Injectable } from '@nestjs/common';
import { Logger, Worker } from '@plataforma/platform';
import { type Orfao, OrfaoRepository, ProvedorDePagamento } from './ports.js';

const POLL_FLOOR_MS = 1_000;
const CONCURRENCY = 2;

/** Ends intents that no charge is paid through: an open one is cancelled, a captured one is given back whole. */
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
      const { situacao, capturadoCentavos } = await this.provedor.cancelIntent(provedorId);
      switch (situacao) {
        case 'CANCELADO':
          return await this.orfaos.settle(orfao, null);
        case 'EM_ABERTO':
          return await this.orfaos.postpone(provedorId);
        case 'CAPTURADO': {
          const made = (await this.provedor.listRefunds(provedorId)).find((estorno) => estorno.situacao !== 'FALHOU');
          // A new key for each try: one under which a refund failed answers that failure for ever.
          const estorno =
            made ?? (await this.provedor.refundAll(provedorId, `orfao-${provedorId}-${orfao.tentativas}`));
          if (estorno.situacao !== 'CONCLUIDO') return await this.orfaos.postpone(provedorId);
          return await this.orfaos.settle(orfao, { capturadoCentavos, estornoProvedorId: estorno.provedorId });
        }
      }
    } catch (error) {
      this.logger.warn('Intento órfão não encerrado; nova tentativa adiante', { intentoId: provedorId, error });
      await this.orfaos.postpone(provedorId);
    }
  }
}
