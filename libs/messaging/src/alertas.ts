import { createHash } from 'node:crypto';
import type { MessageData } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';
import type { EventStore } from './event-store.js';

type Alerta = MessageData<'operacao.alertada.v1'>;

/** More than that in a day and somebody is at it already. */
const LEMBRADOS = 1_000;

/**
 * Tells those who run the platform of what it does not mend by itself: an event, once for each cause and day (UTC) in the
 * whole service, however often it is found again and by how many instances. A stream that nobody reads remembers it.
 */
export class Alertas {
  private readonly told = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
  ) {}

  /** In the caller's transaction, when there is one. @param quantidade as many as there are when it is told */
  async raise(tipo: Alerta['tipo'], causa: string, quantidade = 1): Promise<void> {
    const desde = new Date().toISOString();
    const fluxo = `alerta/${desde.slice(0, 10)}-${createHash('sha256').update(`${tipo} ${causa}`).digest('hex').slice(0, 32)}`;
    if (this.told.has(fluxo)) return;
    await this.database.transaction(async () => {
      await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 9))', [fluxo]);
      const [before] = await this.database.query<object>('SELECT FROM eventos WHERE fluxo = $1 LIMIT 1', [fluxo]);
      if (!before)
        await this.events.append(fluxo, [{ type: 'operacao.alertada.v1', data: { tipo, causa, quantidade, desde } }]);
      this.database.afterCommit(() => {
        if (this.told.size >= LEMBRADOS) this.told.clear();
        this.told.add(fluxo);
      });
    });
  }
}
