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
