import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The programs of the servers. */
export interface Installation {
  /** The folder with PostgreSQL's programs. */
  postgresBin: string;
  redisServer: string;
  rabbitmqServer: string;
  epmd: string;
  /** What the programs need in their environment when they are not where they were built to be. */
  env: NodeJS.ProcessEnv;
}

const minimumPostgres = 15;

/** Finds one program below a prefix: '' for the system's own packages, or the folder they were unpacked into. */
type Finder = (prefix: string) => string | undefined;

const at =
  (path: string): Finder =>
  (prefix) =>
    existsSync(prefix + path) ? prefix + path : undefined;

/** The newest PostgreSQL of at least the minimum version. */
const postgresBin: Finder = (prefix) => {
  const base = `${prefix}/usr/lib/postgresql`;
  if (!existsSync(base)) return undefined;
  return readdirSync(base)
    .filter((version) => Number(version) >= minimumPostgres && existsSync(join(base, version, 'bin/postgres')))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(base, version, 'bin'))[0];
};
const redisServer = at('/usr/bin/redis-server');
// The wrapper in /usr/sbin insists on root; this is the script it calls.
const rabbitmqServer = at('/usr/lib/rabbitmq/bin/rabbitmq-server');
const epmd = at('/usr/lib/erlang/bin/epmd');

const packages: [name: string, finders: Finder[]][] = [
  ['postgresql', [postgresBin]],
  ['redis-server', [redisServer]],
  ['rabbitmq-server', [rabbitmqServer, epmd]],
];

/** The packages (Debian, Ubuntu) whose programs are found neither in the system nor, if given, where we unpack. */
export function missingPackages(unpackFolder?: string): string[] {
  const prefixes = prefixesOf(unpackFolder);
  return packages.filter(([, finders]) => finders.some((find) => !findFirst(find, prefixes))).map(([name]) => name);
}

/** @throws Error when something is missing; ask `missingPackages` first */
export function findInstallation(unpackFolder: string): Installation {
  const require = (find: Finder, name: string): string => {
    const path = findFirst(find, prefixesOf(unpackFolder));
    if (path === undefined) throw new Error(`${name} was not found`);
    return path;
  };
  return {
    postgresBin: require(postgresBin, 'PostgreSQL'),
    redisServer: require(redisServer, 'Redis'),
    rabbitmqServer: require(rabbitmqServer, 'RabbitMQ'),
    epmd: require(epmd, 'epmd'),
    env: relocatedEnv(unpackFolder),
  };
}

const prefixesOf = (unpackFolder: string | undefined): string[] => ['', ...(unpackFolder ? [unpackFolder] : [])];

function findFirst(find: Finder, prefixes: string[]): string | undefined {
  for (const prefix of prefixes) {
    const path = find(prefix);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** What programs need in their environment that are not where they were built to be. */
export function relocatedEnv(prefix: string): NodeJS.ProcessEnv {
  if (!existsSync(prefix)) return {};
  const libraries = ['usr/lib', 'lib'].flatMap((folder) => {
    const base = join(prefix, folder);
    const triplets = existsSync(base) ? readdirSync(base).filter((name) => name.endsWith('-linux-gnu')) : [];
    return triplets.map((triplet) => join(base, triplet));
  });
  return {
    LD_LIBRARY_PATH: libraries.join(':'),
    PATH: [`${prefix}/usr/bin`, `${prefix}/bin`, process.env['PATH']].join(':'),
  };
}
