import { join } from 'node:path';
import type { App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { settingsFor, type Settings } from '../platform/settings.ts';
import { OwnVhost } from './broker.ts';
import { appNamed, type Place } from './place.ts';

/** A service with a database and a virtual host of the broker of its own: it gets no message that is another's. */
export interface OwnService {
  url: string;
  vhost: OwnVhost;
  /** As superuser, to its database. */
  adminUrl: string;
  databaseName: string;
  /** As the service itself. */
  databaseUrl: string;
  close: () => Promise<void>;
}

export interface OwnServiceOptions {
  /** `reservas`, `pagamentos`. */
  service: string;
  /** Of the process; there may be several of a service. */
  name: string;
  /** Without the instance's offset. */
  port: number;
  settings?: Settings;
  /** Fills the database before the service starts. */
  fill?: (adminUrl: string) => Promise<void>;
}

/** The migrations of a service's database. */
export async function migrationsOf(service: string): Promise<string[]> {
  const { messagingMigrations } = await import('@plataforma/messaging');
  const { platformMigrations } = await import('@plataforma/platform');
  return [platformMigrations, messagingMigrations, join(root, 'services', service, 'migrations')];
}

/** An empty database as `service` has it. */
export async function ownDatabase(place: Place, service: string) {
  const { TestDatabase } = await import('@plataforma/testing');
  process.env['TEST_POSTGRES_URL'] = place.servers.urls.postgres;
  const database = await TestDatabase.create(service, await migrationsOf(service));
  const adminUrl = new URL(place.servers.urls.postgres);
  adminUrl.pathname = `/${database.name}`;
  return { database, adminUrl: adminUrl.href };
}

export async function startOwn(place: Place, options: OwnServiceOptions): Promise<OwnService> {
  const { service, name, port, settings = {}, fill } = options;
  const [{ database, adminUrl }, vhost] = await Promise.all([ownDatabase(place, service), OwnVhost.create(place)]);
  await fill?.(adminUrl);
  const app: App = { ...appNamed(service), name, port };
  const { SEED_DEMO, ...own } = settingsFor({ ...appNamed(service), port }, place.settingsContext());
  await place.launch(app, {
    ...own,
    ...(SEED_DEMO === undefined ? {} : { SEED_DEMO: 'false' }),
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    ...(app.cache ? { REDIS_URL: `${place.servers.urls.redis}?keyPrefix=${name}:` } : {}),
    DATABASE_URL: database.options.DATABASE_URL,
    RABBITMQ_URL: vhost.url,
    ...settings,
  });
  return {
    vhost,
    url: `http://127.0.0.1:${port + place.portOffset}`,
    adminUrl,
    databaseName: database.name,
    databaseUrl: database.options.DATABASE_URL,
    close: async () => {
      await place.stopApp(name);
      await Promise.all([database.drop(), vhost.drop()]);
    },
  };
}
