import { Injectable } from '@nestjs/common';
import type { EspacoHttp, EspacosHttp, ReservaHttp } from '@plataforma/contracts';
import { Cache, Database, Logger } from '@plataforma/platform';
import { lerEspaco } from './ler-espaco.js';

const TTL_S = 300;
const PRIMEIRA_PAGINA = 'espacos:primeira-pagina';
const chaveDoEspaco = (id: string) => `espaco:${id}`;
const chaveDaReserva = (id: string) => `reserva:${id}`;

/** A booking as it is kept: its space is shown as that is now. */
export type ReservaSemEspaco = Omit<ReservaHttp, 'espaco'> & { readonly espacoId: string };

/**
 * Copies, in Redis, of what is read again and again: single spaces and bookings, and the first page of the search that
 * asks for nothing in particular. Whoever changes something drops its copy right after the commit; the event of the
 * change drops it again, for when that process, or Redis, was gone by then.
 */
@Injectable()
export class Copias {
  constructor(
    private readonly database: Database,
    private readonly cache: Cache,
    private readonly logger: Logger,
  ) {}

  /** Whatever its state, for those who have to do with it already. */
  space(id: string): Promise<EspacoHttp | undefined> {
    return this.remember(chaveDoEspaco(id), () => lerEspaco(this.database, id));
  }

  firstPage(load: () => Promise<EspacosHttp>): Promise<EspacosHttp> {
    return this.remember(PRIMEIRA_PAGINA, load);
  }

  booking(id: string, load: () => Promise<ReservaSemEspaco | undefined>): Promise<ReservaSemEspaco | undefined> {
    return this.remember(chaveDaReserva(id), load);
  }

  /** Inside a transaction there are no copies: it sees what it has changed, and what it sees may yet be undone. */
  private remember<T>(key: string, load: () => Promise<T>): Promise<T> {
    return this.database.inTransaction ? load() : this.cache.remember(key, TTL_S, load);
  }

  /** Forgets a space that has changed, and the pages that it may be on. @throws when Redis did not do it */
  async evictSpace(id: string): Promise<void> {
    await this.cache.evict(chaveDoEspaco(id), PRIMEIRA_PAGINA);
  }

  /** Forgets a booking that has changed. @throws when Redis did not do it */
  async evictBooking(id: string): Promise<void> {
    await this.cache.evict(chaveDaReserva(id));
  }

  /** Right after a commit, so that who changed it sees it: the event does what could not be done now. */
  async now(eviction: Promise<void>): Promise<void> {
    try {
      await eviction;
    } catch (error) {
      this.logger.debug('Cópia não descartada na hora; o evento o fará', { error });
    }
  }
}
