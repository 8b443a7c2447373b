import './node.mjs';
import { readFile } from 'node:fs/promises';

/**
 * Tracing, loaded before the application by `node --import`. Off unless OTEL_EXPORTER_OTLP_ENDPOINT is set: then
 * nothing of OpenTelemetry's SDK is even loaded.
 */
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
  // An application runs in its own folder: its package says what it is called.
  const { name } = JSON.parse(await readFile('package.json', 'utf8'));
  process.env.OTEL_SERVICE_NAME ??= name.replace(/^@[^/]+\//, '');
  const { register } = await import('import-in-the-middle/register-hooks.mjs');
  register({ include: ['http', 'https', 'node:http', 'node:https', 'pg', 'amqplib', 'ioredis', 'undici', 'fastify'] });
  const [{ NodeSDK }, { OTLPTraceExporter }, http, pg, redis, amqp, undici, fastify] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/instrumentation-http'),
    import('@opentelemetry/instrumentation-pg'),
    import('@opentelemetry/instrumentation-ioredis'),
    import('@opentelemetry/instrumentation-amqplib'),
    import('@opentelemetry/instrumentation-undici'),
    import('@fastify/otel'),
  ]);
  const exporter = new OTLPTraceExporter();
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => {
    for (const { attributes, events } of spans)
      for (const held of [attributes, ...events.map(attributesOf)]) mask(held);
    send(spans, done);
  };
  const sdk = new NodeSDK({
    traceExporter: exporter,
    instrumentations: [
      // A calendar's address is its secret: it must not be in a span.
      new http.HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => /^\/(health|metrics|v1\/calendarios\/feed)/.test(url ?? ''),
      }),
      new pg.PgInstrumentation({ requireParentSpan: true }),
      new redis.IORedisInstrumentation({ requireParentSpan: true }),
      new amqp.AmqplibInstrumentation(),
      new undici.UndiciInstrumentation({ ignoreRequestHook: ({ path }) => path.startsWith('/v1/calendarios/feed') }),
      // The handler's span and the route's name; a span per hook would bury them.
      new fastify.FastifyOtelInstrumentation({ registerOnInitialization: true, instrumentHooks: false }),
    ],
  });
  sdk.start();
  /** Sends what is still to be sent; a process that ends calls it, or its last spans would be lost. */
  globalThis[Symbol.for('plataforma.tracing.end')] = () => sdk.shutdown();
  process.once('beforeExit', () => void sdk.shutdown());
}

function attributesOf({ attributes }) {
  return attributes ?? {};
}

/** An address holds whatever a client wrote there; what may be a card number leaves no process, as in the logs. */
function mask(attributes) {
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'string')
      attributes[name] = value.replace(
        /\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|\b\d(?:(?:[ .+-]|%20)?\d){12,18}\b/gi,
        (_, uuid) => uuid ?? '[numero]',
      );
}
