import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarEspera, EntrarNaFila, ListarEsperas, SairDaFila } from '../application/esperas.js';

const { fila } = operacoesDeReservas;

@Controller()
export class FilaController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(fila.join)
  async join({ corpo, usuario }: Pedido<typeof fila.join>) {
    const id = await this.commands.execute(new EntrarNaFila(usuario, corpo));
    return this.queries.execute(new ConsultarEspera(id, usuario.id));
  }

  @Operacao(fila.list)
  list({ consulta, usuario }: Pedido<typeof fila.list>) {
    return this.queries.execute(new ListarEsperas(consulta, usuario));
  }

  @Operacao(fila.byId)
  byId({ parametros, usuario }: Pedido<typeof fila.byId>) {
    return this.queries.execute(new ConsultarEspera(parametros.id, usuario.id));
  }

  @Operacao(fila.leave)
  leave({ parametros, usuario }: Pedido<typeof fila.leave>) {
    return this.commands.execute(new SairDaFila(parametros.id, usuario.id));
  }
}
