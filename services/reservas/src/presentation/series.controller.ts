import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { operacoesDeReservas } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { CancelarSerie, RemarcarSerie } from '../application/alterar-serie.js';
import { ConsultarSeries } from '../application/consultar-series.js';
import { CriarSerie, type SerieCriada } from '../application/criar-serie.js';

const { series } = operacoesDeReservas;

@Controller()
export class SeriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly consultas: ConsultarSeries,
  ) {}

  @Operacao(series.create)
  async create({ corpo, usuario }: Pedido<typeof series.create>) {
    const { serieId, ocorrencias } = await this.commands.execute<CriarSerie, SerieCriada>(
      new CriarSerie(usuario.id, corpo),
    );
    return { serie: await this.consultas.byId(serieId, usuario), ocorrencias };
  }

  @Operacao(series.list)
  list({ consulta, usuario }: Pedido<typeof series.list>) {
    return this.consultas.list(consulta, usuario);
  }

  @Operacao(series.byId)
  byId({ parametros, usuario }: Pedido<typeof series.byId>) {
    return this.consultas.byId(parametros.id, usuario);
  }

  @Operacao(series.cancel)
  async cancel({ parametros: { id }, corpo, usuario }: Pedido<typeof series.cancel>) {
    await this.commands.execute<CancelarSerie, void>(new CancelarSerie(id, usuario, corpo));
    return this.consultas.byId(id, usuario);
  }

  @Operacao(series.move)
  async move({ parametros: { id }, corpo, usuario }: Pedido<typeof series.move>) {
    await this.commands.execute<RemarcarSerie, void>(new RemarcarSerie(id, usuario, corpo));
    return this.consultas.byId(id, usuario);
  }
}
