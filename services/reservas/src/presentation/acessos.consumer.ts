import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import { queues } from '@plataforma/messaging';
import { AprenderAcessos } from '../application/aprender-acessos.js';

/** What auth tells of groups, and of what they may. */
@Controller()
export class AcessosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern([...queues['reservas.acessos']])
  mudaram(@Payload() evento: AprenderAcessos['evento']): Promise<void> {
    return this.commands.execute(new AprenderAcessos(evento));
  }
}
