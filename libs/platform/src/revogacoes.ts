import { Redis } from 'ioredis';
import { mortalRedis } from './cache.js';
import type { Logger } from './logger.js';
import { metrics } from './metrics.js';
import { Worker } from './worker.js';

/**
 * Where auth tells in Redis of the sessions that were ended: a stream, so that every instance hears every entry, and one
 * that starts late hears those before. An entry has `sid`, and `ate`: from when on no access token of it is valid, ms
 * since 1970.
 */
export const REVOCATIONS_STREAM = 'auth:revogacoes';
/** More sessions than can be ended while an access token lives: each has cost a password's check to begin. */
export const MAX_REVOCATIONS = 100_000;
const POLL_MS = 1_000;
const BATCH = 1_000;

/**
 * The sessions that were ended lately: their access tokens are good by themselves until they expire, and are believed no
 * more. What was not heard of is believed: nothing valid is ever refused.
 */
export class Revogacoes {
  private readonly ended = new Map<string, number>();

  /** @param ate from when on no access token of the session is valid anyway */
  add(sessaoId: string, ate: Date): void {
    // Again at the end: those that were told first are over first.
    this.ended.delete(sessaoId);
    this.ended.set(sessaoId, ate.getTime());
    const now = Date.now();
    for (const [oldest, until] of this.ended) {
      if (until > now && this.ended.size <= MAX_REVOCATIONS) return;
      this.ended.delete(oldest);
    }
  }

  has(sessaoId: string): boolean {
    return this.ended.has(sessaoId);
  }
}

/** Hears in Redis which sessions auth has ended; how long it has heard nothing, the metrics say. */
export class RevogacoesListener extends Worker {
  private readonly redis: Redis;
  private last = '0-0';
  private reported = false;

  constructor(url: string, revogacoes: Revogacoes, logger: Logger) {
    super({ name: 'escuta de revogações', floorMs: POLL_MS, drain: () => this.hear(revogacoes) }, logger);
    this.redis = new Redis(url, mortalRedis);
    // What is wrong is told by the round that meets it.
    this.redis.on('error', () => undefined);
    // It may be another server, or the same without its memory.
    this.redis.on('ready', () => (this.last = '0-0'));
  }

  override async onApplicationBootstrap(): Promise<void> {
    metrics.revocationsHeard.now();
    await this.redis.connect().catch(() => this.redis.status);
    this.start();
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.redis.disconnect();
  }

  private async hear(revogacoes: Revogacoes): Promise<number> {
    try {
      const [[, entries] = []] =
        (await this.redis.xread('COUNT', BATCH, 'STREAMS', REVOCATIONS_STREAM, this.last)) ?? [];
      for (const [id, fields] of entries ?? []) {
        this.last = id;
        const { sid, ate } = entryOf(fields);
        if (sid !== undefined && Number(ate) > Date.now()) revogacoes.add(sid, new Date(Number(ate)));
      }
      metrics.revocationsHeard.now();
      this.reported = false;
      return entries?.length ?? 0;
    } catch (error) {
      // Nothing is refused for that, and the metric grows.
      if (!this.reported) this.logger.warn('Redis indisponível: sessões encerradas não se ouvem por ele', { error });
      this.reported = true;
      return 0;
    }
  }
}

const entryOf = (fields: readonly string[]): Partial<Record<string, string>> =>
  Object.fromEntries(fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1]]] : [])));
