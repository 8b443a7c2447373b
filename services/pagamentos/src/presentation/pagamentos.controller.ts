import { Controller } from '@nestjs/common';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarPagamentos } from '../application/consultar-pagamentos.js';
import { ConsultarRazao } from '../application/consultar-razao.js';

const { pagamentos } = operacoesDePagamentos;

@Controller()
export class PagamentosController {
  constructor(
    private readonly pagamentos: ConsultarPagamentos,
    private readonly razao: ConsultarRazao,
  ) {}

  @Operacao(pagamentos.list)
  list({ consulta, usuario }: Pedido<typeof pagamentos.list>) {
    return this.pagamentos.list(consulta, usuario);
  }

  @Operacao(pagamentos.ledger)
  ledger({ consulta }: Pedido<typeof pagamentos.ledger>) {
    return this.razao.ofBooking(consulta);
  }

  @Operacao(pagamentos.byId)
  byId({ parametros, usuario }: Pedido<typeof pagamentos.byId>) {
    return this.pagamentos.byId(parametros.id, usuario);
  }
}
