import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DecisaoDoEstornoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { EstornoRepository } from './ports.js';
import { ProcessarEstornos } from './processar-estornos.js';

export interface EstornarPagamento {
  readonly pagamentoId: string;
  /** Everything that remains when undefined. */
  readonly valorCentavos: number | undefined;
  readonly motivo: string;
  readonly autorId: string;
  /** Paid already by other means than the provider. */
  readonly porFora: boolean;
}

export interface DecidirEstorno {
  readonly id: string;
  readonly acao: DecisaoDoEstornoHttp['acao'];
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
   * @throws PagamentoInexistente, PagamentoNaoCapturado, PagamentoEmDisputa, EstornoAcimaDoCapturado, EstornoImpossivel
   */
  execute({ pagamentoId, ...pedido }: EstornarPagamento): Promise<string> {
    return this.database.transaction(async () => {
      const id = randomUUIDv7();
      await this.estornos.createByAdmin({ id, cobrancaId: pagamentoId, ...pedido });
      this.database.afterCommit(() => this.processar.wake());
      return id;
    });
  }

  /** What is to become of a refund that the provider does not make. @throws EstornoInexistente, EstornoNaoParado */
  async decide(decisao: DecidirEstorno): Promise<void> {
    await this.database.transaction(async () => {
      await this.estornos.decide(decisao);
      this.database.afterCommit(() => this.processar.wake());
    });
  }
}
