import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeAuth } from '@plataforma/contracts';
import { type Http, Operacao, type Pedido } from '@plataforma/platform';
import {
  ApagarConta,
  ConsultarComprovante,
  ListarApagamentos,
  RetomarApagamento,
} from '../application/apagar-conta.js';

const { apagamentos, titular } = operacoesDeAuth;

/** What people ask for about their own data, and the house looks after. */
@Controller()
export class TitularController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(titular.apagarConta)
  apagarConta({ usuario, corpo }: Pedido<typeof titular.apagarConta>, { request }: Http) {
    return this.commands.execute(new ApagarConta(usuario.id, corpo.senha, request.ip));
  }

  @Operacao(titular.comprovante)
  comprovante({ corpo }: Pedido<typeof titular.comprovante>) {
    return this.queries.execute(new ConsultarComprovante(corpo.comprovante));
  }

  @Operacao(apagamentos.listarApagamentos)
  listarApagamentos({ consulta }: Pedido<typeof apagamentos.listarApagamentos>) {
    return this.queries.execute(new ListarApagamentos(consulta));
  }

  @Operacao(apagamentos.retomarApagamento)
  retomarApagamento({ parametros }: Pedido<typeof apagamentos.retomarApagamento>): Promise<void> {
    return this.commands.execute(new RetomarApagamento(parametros.id));
  }
}
