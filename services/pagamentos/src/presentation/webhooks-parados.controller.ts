import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { ConsultarWebhook, DescartarWebhook, ListarWebhooksParados } from '../application/webhooks-parados.js';

const { webhooks } = operacoesDePagamentos;

@Controller()
export class WebhooksParadosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(webhooks.list)
  list({ consulta }: Pedido<typeof webhooks.list>) {
    return this.queries.execute(new ListarWebhooksParados(consulta));
  }

  @Operacao(webhooks.drop)
  async drop({ parametros: { id }, corpo, usuario }: Pedido<typeof webhooks.drop>) {
    await this.commands.execute(new DescartarWebhook(id, corpo.motivo, usuario.id));
    return this.queries.execute(new ConsultarWebhook(id));
  }
}
