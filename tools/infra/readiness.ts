import { createConnection } from 'node:net';
import { connect } from 'amqplib';
import pg from 'pg';
import { Redis } from 'ioredis';
import { manage } from './rabbitmq-management.ts';

/*
 * Readiness of the three servers is an authenticated command that succeeds, never an open port: a server listens well before it can work.
 * Each probe throws when its server is not ready.
 */

export async function probePostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

export async function probeRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  // connect() only says that the connection is closed; the reason comes here.
  let reason: Error | undefined;
  client.on('error', (error) => (reason ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}

export async function probeRabbitmq(amqpUrl: string, managementUrl: string): Promise<void> {
  await probeManagement(managementUrl);
  // The management API answers before the AMQP listener is up.
  await probeAmqp(amqpUrl);
}

export async function probeManagement(url: string): Promise<void> {
  await manage(url, 'GET', '/api/whoami');
}

export async function probeAmqp(url: string): Promise<void> {
  const connection = await connect(url, { timeout: 2_000 });
  await connection.close();
}

/** For a server that has no login: somebody accepts connections. */
export async function probeListener(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
