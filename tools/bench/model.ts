import { type CpuByKind, sharedPostgres } from './cpu.ts';

/** How the platform is laid out: nothing of a booking is shared by two spaces, two charges or two messages of others. */
export interface Layout {
  /** Processes of each application. */
  instances: number;
  /** Servers over which each database, and the queues of the broker, are divided, by space, charge and subject. */
  partitions: number;
  /** Of each of those servers. */
  cores: number;
}

export interface Carried {
  perSecond: number;
  /** What is used up first. */
  boundBy: string;
}

/** So much of what there is may be used before waiting takes longer than working does (M/M/1). */
const usable = 0.5;

/** What a kind may be multiplied as: a process of Node uses one core, whatever the machine has. */
const coresOf = (kind: string, { instances, partitions, cores }: Layout): number =>
  /^(PostgreSQL|RabbitMQ|Redis)/.test(kind) ? partitions * cores : instances;

/** WAL, checkpoints and autovacuum are of the databases, as much as each makes. */
function withoutShared(msPerUnit: CpuByKind): CpuByKind {
  const { [sharedPostgres]: shared = 0, ...own } = msPerUnit;
  const databases = Object.entries(own).filter(([kind]) => kind.startsWith('PostgreSQL'));
  const sum = databases.reduce((total, [, ms]) => total + ms, 0);
  return { ...own, ...Object.fromEntries(databases.map(([kind, ms]) => [kind, ms + (shared * ms) / sum])) };
}

/**
 * How many a layout carries by what one costs on one node: each kind of process has its cores, and the one that is used
 * up first bounds it. It is a model: that cores are as fast as here, and that what one costs does not grow with how many
 * there are, which `crescimento` and `disponibilidade` measure.
 */
export function carriedBy(msPerUnit: CpuByKind, layout: Layout): Carried {
  const limits = Object.entries(withoutShared(msPerUnit)).map(([kind, ms]) => ({
    boundBy: kind,
    perSecond: (coresOf(kind, layout) * 1_000 * usable) / ms,
  }));
  return limits.reduce((least, limit) => (limit.perSecond < least.perSecond ? limit : least), {
    boundBy: 'nada',
    perSecond: Infinity,
  });
}

/** As text: what it would carry as it grows, and what bounds it. */
export function modelOf(msPerUnit: CpuByKind, cores: number, per: string): string[] {
  const layouts = [
    { instances: 1, partitions: 1 },
    { instances: 4, partitions: 1 },
    { instances: 16, partitions: 1 },
    { instances: 16, partitions: 4 },
    { instances: 64, partitions: 16 },
  ];
  return layouts.map(({ instances, partitions }) => {
    const { perSecond, boundBy } = carriedBy(msPerUnit, { instances, partitions, cores });
    return `Modelo, ${instances} ${instances === 1 ? 'processo' : 'processos'} por aplicação e ${partitions} ${partitions === 1 ? 'servidor' : 'servidores'} de ${cores} núcleos para cada banco e para as filas: ${perSecond.toFixed(0)} por segundo (${per}); esgota-se primeiro ${boundBy}.`;
  });
}
