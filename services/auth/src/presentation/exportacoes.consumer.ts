import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { GuardarPedaco } from '../application/exportar-dados.js';

@Controller()
export class ExportacoesConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('usuario.dados-exportados.v1')
  exportados(@Payload() { data }: CloudEvent<'usuario.dados-exportados.v1'>): Promise<void> {
    return this.commands.execute(new GuardarPedaco(data));
  }
}
