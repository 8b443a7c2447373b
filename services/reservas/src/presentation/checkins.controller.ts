import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarReserva } from '../application/consultar-reservas.js';
import { FazerCheckin } from '../application/fazer-checkin.js';

const { checkins } = operacoesDeReservas;

@Controller()
export class CheckinsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Operacao(checkins.create)
  async create({ corpo, usuario }: Pedido<typeof checkins.create>) {
    const id = await this.commands.execute(new FazerCheckin(corpo.codigo, usuario));
    return this.queries.execute(new ConsultarReserva(id, usuario));
  }
}
