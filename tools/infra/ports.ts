import { isPortFree } from '../processes/ports.ts';

/** The ports of the servers of instance `dev`; other instances shift them all by the same offset. */
const basePorts = {
  postgres: 27432,
  redis: 27379,
  amqp: 27672,
  management: 27673,
  prometheus: 27674,
  distribution: 27675,
  epmd: 27369,
  /** Only in Docker, by `npm run compose`. */
  mongodb: 27717,
};

export type ServerPorts = typeof basePorts;

export function serverPorts(offset: number): ServerPorts {
  return Object.fromEntries(Object.entries(basePorts).map(([name, port]) => [name, port + offset])) as ServerPorts;
}

/** The offset of `least`, or a larger one when somebody has those ports: another clone's servers, for example. */
export async function freePortOffset(least: number): Promise<number> {
  for (let offset = least; offset <= 30_000; offset += 1_000 + Math.floor(Math.random() * 100)) {
    const free = await Promise.all(Object.values(serverPorts(offset)).map(isPortFree));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('no free range of ports for servers of our own');
}
