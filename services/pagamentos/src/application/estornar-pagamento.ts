import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { EstornoRepository } from './ports.js';
import { ProcessarEstornos } from './processar-estornos.js';

export interface EstornarPagamento {
  readonly pagamentoId: string;
  /** Everything that remains when undefined. */
  readonly valorCentavos: number | undefined;
  readonly motivo: string;
  readonly autorId: string;
}

/** An admin gives money back by hand; who and why goes to the audit log in the same transaction. */
@Injectable()
export class EstornarPagamentoHandler {
  constructor(
    private readonly database: Database,
    private readonly estornos: EstornoRepository,
    private readonly processar: ProcessarEstornos,
  ) {}

  /**
   * Returns the id of the refund, which is made in the background.
   * @throws PagamentoInexistente, PagamentoNaoCapturado, PagamentoEmDisputa, EstornoAcimaDoCapturado
   */
  execute({ pagamentoId, valorCentavos, motivo, autorId }: EstornarPagamento): Promise<string> {
    return this.database.transaction(async () => {
      const id = randomUUIDv7();
      await this.estornos.createByAdmin({ id, cobrancaId: pagamentoId, valorCentavos, motivo, autorId });
      this.database.afterCommit(() => this.processar.wake());
      return id;
    });
  }
}
