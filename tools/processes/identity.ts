import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const hasProc = process.platform === 'linux';

/**
 * A mark that changes when the kernel gives the same pid to another process (the start time), or undefined when the
 * process is gone. A zombie counts as gone: in a container without an init process it may never be reaped.
 */
export function startMark(pid: number): string | undefined {
  try {
    if (!hasProc)
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined; // Reading a process that does not exist is how its absence shows.
  }
}

/** Resident memory in bytes of a process and its children; 0 when it is gone or the system does not tell. */
export function residentMemory(pid: number): number {
  if (!hasProc) return 0;
  const family = [pid, ...childrenOf(pid)];
  return family.reduce((total, member) => {
    try {
      // PSS counts a page shared by several processes (PostgreSQL's buffers) once; only root and the owner may read it.
      const rollup = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8');
      return total + Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    } catch {
      return total;
    }
  }, 0);
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** The command line of the process listening on a TCP port of this machine, where the system lets us see it (Linux). */
export function portOwner(port: number): { pid: number; command: string } | undefined {
  if (!hasProc) return undefined;
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !openSockets(entry).some((inode) => inodes.has(inode))) continue;
    const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { pid: Number(entry), command };
  }
  return undefined;
}

function listeningInodes(table: string, port: number): string[] {
  const listening = '0A';
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listening && parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
      .map((fields) => fields[9] ?? '');
  } catch {
    return []; // A kernel without IPv6 has no tcp6 table.
  }
}

function openSockets(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
      } catch {
        return []; // Closed meanwhile.
      }
    });
  } catch {
    return []; // Another user's process, or one that ended meanwhile.
  }
}
