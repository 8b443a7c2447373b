import { Injectable } from '@nestjs/common';
import { Database, Logger } from '@plataforma/platform';
import { type Cobranca, type Intento, observar, type Resultado } from '../domain/cobranca.js';
import { OutroIntento } from '../domain/errors.js';
import { OrfaoRepository } from './ports.js';
import { TratarOrfaos } from './tratar-orfaos.js';

/** What a charge learns from an intent; one that it is not paid through, or no longer, is ended like any other orphan. */
@Injectable()
export class ObservarIntento {
  constructor(
    private readonly database: Database,
    private readonly orfaos: OrfaoRepository,
    private readonly tratarOrfaos: TratarOrfaos,
    private readonly logger: Logger,
  ) {}

  /** In the transaction that locked `cobranca` and will save what is returned; the same charge when nothing is new. */
  async observe(cobranca: Cobranca, intento: Intento): Promise<Resultado> {
    try {
      const resultado = observar(cobranca, intento);
      if (resultado.largado !== undefined) {
        this.logger.warn('Intento encerrado ou mudado no painel do provedor: a cobrança o larga', {
          cobrancaId: cobranca.id,
          intentoId: resultado.largado,
          antes: cobranca.estado,
          depois: resultado.cobranca.estado,
        });
        await this.end(cobranca, resultado.largado);
      }
      return resultado;
    } catch (error) {
      if (!(error instanceof OutroIntento)) throw error;
      await this.end(cobranca, error.provedorId);
      return { cobranca, fatos: [] };
    }
  }

  private async end(cobranca: Cobranca, provedorId: string): Promise<void> {
    await this.orfaos.note(provedorId, cobranca, cobranca.id);
    this.database.afterCommit(() => this.tratarOrfaos.wake());
  }
}
