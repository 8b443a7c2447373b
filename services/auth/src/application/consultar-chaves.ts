import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ChavesHttp } from '@plataforma/contracts';
import { Chaveiro } from './ports.js';

/** What tokens are verified by. */
export class ConsultarChaves extends Query<ChavesHttp> {}

@QueryHandler(ConsultarChaves)
export class ConsultarChavesHandler implements IQueryHandler<ConsultarChaves> {
  constructor(private readonly chaves: Chaveiro) {}

  execute(): Promise<ChavesHttp> {
    return this.chaves.publicKeys();
  }
}
