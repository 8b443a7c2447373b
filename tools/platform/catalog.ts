import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';

/** One setting, as `npm run generate` found it declared by the applications (`setting` of libs/platform) or here below. */
export interface CatalogEntry {
  name: string;
  /** The applications that take it; none for what only the commands themselves use. */
  apps: string[];
  description: string;
  /** What holds without it, in words or as a value. */
  usual: string;
  example: string;
  secret: boolean;
  /** The platform gives it; nobody chooses it in `.env`. */
  provided: boolean;
  /** The values it may have, or the range of the integer it is, where that can be told before the application runs. */
  values?: string[];
  minimum?: number;
  maximum?: number;
  /** What a text must look like (a regular expression), and how to say so. */
  form?: string;
  expected?: string;
}

/** The servers of the user's own: for the commands alone, because they hold the administrators' passwords. */
export const externalServers: CatalogEntry[] = [
  ['POSTGRES_URL', 'O PostgreSQL, como superusuário', 'postgres://postgres:senha@db.exemplo:5432/postgres'],
  ['REDIS_URL', 'O Redis', 'redis://:senha@cache.exemplo:6379'],
  ['RABBITMQ_URL', 'O RabbitMQ, com o vhost', 'amqp://usuario:senha@fila.exemplo:5672/plataforma'],
  ['RABBITMQ_MANAGEMENT_URL', 'A administração do mesmo RabbitMQ', 'http://usuario:senha@fila.exemplo:15672'],
].map(([name = '', description = '', example = '']) => ({
  name,
  apps: [],
  description,
  usual: 'servidor próprio',
  example,
  secret: true,
  provided: false,
}));

/** All that the commands alone take. */
export const ofTheCommands: CatalogEntry[] = [
  ...externalServers,
  {
    name: 'PGBOUNCER_URL',
    apps: [],
    description:
      'Um PgBouncer em modo de transação diante do mesmo PostgreSQL: por ele vão as aplicações; migrações e avisos, direto',
    usual: 'nenhum',
    example: 'postgres://pool.exemplo:6432',
    secret: false,
    provided: false,
    form: '^postgres(ql)?://[^\\s/@]+:\\d+/?$',
    expected: 'esperado postgres://host:porta, sem usuário nem senha',
  },
];

export const catalogFile = 'tools/platform/settings-catalog.json';

/** Generated, because `npm start` asks before anything is compiled. */
export function readCatalog(): CatalogEntry[] {
  return [...ofTheCommands, ...(JSON.parse(readFileSync(join(root, catalogFile), 'utf8')) as CatalogEntry[])];
}
