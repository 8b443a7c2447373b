import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ListarSagas, RetomarSaga } from '../application/operar-sagas.js';

const { sagas } = operacoesDeReservas;

@Controller()
export class SagasController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(sagas.list)
  list({ consulta }: Pedido<typeof sagas.list>) {
    return this.queries.execute(new ListarSagas(consulta));
  }

  @Operacao(sagas.retry)
  retry({ parametros }: Pedido<typeof sagas.retry>) {
    return this.commands.execute(new RetomarSaga(parametros.id));
  }
}
