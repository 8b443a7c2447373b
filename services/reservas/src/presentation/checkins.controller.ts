import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarReservas } from '../application/consultar-reservas.js';
import { FazerCheckin } from '../application/fazer-checkin.js';

const { checkins } = operacoesDeReservas;

@Controller()
export class CheckinsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly consultas: ConsultarReservas,
  ) {}

  @Operacao(checkins.create)
  async create({ corpo, usuario }: Pedido<typeof checkins.create>) {
    const id = await this.commands.execute<FazerCheckin, string>(new FazerCheckin(corpo.codigo, usuario));
    return this.consultas.byId(id, usuario);
  }
}
