import { Controller, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { auditoriaDe, type CloudEvent, type Servico } from '@plataforma/contracts';
import { Database, Operacao, type Pedido } from '@plataforma/platform';
import { Auditoria, keepAnchor } from './auditoria.js';

/** What a service shows of its audit log to whoever runs the house. */
export function auditoriaController(servico: Servico): Type<object> {
  const operacao = auditoriaDe(servico);
  @Controller()
  class AuditoriaController {
    constructor(private readonly auditoria: Auditoria) {}

    @Operacao(operacao)
    listar({ consulta }: Pedido<typeof operacao>) {
      return this.auditoria.list(consulta);
    }
  }
  return AuditoriaController;
}

/** Keeps the heads of the other services' audit logs. */
@Controller()
export class AncorasConsumer {
  constructor(private readonly database: Database) {}

  @EventPattern('auditoria.ancorada.v1')
  async ancorada(@Payload() { data }: CloudEvent<'auditoria.ancorada.v1'>): Promise<void> {
    await keepAnchor(this.database, data);
  }
}
