import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from './logger.js';

/** How every connection to Redis is made: what is asked over it is answered soon, or fails. */
export const mortalRedis = {
  lazyConnect: true,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  connectTimeout: 1_000,
  commandTimeout: 200,
  // A command that is given up stays in line for its answer: without this, after a silence each would get another's.
  socketTimeout: 1_000,
  keepAlive: 5_000,
  retryStrategy: (attempt: number) => Math.min(attempt * 100, 2_000),
};

/** How long one process may load a value while the others wait for it, ms; then they load it themselves. */
const LOAD_LOCK_MS = 2_000;
const LOAD_POLL_MS = 20;
/** Longer than any load may last: a generation must not be forgotten while somebody still loads under it. */
const GENERATION_TTL_S = 3_600;

/**
 * Looks for a value. When there is none, tells the key's generation (made up when there was none, so that one which
 * was forgotten is never taken for the same) and whether the caller is the one who is to load.
 */
const LOOK = `
  local value = redis.call('GET', KEYS[1])
  if value then return {value} end
  local generation = redis.call('GET', KEYS[2])
  if not generation then
    generation = ARGV[1]
    redis.call('SET', KEYS[2], generation, 'EX', ARGV[2])
  end
  local mine = redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[3])
  return {false, generation, mine and 1 or 0}`;

/** Keeps a loaded value, unless the key was evicted since its load began; lets the next one load in any case. */
const KEEP = `
  if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
  if ARGV[3] ~= '' and redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4]) end`;

/** Forgets a value, and makes the loads that are under way be forgotten too. */
const EVICT = `
  redis.call('DEL', KEYS[1], KEYS[3])
  redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])`;

/** What a look into Redis found. */
type Look =
  | { readonly found: true; readonly value: string }
  | { readonly found: false; readonly generation: string; readonly mine: boolean; readonly token: string };

/**
 * What may be lost: copies of answers, in Redis. When Redis is down every read is a miss and every write is dropped:
 * slower, never wrong. A value is loaded by one caller at a time, of this process and of all; one that was evicted
 * while it was loaded is not kept.
 */
export class Cache {
  private readonly redis: Redis;
  private reported = false;
  /** The server that answers, by its run id, and how often there was a connection. */
  private server: string | undefined;
  private connections = 0;
  /** Loads under way in this process. */
  private readonly flights = new Map<string, Promise<unknown>>();
  /** Keys that could not be evicted because Redis was away: their copies are not believed until they could. */
  private readonly unevicted = new Set<string>();

  constructor(url: string, prefix: string, logger: Logger) {
    this.redis = new Redis(url, { ...mortalRedis, keyPrefix: `${prefix}:` });
    this.redis.on('error', (error: Error) => {
      if (!this.reported) logger.warn('Redis indisponível: seguindo sem cache', { error });
      this.reported = true;
    });
    this.redis.on('ready', () => (this.reported = false));
    this.redis.on('close', () => {
      this.connections++;
      this.server = undefined;
    });
  }

  /** Resolves when the first attempt to connect has ended; its failure is not the caller's. */
  async connect(): Promise<void> {
    await this.redis.connect().catch(() => this.redis.status);
  }

  /**
   * The cached value, or the loaded one, which is then kept for `ttlSeconds` (undefined is not kept). `load` must read
   * what evictions speak of: a lagging replica would bring back what was evicted.
   */
  async remember<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T> {
    const flying = this.flights.get(key);
    if (flying) return (await flying) as T;
    const flight = this.lookOrLoad(key, ttlSeconds, load);
    this.flights.set(key, flight);
    try {
      return await flight;
    } finally {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    }
  }

  /**
   * Forgets the values. Whoever asks afterwards does not get one whose load began before.
   * @throws when Redis did not do it; this process does not believe their copies until it has
   */
  async evict(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.flights.delete(key);
      this.unevicted.add(key);
    }
    await Promise.all(keys.map((key) => this.evictNow(key)));
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  close(): void {
    this.redis.disconnect();
  }

  private async evictNow(key: string): Promise<void> {
    await this.redis.eval(EVICT, 3, ...(await this.namesOf(key)), randomUUID(), GENERATION_TTL_S);
    this.unevicted.delete(key);
  }

  private async lookOrLoad<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T> {
    const look = await this.lookOrWait(key);
    if (look?.found) return JSON.parse(look.value) as T;
    let text = '';
    try {
      const value = await load();
      text = value === undefined ? '' : JSON.stringify(value);
      return value;
    } finally {
      if (look) await this.keep(key, look, text, ttlSeconds);
    }
  }

  /** Looks until there is a value or it is this caller's turn to load; undefined when Redis is away. */
  private async lookOrWait(key: string): Promise<Look | undefined> {
    const deadline = performance.now() + LOAD_LOCK_MS;
    for (;;) {
      const look = await this.look(key);
      if (!look || look.found || look.mine || performance.now() >= deadline) return look;
      await delay(LOAD_POLL_MS);
    }
  }

  private async look(key: string): Promise<Look | undefined> {
    try {
      if (this.unevicted.has(key)) await this.evictNow(key);
      const names = await this.namesOf(key);
      // Most are found: asking for them costs a tenth of running a script.
      const kept = await this.redis.get(names[0]);
      if (kept !== null) return { found: true, value: kept };
      const token = randomUUID();
      const [value, generation, mine] = (await this.redis.eval(
        LOOK,
        3,
        ...names,
        token,
        GENERATION_TTL_S,
        LOAD_LOCK_MS,
      )) as [string | null, string?, number?];
      if (value !== null) return { found: true, value };
      return { found: false, generation: generation ?? token, mine: mine === 1, token };
    } catch {
      return undefined;
    }
  }

  private async keep(key: string, look: Look, text: string, ttlSeconds: number): Promise<void> {
    if (look.found) return;
    try {
      const names = await this.namesOf(key);
      await this.redis.eval(KEEP, 3, ...names, look.token, look.generation, text, ttlSeconds);
    } catch {
      // Not kept: the next one loads again.
    }
  }

  /**
   * The value, its generation and the lock of its load; the braces keep them on one node of a cluster. A server that
   * came back, or another that took over, may hold copies whose evictions it never heard of: they bear the run id of
   * the one that was asked to keep them, and are not found.
   */
  private async namesOf(key: string): Promise<[string, string, string]> {
    const name = `{${await this.serverId()}:${key}}`;
    return [name, `${name}:geracao`, `${name}:trava`];
  }

  private async serverId(): Promise<string> {
    if (this.server !== undefined) return this.server;
    const connection = this.connections;
    const [, id] = /^run_id:(\w+)/m.exec(await this.redis.info('server')) ?? [];
    if (connection !== this.connections) throw new Error('Connection is closed.');
    return (this.server = id ?? 'sem-identidade');
  }
}
