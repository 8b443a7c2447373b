import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs of the three servers are. */
export interface Installation {
  /** '' for the system's own packages, else the folder they were unpacked into. */
  prefix: string;
  postgresBin: string;
  redisServer: string;
  rabbitmqServer: string;
  epmd: string;
  /** What the programs need in their environment when they are not where they were built to be. */
  env: NodeJS.ProcessEnv;
}

export const minimumPostgres = 15;

/** The packages (Debian, Ubuntu) whose programs are not found under the prefix. */
export function missingPackages(prefix: string): string[] {
  return [
    ...(findPostgres(prefix) ? [] : ['postgresql']),
    ...(existsSync(redisServer(prefix)) ? [] : ['redis-server']),
    ...(existsSync(rabbitmqServer(prefix)) && existsSync(epmd(prefix)) ? [] : ['rabbitmq-server']),
  ];
}

/** @throws Error when something is missing; ask `missingPackages` first */
export function installationAt(prefix: string): Installation {
  const postgresBin = findPostgres(prefix);
  if (!postgresBin) throw new Error(`PostgreSQL not found under "${prefix}"`);
  return {
    prefix,
    postgresBin,
    redisServer: redisServer(prefix),
    rabbitmqServer: rabbitmqServer(prefix),
    epmd: epmd(prefix),
    env: prefix === '' ? {} : relocatedEnv(prefix),
  };
}

const redisServer = (prefix: string): string => `${prefix}/usr/bin/redis-server`;
// The wrapper in /usr/sbin insists on root; this is the script it calls.
const rabbitmqServer = (prefix: string): string => `${prefix}/usr/lib/rabbitmq/bin/rabbitmq-server`;
const epmd = (prefix: string): string => `${prefix}/usr/lib/erlang/bin/epmd`;

/** The newest PostgreSQL of at least the minimum version. */
function findPostgres(prefix: string): string | undefined {
  const base = `${prefix}/usr/lib/postgresql`;
  if (!existsSync(base)) return undefined;
  return readdirSync(base)
    .filter((version) => Number(version) >= minimumPostgres && existsSync(join(base, version, 'bin/postgres')))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(base, version, 'bin'))[0];
}

function relocatedEnv(prefix: string): NodeJS.ProcessEnv {
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => {
    const base = join(prefix, folder);
    const triplets = existsSync(base) ? readdirSync(base).filter((name) => name.endsWith('-linux-gnu')) : [];
    return triplets.map((triplet) => join(base, triplet));
  });
  return {
    LD_LIBRARY_PATH: libraries.join(':'),
    PATH: [`${prefix}/usr/bin`, `${prefix}/bin`, process.env['PATH']].join(':'),
    ERL_ROOTDIR: `${prefix}/usr/lib/erlang`,
  };
}
