import { randomUUID } from 'node:crypto';
import { testServers } from './servers.js';
import type { TestBroker } from './test-broker.js';
import type { TestDatabase } from './test-database.js';
import type { TokenIssuer } from './token-issuer.js';

/**
 * The tests' Redis, with a prefix of its own before every key (an option that ioredis takes from the URL): services
 * under test, in files that run side by side, must not find each other's copies.
 */
export const redisOfItsOwn = (): string => `${testServers.redis()}?keyPrefix=teste-${randomUUID()}:`;

/** Environment variables of a service under test, for `loadConfig`. */
export const testEnvironment = (servers: {
  readonly database?: TestDatabase;
  readonly broker?: TestBroker;
  readonly issuer: Pick<TokenIssuer, 'settings'>;
}): Record<string, string> => ({
  NODE_ENV: 'test',
  PORT: '0',
  LOG_LEVEL: 'error',
  REDIS_URL: redisOfItsOwn(),
  CARTAS_CHAVE: Buffer.alloc(32, 7).toString('base64'),
  GANCHOS_CHAVE: Buffer.alloc(32, 8).toString('base64'),
  ...servers.issuer.settings,
  // Of whoever can do without one.
  RABBITMQ_URL: 'amqp://127.0.0.1:9',
  ...(servers.broker && { RABBITMQ_URL: servers.broker.serviceUrl }),
  ...(servers.database && { DATABASE_URL: servers.database.options.DATABASE_URL }),
});
