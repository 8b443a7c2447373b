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

describe('The topology', () => {
  it('is the committed one', async () => {
    const committed = JSON.parse(readFileSync(join(root, topologyFile), 'utf8')) as Topology;
    const current = await currentTopology();
    expect(current).toEqual(committed);
    expect(Object.keys(current.queues)).toContain('reservas.saga');
  });

  it('may grow', () => {
    const grown: Topology = {
      exchanges: { ...published.exchanges, outra: { type: 'topic' } },
      queues: { ...published.queues, outra: {} },
      bindings: [...published.bindings, 'a fila outra recebe a de outra'],
    };
    expect(topologyLosses(published, grown)).toEqual([]);
  });

  it.each<[string, Topology, string]>([
    ['an exchange', { ...published, exchanges: {} }, 'a exchange eventos desapareceu'],
    ['a queue', { ...published, queues: {} }, 'a fila fila desapareceu'],
    [
      'a binding',
      { ...published, bindings: published.bindings.slice(0, 1) },
      'desapareceu: a fila fila recebe b de eventos',
    ],
  ])('does not lose %s, but as a contraction with a reason', (_, after, sentence) => {
    expect(topologyLosses(published, after)).toEqual([sentence]);
    expect(topologyLosses(published, after, { [sentence]: ' ' })).toEqual([sentence]);
    expect(topologyLosses(published, after, { [sentence]: 'ninguém a usa desde a versão 41' })).toEqual([]);
  });

  it.each<[string, Topology, RegExp]>([
    [
      'argument of a queue',
      { ...published, queues: { fila: { durable: true, arguments: { 'x-queue-type': 'quorum' } } } },
      /a fila fila mudou/,
    ],
    ['kind of an exchange', { ...published, exchanges: { eventos: { type: 'fanout', durable: true } } }, /mudou/],
  ])('never changes the %s, whatever the reason', (_, after, why) => {
    const [sentence = ''] = topologyLosses(published, after);
    expect(sentence).toMatch(why);
    expect(topologyLosses(published, after, { [sentence]: 'motivo' })).toEqual([sentence]);
  });
});
