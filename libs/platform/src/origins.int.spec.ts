import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { context, propagation, type Span, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { eventually, testServers } from '@plataforma/testing';
import { Origins, origins, traced } from './origins.js';

const ENDING = Symbol.for('plataforma.tracing.end');

interface Ended extends Span {
  readonly name: string;
  readonly parentSpanContext?: { readonly spanId: string };
  readonly attributes: object;
  readonly status: object;
  readonly links: readonly { readonly context: { readonly spanId: string } }[];
}
const spans: Ended[] = [];

beforeAll(() => {
  const done = () => Promise.resolve();
  const keep = (span: unknown) => void spans.push(span as Ended);
  new NodeSDK({
    instrumentations: [],
    autoDetectResources: false,
    spanProcessors: [{ onStart: () => undefined, onEnd: keep, forceFlush: done, shutdown: done }],
  }).start();
  Object.assign(globalThis, { [ENDING]: done });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, ENDING);
  for (const api of [context, propagation, trace]) api.disable();
});
beforeEach(() => void (spans.length = 0));
afterEach(() => {
  jest.restoreAllMocks();
  origins.close();
});

const subject = () => `reserva:${randomUUID()}`;
const spanNamed = (name: string) => spans.find((span) => span.name === name);
/** A request that leaves something to be done later. */
const request = (about: string) =>
  trace.getTracer('teste').startActiveSpan('pedido', (span) => {
    origins.remember(about);
    span.end();
    return span.spanContext();
  });

it('o trabalho segue no rastro do pedido que o deixou por fazer, e diz de que reserva é', async () => {
  const about = subject();
  const pedido = request(about);
  await traced(
    'trabalho',
    () => [about],
    () => Promise.resolve(),
  );
  expect(spanNamed('trabalho')).toMatchObject({ parentSpanContext: { spanId: pedido.spanId } });
  expect(spanNamed('trabalho')?.attributes).toEqual({ 'reserva.id': about.slice('reserva:'.length) });
});

it('o que começou há muito tempo é outro rastro, com um elo até ele', async () => {
  const about = subject();
  const pedido = request(about);
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 16 * 60_000);
  await traced(
    'trabalho',
    () => [about],
    () => Promise.resolve(),
  );
  const span = spanNamed('trabalho');
  expect(span?.parentSpanContext).toBeUndefined();
  expect(span?.spanContext().traceId).not.toBe(pedido.traceId);
  expect(span?.links.map((link) => link.context.spanId)).toEqual([pedido.spanId]);
});

it('o que mais o explica é um elo: o webhook que o trouxe', async () => {
  const [about, webhook] = [subject(), `webhook:${randomUUID()}`];
  const [pedido, chegada] = [request(about), request(webhook)];
  await traced(
    'trabalho',
    () => [about, webhook],
    () => Promise.resolve(),
  );
  expect(spanNamed('trabalho')?.parentSpanContext?.spanId).toBe(pedido.spanId);
  expect(spanNamed('trabalho')?.links.map((link) => link.context.spanId)).toEqual([chegada.spanId]);
});

it('outro processo do serviço sabe onde começou o que este deixou', async () => {
  const about = subject();
  origins.connect(testServers.redis());
  await eventually(async () => {
    // Until it is connected, what is remembered stays here.
    const pedido = request(about);
    const next = new Origins();
    next.connect(testServers.redis());
    const known = await eventually(() => next.of(about), 1_000).catch(() => undefined);
    next.close();
    return known?.traceparent.includes(pedido.spanId);
  });
});

it('a falha de um trabalho está no rastro, sem o que o erro diz de alguém', async () => {
  const falha = new TypeError('Ana, ana@exemplo.com');
  await expect(
    traced(
      'trabalho',
      () => [],
      () => Promise.reject(falha),
    ),
  ).rejects.toBe(falha);
  expect(spanNamed('trabalho')?.status).toMatchObject({ message: 'TypeError' });
  expect(JSON.stringify(spanNamed('trabalho')?.status)).not.toContain('Ana');
});
