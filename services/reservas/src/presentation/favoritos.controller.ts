import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ListarFavoritos, MarcarFavorito } from '../application/favoritos.js';

const { favoritos } = operacoesDeReservas;

@Controller()
export class FavoritosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(favoritos.list)
  list({ consulta, usuario }: Pedido<typeof favoritos.list>) {
    return this.queries.execute(new ListarFavoritos(consulta, usuario));
  }

  @Operacao(favoritos.add)
  add({ parametros, usuario }: Pedido<typeof favoritos.add>): Promise<void> {
    return this.commands.execute(new MarcarFavorito(parametros.espacoId, usuario, true));
  }

  @Operacao(favoritos.remove)
  remove({ parametros, usuario }: Pedido<typeof favoritos.remove>): Promise<void> {
    return this.commands.execute(new MarcarFavorito(parametros.espacoId, usuario, false));
  }
}
