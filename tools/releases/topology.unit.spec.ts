import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { currentTopology, type Topology, topologyFile, topologyLosses } from './topology.ts';

const published: Topology = {
  exchanges: { eventos: { type: 'topic', durable: true } },
  queues: { fila: { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': 1_000 } } },
  bindings: ['a fila fila recebe a de eventos', 'a fila fila recebe b de eventos'],
};

describe('A topologia', () => {
  it('é a que está no repositório', async () => {
    const committed = JSON.parse(readFileSync(join(root, topologyFile), 'utf8')) as Topology;
    const current = await currentTopology();
    expect(current).toEqual(committed);
    expect(Object.keys(current.queues)).toContain('reservas.saga');
  });

  it('pode crescer', () => {
    const grown: Topology = {
      exchanges: { ...published.exchanges, outra: { type: 'topic' } },
      queues: { ...published.queues, outra: {} },
      bindings: [...published.bindings, 'a fila outra recebe a de outra'],
    };
    expect(topologyLosses(published, grown)).toEqual([]);
  });

  it.each<[string, Topology, string]>([
    ['uma exchange', { ...published, exchanges: {} }, 'a exchange eventos desapareceu'],
    ['uma fila', { ...published, queues: {} }, 'a fila fila desapareceu'],
    [
      'uma ligação',
      { ...published, bindings: published.bindings.slice(0, 1) },
      'desapareceu: a fila fila recebe b de eventos',
    ],
  ])('não perde %s, senão como contração com motivo', (_, after, sentence) => {
    expect(topologyLosses(published, after)).toEqual([sentence]);
    expect(topologyLosses(published, after, { [sentence]: ' ' })).toEqual([sentence]);
    expect(topologyLosses(published, after, { [sentence]: 'ninguém a usa desde a versão 41' })).toEqual([]);
  });

  it.each<[string, Topology, RegExp]>([
    [
      'um argumento de fila',
      { ...published, queues: { fila: { durable: true, arguments: { 'x-queue-type': 'quorum' } } } },
      /a fila fila mudou/,
    ],
    ['o tipo de uma exchange', { ...published, exchanges: { eventos: { type: 'fanout', durable: true } } }, /mudou/],
  ])('nunca muda %s, seja qual for o motivo', (_, after, why) => {
    const [sentence = ''] = topologyLosses(published, after);
    expect(sentence).toMatch(why);
    expect(topologyLosses(published, after, { [sentence]: 'motivo' })).toEqual([sentence]);
  });
});
