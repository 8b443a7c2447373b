import { Controller } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarLinhaDoTempo } from '../application/consultar-linha-do-tempo.js';
import { ConsultarPagamento, ListarPagamentos } from '../application/consultar-pagamentos.js';
import { ConsultarRazao } from '../application/consultar-razao.js';

const { pagamentos } = operacoesDePagamentos;

@Controller()
export class PagamentosController {
  constructor(private readonly queries: QueryBus) {}

  @Operacao(pagamentos.list)
  list({ consulta, usuario }: Pedido<typeof pagamentos.list>) {
    return this.queries.execute(new ListarPagamentos(consulta, usuario));
  }

  @Operacao(pagamentos.timeline)
  timeline({ consulta: { reservaId, ...filtro } }: Pedido<typeof pagamentos.timeline>) {
    return this.queries.execute(new ConsultarLinhaDoTempo(reservaId, filtro));
  }

  @Operacao(pagamentos.ledger)
  ledger({ consulta }: Pedido<typeof pagamentos.ledger>) {
    return this.queries.execute(new ConsultarRazao(consulta));
  }

  @Operacao(pagamentos.byId)
  byId({ parametros, usuario }: Pedido<typeof pagamentos.byId>) {
    return this.queries.execute(new ConsultarPagamento(parametros.id, usuario));
  }
}
