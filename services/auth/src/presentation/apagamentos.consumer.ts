import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { RegistrarRespostaDeApagamento } from '../application/apagar-conta.js';

@Controller()
export class ApagamentosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('apagamento.respondido.v1')
  respondido(@Payload() { data }: CloudEvent<'apagamento.respondido.v1'>): Promise<void> {
    return this.commands.execute(new RegistrarRespostaDeApagamento(data));
  }
}
