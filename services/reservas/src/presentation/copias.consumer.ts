import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { queues } from '@plataforma/messaging';
import { Copias } from '../application/copias.js';

/** What changes a booking, by the queue's own list. */
const MUDANCAS = queues['reservas.cache'].filter((type) => type !== 'espaco.alterado.v1');

/**
 * Drops the copies of what has changed. Who changed it has done so already; this is for when that process, or Redis,
 * was gone by then: the message comes back until Redis has done it.
 */
@Controller()
export class CopiasConsumer {
  constructor(private readonly copias: Copias) {}

  @EventPattern('espaco.alterado.v1')
  spaceChanged(@Payload() { data }: CloudEvent<'espaco.alterado.v1'>) {
    return this.copias.evictSpace(data.espacoId);
  }

  @EventPattern([...MUDANCAS])
  bookingChanged(@Payload() { data }: CloudEvent<(typeof MUDANCAS)[number]>) {
    return this.copias.evictBooking(data.reservaId);
  }
}
