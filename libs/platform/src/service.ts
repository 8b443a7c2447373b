import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { ArgumentMetadata, DynamicModule, PipeTransform } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { acceptJsonOnly, MethodsByAddress, refuseAddress, refuseAmbiguous } from './border.js';
import { Lifecycle, shuttingDown } from './health.js';
import { HttpExtension } from './http-extension.js';
import { instancesOf } from './instances.js';
import { Logger } from './logger.js';
import { exposeMetrics, metrics } from './metrics.js';
import { documentedStatuses } from './open-api.js';
import { Problem, ProblemFilter, type ProblemStatuses } from './problem.js';
import { correlationIdFrom, DEADLINE_HEADER, deadlineFrom, departureOf, runInContext } from './request-context.js';
import { refuseBadEscapes, refuseUnmet, refuseUnreadable } from './unreadable-request.js';
import { outgoingHeaders } from './outgoing.js';
import { stopAccepting } from './stop-accepting.js';

export interface AppOptions {
  readonly name: string;
  /** HTTP status of each error code that the domain may raise. */
  readonly problems: ProblemStatuses;
  readonly description: string;
  /** Largest accepted body, bytes. */
  readonly bodyLimit?: number;
  /**
   * Under which its addresses are told from those of others (`mobile`: `/mobile/v1/…`). Without it they are answered as
   * well, and say that this is on its way out.
   */
  readonly prefix?: string;
  /** How long one request may take here with all that is asked of others for it, ms. */
  readonly deadlineMs?: number;
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

/** Since when an address without its prefix is one of the past, and after which it may be gone. */
const BARE = { desde: '2026-11-27', ate: '2027-05-31' };

const withoutPrefix = (prefix: string) => {
  const versioned = new RegExp(`^/${prefix}(?=/v\\d+/)`);
  return ({ url = '' }: { readonly url?: string | undefined }) => url.replace(versioned, '');
};

const isStream = (type: unknown): boolean => typeof type === 'string' && type.startsWith('text/event-stream');

/** Builds the HTTP application of a service, not yet listening nor connected to anything. */
export async function createApp(module: DynamicModule, options: AppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimit ?? 100_000,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    // Its own refusal is no problem document; ours is below.
    return503OnClosing: false,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // The longest that a contract allows: the id of a passkey, 1,023 bytes in base64url (WebAuthn, section 4).
    routerOptions: { maxParamLength: 1_366 },
    ...(options.prefix !== undefined && { rewriteUrl: withoutPrefix(options.prefix) }),
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
  const documented = process.env['NODE_ENV'] === 'test' ? await documentedStatuses(app, options) : undefined;
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
        'if-none-match',
        'last-event-id',
        'accept-language',
        'x-correlation-id',
      ],
      exposedHeaders: [
        'etag',
        'retry-after',
        'idempotency-replayed',
        'x-correlation-id',
        'content-disposition',
        'deprecation',
        'sunset',
        'link',
      ],
      credentials: true,
      maxAge: 600,
    });
  fastify.addHook('onRequest', (request, reply, done) => {
    const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
    reply.header('x-correlation-id', correlationId);
    const deadline = deadlineFrom(request.headers[DEADLINE_HEADER], options.deadlineMs);
    runInContext({ correlationId, ...deadline, ...departureOf(request.method, reply.raw) }, () => {
      if (lifecycle.closing) return done(shuttingDown());
      methods.refuseMistaken(request);
      done();
    });
  });
  if (options.prefix !== undefined)
    fastify.addHook('onRequest', ({ url, originalUrl }, reply, done) => {
      if (url === originalUrl && /^\/v\d+\//.test(url))
        reply.headers(outgoingHeaders({ ...BARE, por: `/${options.prefix}${url.split('?')[0]}` }));
      done();
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
    // How long somebody looked on says nothing of how long an answer took.
    if (isStream(reply.getHeader('content-type'))) return done();
    metrics.httpRequestDuration.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'desconhecida',
        status_code: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    done();
  });
  for (const extension of instancesOf(app.get(ModulesContainer), HttpExtension)) await extension.extend(fastify);
  fastify.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await exposeMetrics();
    return reply.type(contentType).send(body);
  });
  return app;
}
