import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The system user a server runs as. Root drops to it; anybody else runs the servers as themself. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

export const isRoot = process.getuid?.() === 0;

/** The server's own user where its package created one, else `nobody`; undefined when we are not root. */
export function accountFor(name: string): Account | undefined {
  if (!isRoot) return undefined;
  return lookUp(name) ?? lookUp('nobody');
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined; // `id` fails for a user that does not exist.
  }
}

/**
 * Prefixes a command so that it runs as the account.
 *
 * @param diesWithUs the signal the kernel sends to the server when this process dies, however it dies (prctl(2), PR_SET_PDEATHSIG)
 */
export function asAccount(
  account: Account | undefined,
  command: string,
  args: string[],
  diesWithUs?: NodeJS.Signals,
): { command: string; args: string[] } {
  const options = [
    ...(account
      ? [
          `--reuid=${account.uid}`,
          `--regid=${account.gid}`,
          account.name === 'nobody' ? '--clear-groups' : '--init-groups',
        ]
      : []),
    ...(diesWithUs ? ['--pdeathsig', diesWithUs.replace('SIG', '')] : []),
  ];
  return options.length === 0 ? { command, args } : { command: 'setpriv', args: [...options, '--', command, ...args] };
}

/** A folder only the account may enter. */
export function privateFolder(path: string, account: Account | undefined): string {
  mkdirSync(path, { recursive: true });
  // Also of one that an older version, or somebody's copy, left open.
  chmodSync(path, 0o700);
  if (account) chownSync(path, account.uid, account.gid);
  return path;
}

/**
 * Closes the folder of an instance to the other users of the machine, also one that an older version left open. The
 * servers that root starts run as users of their own: they may pass through it to their data, and not look around.
 */
export function closeInstanceFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, isRoot ? 0o711 : 0o700);
  const logs = join(folder, 'logs');
  for (const parent of [folder, ...(existsSync(logs) ? [logs] : [])])
    for (const name of readdirSync(parent)) {
      const path = join(parent, name);
      chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
    }
}

/** Whether the account can reach a folder: a closed folder above it (such as /root) is enough to keep it out. */
export function canReach(account: Account, folder: string): boolean {
  const probe = asAccount(account, 'test', ['-x', folder]);
  return spawnSync(probe.command, probe.args, { stdio: 'ignore' }).status === 0;
}
