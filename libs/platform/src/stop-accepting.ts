import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Lifecycle } from './health.js';

/** How long connections have to end by themselves before they are ended, ms, looked at every so often. */
const DRAIN_MS = 1_000;
const DRAIN_STEP_MS = 50;
/** How long it may take to find the queue before the door full of ourselves, ms; then it is closed all the same. */
const DOOR_MS = 3_000;
/** The shortest queue that Node and Linux make of a backlog of 1. */
const QUEUE = 2;

/** Waits until there is no connection, at most so long. What has come by then has been read. */
export async function emptied(server: Server): Promise<void> {
  const connections = promisify(server.getConnections.bind(server));
  for (let waited = 0; waited < DRAIN_MS && (await connections()) > 0; waited += DRAIN_STEP_MS) {
    await delay(DRAIN_STEP_MS);
    await nextTurn();
  }
}

/** What the kernel knows of connections (proc_pid_net(5)); undefined where it does not tell. */
function connectionTable(): string | undefined {
  try {
    return ['tcp', 'tcp6'].map((kind) => readFileSync(`/proc/self/net/${kind}`, 'latin1')).join('');
  } catch {
    return undefined;
  }
}

const inTable = (port: number | undefined): string => (port ?? 0).toString(16).toUpperCase().padStart(4, '0');

/**
 * Closes the door only: Node's own close of an HTTP server also ends what it takes for idle connections, and a new one
 * whose request has come but was not read yet is such a one. Those who have knocked and were not let in are reset by the
 * kernel when it is closed, and however soon after a look at who knocks that is done, a busy machine may let somebody
 * knock in between. So whoever comes is let in and waits for the answer, while the queue before the door is made as
 * short as can be and filled by ourselves: once nobody else is in it, nobody else comes into it, and it is closed.
 * Whom the kernel keeps out of a full queue tries again by itself a second later, and is refused (tcp(7)).
 */
export async function stopAccepting(server: Server, lifecycle: Lifecycle): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  lifecycle.held = promise;
  let knocked = false;
  server.on('connection', () => (knocked = true));
  const until = performance.now() + DOOR_MS;
  let closed = false;
  while (!closed) {
    knocked = false;
    await nextTurn();
    const late = performance.now() > until;
    if (knocked && !late) continue;
    const fillers = await fillQueue(server);
    const table = connectionTable();
    const { port } = server.address() as AddressInfo;
    closed =
      late ||
      table === undefined ||
      fillers.every(({ localPort }) => new RegExp(`:${inTable(port)} \\S+:${inTable(localPort)} 01 `).test(table));
    if (closed) NetServer.prototype.close.call(server);
    for (const filler of fillers) filler.destroy();
  }
  lifecycle.held = undefined;
  resolve();
  await emptied(server);
}

/** Knocks as often as the queue is long; the event loop, which would let in, does not turn meanwhile. */
async function fillQueue(server: Server) {
  const { port, address } = server.address() as AddressInfo;
  // Calls listen(2) again: of what is listening already it changes the length of the queue, and nothing else.
  (server as unknown as { _handle: { listen(backlog: number): number } | null })._handle?.listen(QUEUE - 1);
  const fillers = Array.from({ length: QUEUE }, () => connect(port, address).on('error', () => undefined));
  await new Promise<void>((connecting) => process.nextTick(connecting));
  return fillers;
}
