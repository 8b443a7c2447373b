import { get } from 'node:http';
import { createConnection } from 'node:net';
import { connect } from 'amqplib';
import pg from 'pg';
import { Redis } from 'ioredis';

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

export async function probeAmqp(url: string): Promise<void> {
  const connection = await connect(url, { timeout: 2_000 });
  await connection.close();
}

export async function probeManagement(url: string): Promise<void> {
  const { origin, username, password } = new URL(url);
  const auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  await new Promise<void>((resolve, reject) => {
    // Without an agent the connection is closed at once; an idle one would hold up RabbitMQ's shutdown for 5 s.
    const request = get(`${origin}/api/whoami`, { auth, agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) response.once('end', resolve);
      else reject(new Error(`a API de administração do RabbitMQ respondeu ${response.statusCode}`));
    });
    request.once('timeout', () =>
      request.destroy(new Error('a API de administração do RabbitMQ não respondeu a tempo')),
    );
    request.once('error', reject);
  });
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
