import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import {
  type ArgumentMetadata,
  type DynamicModule,
  Global,
  type InjectionToken,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type PipeTransform,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { TerminusModule } from '@nestjs/terminus';
import type { z } from 'zod';
import { AuthGuard, Recusas, type TokenSettings, TokenVerifier } from './auth.js';
import { acceptJsonOnly, MethodsByAddress, refuseAddress, refuseAmbiguous } from './border.js';
import { Cache } from './cache.js';
import { type corsSettings, InvalidConfigurationError, loadConfig, type proxySettings } from './config.js';
import { Database, type DatabaseOptions, requireLimits } from './database.js';
import { HealthController, Lifecycle, READINESS_CHECKS, type ReadinessCheck, shuttingDown } from './health.js';
import { HttpExtension } from './http-extension.js';
import { IdempotencyInterceptor } from './idempotency.js';
import { instancesOf } from './instances.js';
import { Logger } from './logger.js';
import { exposeMetrics, metrics, startMetrics } from './metrics.js';
import { requireMigrated } from './migrations.js';
import { documentedStatuses, openApiDocument, withExamplesFrom } from './open-api.js';
import { Problem, ProblemFilter, type ProblemStatuses } from './problem.js';
import { Revogacoes, RevogacoesListener } from './revogacoes.js';
import { correlationIdFrom, departureOf, runInContext } from './request-context.js';
import { Rush } from './rush.js';
import { refuseBadEscapes, refuseUnmet, refuseUnreadable } from './unreadable-request.js';

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
  {
    provide: APP_INTERCEPTOR,
    inject: [Reflector, Database, Rush],
    useFactory: (reflector: Reflector, database: Database, rush: Rush) =>
      new IdempotencyInterceptor(reflector, database, rush),
  },
];

const cacheProviders = (name: string, url: string): Provider[] => [
  { provide: Cache, inject: [Logger], useFactory: (logger: Logger) => new Cache(url, name, logger) },
  { provide: CacheLifecycle, inject: [Cache], useFactory: (cache: Cache) => new CacheLifecycle(cache) },
];

const revocationProviders = (url: string): Provider[] => [
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

export interface AppOptions {
  readonly name: string;
  /** HTTP status of each error code that the domain may raise. */
  readonly problems: ProblemStatuses;
  readonly description: string;
  /** Largest accepted body, bytes. */
  readonly bodyLimit?: number;
  /** Keeps the raw bytes of bodies (`request.rawBody`), for signed webhooks. */
  readonly rawBody?: boolean;
  /** Origins whose pages may call this application from a browser. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Who may say in `X-Forwarded-For` for whom it asks: addresses or CIDR ranges. From anyone else it is just words. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** @param parameter of the address, in which the issues are; a body or a query has names of its own */
const invalidRequest = (
  issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[],
  parameter: string | undefined,
) => {
  const erros = issues.slice(0, 50).map(({ message, path }) => ({
    campo: [...(parameter === undefined ? [] : [parameter]), ...(path ?? [])]
      .map((part) => String((part as { key?: unknown } | null)?.key ?? part))
      .join('.'),
    mensagem: message,
  }));
  // Who pages through a list starts again at this code, and at no other.
  return erros.every(({ campo }) => campo === 'cursor')
    ? new Problem(400, 'requisicao.cursor-invalido', 'O cursor não é desta lista', { extensions: { erros } })
    : new Problem(400, 'requisicao.invalida', 'A requisição tem campos inválidos', { extensions: { erros } });
};

/**
 * Holds what comes against its schema. Fields that are called as what every object has are unknown like any other:
 * nothing is taken away before schemas see it, and the parsers let nothing through that would change an object.
 */
class InputPipe implements PipeTransform {
  async transform(value: unknown, { schema, data }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues) throw invalidRequest(result.issues, data);
    return result.value;
  }
}

/** Builds the HTTP application of a service, not yet listening nor connected to anything. */
export async function createApp(module: DynamicModule, options: AppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimit ?? 100_000,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    // Its own refusal is no problem document; ours is below.
    return503OnClosing: false,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnreadable,
    // Without a host Node would refuse it without a word; and who drips is looked for every 30 s only.
    http: { requireHostHeader: false, headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bufferLogs: true,
    abortOnError: false,
    rawBody: options.rawBody ?? false,
  });
  const logger = app.get(Logger);
  app.useLogger(logger);
  const methods = new MethodsByAddress(adapter.getInstance());
  const documented = process.env['NODE_ENV'] === 'test' ? documentedStatuses(app, options) : undefined;
  app.useGlobalFilters(new ProblemFilter(logger, options.problems, methods.of, documented));
  app.useGlobalPipes(new InputPipe());
  const fastify = adapter.getInstance();
  const lifecycle = app.get(Lifecycle);
  refuseUnmet(fastify.server);
  fastify.addHook('onRequest', async () => {
    await lifecycle.held;
  });
  await app.register(helmet as never);
  if (options.corsOrigins?.length)
    await app.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'accept-language',
        'x-correlation-id',
      ],
      exposedHeaders: ['etag', 'retry-after', 'idempotency-replayed', 'x-correlation-id', 'content-disposition'],
      credentials: true,
      maxAge: 600,
    });
  fastify.addHook('onRequest', (request, reply, done) => {
    const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
    reply.header('x-correlation-id', correlationId);
    runInContext({ correlationId, ...departureOf(request.method, reply.raw) }, () => {
      if (lifecycle.closing) return done(shuttingDown());
      methods.refuseMistaken(request);
      done();
    });
  });
  acceptJsonOnly(app);
  fastify.addHook('preClose', async () => {
    await stopAccepting(fastify.server, lifecycle);
    lifecycle.closing = true;
  });
  fastify.addHook('onRequest', refuseBadEscapes);
  fastify.addHook('onRequest', refuseAmbiguous);
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // Or the client would keep the connection, and a stopping process would wait for it.
    if (lifecycle.stopping || lifecycle.closing) reply.header('connection', 'close');
    // Nearly all that is told is somebody's; what may be kept says so itself.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.httpRequestDuration
      .labels(request.method, request.routeOptions.url ?? 'desconhecida', String(reply.statusCode))
      .observe(reply.elapsedTime / 1000);
    done();
  });
  for (const extension of instancesOf(app.get(ModulesContainer), HttpExtension)) await extension.extend(fastify);
  fastify.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await exposeMetrics();
    return reply.type(contentType).send(body);
  });
  return app;
}

/** How long connections have to end by themselves before they are ended, ms, looked at every so often. */
const DRAIN_MS = 1_000;
const DRAIN_STEP_MS = 50;
/** A turn of the event loop in which next to nothing is done, ms. */
const QUIET_MS = 0.5;

/** Waits until there is no connection, at most so long. What has come by then has been read. */
async function emptied(server: Server): Promise<void> {
  const connections = promisify(server.getConnections.bind(server));
  for (let waited = 0; waited < DRAIN_MS && (await connections()) > 0; waited += DRAIN_STEP_MS) {
    await delay(DRAIN_STEP_MS);
    await nextTurn();
  }
}

/**
 * Closes the door only: Node's own close of an HTTP server also ends what it takes for idle connections, and a new one
 * whose request has come but was not read yet is such a one. Those who have knocked and were not let in are reset by the
 * kernel, and one is let in a turn of the event loop. So whoever comes is let in and waits for the answer: nobody who has
 * one comes again meanwhile, and turns are short. The door is closed after a turn in which nobody had knocked, and too
 * short for anybody to have knocked since; then all are answered.
 */
async function stopAccepting(server: Server, lifecycle: Lifecycle): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  lifecycle.held = promise;
  let knocked = false;
  server.on('connection', () => (knocked = true));
  const until = performance.now() + DRAIN_MS;
  for (let quiet = false; !quiet && performance.now() < until;) {
    knocked = false;
    const began = performance.now();
    await nextTurn();
    quiet = !knocked && performance.now() - began < QUIET_MS;
  }
  NetServer.prototype.close.call(server);
  lifecycle.held = undefined;
  resolve();
  await emptied(server);
}

export interface RunOptions<S extends z.ZodRawShape> extends AppOptions {
  readonly settings: S;
  readonly module: (config: z.output<z.ZodObject<S>>) => DynamicModule;
  /** Folders of the migrations that must have been applied. */
  readonly migrations?: readonly string[];
  /** Attaches the message consumers; they start once the application is initialised. */
  readonly consumers?: (app: NestFastifyApplication, config: z.output<z.ZodObject<S>>) => void;
}

/** How long the last spans and log lines may take to leave, ms. */
const LAST_WORDS_MS = 2_000;

async function lastWords(logger: Logger): Promise<void> {
  const endTracing = (globalThis as { [name: symbol]: (() => Promise<void>) | undefined })[
    Symbol.for('plataforma.tracing.end')
  ];
  await Promise.race([
    Promise.allSettled([logger.end(), endTracing?.()]),
    delay(LAST_WORDS_MS, undefined, { ref: false }),
  ]);
}

/**
 * Finishes what is in flight and closes, or gives up after `timeoutMs`. Between "not ready" and the close every answer
 * ends its connection, so that those who keep theirs for many requests have left by then: nothing they send is met by a
 * reset. One on which nothing comes for as long is idle.
 */
async function shutDown(app: NestFastifyApplication, timeoutMs: number, logger: Logger): Promise<void> {
  app.get(Lifecycle).stopping = true;
  const close = async () => {
    await emptied(app.getHttpServer());
    await app.close();
    return true;
  };
  const closed = await Promise.race([close(), delay(timeoutMs, false, { ref: false })]);
  if (!closed) logger.error('Encerramento forçado: havia trabalho em andamento além do prazo', { timeoutMs });
  else logger.info('Encerrado');
  await lastWords(logger);
  process.exit(closed ? 0 : 1);
}

/** Entry point of every service and BFF: settings, application, signals. Exits on what cannot be mended. */
export async function runService<S extends z.ZodRawShape>(options: RunOptions<S>): Promise<void> {
  try {
    const config = loadConfig(options.settings);
    const common = config as unknown as ServiceConfig &
      DatabaseOptions &
      Partial<z.output<z.ZodObject<typeof corsSettings & typeof proxySettings>>>;
    startMetrics(options.name);
    if (options.migrations) {
      await requireLimits(common.DATABASE_URL);
      await requireMigrated(common.DATABASE_URL, options.migrations);
    }
    const app = await createApp(options.module(config), {
      ...options,
      corsOrigins: common.CORS_ORIGINS,
      trustedProxies: common.PROXIES_CONFIAVEIS,
    });
    const logger = app.get(Logger);
    if (common.NODE_ENV !== 'production')
      SwaggerModule.setup('docs', app, () => withExamplesFrom(openApiDocument(app, options), new Date()), {
        jsonDocumentUrl: 'docs/json',
      });
    const stop = () => void shutDown(app, common.SHUTDOWN_TIMEOUT_MS, logger);
    process.once('SIGTERM', stop).once('SIGINT', stop);
    options.consumers?.(app, config);
    await app.init();
    // Messages last: one in hand when a start fails (a port that is taken) would be taken for what made it fail.
    await app.listen(common.PORT, common.HOST);
    await app.startAllMicroservices();
    logger.info('Pronto', { url: await app.getUrl() });
  } catch (error) {
    const text = error instanceof InvalidConfigurationError ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`${options.name}: ${text}\n`);
    process.exit(error instanceof InvalidConfigurationError ? 78 : 1);
  }
}
