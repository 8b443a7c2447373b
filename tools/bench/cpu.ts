import { readFileSync, readdirSync } from 'node:fs';

/** Of Linux, whatever the machine (`getconf CLK_TCK`). */
const msPerTick = 10;

/** What Linux tells of a process in /proc/PID/stat (proc(5)); times in ms of CPU. */
export interface ProcessTimes {
  pid: number;
  parent: number;
  ownMs: number;
  /** Of children that have ended and were waited for. */
  endedChildrenMs: number;
}

export function parseStat(stat: string): ProcessTimes {
  // The name is in parentheses and may hold anything, parentheses and blanks included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]));
  const ms = (...ticks: (number | undefined)[]) => ticks.reduce<number>((sum, each = NaN) => sum + each * msPerTick, 0);
  return {
    pid: Number.parseInt(stat, 10),
    parent: parent ?? NaN,
    ownMs: ms(user, system),
    endedChildrenMs: ms(childrenUser, childrenSystem),
  };
}

/** What PostgreSQL's process titles say: `postgres: papel banco 127.0.0.1(4242) idle` is of `banco`. */
export function databaseOfBackend(commandLine: string): string | undefined {
  return /^postgres: (?:\d+\/\S+: |\S+: )?\S+ (\S+) \S+\(\d+\)/.exec(commandLine)?.[1];
}

/** CPU of one process, or of one database's sessions, by the name it is counted under. */
export type CpuByKind = Readonly<Record<string, number>>;

/** Processes that are measured: each with all those it has started. */
export interface Watched {
  /** Kind by process id. */
  roots: ReadonlyMap<number, string>;
  /** The id of PostgreSQL's first process, when it is one of this machine's. */
  postmaster: number | undefined;
}

interface Counted {
  kind: string;
  ms: number;
  endedChildrenMs: number;
  isPostmaster: boolean;
  ofPostmaster: boolean;
}

export type Snapshot = ReadonlyMap<number, Counted>;

/** PostgreSQL's own processes (WAL, checkpoints, autovacuum) and sessions that have ended. */
export const sharedPostgres = 'PostgreSQL (comum)';
export const postgresOf = (database: string): string => `PostgreSQL de ${database.replace(/^teste_(\w+)_\w+$/, '$1')}`;

export function snapshot({ roots, postmaster }: Watched): Snapshot {
  const all = new Map(everyProcess().map((times) => [times.pid, times]));
  const kindOf = (pid: number): string | undefined => {
    for (let at: number | undefined = pid, left = 16; at !== undefined && left > 0; at = all.get(at)?.parent, left--) {
      const kind = roots.get(at);
      if (kind !== undefined) return kind;
    }
    return undefined;
  };
  const counted = new Map<number, Counted>();
  for (const { pid, parent, ownMs, endedChildrenMs } of all.values()) {
    const ofPostmaster = postmaster !== undefined && parent === postmaster;
    const isPostmaster = pid === postmaster;
    const kind = isPostmaster ? sharedPostgres : ofPostmaster ? kindOfBackend(pid) : kindOf(pid);
    if (kind !== undefined) counted.set(pid, { kind, ms: ownMs, endedChildrenMs, isPostmaster, ofPostmaster });
  }
  return counted;
}

function kindOfBackend(pid: number): string {
  const database = databaseOfBackend(textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim());
  return database === undefined ? sharedPostgres : postgresOf(database);
}

/** CPU-ms of each kind between two snapshots. A session that ended between them is counted where its title still said. */
export function spentBetween(before: Snapshot, after: Snapshot): CpuByKind {
  const spent: Record<string, number> = {};
  const add = (kind: string, ms: number): void => void (spent[kind] = (spent[kind] ?? 0) + ms);
  for (const [pid, { kind, ms, endedChildrenMs, isPostmaster, ofPostmaster }] of after) {
    const earlier = before.get(pid);
    add(kind, ms - (earlier?.ms ?? 0));
    // Sessions end seldom and are waited for by the postmaster; what they had spent before is no part of it.
    if (isPostmaster || !ofPostmaster) add(kind, endedChildrenMs - (earlier?.endedChildrenMs ?? 0));
  }
  for (const [pid, gone] of before) if (gone.ofPostmaster && !after.has(pid)) add(sharedPostgres, -gone.ms);
  return Object.fromEntries(Object.entries(spent).filter(([, ms]) => ms > 0));
}

export const totalOf = (cpu: CpuByKind): number => Object.values(cpu).reduce((sum, ms) => sum + ms, 0);

/** Resident memory of a process with its children, bytes. */
export function residentBytes(pid: number): number {
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
  return everyProcess()
    .filter(({ parent }) => parent === pid)
    .reduce((sum, child) => sum + residentBytes(child.pid), own);
}

function everyProcess(): ProcessTimes[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? textOf(`/proc/${name}/stat`) : '';
    return stat === '' ? [] : [parseStat(stat)];
  });
}

/** Empty for a process that has just ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
