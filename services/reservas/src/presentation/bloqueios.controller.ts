import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import {
  BloquearEspaco,
  ConsultarBloqueio,
  DesbloquearEspaco,
  ListarBloqueios,
} from '../application/bloquear-espaco.js';
import { ExigirGestao } from '../application/exigir-gestao.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';

const { bloqueios } = operacoesDeReservas;

@Controller()
export class BloqueiosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(bloqueios.list)
  async list({ parametros: { id }, consulta: { de, cursor, limite }, usuario }: Pedido<typeof bloqueios.list>) {
    await this.commands.execute(new ExigirGestao(id, usuario));
    return this.queries.execute(new ListarBloqueios(id, de === undefined ? undefined : new Date(de), cursor, limite));
  }

  @Operacao(bloqueios.create)
  async create({ parametros, corpo, usuario }: Pedido<typeof bloqueios.create>) {
    await this.commands.execute(new ExigirGestao(parametros.id, usuario));
    const { inicio, fim, motivo, unidades } = corpo;
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    const id = await this.commands.execute(new BloquearEspaco(parametros.id, periodo, motivo, unidades, usuario.id));
    return this.queries.execute(new ConsultarBloqueio(id));
  }

  @Operacao(bloqueios.remove)
  async remove({ parametros: { id, bloqueioId }, usuario }: Pedido<typeof bloqueios.remove>): Promise<void> {
    await this.commands.execute(new ExigirGestao(id, usuario));
    return this.commands.execute(new DesbloquearEspaco(id, bloqueioId));
  }
}
