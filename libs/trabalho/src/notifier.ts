import { randomUUID } from 'node:crypto';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { type Database, isPooled, type Logger, mortalConnection } from '@plataforma/platform';
import pg from 'pg';

const PROBE_MS = 3_000;
const RECONNECT_MS = 1_000;
/** How long a stop waits for the connection to say goodbye. */
const END_MS = 1_000;

/**
 * Wakes who waits for work, in this process at once and in the others of this database by NOTIFY: sent after commits,
 * many commits to one, since a NOTIFY within a transaction makes commits wait for each other. One connection of the
 * process listens for all. A notice may be lost (nobody is told that there is one): whoever waits looks by itself too.
 */
export class Notifier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly process = randomUUID();
  private readonly toSend = new Set<string>();
  private sending = false;
  private stopped = false;
  private heard = false;
  private client: pg.Client | undefined;
  /** What is being asked on the connection: it takes one question after the other. */
  private asked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** Whether notices of other processes arrive; while not, whoever waits has to look more often. */
  get listening(): boolean {
    return this.heard;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.heard = false;
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, END_MS);
    await Promise.race([this.client?.end().catch(() => undefined), tooLong]);
    clearTimeout(timer);
  }

  /** Calls `wake` for each notice of `channel`, an SQL identifier. */
  on(channel: string, wake: () => void): void {
    const known = this.waiting.get(channel);
    if (known) known.add(wake);
    else this.waiting.set(channel, new Set([wake]));
    // It has been told, and another connection is made.
    if (!known && this.heard && this.client) void this.hear(this.client, channel).catch(() => undefined);
  }

  off(channel: string, wake: () => void): void {
    this.waiting.get(channel)?.delete(wake);
  }

  /** Says that there is something to do, once the current transaction has committed. */
  announce(channel: string): void {
    this.database.afterCommit(() => {
      this.wake(channel);
      this.toSend.add(channel);
      if (!this.sending && !this.stopped) void this.send();
    });
  }

  private async send(): Promise<void> {
    this.sending = true;
    while (this.toSend.size > 0) {
      const channels = [...this.toSend];
      this.toSend.clear();
      try {
        await this.database.query('SELECT pg_notify(channel, $2) FROM unnest($1::text[]) AS channel', [
          channels,
          this.process,
        ]);
      } catch (error) {
        this.logger.debug('Aviso de trabalho não enviado; a sondagem o alcança', { channels, error });
      }
    }
    this.sending = false;
  }

  private wake(channel: string): void {
    for (const wake of this.waiting.get(channel) ?? []) wake();
  }

  private ask(client: pg.Client, sql: string): Promise<unknown> {
    const answer = this.asked.then(() => client.query(sql));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  /** A connection on which a channel is not heard is no use: it ends, and another is made, which hears them all. */
  private async hear(client: pg.Client, channel: string): Promise<void> {
    try {
      await this.ask(client, `LISTEN ${channel}`);
    } catch (error) {
      this.logger.warn('Canal de avisos não pôde ser escutado; a escuta é refeita', { channel, error });
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  private async listen(): Promise<void> {
    this.asked = Promise.resolve();
    const { DATABASE_DIRECT_URL, DATABASE_URL } = this.database.options;
    const client = new pg.Client({ connectionString: DATABASE_DIRECT_URL ?? DATABASE_URL, ...mortalConnection });
    // A connection that only listens would not notice that nothing comes any more: one whose probe finds no answer ends.
    let asking = true;
    const probe = setInterval(() => {
      if (asking) return;
      asking = true;
      this.ask(client, 'SELECT 1').then(
        () => (asking = false),
        () => clearInterval(probe),
      );
    }, PROBE_MS).unref();
    client.on('notification', ({ channel, payload }) => {
      if (payload !== this.process) this.wake(channel);
    });
    client.on('error', (error: Error) => this.logger.warn('Escuta de avisos caiu; a sondagem segue', { error }));
    client.once('end', () => {
      this.heard = false;
      clearInterval(probe);
      this.reconnectLater();
    });
    this.client = client;
    await client.connect();
    if (await isPooled(client)) {
      this.logger.warn('Avisos não chegam por um PgBouncer, e a sondagem os supre: dê DATABASE_DIRECT_URL');
      asking = false;
      return;
    }
    for (const channel of this.waiting.keys()) await this.hear(client, channel);
    asking = false;
    this.heard = !this.stopped;
    // What was announced before anybody listened.
    for (const channel of this.waiting.keys()) this.wake(channel);
  }

  private reconnectLater(): void {
    if (this.stopped) return;
    setTimeout(() => {
      // One that fails has ended as well, and that is heard.
      if (!this.stopped) void this.listen().catch(() => undefined);
    }, RECONNECT_MS).unref();
  }
}
