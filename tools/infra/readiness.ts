import { createConnection } from 'node:net';
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
  // Without a listener ioredis prints the error that connect() already rejects with.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}

/** The management API answers authenticated before the AMQP listener is up, so both are asked. */
export async function probeRabbitmq(amqpUrl: string, managementUrl: string): Promise<void> {
  const { hostname, port, pathname } = new URL(amqpUrl);
  const management = new URL(managementUrl);
  const authorization = `Basic ${btoa(`${decodeURIComponent(management.username)}:${decodeURIComponent(management.password)}`)}`;
  const vhost = pathname.length > 1 ? pathname.slice(1) : '%2F';
  const response = await fetch(`${management.origin}/api/vhosts/${vhost}`, { headers: { authorization }, signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`a API de administração do RabbitMQ respondeu ${response.status}`);
  await amqpGreeting(hostname, Number(port || 5672));
}

/** AMQP 0-9-1, 2.2.4: to the protocol header the server answers with Connection.Start, a method frame (type 1). */
async function amqpGreeting(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: 2_000 }, () => socket.write('AMQP\x00\x00\x09\x01'));
    socket.once('data', (frame) => {
      socket.destroy();
      if (frame[0] === 1) resolve();
      else reject(new Error('quem responde nesta porta não fala AMQP 0-9-1'));
    });
    socket.once('timeout', () => socket.destroy(new Error('o RabbitMQ não respondeu a tempo')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('a conexão com o RabbitMQ foi fechada')));
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
