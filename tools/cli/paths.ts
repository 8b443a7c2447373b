import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The root of the repository. */
export const root = resolve(import.meta.dirname, '../..');

/** Tells clones of this repository on one machine apart, wherever a name is shared by them (Docker projects, fallback folders). */
export const cloneId = createHash('sha256').update(root).digest('hex').slice(0, 8);

/** Where an instance keeps its secrets, logs, process records and (unless the users of the servers cannot enter it) data. */
export function instanceFolder(instance: string): string {
  return join(root, '.data', instance);
}
