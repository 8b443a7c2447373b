import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps, oidcProvider } from '../apps.ts';
import { largestOffset, npmLine } from '../cli/commands.mjs';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { portHolder, runningInstances } from '../processes/port-holders.ts';
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

/** Every port of an instance without an offset, whatever runs of it. */
const everyPort = [...[...apps, oidcProvider].map(({ port }) => port), ...Object.values(basePorts)];
/** How two offsets may not differ: one instance would have a port of the other's. */
const overlapping = new Set(everyPort.flatMap((port) => everyPort.map((other) => port - other)));
/** Sockets are tried only for so many offsets: whoever has more taken chooses one themselves. */
const mostTried = 200;

/** The offset, as near to the one asked for as there is, at which no port is anybody's. */
async function nearestFreeOffset(asked: number, taken: readonly number[]): Promise<number | undefined> {
  let tried = 0;
  for (let distance = 1; distance <= largestOffset && tried < mostTried; distance += 1)
    for (const offset of [asked + distance, asked - distance]) {
      if (offset < 0 || offset > largestOffset || taken.some((other) => overlapping.has(offset - other))) continue;
      tried += 1;
      const free = await Promise.all(everyPort.map((port) => isPortFree(port + offset)));
      if (free.every(Boolean)) return offset;
    }
  return undefined;
}

/** By name, the offset of every other instance of this clone that runs or is being started. */
function otherOffsets(instance: string): Map<string, number> {
  return new Map(
    [...runningInstances()].flatMap(([name, processes]): [string, number][] => {
      if (name === instance) return [];
      const offset = processes.find(({ record }) => record.portOffset !== undefined)?.record.portOffset;
      const known = offset ?? recordedOffset(name);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

/** As the last start of an instance wrote it down, of which only processes without their own record run. */
function recordedOffset(instance: string): number | undefined {
  try {
    const state = JSON.parse(readFileSync(join(instanceFolder(instance), 'estado.json'), 'utf8')) as {
      portOffset?: number;
    };
    return state.portOffset;
  } catch {
    return undefined; // Its first start has not come so far.
  }
}

export interface PortsWanted {
  instance: string;
  portOffset: number;
}

const startElsewhere = async ({ instance, portOffset }: PortsWanted): Promise<string> => {
  const offset = await nearestFreeOffset(portOffset, [...otherOffsets(instance).values()]);
  return offset === undefined
    ? 'Escolha outro --port-offset.'
    : `O deslocamento livre mais próximo é ${offset}: ${npmLine('start', { instance, portOffset: offset })}`;
};

/** @throws UserError when another instance of this clone, running or being started, has or will have one of the ports */
export async function requireOwnOffset(wanted: PortsWanted): Promise<void> {
  for (const [name, offset] of otherOffsets(wanted.instance)) {
    if (!overlapping.has(wanted.portOffset - offset)) continue;
    throw new UserError(
      `As portas com --port-offset ${wanted.portOffset} se sobrepõem às da instância ${name}, em execução com ${offset}. ${await startElsewhere(wanted)}`,
    );
  }
}

/** @throws UserError naming the ports in use and, where the system tells, the processes that have them */
export async function requireFreePorts(ports: Record<string, number>, wanted: PortsWanted): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports))
    if (!(await isPortFree(port))) taken.push(`${port} (${name}): está com ${portHolder(port)}`);
  if (taken.length === 0) return;
  const which = taken.length === 1 ? `Porta já em uso: ${taken[0]}` : `Portas já em uso: ${taken.join('; ')}`;
  throw new UserError(`${which}. Encerre quem a usa, ou desloque todas as portas. ${await startElsewhere(wanted)}`);
}
