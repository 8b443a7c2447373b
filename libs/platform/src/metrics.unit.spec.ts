import { context, trace, TraceFlags } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { exposeMetrics, metricCatalogue, metrics, processDefinitions, startMetrics } from './metrics.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('O catálogo de métricas', () => {
  it('tem tudo o que se registra, e nada fora dele se registra', () => {
    expect(
      register
        .getMetricsAsArray()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(metricCatalogue.map(({ name }) => name).toSorted());
  });

  it('diz de cada uma o que é, em que unidade, de quem, e até quantos valores tem cada rótulo', () => {
    for (const { name, help, unit, type, labels } of metricCatalogue) {
      expect(name).toMatch(/^[a-z][a-z0-9_]+$/);
      expect(help.length).toBeGreaterThan(15);
      if (unit === 'centavos' || unit === 'razão') expect(name).toContain(unit.replace('ã', 'a'));
      if (type === 'histogram') expect(name).toMatch(/_(seconds|segundos)$/);
      for (const [label, { max, values = [] }] of Object.entries(labels)) {
        // Of whoever books, pays or is booked there is no end.
        expect(label).not.toMatch(/_id$|^id$|usuario|cliente|espaco|reserva/);
        expect(max).toBeGreaterThan(0);
        expect(values.length).toBeLessThanOrEqual(max);
      }
    }
  });

  it('não deixa que todos os rótulos juntos façam mais séries do que um servidor guarda', () => {
    for (const { name, labels, type } of metricCatalogue.filter(
      ({ name }) => name !== 'http_request_duration_seconds',
    )) {
      const series = Object.values(labels).reduce((product, { max }) => product * max, type === 'histogram' ? 15 : 1);
      expect({ name, demais: series > 40_000 }).toEqual({ name, demais: false });
    }
  });

  it('conhece o que o Node diz de cada processo', () => {
    expect(processDefinitions().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nodejs_eventloop_lag_seconds', 'nodejs_heap_size_used_bytes', 'process_open_fds']),
    );
  });
});

describe('Um histograma', () => {
  beforeAll(() => new NodeSDK({ instrumentations: [], autoDetectResources: false, spanProcessors: [] }).start());
  afterAll(() => context.disable());

  it('lembra o rastro do que viu por último em cada faixa, e só de rastros que se guardam', async () => {
    const within = (traceId: string, traceFlags: TraceFlags, seconds: number) => {
      const span = trace.wrapSpanContext({ traceId, spanId: '00f067aa0ba902b7', traceFlags });
      Object.assign(span, { isRecording: () => traceFlags === TraceFlags.SAMPLED });
      context.with(trace.setSpan(context.active(), span), () =>
        metrics.upstreamDuration.observe({ upstream: 'x', outcome: 'ok' }, seconds),
      );
    };
    within(TRACE, TraceFlags.SAMPLED, 0.15);
    within('0af7651916cd43dd8448eb211c80319c', TraceFlags.NONE, 0.15);
    const { contentType, body } = await exposeMetrics();
    expect(contentType).toContain('application/openmetrics-text');
    expect(body).toMatch(
      new RegExp(`^upstream_request_duration_seconds_bucket\\{le="0.2".*\\} 2 # \\{trace_id="${TRACE}"\\} 0.15 `, 'm'),
    );
    expect(body).not.toContain('0af7651916cd43dd8448eb211c80319c');
    expect(body.endsWith('# EOF\n')).toBe(true);
  });
});

/** Last: it takes away from the registry what is not the service's. */
it('um serviço só diz o que é seu ou de todos', async () => {
  startMetrics('pagamentos');
  const { body } = await exposeMetrics();
  expect(body).toContain('# TYPE webhooks_processados counter');
  expect(body).toContain('# TYPE outbox_atraso_segundos gauge');
  expect(body).not.toContain('cache_aquecido');
  // Asked again, its counters are still called the same.
  metrics.webhooks.inc({ tipo: 'outro', destino: 'IGNORADO' });
  expect((await exposeMetrics()).body).toMatch(/^webhooks_processados_total\{.*service="pagamentos".*\} 1$/m);
});
