import { Redis } from 'ioredis';
import type { Logger } from './logger.js';

/**
 * What may be lost: copies of answers, in Redis. When Redis is down every read is a miss and every write is dropped:
 * slower, never wrong.
 */
export class Cache {
  private readonly redis: Redis;
  private reported = false;

  constructor(url: string, prefix: string, logger: Logger) {
    this.redis = new Redis(url, {
      keyPrefix: `${prefix}:`,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      connectTimeout: 1_000,
      commandTimeout: 200,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    });
    this.redis.on('error', (error: Error) => {
      if (!this.reported) logger.warn('Redis indisponível: seguindo sem cache', { error });
      this.reported = true;
    });
    this.redis.on('ready', () => (this.reported = false));
  }

  /** Starts connecting; a failure is not the caller's. */
  connect(): void {
    this.redis.connect().catch(() => this.redis.status);
  }

  async get<T>(key: string): Promise<T | undefined> {
    try {
      const text = await this.redis.get(key);
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  async set(key: string, value: unknown, ttlSeconds: number): Promise<void> {
    await this.redis.set(key, JSON.stringify(value), 'EX', ttlSeconds).catch(() => undefined);
  }

  /** The cached value, or the loaded one, which is then kept for `ttlSeconds`. */
  async remember<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T> {
    const cached = await this.get<T>(key);
    if (cached !== undefined) return cached;
    const value = await load();
    if (value !== undefined) await this.set(key, value, ttlSeconds);
    return value;
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  close(): void {
    this.redis.disconnect();
  }
}
