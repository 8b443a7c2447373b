import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarReconciliacao, PedirReconciliacao } from '../application/pedir-reconciliacao.js';

const { reconciliacoes } = operacoesDePagamentos;

@Controller()
export class ReconciliacoesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(reconciliacoes.request)
  async request({ corpo }: Pedido<typeof reconciliacoes.request>) {
    const id = await this.commands.execute(new PedirReconciliacao(corpo.desde));
    return this.queries.execute(new ConsultarReconciliacao(id));
  }

  @Operacao(reconciliacoes.byId)
  byId({ parametros }: Pedido<typeof reconciliacoes.byId>) {
    return this.queries.execute(new ConsultarReconciliacao(parametros.id));
  }
}
