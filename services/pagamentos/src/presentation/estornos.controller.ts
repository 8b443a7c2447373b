import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import {
  ConsultarEstorno,
  ListarEstornosDoPagamento,
  ListarEstornosPendentes,
} from '../application/consultar-estornos.js';
import { DecidirEstorno, EstornarPagamento } from '../application/estornar-pagamento.js';

const { estornos } = operacoesDePagamentos;

@Controller()
export class EstornosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(estornos.pending)
  pending({ consulta, usuario }: Pedido<typeof estornos.pending>) {
    return this.queries.execute(new ListarEstornosPendentes(consulta, usuario));
  }

  @Operacao(estornos.ofPayment)
  ofPayment({ parametros, usuario }: Pedido<typeof estornos.ofPayment>) {
    return this.queries.execute(new ListarEstornosDoPagamento(parametros.id, usuario));
  }

  @Operacao(estornos.create)
  async create({ parametros, corpo, usuario }: Pedido<typeof estornos.create>) {
    const { valorCentavos, motivo, porFora = false } = corpo;
    const pedido = { pagamentoId: parametros.id, valorCentavos, motivo, porFora, autorId: usuario.id };
    const id = await this.commands.execute(new EstornarPagamento(pedido));
    return this.queries.execute(new ConsultarEstorno(id, usuario));
  }

  @Operacao(estornos.decide)
  async decide({ parametros: { id }, corpo: { acao, motivo }, usuario }: Pedido<typeof estornos.decide>) {
    await this.commands.execute(new DecidirEstorno(id, acao, motivo, usuario.id));
    return this.queries.execute(new ConsultarEstorno(id, usuario));
  }
}
