import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';
import { portOwner } from './identity.ts';
import { TrackedProcess } from './tracked-process.ts';

const folders = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return []; // Nothing was ever started here, or it is not ours to look at.
  }
};

/** The instances of this clone that have processes, of whatever kind, running now. */
export function runningInstances(): Map<string, TrackedProcess[]> {
  return new Map(
    folders(join(root, '.data')).flatMap((instance): [string, TrackedProcess[]][] => {
      const records = join(root, '.data', instance, 'processos');
      const running = folders(records)
        .flatMap((kind) => TrackedProcess.all(join(records, kind)))
        .filter((each) => each.isRunning);
      return running.length > 0 ? [[instance, running]] : [];
    }),
  );
}

/** Who listens on a port of this machine, in words, as far as the system tells. */
export function portHolder(port: number): string {
  const owner = portOwner(port);
  // The system shows the sockets of a user's own processes only.
  if (!owner) return 'um processo que não é seu, ou que já terminou';
  for (const [instance, processes] of runningInstances()) {
    const { record } = processes.find(({ record: { pid } }) => pid === owner.pid) ?? {};
    if (record) return `o processo ${owner.pid} (${record.name} da instância ${instance})`;
  }
  return `o processo ${owner.pid}, "${owner.command.slice(0, 120)}"`;
}
