import { Controller } from '@nestjs/common';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarEstornos } from '../application/consultar-estornos.js';
import { EstornarPagamentoHandler } from '../application/estornar-pagamento.js';

const { estornos } = operacoesDePagamentos;

@Controller()
export class EstornosController {
  constructor(
    private readonly estornar: EstornarPagamentoHandler,
    private readonly estornos: ConsultarEstornos,
  ) {}

  @Operacao(estornos.pending)
  pending({ consulta, usuario }: Pedido<typeof estornos.pending>) {
    return this.estornos.pending(consulta, usuario);
  }

  @Operacao(estornos.ofPayment)
  ofPayment({ parametros, usuario }: Pedido<typeof estornos.ofPayment>) {
    return this.estornos.ofPayment(parametros.id, usuario);
  }

  @Operacao(estornos.create)
  async create({ parametros, corpo, usuario }: Pedido<typeof estornos.create>) {
    const { valorCentavos, motivo, porFora = false } = corpo;
    const pedido = { pagamentoId: parametros.id, valorCentavos, motivo, porFora, autorId: usuario.id };
    return this.estornos.byId(await this.estornar.execute(pedido), usuario);
  }

  @Operacao(estornos.decide)
  async decide({ parametros: { id }, corpo: { acao, motivo }, usuario }: Pedido<typeof estornos.decide>) {
    await this.estornar.decide({ id, acao, motivo, autorId: usuario.id });
    return this.estornos.byId(id, usuario);
  }
}
