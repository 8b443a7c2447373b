import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { queues } from '@plataforma/messaging';
import { DescartarCopiaDaReserva, DescartarCopiasDoEspaco } from '../application/descartar-copias.js';

/** What changes a booking, by the queue's own list. */
const MUDANCAS = queues['reservas.cache'].filter((type) => type !== 'espaco.alterado.v1');

/**
 * Drops the copies of what has changed. Who changed it has done so already; this is for when that process, or Redis,
 * was gone by then: the message comes back until Redis has done it.
 */
@Controller()
export class CopiasConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('espaco.alterado.v1')
  espacoAlterado(@Payload() { data }: CloudEvent<'espaco.alterado.v1'>) {
    return this.commands.execute(new DescartarCopiasDoEspaco(data.espacoId));
  }

  @EventPattern([...MUDANCAS])
  reservaMudou(@Payload() { data }: CloudEvent<(typeof MUDANCAS)[number]>) {
    return this.commands.execute(new DescartarCopiaDaReserva(data.reservaId));
  }
}
