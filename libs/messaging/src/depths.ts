import { connectTo, settled } from './connection.js';
import { DEAD_LETTER_QUEUE, queueNames } from './topology.js';

/** How much waits in a queue, and how many take from it. */
export interface QueueDepth {
  readonly nome: string;
  readonly mensagens: number;
  /** null: somebody looks at it now and then. */
  readonly consumidores: number | null;
}

const LOOKED_AT: ReadonlySet<string> = new Set([DEAD_LETTER_QUEUE, 'bff-admin.apagamentos']);

/** Of every queue that is consumed, and of the dead letters. @throws when the broker does not answer */
export async function queueDepths(url: string): Promise<QueueDepth[]> {
  const connection = await connectTo(url);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const depths: QueueDepth[] = [];
    for (const nome of [...queueNames, DEAD_LETTER_QUEUE]) {
      const { messageCount, consumerCount } = await channel.checkQueue(nome);
      depths.push({ nome, mensagens: messageCount, consumidores: LOOKED_AT.has(nome) ? null : consumerCount });
    }
    return depths;
  } finally {
    await settled(connection.close());
  }
}
