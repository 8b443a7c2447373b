import { isDeepStrictEqual } from 'node:util';
import { assertTopology } from '@plataforma/messaging/topology';

/** What the broker is told to have, as committed in `docs/api/topologia.json`. */
export interface Topology {
  readonly exchanges: Readonly<Record<string, object>>;
  readonly queues: Readonly<Record<string, object>>;
  /** Each as what is lost without it. */
  readonly bindings: readonly string[];
}

export const topologyFile = 'docs/api/topologia.json';

/**
 * What may go, since nothing uses it any more: the sentence with which it is refused, and the reason. What a queue or an
 * exchange is like cannot be excused: RabbitMQ refuses to declare it anew, and another one needs another name.
 */
const contractions: Readonly<Record<string, string>> = {};

/** Asks for the topology as the broker is asked for it. */
export async function currentTopology(): Promise<Topology> {
  const exchanges: Record<string, object> = {};
  const queues: Record<string, object> = {};
  const bindings: string[] = [];
  await assertTopology({
    assertExchange: (exchange, type, options = {}) => {
      exchanges[exchange] = { type, durable: true, ...options };
      return Promise.resolve({ exchange });
    },
    assertQueue: (queue = '', options = {}) => {
      queues[queue] = { durable: true, ...options };
      return Promise.resolve({ queue, messageCount: 0, consumerCount: 0 });
    },
    bindQueue: (queue, source, pattern) => {
      bindings.push(`a fila ${queue} recebe ${pattern} de ${source}`);
      return Promise.resolve({});
    },
  });
  return { exchanges, queues, bindings: bindings.sort() };
}

/**
 * What the version before would miss, one sentence each: it runs beside the new one, and the messages that are on their
 * way need their queues.
 */
export function topologyLosses(before: Topology, after: Topology, excused = contractions): string[] {
  const kinds = [
    ['a exchange', before.exchanges, after.exchanges],
    ['a fila', before.queues, after.queues],
  ] as const;
  const changed = kinds.flatMap(([kind, old, now]) =>
    Object.entries(old).flatMap(([name, options]) => {
      const current = now[name];
      return current && !isDeepStrictEqual(options, current)
        ? [`${kind} ${name} mudou: o broker recusa declará-la de outro modo; crie outra ao lado, de outro nome`]
        : [];
    }),
  );
  const gone = [
    ...kinds.flatMap(([kind, old, now]) =>
      Object.keys(old).flatMap((name) => (Object.hasOwn(now, name) ? [] : [`${kind} ${name} desapareceu`])),
    ),
    ...before.bindings.flatMap((binding) => (after.bindings.includes(binding) ? [] : [`desapareceu: ${binding}`])),
  ];
  return [...changed, ...gone.filter((sentence) => !excused[sentence]?.trim())];
}
