import { databaseUrl } from './provision-databases.ts';
import type { ServerPorts } from './ports.ts';
import { appRole, databases, invariantsRole, ownerRole, type Database, type Secrets } from './secrets.ts';

export const rabbitmqUser = 'plataforma';
export const rabbitmqVhost = 'plataforma';

/** The servers as their administrator sees them. */
export interface AdminUrls {
  /** As superuser, to the database `postgres`. */
  postgres: string;
  redis: string;
  /** AMQP, including the virtual host. */
  rabbitmq: string;
  rabbitmqManagement: string;
}

export interface DatabaseUrls {
  /** Reads and writes rows. */
  app: string;
  /** Owns the schema: for migrations. */
  owner: string;
  /** Reads everything, writes nothing. */
  invariants: string;
}

export interface ServerUrls extends AdminUrls {
  databases: Record<Database, DatabaseUrls>;
}

/** The URLs of servers that we run ourselves, natively or in Docker. */
export function ownAdminUrls(ports: ServerPorts, secrets: Secrets): AdminUrls {
  return {
    postgres: `postgres://postgres:${secrets.postgres}@127.0.0.1:${ports.postgres}/postgres`,
    redis: `redis://:${secrets.redis}@127.0.0.1:${ports.redis}`,
    rabbitmq: `amqp://${rabbitmqUser}:${secrets.rabbitmq}@127.0.0.1:${ports.amqp}/${rabbitmqVhost}`,
    rabbitmqManagement: `http://${rabbitmqUser}:${secrets.rabbitmq}@127.0.0.1:${ports.management}`,
  };
}

export function serverUrls(admin: AdminUrls, secrets: Secrets): ServerUrls {
  const as = (database: Database, name: string): string =>
    databaseUrl(admin.postgres, database, { name, password: secrets.roles[name] ?? '' });
  const entries = databases.map((database): [Database, DatabaseUrls] => [
    database,
    {
      app: as(database, appRole(database)),
      owner: as(database, ownerRole(database)),
      invariants: as(database, invariantsRole),
    },
  ]);
  return { ...admin, databases: Object.fromEntries(entries) as Record<Database, DatabaseUrls> };
}
