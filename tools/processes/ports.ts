import { createServer } from 'node:net';
import { npmLine } from '../cli/commands.mjs';
import { UserError } from '../cli/user-error.ts';
import { portOwner } from './identity.ts';

export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @throws UserError naming the ports in use and, where the system tells, the processes that have them */
export async function requireFreePorts(ports: Record<string, number>, instance = 'dev'): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue;
    const owner = portOwner(port);
    taken.push(`${port} (${name})${owner ? ` pelo processo ${owner.pid}, "${owner.command.slice(0, 60)}"` : ''}`);
  }
  if (taken.length === 0) return;
  const which = taken.length === 1 ? `Porta já em uso: ${taken[0]}` : `Portas já em uso: ${taken.join('; ')}`;
  throw new UserError(
    `${which}. Encerre quem a usa ou desloque todas as portas, por exemplo com: ${npmLine('start', { instance, portOffset: 10_000 })}`,
  );
}
