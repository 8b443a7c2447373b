import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cloneId, instanceFolder } from '../../cli/paths.ts';
import { accountFor, canReach, closeInstanceFolder, isRoot } from './account.ts';

export interface DataFolder {
  path: string;
  /** Why the data is not inside the project, if it is not. */
  note?: string;
}

/** Where the servers of an instance keep their data: inside the project, unless they could not work there. */
export function dataFolder(instance: string): DataFolder {
  const inside = instanceFolder(instance);
  mkdirSync(inside, { recursive: true });
  const obstacle = obstacleIn(inside);
  if (obstacle === undefined) return { path: inside };
  const path = join(outside(), instance);
  closeInstanceFolder(path);
  return { path, note: `${obstacle}; os dados dos servidores ficam em ${path}` };
}

/** Where the packages unpacked without root go; they serve every instance. */
export function unpackFolder(): string {
  const inside = instanceFolder('pacotes');
  return hasPlainPath(inside) ? inside : join(outside(), 'pacotes');
}

const outside = (): string =>
  join(isRoot ? '/var/lib' : join(homedir(), '.local/share'), 'plataforma-de-reservas', cloneId);

// RabbitMQ's start script splits its arguments at blanks.
const hasPlainPath = (folder: string): boolean => !/[^\w./@+-]/.test(folder);

function obstacleIn(folder: string): string | undefined {
  if (!hasPlainPath(folder)) return 'o caminho do projeto tem espaços ou caracteres especiais';
  const closedTo = ['postgres', 'redis', 'rabbitmq']
    .map(accountFor)
    .find((account) => account && !canReach(account, folder));
  return closedTo && `o usuário ${closedTo.name} não pode entrar na pasta do projeto`;
}
