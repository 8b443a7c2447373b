import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Logger, metrics } from '@plataforma/platform';
import { ConsultarEspaco, LIMITE_PADRAO, ListarEspacos } from './consultar-espacos.js';

/** Warms the cache with what is asked for first. */
@Injectable()
export class AquecerCache implements OnApplicationBootstrap {
  constructor(
    private readonly queries: QueryBus,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      const { itens } = await this.queries.execute(
        new ListarEspacos({ situacao: 'PUBLICADO', limite: LIMITE_PADRAO }, undefined),
      );
      for (const { id } of itens) await this.queries.execute(new ConsultarEspaco(id, undefined));
      metrics.cacheWarmed.set(1);
    } catch (error) {
      metrics.cacheWarmed.set(0);
      this.logger.warn('Cache não aquecido', { error });
    }
  }
}
