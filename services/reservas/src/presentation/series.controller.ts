import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import {
  CancelarSerie,
  PreverCancelamentoDaSerie,
  PreverRemarcacaoDaSerie,
  RemarcarSerie,
} from '../application/alterar-serie.js';
import { ConsultarSerie, ListarSeries } from '../application/consultar-series.js';
import { CriarSerie } from '../application/criar-serie.js';
import { OrcarSerie } from '../application/orcar-serie.js';

const { series } = operacoesDeReservas;

@Controller()
export class SeriesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Operacao(series.create)
  async create({ corpo, usuario }: Pedido<typeof series.create>) {
    const { serieId, ocorrencias } = await this.commands.execute(new CriarSerie(usuario, corpo));
    return { serie: await this.queries.execute(new ConsultarSerie(serieId, usuario)), ocorrencias };
  }

  @Operacao(series.prices)
  prices({ corpo, usuario }: Pedido<typeof series.prices>) {
    return this.queries.execute(new OrcarSerie(usuario, corpo));
  }

  @Operacao(series.list)
  list({ consulta, usuario }: Pedido<typeof series.list>) {
    return this.queries.execute(new ListarSeries(consulta, usuario));
  }

  @Operacao(series.byId)
  byId({ parametros, usuario }: Pedido<typeof series.byId>) {
    return this.queries.execute(new ConsultarSerie(parametros.id, usuario));
  }

  @Operacao(series.previewCancellation)
  previewCancellation({ parametros: { id }, consulta, usuario }: Pedido<typeof series.previewCancellation>) {
    return this.queries.execute(new PreverCancelamentoDaSerie(id, usuario, consulta));
  }

  @Operacao(series.cancel)
  async cancel({ parametros: { id }, corpo, usuario }: Pedido<typeof series.cancel>) {
    await this.commands.execute(new CancelarSerie(id, usuario, corpo));
    return this.queries.execute(new ConsultarSerie(id, usuario));
  }

  @Operacao(series.previewMove)
  previewMove({ parametros: { id }, consulta, usuario }: Pedido<typeof series.previewMove>) {
    return this.queries.execute(new PreverRemarcacaoDaSerie(id, usuario, consulta));
  }

  @Operacao(series.move)
  async move({ parametros: { id }, corpo, usuario }: Pedido<typeof series.move>) {
    await this.commands.execute(new RemarcarSerie(id, usuario, corpo));
    return this.queries.execute(new ConsultarSerie(id, usuario));
  }
}
