import { Controller } from '@nestjs/common';
import { operacoesDePagamentos } from '@plataforma/contracts';
import { Operacao, type Pedido } from '@plataforma/platform';
import { WebhooksParados } from '../application/webhooks-parados.js';

const { webhooks } = operacoesDePagamentos;

@Controller()
export class WebhooksParadosController {
  constructor(private readonly webhooks: WebhooksParados) {}

  @Operacao(webhooks.list)
  list({ consulta }: Pedido<typeof webhooks.list>) {
    return this.webhooks.list(consulta);
  }

  @Operacao(webhooks.drop)
  drop({ parametros, corpo, usuario }: Pedido<typeof webhooks.drop>) {
    return this.webhooks.drop(parametros.id, corpo.motivo, usuario.id);
  }
}
