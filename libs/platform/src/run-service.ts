import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { type corsSettings, InvalidConfigurationError, loadConfig, type proxySettings } from './config.js';
import { type DatabaseOptions, requireLimits } from './database.js';
import { serveDocumentation } from './documentation.js';
import { Lifecycle } from './health.js';
import { Logger } from './logger.js';
import { startMetrics } from './metrics.js';
import { requireMigrated } from './migrations.js';
import { openApiDocument, withExamplesFrom } from './open-api.js';
import type { ServiceConfig } from './platform-module.js';
import { type AppOptions, createApp } from './service.js';
import { emptied } from './stop-accepting.js';

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
      serveDocumentation(app, async () => withExamplesFrom(await openApiDocument(app, options), new Date()));
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
