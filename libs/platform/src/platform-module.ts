import { fileURLToPath } from 'node:url';
import {
  type DynamicModule,
  Global,
  type InjectionToken,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AuthGuard, Recusas, type TokenSettings, TokenVerifier } from './auth.js';
import { Cache } from './cache.js';
import { Database, type DatabaseOptions } from './database.js';
import { HealthController, Lifecycle, READINESS_CHECKS, type ReadinessCheck } from './health.js';
import { Logger } from './logger.js';
import { origins } from './origins.js';
import { Revogacoes, RevogacoesListener } from './revogacoes.js';
import { Rush } from './rush.js';

/** Folder of the migrations that a service with a database needs (idempotency keys). */
export const platformMigrations = fileURLToPath(new URL('../migrations', import.meta.url));

export interface ServiceConfig extends TokenSettings {
  readonly HOST: string;
  readonly PORT: number;
  readonly LOG_LEVEL: string;
  readonly NODE_ENV: string;
  readonly SHUTDOWN_TIMEOUT_MS: number;
}

/** What a service has beside the things that all services share. */
export interface PlatformOptions {
  readonly name: string;
  readonly config: ServiceConfig;
  readonly database?: DatabaseOptions;
  /** Where its cache lives; the service works without it, slower. */
  readonly redisUrl?: string;
  /** The Redis in which it hears of sessions that were ended. */
  readonly revocationsUrl?: string;
  /** Other dependencies that it needs to serve. */
  readonly readiness?: { readonly inject: InjectionToken[]; readonly checks: (...deps: never[]) => ReadinessCheck[] };
}

class DatabaseLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.database.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

class CacheLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly cache: Cache) {}

  onModuleInit(): Promise<void> {
    return this.cache.connect();
  }

  onApplicationShutdown(): void {
    this.cache.close();
  }
}

const databaseProviders = (options: DatabaseOptions): Provider[] => [
  { provide: Database, useFactory: () => new Database(options) },
  Rush,
  {
    provide: DatabaseLifecycle,
    inject: [Database],
    useFactory: (database: Database) => new DatabaseLifecycle(database),
  },
];

const cacheProviders = (name: string, url: string): Provider[] => [
  { provide: Cache, inject: [Logger], useFactory: (logger: Logger) => new Cache(url, name, logger) },
  { provide: CacheLifecycle, inject: [Cache], useFactory: (cache: Cache) => new CacheLifecycle(cache) },
];

/** What the next process of the service is to know of the traces of this one, where they are kept. */
class OriginsLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly url: string) {}

  onModuleInit(): void {
    origins.connect(this.url);
  }

  onApplicationShutdown(): void {
    origins.close();
  }
}

const revocationProviders = (url: string): Provider[] => [
  { provide: OriginsLifecycle, useFactory: () => new OriginsLifecycle(url) },
  {
    provide: RevogacoesListener,
    inject: [Revogacoes, Logger],
    useFactory: (revogacoes: Revogacoes, logger: Logger) => new RevogacoesListener(url, revogacoes, logger),
  },
];

/** Logger, token checks, health, and, where asked for, database and cache: for all modules of a service. */
@Global()
@Module({})
export class PlatformModule {
  static with({ name, config, database, redisUrl, revocationsUrl, readiness }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        { provide: Logger, useFactory: () => Logger.create(name, config.LOG_LEVEL) },
        Revogacoes,
        {
          provide: TokenVerifier,
          inject: [Revogacoes],
          useFactory: (revogacoes: Revogacoes) => new TokenVerifier(config, revogacoes),
        },
        ...(revocationsUrl ? revocationProviders(revocationsUrl) : []),
        Lifecycle,
        {
          provide: APP_GUARD,
          inject: [Reflector, TokenVerifier, { token: Recusas, optional: true }],
          useFactory: (reflector: Reflector, verifier: TokenVerifier, recusas?: Recusas) =>
            new AuthGuard(reflector, verifier, recusas),
        },
        {
          provide: READINESS_CHECKS,
          inject: [{ token: Database, optional: true }, { token: Cache, optional: true }, ...(readiness?.inject ?? [])],
          useFactory: (db: Database | undefined, cache: Cache | undefined, ...deps: never[]): ReadinessCheck[] => [
            ...(db ? [{ name: 'postgres', probe: () => db.query('SELECT 1') }] : []),
            ...(cache ? [{ name: 'redis', probe: () => cache.ping(), optional: true }] : []),
            ...(readiness?.checks(...deps) ?? []),
          ],
        },
        ...(database ? databaseProviders(database) : []),
        ...(redisUrl ? cacheProviders(name, redisUrl) : []),
      ],
      exports: [
        Logger,
        Lifecycle,
        Revogacoes,
        TokenVerifier,
        ...(database ? [Database, Rush] : []),
        ...(redisUrl ? [Cache] : []),
      ],
    };
  }
}
