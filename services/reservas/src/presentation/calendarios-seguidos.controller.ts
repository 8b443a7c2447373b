import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarSeguido, ListarSeguidos } from '../application/consultar-seguidos.js';
import { ExigirGestao } from '../application/exigir-gestao.js';
import {
  ApressarSeguido,
  LargarCalendario,
  PausarSeguido,
  SeguirCalendario,
} from '../application/seguir-calendarios.js';

const { calendariosSeguidos } = operacoesDeReservas;

@Controller()
export class CalendariosSeguidosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(calendariosSeguidos.list)
  async list({ parametros: { id }, usuario }: Pedido<typeof calendariosSeguidos.list>) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    return this.queries.execute(new ListarSeguidos(id));
  }

  @Operacao(calendariosSeguidos.create)
  async create({ parametros: { id }, corpo, usuario }: Pedido<typeof calendariosSeguidos.create>) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    const seguido = await this.commands.execute(new SeguirCalendario(id, corpo, usuario.id));
    return this.queries.execute(new ConsultarSeguido(id, seguido));
  }

  @Operacao(calendariosSeguidos.change)
  async change({ parametros, corpo, usuario }: Pedido<typeof calendariosSeguidos.change>) {
    const { id, calendarioId } = parametros;
    await this.commands.execute(new ExigirGestao(id, usuario));
    await this.commands.execute(new PausarSeguido(id, calendarioId, !corpo.ativo));
    return this.queries.execute(new ConsultarSeguido(id, calendarioId));
  }

  @Operacao(calendariosSeguidos.fetch)
  async fetch({ parametros: { id, calendarioId }, usuario }: Pedido<typeof calendariosSeguidos.fetch>) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    await this.commands.execute(new ApressarSeguido(id, calendarioId));
    return this.queries.execute(new ConsultarSeguido(id, calendarioId));
  }

  @Operacao(calendariosSeguidos.remove)
  async remove({ parametros, usuario }: Pedido<typeof calendariosSeguidos.remove>): Promise<void> {
    const { id, calendarioId } = parametros;
    await this.commands.execute(new ExigirGestao(id, usuario));
    return this.commands.execute(new LargarCalendario(id, calendarioId));
  }
}
