import { Controller, StreamableFile } from '@nestjs/common';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarDisputas } from '../application/consultar-disputas.js';
import { ReunirEvidencias } from '../application/reunir-evidencias.js';

const { disputas } = operacoesDePagamentos;

@Controller()
export class DisputasController {
  constructor(
    private readonly disputas: ConsultarDisputas,
    private readonly evidencias: ReunirEvidencias,
  ) {}

  @Operacao(disputas.list)
  list({ consulta }: Pedido<typeof disputas.list>) {
    return this.disputas.list(consulta);
  }

  @Operacao(disputas.byId)
  byId({ parametros }: Pedido<typeof disputas.byId>) {
    return this.disputas.byId(parametros.id);
  }

  @Operacao(disputas.evidence)
  async evidence({ parametros: { id } }: Pedido<typeof disputas.evidence>) {
    return new StreamableFile(await this.evidencias.forDispute(id), {
      type: 'application/zip',
      disposition: `attachment; filename="evidencias-${id}.zip"`,
    });
  }
}
