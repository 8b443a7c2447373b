import { Controller } from '@nestjs/common';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { PedirReconciliacao } from '../application/pedir-reconciliacao.js';

const { reconciliacoes } = operacoesDePagamentos;

@Controller()
export class ReconciliacoesController {
  constructor(private readonly reconciliacoes: PedirReconciliacao) {}

  @Operacao(reconciliacoes.request)
  request({ corpo }: Pedido<typeof reconciliacoes.request>) {
    return this.reconciliacoes.request(corpo.desde);
  }

  @Operacao(reconciliacoes.byId)
  byId({ parametros }: Pedido<typeof reconciliacoes.byId>) {
    return this.reconciliacoes.byId(parametros.id);
  }
}
