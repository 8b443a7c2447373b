import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DecisaoDoEstornoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { EstornoRepository } from './ports.js';
import { ProcessarEstornos } from './processar-estornos.js';

export interface PedidoDeEstorno {
  readonly pagamentoId: string;
  /** Everything that remains when undefined. */
  readonly valorCentavos: number | undefined;
  readonly motivo: string;
  readonly autorId: string;
  /** Paid already by other means than the provider. */
  readonly porFora: boolean;
}

/** An admin gives money back by hand; who and why goes to the audit log in the same transaction. */
export class EstornarPagamento extends Command<string> {
  constructor(readonly pedido: PedidoDeEstorno) {
    super();
  }
}

@CommandHandler(EstornarPagamento)
export class EstornarPagamentoHandler implements ICommandHandler<EstornarPagamento> {
  constructor(
    private readonly database: Database,
    private readonly estornos: EstornoRepository,
    private readonly processar: ProcessarEstornos,
  ) {}

  /**
   * Returns the id of the refund, which is made in the background.
   * @throws PagamentoInexistente, PagamentoNaoCapturado, PagamentoEmDisputa, EstornoAcimaDoCapturado, EstornoImpossivel
   */
  execute({ pedido: { pagamentoId, ...pedido } }: EstornarPagamento): Promise<string> {
    return this.database.transaction(async () => {
      const id = randomUUIDv7();
      await this.estornos.createByAdmin({ id, cobrancaId: pagamentoId, ...pedido });
      this.database.afterCommit(() => this.processar.wake());
      return id;
    });
  }
}

/** What is to become of a refund that the provider does not make. */
export class DecidirEstorno extends Command<void> {
  constructor(
    readonly id: string,
    readonly acao: DecisaoDoEstornoHttp['acao'],
    readonly motivo: string,
    readonly autorId: string,
  ) {
    super();
  }
}

@CommandHandler(DecidirEstorno)
export class DecidirEstornoHandler implements ICommandHandler<DecidirEstorno> {
  constructor(
    private readonly database: Database,
    private readonly estornos: EstornoRepository,
    private readonly processar: ProcessarEstornos,
  ) {}

  /** @throws EstornoInexistente, EstornoNaoParado */
  async execute(decisao: DecidirEstorno): Promise<void> {
    await this.database.transaction(async () => {
      await this.estornos.decide(decisao);
      this.database.afterCommit(() => this.processar.wake());
    });
  }
}
