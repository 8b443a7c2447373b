import type { BrokerUser, CacheUser, Database } from './infra/secrets.ts';

/** Everything that `npm start` runs beside the servers. Ports are those of instance `dev` without an offset. */
export interface App {
  name: string;
  folder: string;
  port: number;
  kind: 'service' | 'bff' | 'emulator' | 'provider';
  /** The database it owns. */
  database?: Database;
  /** Who it is to RabbitMQ, if it uses it. */
  broker?: BrokerUser;
  /** Who it is to Redis, if it uses it. */
  cache?: CacheUser;
}

export const apps: App[] = [
  {
    name: 'auth',
    folder: 'services/auth',
    port: 3004,
    kind: 'service',
    database: 'auth',
    broker: 'auth',
    cache: 'auth',
  },
  {
    name: 'reservas',
    folder: 'services/reservas',
    port: 3001,
    kind: 'service',
    database: 'reservas',
    broker: 'reservas',
    cache: 'reservas',
  },
  {
    name: 'pagamentos',
    folder: 'services/pagamentos',
    port: 3002,
    kind: 'service',
    database: 'pagamentos',
    broker: 'pagamentos',
    cache: 'pagamentos',
  },
  {
    name: 'notificacoes',
    folder: 'services/notificacoes',
    port: 3003,
    kind: 'service',
    database: 'notificacoes',
    broker: 'notificacoes',
    cache: 'notificacoes',
  },
  { name: 'bff-web', folder: 'bffs/web', port: 3101, kind: 'bff', broker: 'bff-web' },
  { name: 'bff-mobile', folder: 'bffs/mobile', port: 3102, kind: 'bff' },
  { name: 'bff-admin', folder: 'bffs/admin', port: 3103, kind: 'bff', broker: 'bff-admin' },
  {
    name: 'stripe-emulator',
    folder: 'tools/stripe-emulator',
    port: 3200,
    kind: 'emulator',
  },
];

/** Runs beside them only when it is asked for (`--oidc`): logs in whoever names themselves. */
export const oidcProvider: App = { name: 'oidc', folder: 'tools/oidc', port: 3300, kind: 'provider' };

function portOf(name: string, portOffset: number): number {
  const app = [...apps, oidcProvider].find((candidate) => candidate.name === name);
  if (!app) throw new Error(`there is no application "${name}"`);
  return app.port + portOffset;
}

export const appUrl = (name: string, portOffset: number): string => `http://127.0.0.1:${portOf(name, portOffset)}`;

/**
 * Where people open an application in a browser: by name, because passkeys are bound to a name and never to an address
 * (WebAuthn), and cookies to the host that was opened.
 */
export const siteUrl = (name: string, portOffset: number): string => `http://localhost:${portOf(name, portOffset)}`;
