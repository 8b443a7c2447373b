import { databaseUrl } from './provision-databases.ts';
import type { ServerPorts } from './ports.ts';
import {
  appRole,
  brokerUsers,
  cacheUsers,
  databases,
  invariantsRole,
  ownerRole,
  type BrokerUser,
  type CacheUser,
  type Database,
  type Secrets,
} from './secrets.ts';

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
  /** Owns the schema: for migrations, and for no application. */
  owner: string;
  /** Reads everything, writes nothing. */
  invariants: string;
}

export interface ServerUrls extends AdminUrls {
  databases: Record<Database, DatabaseUrls>;
  /** AMQP, each with the rights of its user; the administrator's own address where no users can be created. */
  brokers: Record<BrokerUser, string>;
  /** Redis, likewise. */
  caches: Record<CacheUser, string>;
}

/** Which servers let us create users of their own for the applications. */
export interface OwnUsers {
  rabbitmq: boolean;
  redis: boolean;
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

/** Tells this installation's users from other users of the same broker. */
const brokerUserName = (user: BrokerUser): string => `plataforma-${user}`;

export function serverUrls(
  admin: AdminUrls,
  secrets: Pick<Secrets, 'roles' | 'brokers' | 'caches'>,
  own: OwnUsers = { rabbitmq: true, redis: true },
): ServerUrls {
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
  const brokers = brokerUsers.map((user): [BrokerUser, string] => [
    user,
    own.rabbitmq ? withCredentials(admin.rabbitmq, brokerUserName(user), secrets.brokers[user]) : admin.rabbitmq,
  ]);
  const caches = cacheUsers.map((user): [CacheUser, string] => [
    user,
    own.redis ? withCredentials(admin.redis, user, secrets.caches[user]) : admin.redis,
  ]);
  return {
    ...admin,
    databases: Object.fromEntries(entries) as Record<Database, DatabaseUrls>,
    brokers: Object.fromEntries(brokers) as Record<BrokerUser, string>,
    caches: Object.fromEntries(caches) as Record<CacheUser, string>,
  };
}

function withCredentials(address: string, username: string, password = ''): string {
  const url = new URL(address);
  url.username = username;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** The virtual host that an AMQP address names. */
export const vhostOf = (amqpUrl: string): string => decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || '/';
