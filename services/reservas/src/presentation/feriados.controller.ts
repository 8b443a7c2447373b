import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { AcrescentarFeriado, ListarFeriados, RemoverFeriado } from '../application/feriados.js';

const { feriados } = operacoesDeReservas;

@Controller()
export class FeriadosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(feriados.list)
  list({ consulta }: Pedido<typeof feriados.list>) {
    return this.queries.execute(new ListarFeriados(consulta));
  }

  @Operacao(feriados.add)
  add({ corpo }: Pedido<typeof feriados.add>) {
    return this.commands.execute(new AcrescentarFeriado(corpo));
  }

  @Operacao(feriados.remove)
  remove({ parametros }: Pedido<typeof feriados.remove>): Promise<void> {
    return this.commands.execute(new RemoverFeriado(parametros.id));
  }
}
