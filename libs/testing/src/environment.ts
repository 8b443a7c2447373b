import { testServers } from './servers.js';
import type { TestBroker } from './test-broker.js';
import type { TestDatabase } from './test-database.js';
import type { TokenIssuer } from './token-issuer.js';

/** Environment variables of a service under test, for `loadConfig`. */
export const testEnvironment = (servers: {
  readonly database?: TestDatabase;
  readonly broker?: TestBroker;
  readonly issuer: Pick<TokenIssuer, 'settings'>;
}): Record<string, string> => ({
  NODE_ENV: 'test',
  PORT: '0',
  LOG_LEVEL: 'error',
  REDIS_URL: testServers.redis(),
  ...servers.issuer.settings,
  ...(servers.broker && { RABBITMQ_URL: servers.broker.url }),
  ...(servers.database && {
    DATABASE_URL: servers.database.options.DATABASE_URL,
    DATABASE_MIGRATION_URL: servers.database.options.DATABASE_MIGRATION_URL,
  }),
});
