import './node.mjs';
import { readFile } from 'node:fs/promises';
import module from 'node:module';

// For errors of ours; node's own option also reads and keeps the maps of all packages: 8 MB a process, and slower to start.
module.setSourceMapsSupport(true, { nodeModules: false });

/**
 * Tracing, loaded before the application by `node --import`. Off unless OTEL_EXPORTER_OTLP_ENDPOINT is set: then
 * nothing of OpenTelemetry's SDK is even loaded.
 */
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
  // An application runs in its own folder: its package says what it is called.
  const { name, version } = JSON.parse(await readFile('package.json', 'utf8'));
  // Where many ask, one trace of ten tells what they cost; whoever asked first decides for all that follows from it.
  process.env.OTEL_TRACES_SAMPLER ??= 'parentbased_traceidratio';
  process.env.OTEL_TRACES_SAMPLER_ARG ||= process.env.NODE_ENV === 'production' ? '0.1' : '1';
  process.env.OTEL_SERVICE_NAME ??= name.replace(/^@[^/]+\//, '');
  // Metrics are told at /metrics, and logs on the standard output: not a second time by the SDK.
  process.env.OTEL_METRICS_EXPORTER ??= 'none';
  process.env.OTEL_LOGS_EXPORTER ??= 'none';
  // Who started the process, from where and with what is nobody's business; what release it is, is.
  process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'env';
  const release = [`service.version=${version}`, `service.instance.id=${process.pid}`];
  process.env.OTEL_RESOURCE_ATTRIBUTES = [process.env.OTEL_RESOURCE_ATTRIBUTES, ...release].filter(Boolean).join(',');
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
  const { redactText } = await import('./dist/redaction.js');
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => {
    for (const span of spans) {
      for (const held of [span.attributes, ...span.events.map(attributesOf)]) impersonal(held, redactText);
      // What an error says may be somebody's; the log has it, without that.
      if (span.status.message) span.status.message = redactText(span.status.message);
    }
    send(spans, done);
  };
  const sdk = new NodeSDK({
    traceExporter: exporter,
    instrumentations: [
      // A calendar's address is its secret: it must not be in a span.
      new http.HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => /^\/(health|metrics|v1\/calendarios\/feed)/.test(url ?? ''),
      }),
      new pg.PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
      new redis.IORedisInstrumentation({ requireParentSpan: true }),
      new amqp.AmqplibInstrumentation(),
      // Nor a webhook's, which is somebody else's; and nobody outside is told of our traces.
      new undici.UndiciInstrumentation({
        ignoreRequestHook: ({ path, headers }) =>
          path.startsWith('/v1/calendarios/feed') || String(headers).includes('webhook-signature'),
      }),
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

/** From where somebody asks, with what, and who they say that they are. */
const PERSONAL = /^(client\.|http\.client_ip|http\.user_agent|user_agent\.|enduser\.|user\.|net\.peer\.ip|net\.sock\.)/;
const ADDRESS = /^(url\.(full|path|query)|http\.(url|target))$/;
/** Of what stands behind the `?` these say nothing of a person: an id, an instant, a number, a word of ours. */
const PLAIN = /^([0-9a-f-]{36}|\d{1,6}|\d{4}-\d\d-\d\d(T\d\d(:|%3A)\d\d[\w:.%-]{0,24})?|[A-Z_]{1,40}|true|false)$/;
/** As in logs, and with what stands for a space in an address. */
const CARD = /\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b|\b\d(?:(?:[ .+-]|%20)?\d){12,18}\b/gi;

/** What leaves the process says what was done and how long it took, not for whom: the same words are masked as in logs. */
function impersonal(attributes, redactText) {
  for (const [name, value] of Object.entries(attributes)) {
    if (PERSONAL.test(name) || (name === 'network.peer.address' && 'http.route' in attributes)) delete attributes[name];
    else if (name === 'exception.message' || name === 'exception.stacktrace') delete attributes[name];
    else if (typeof value === 'string') attributes[name] = redactText(ADDRESS.test(name) ? plain(name, value) : value);
  }
}

function plain(name, address) {
  const masked = address.replace(CARD, (_, uuid) => uuid ?? '[numero]');
  const [path, query] = name === 'url.query' ? ['', masked.replace(/^\?/, '')] : cut(masked, '?');
  if (query === undefined) return path;
  const told = query.split('&').map((pair) => {
    const [key, value] = cut(pair, '=');
    return value === undefined || PLAIN.test(value) ? pair : `${key}=[valor]`;
  });
  return `${path}${name === 'url.query' ? '' : '?'}${told.join('&')}`;
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
