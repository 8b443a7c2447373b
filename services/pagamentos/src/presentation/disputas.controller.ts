import { Controller, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarDisputa, ListarDisputas } from '../application/consultar-disputas.js';
import { ReunirEvidencias } from '../application/reunir-evidencias.js';

const { disputas } = operacoesDePagamentos;

@Controller()
export class DisputasController {
  constructor(private readonly queries: QueryBus) {}

  @Operacao(disputas.list)
  list({ consulta }: Pedido<typeof disputas.list>) {
    return this.queries.execute(new ListarDisputas(consulta));
  }

  @Operacao(disputas.byId)
  byId({ parametros }: Pedido<typeof disputas.byId>) {
    return this.queries.execute(new ConsultarDisputa(parametros.id));
  }

  @Operacao(disputas.evidence)
  async evidence({ parametros: { id } }: Pedido<typeof disputas.evidence>) {
    return new StreamableFile(await this.queries.execute(new ReunirEvidencias(id)), {
      type: 'application/zip',
      disposition: `attachment; filename="evidencias-${id}.zip"`,
    });
  }
}
