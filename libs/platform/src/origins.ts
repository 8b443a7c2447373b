import {
  context,
  type Context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { Redis } from 'ioredis';
import { mortalRedis } from './cache.js';

/** What began longer ago than that, ms, is another trace's: a link leads to it, and it is not kept open for days. */
const SAME_TRACE_MS = 15 * 60_000;
/** How long it is known at all, s: a retry of the next day still tells what it is a retry of. */
const KNOWN_S = 2 * 86_400;
/** How many are kept in memory; older ones are asked for in Redis. */
const MOST = 10_000;
/** The last word of otel.mjs; without it nothing here does anything. */
const ENDING = Symbol.for('plataforma.tracing.end');

interface Origin {
  readonly traceparent: string;
  readonly at: number;
}

const tracer = trace.getTracer('plataforma');

/**
 * Where what is under way began, by what it is about ("reserva:ID"): the work of a table is done by whoever comes, out of
 * any request or message, and would begin a trace of its own. Kept in memory and, for the next process, in Redis: what is
 * lost with either is only that link.
 */
export class Origins {
  private readonly recent = new Map<string, Origin>();
  private redis: Redis | undefined;

  /** Whether spans are made at all. */
  get on(): boolean {
    return ENDING in globalThis;
  }

  /** @param url of the Redis that the instances of a service share */
  connect(url: string): void {
    if (!this.on || this.redis) return;
    this.redis = new Redis(url, mortalRedis);
    // Traces are lost before anything else is.
    this.redis.on('error', () => undefined);
    void this.redis.connect().catch(() => undefined);
  }

  close(): void {
    this.redis?.disconnect();
    this.redis = undefined;
  }

  /** What is done about `subject` from here on follows from the span at hand. */
  remember(subject: string): void {
    if (!this.on || !trace.getActiveSpan()) return;
    const { traceparent } = traceparentOf(context.active());
    if (traceparent === undefined) return;
    const key = keyOf(subject);
    const origin = { traceparent, at: Date.now() };
    this.keep(key, origin);
    void this.ask((redis) => redis.set(key, JSON.stringify(origin), 'EX', KNOWN_S));
  }

  /** From where `subject` comes; undefined when nobody knows any more. */
  async of(subject: string): Promise<Origin | undefined> {
    const key = keyOf(subject);
    const known = this.recent.get(key);
    if (known) return known;
    const found = await this.ask((redis) => redis.get(key));
    if (!found) return undefined;
    const origin = JSON.parse(found) as Origin;
    this.keep(key, origin);
    return origin;
  }

  /** The same of what this process has had in hand lately, at once: for what is done together, out of all their traces. */
  contextOf(subject: string): Context | undefined {
    const known = this.recent.get(keyOf(subject));
    return known && Date.now() - known.at <= SAME_TRACE_MS ? contextFrom(known) : undefined;
  }

  /** Outside of the trace, which is not about this. */
  private async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    const { redis } = this;
    return redis && context.with(ROOT_CONTEXT, () => question(redis)).catch(() => undefined);
  }

  private keep(key: string, origin: Origin): void {
    // Again at the end: the oldest are forgotten first.
    this.recent.delete(key);
    this.recent.set(key, origin);
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= MOST) return;
      this.recent.delete(oldest);
    }
  }
}

/** Of this process, as its tracing is. */
export const origins = new Origins();

/** A service has its own: what it did is where it goes on. `otel.mjs` names it. */
const keyOf = (subject: string): string => `${process.env['OTEL_SERVICE_NAME']}:rastro:${subject}`;
const contextFrom = ({ traceparent }: Origin): Context => propagation.extract(ROOT_CONTEXT, { traceparent });

/** The W3C form of the span of `from`; nothing while tracing is off. */
export function traceparentOf(from: Context): { readonly traceparent?: string } {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(from, carrier);
  const { traceparent } = carrier;
  return traceparent === undefined ? {} : { traceparent };
}

/**
 * Does `work` in a span of its own that goes on where what it is about began, or is linked to it when that is long ago.
 * @param subjectsOf what it is about: the first is what it goes on with, the others it is linked to
 */
export async function traced<T>(name: string, subjectsOf: () => readonly string[], work: () => Promise<T>): Promise<T> {
  if (!origins.on) return work();
  const subjects = subjectsOf();
  const [main, ...others] = await Promise.all(subjects.map((subject) => origins.of(subject)));
  const goesOn = main !== undefined && Date.now() - main.at <= SAME_TRACE_MS;
  const links = [...(goesOn ? [] : [main]), ...others].flatMap((origin): Link[] => {
    const spanContext = origin && trace.getSpanContext(contextFrom(origin));
    return spanContext ? [{ context: spanContext }] : [];
  });
  const parent = goesOn ? contextFrom(main) : ROOT_CONTEXT;
  return tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER, links }, parent, (span) =>
    ended(span, async () => {
      for (const subject of subjects) describe(span, subject);
      // In this process what follows from it, as its messages, comes after it.
      if (subjects[0] !== undefined) origins.remember(subjects[0]);
      return work();
    }),
  );
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Its kind only: what an error says may be somebody's, and the log has it without that.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'erro' });
    throw error;
  } finally {
    span.end();
  }
}

/** From a trace to its booking: "reserva:ID" is an attribute by which it is found. */
function describe(span: Span, subject: string): void {
  const [kind, ...id] = subject.split(':');
  if (kind === 'reserva') span.setAttribute('reserva.id', id.join(':'));
}

/** What data of a message, or of a row, is about; undefined when it is no booking. */
export function subjectOf(data: unknown): string | undefined {
  const { reservaId } = (data ?? {}) as { reservaId?: unknown };
  return typeof reservaId === 'string' ? `reserva:${reservaId}` : undefined;
}

/** Says of the span at hand, and of what will be done about it later, which booking it is about. */
export function about(data: unknown): void {
  if (!origins.on) return;
  const subject = subjectOf(data);
  const span = trace.getActiveSpan();
  if (subject === undefined || !span) return;
  describe(span, subject);
  origins.remember(subject);
}
