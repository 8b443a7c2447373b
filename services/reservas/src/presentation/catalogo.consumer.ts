import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { CatalogoEmCache } from '../application/catalogo-em-cache.js';

/**
 * Drops the copies of a space that has changed. Who changed it has done so already; this is for when that process, or
 * Redis, was gone by then: the message comes back until Redis has done it.
 */
@Controller()
export class CatalogoConsumer {
  constructor(private readonly cache: CatalogoEmCache) {}

  @EventPattern('espaco.alterado.v1')
  changed(@Payload() { data }: CloudEvent<'espaco.alterado.v1'>) {
    return this.cache.evict(data.espacoId);
  }
}
