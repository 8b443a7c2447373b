import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { CLOUDEVENTS_CONTENT_TYPE, isMessageType, routingKey } from '@plataforma/contracts';
import { type Database, failpoint, type Logger, metrics, Worker } from '@plataforma/platform';
import type { Notifier } from '@plataforma/trabalho';
import type { Broker } from './broker.js';
import { EVENT_DATA, type EventRow, OUTBOXES, toCloudEvent } from './event-store.js';
import { Pauses } from './pauses.js';
import { exchangeOf, hasConsumer } from './topology.js';

const CHANNEL = 'outbox';
const BATCH = 200;
/** While something waits to be published, or notices do not arrive. */
const POLL_FLOOR_MS = 1_000;
/** So often when there is nothing: the lag is told to be zero as well. */
const IDLE_FLOOR_MS = 5_000;
/** The oldest that is not published, of each outbox. */
const OLDEST = OUTBOXES.map(
  (outbox) => `(SELECT ocorrido_em FROM ${outbox} WHERE publicado_em IS NULL ORDER BY posicao LIMIT 1)`,
).join(', ');
const NEXT = OUTBOXES.map(
  (
    outbox,
  ) => `(SELECT '${outbox}' AS outbox, posicao, id, fluxo, versao, tipo, ${EVENT_DATA}, metadados, ocorrido_em FROM ${outbox} e
                 WHERE publicado_em IS NULL AND fluxo <> ALL($1) ORDER BY posicao LIMIT ${BATCH})`,
).join(' UNION ALL ');
/** Longer than a batch may take: a relay that was frozen in its batch loses the lock, and another goes on. */
const LEASE_MS = 10_000;
/** After that a batch begins no other publish: the last may take five seconds more. */
const BATCH_MS = 3_000;

interface Pending extends EventRow {
  readonly outbox: (typeof OUTBOXES)[number];
}

/**
 * Publishes what was appended, at least once. Within a stream one message after the other: the next leaves when the
 * broker has confirmed the one before, so that a failure cannot reorder it. Streams go side by side, and one that fails
 * pauses alone. Any number of relays may run: a batch is taken under an advisory lock of its transaction, which
 * PostgreSQL releases whatever becomes of the relay. Woken by NOTIFY and, should that be missed, by a polling floor.
 */
export class Relay extends Worker {
  private waiting = false;
  private readonly pauses = new Pauses();

  constructor(
    private readonly service: string,
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly notifier: Notifier,
    logger: Logger,
  ) {
    super({ name: 'relay', floorMs: () => this.floor(), drain: () => this.drain() }, logger);
  }

  override onApplicationBootstrap(): void {
    this.notifier.on(CHANNEL, () => this.wake());
    this.start();
  }

  /** Tells every relay of this database that there is something to publish. */
  announce(): void {
    this.notifier.announce(CHANNEL);
  }

  private floor(): number {
    return this.waiting || !this.notifier.listening ? POLL_FLOOR_MS : IDLE_FLOOR_MS;
  }

  /** Publishes one batch and marks it. Zero when there was nothing to publish, or when another relay is at it. */
  private drain(): Promise<number> {
    return this.database.transaction(async () => {
      const [lock] = await this.database.query<{ obtido: boolean; atraso: number | null }>(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('relay', 2)) AS obtido,
                set_config('idle_in_transaction_session_timeout', $1, true),
                extract(epoch FROM clock_timestamp() - least(${OLDEST}))::float8 AS atraso`,
        [String(LEASE_MS)],
      );
      // Also by those whose turn it is not: a relay that hangs with the lock must not keep the lag from being seen.
      const lag = lock?.atraso ?? null;
      if (lock) metrics.outboxLag.measured(Math.max(0, lag ?? 0));
      this.waiting = lag !== null;
      if (lag === null || !lock?.obtido || !this.broker.connected) return 0;
      const rows = await this.database.query<Pending>(NEXT, [this.pauses.underWay(performance.now())]);
      if (rows.length > 0) failpoint('messaging.relay.antes-de-publicar');
      const until = performance.now() + BATCH_MS;
      const streams = new Map<string, Pending[]>();
      for (const row of rows) streams.set(row.fluxo, [...(streams.get(row.fluxo) ?? []), row]);
      const published = await Promise.all([...streams].map(([fluxo, of]) => this.publishStream(fluxo, of, until)));
      const marked = published.flat();
      if (marked.length > 0) failpoint('messaging.relay.antes-de-marcar');
      for (const outbox of OUTBOXES) {
        const positions = marked.filter((row) => row.outbox === outbox).map(({ posicao }) => posicao);
        if (positions.length > 0)
          await this.database.write(`UPDATE ${outbox} SET publicado_em = clock_timestamp() WHERE posicao = ANY($1)`, [
            positions,
          ]);
      }
      return marked.length;
    });
  }

  /** Those that the broker has, up to the first that it did not take or that this batch has no time for. */
  private async publishStream(fluxo: string, rows: readonly Pending[], until: number): Promise<Pending[]> {
    const published: Pending[] = [];
    for (const row of rows) {
      if (performance.now() > until) return published;
      try {
        await this.publish(row);
      } catch (error) {
        this.pauses.failed(fluxo, performance.now(), Math.random());
        metrics.publishFailures.inc();
        this.logger.warn('Publicação recusada; o fluxo espera, os outros seguem', { fluxo, tipo: row.tipo, error });
        return published;
      }
      published.push(row);
    }
    this.pauses.ended(fluxo);
    return published;
  }

  /** @throws Error also for what a newer version appended, which its own relay publishes; until then its stream waits */
  private async publish(row: EventRow): Promise<void> {
    if (!isMessageType(row.tipo)) throw new Error('esta versão não conhece o tipo; publica-o uma que o conheça');
    const origin = propagation.extract(ROOT_CONTEXT, row.metadados);
    await context.with(origin, () =>
      this.broker.publish({
        exchange: exchangeOf(row.tipo),
        key: routingKey(row.tipo),
        body: Buffer.from(JSON.stringify(toCloudEvent(this.service, row))),
        messageId: row.id,
        type: row.tipo,
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        mandatory: hasConsumer(row.tipo),
        headers: row.metadados.traceparent ? { traceparent: row.metadados.traceparent } : {},
      }),
    );
    metrics.published.inc({ tipo: row.tipo });
  }
}
