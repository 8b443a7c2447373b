import { createServer } from 'node:net';
import { UserError } from '../cli/user-error.ts';
import { portOwner } from './identity.ts';

export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @throws UserError naming the first port in use and, where the system tells, the process that has it */
export async function requireFreePorts(ports: Record<string, number>): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue;
    const owner = portOwner(port);
    taken.push(`${port} (${name})${owner ? `, usada pelo processo ${owner.pid}: ${owner.command.slice(0, 80)}` : ''}`);
  }
  if (taken.length === 0) return;
  const subject = taken.length === 1 ? `A porta ${taken[0]} já está em uso` : `Portas já em uso: ${taken.join('; ')}`;
  throw new UserError(`${subject}. Encerre quem a usa ou desloque todas as portas com --port-offset, por exemplo: npm start -- --port-offset 10000`);
}
