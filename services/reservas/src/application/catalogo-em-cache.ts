import { Injectable } from '@nestjs/common';
import type { EspacoHttp, EspacosHttp } from '@plataforma/contracts';
import { Cache, Logger } from '@plataforma/platform';

const TTL_S = 300;
const PRIMEIRA_PAGINA = 'espacos:primeira-pagina';
const chaveDe = (id: string) => `espaco:${id}`;

/** Copies of the catalogue: single spaces, and the first page of the search that asks for nothing in particular. */
@Injectable()
export class CatalogoEmCache {
  constructor(
    private readonly cache: Cache,
    private readonly logger: Logger,
  ) {}

  space(id: string, load: () => Promise<EspacoHttp | undefined>): Promise<EspacoHttp | undefined> {
    return this.cache.remember(chaveDe(id), TTL_S, load);
  }

  firstPage(load: () => Promise<EspacosHttp>): Promise<EspacosHttp> {
    return this.cache.remember(PRIMEIRA_PAGINA, TTL_S, load);
  }

  /** Forgets a space that has changed, and the pages that it may be on. @throws when Redis did not do it */
  async evict(id: string): Promise<void> {
    await this.cache.evict(chaveDe(id), PRIMEIRA_PAGINA);
  }

  /** The same right after the commit, so that who changed it sees it; the event repeats it until it is done. */
  async evictNow(id: string): Promise<void> {
    try {
      await this.evict(id);
    } catch (error) {
      this.logger.debug('Cópia não descartada na hora; o evento o fará', { error });
    }
  }
}
