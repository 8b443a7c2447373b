import { describe, expect, it } from '@jest/globals';
import { metrics } from './metrics.js';

/** What each label may be, and why there is an end to it: every value of a label is a series that is kept for ever. */
const BOUNDED: Record<string, string> = {
  method: 'the methods that the HTTP server knows',
  route: 'the routes of the application, by their templates',
  status_code: 'of HTTP',
  upstream: 'the services',
  outcome: 'named where it is counted',
  forma: 'avulsa, serie',
  desfecho: 'named where it is counted',
  tipo: 'the catalogue of messages, the differences, or the events of the provider that have an effect',
  fila: 'the topology',
  resultado: 'named where it is counted',
  causa: 'the topology',
  trabalho: 'the workers',
  motivo: 'the codes of our errors',
  destino: 'the states of a webhook',
  idade: 'named where it is counted',
  saga: 'the sagas',
  regra: 'the rules of retention',
};

describe('O catálogo de métricas', () => {
  it('não tem rótulo sem limite', () => {
    const labels = Object.values(metrics).flatMap(
      (metric) => (metric as unknown as { labelNames?: string[] }).labelNames ?? [],
    );
    expect([...new Set(labels)].toSorted()).toEqual(Object.keys(BOUNDED).toSorted());
  });
});
