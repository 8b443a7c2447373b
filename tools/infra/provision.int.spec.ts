import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';
import { instanceFolder } from '../cli/paths.ts';
import type { ServerUrls } from './connection-urls.ts';
import { composeProject } from './docker.ts';
import { closeInstanceFolder } from './native/account.ts';
import { prepareServers } from './prepare.ts';
import { databaseUrl, provisionDatabases } from './provision-databases.ts';
import { manage } from './rabbitmq-management.ts';
import { brokerUsers, databases, loadSecrets, type Secrets } from './secrets.ts';

const { TEST_SERVER_URLS = '', TEST_INSTANCE = '' } = process.env;

let urls: ServerUrls;
let secrets: Secrets;

beforeAll(async () => {
  urls = JSON.parse(TEST_SERVER_URLS) as ServerUrls;
  secrets = loadSecrets(instanceFolder(TEST_INSTANCE));
  await prepareServers(urls);
});

async function using<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
const query = (url: string, sql: string) => using(url, (client) => client.query(sql));

/** All that PostgreSQL has written down. */
function serverLog(): string {
  const file = join(instanceFolder(TEST_INSTANCE), 'logs', 'postgres.log');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
    : execFileSync('docker', ['compose', '-p', composeProject(TEST_INSTANCE), 'logs', 'postgres'], {
        encoding: 'utf8',
      });
}

describe('O PostgreSQL', () => {
  const person = `gen_random_uuid(), 'Nome Sigiloso', 'sigiloso@exemplo.com', 'hash-sigiloso'`;
  const insert = `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma) VALUES (${person}, '{CLIENTE}', 'pt-BR')`;

  it.each<[string, (servers: ServerUrls) => string]>([
    ['application', (servers) => servers.databases.auth.app],
    ['owner', (servers) => servers.databases.auth.owner],
  ])('nada escreve de uma linha que %s não pôde inserir', async (_, as) => {
    const refused: unknown = await query(as(urls), insert).catch((error: unknown) => error);
    // The one who asked is told everything.
    expect(refused).toMatchObject({ code: '23514', detail: expect.stringContaining('sigiloso@exemplo.com') });
    await expect(query(as(urls), `SELECT 'valor-sigiloso'::uuid`)).rejects.toThrow('valor-sigiloso');
    await expect(using(as(urls), (client) => client.query('SELECT $1::int', ['parametro-sigiloso']))).rejects.toThrow(
      'parametro-sigiloso',
    );
    // Where it would have been written, had it been.
    await expect(query(urls.postgres, 'SELECT 1 / 0')).rejects.toThrow('zero');
    expect(serverLog()).toContain('division by zero');
    expect(serverLog()).not.toMatch(/sigiloso/i);
  });

  it('nada escreve de uma linha que um administrador não pôde inserir', async () => {
    const refused: unknown = await query(databaseUrl(urls.postgres, 'auth'), insert).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: '23514' });
    expect(serverLog()).toContain('usuarios_senha_hash_check');
    expect(serverLog()).not.toMatch(/sigiloso/i);
  });

  it.each(databases)('deixa a aplicação de %s trabalhar no seu banco e nem mudá-lo nem sair dele', async (name) => {
    const { app } = urls.databases[name];
    expect((await query(app, 'SELECT name FROM migracoes')).rows.length).toBeGreaterThan(2);
    for (const sql of [
      'DELETE FROM migracoes',
      'TRUNCATE migracoes',
      'CREATE TABLE invasora (id int)',
      'CREATE SCHEMA invasor',
      'DROP TABLE eventos',
      'ALTER TABLE eventos DISABLE TRIGGER ALL',
      `SET ROLE ${name}_dono`,
      `ALTER ROLE ${name}_app SET log_min_messages = 'debug5'`,
      'CREATE ROLE invasor',
      `COPY (SELECT 1) TO PROGRAM 'true'`,
      `SELECT pg_read_file('postgresql.conf')`,
    ])
      await expect(query(app, sql)).rejects.toThrow(/permission denied|must be/);
    for (const other of databases.filter((candidate) => candidate !== name))
      await expect(query(databaseUrl(app, other), 'SELECT 1')).rejects.toThrow('permission denied for database');
  });

  it('não ouve senha, nem quando uma é definida', async () => {
    await query(urls.postgres, `ALTER SYSTEM SET log_statement = 'all'`);
    await query(urls.postgres, 'SELECT pg_reload_conf()');
    try {
      await provisionDatabases(urls.postgres, secrets.roles);
      expect(serverLog()).toContain('ALTER ROLE auth_app');
      for (const password of Object.values(secrets.roles)) expect(serverLog()).not.toContain(password);
    } finally {
      await query(urls.postgres, 'ALTER SYSTEM RESET log_statement');
      await query(urls.postgres, 'SELECT pg_reload_conf()');
    }
    await query(urls.databases.auth.app, 'SELECT 1');
  });

  it('não é preparado por quem não pode dizer-lhe o que não registrar', async () => {
    await expect(provisionDatabases(urls.databases.auth.owner, secrets.roles)).rejects.toThrow('não é superusuário');
  });
});

describe('O RabbitMQ', () => {
  it('tem um usuário para cada aplicação que o usa, e um para quem opera: nenhum declara nem administra', async () => {
    for (const user of brokerUsers) {
      const connection = await connect(urls.brokers[user]);
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await expect(channel.assertQueue('invasora')).rejects.toThrow('ACCESS_REFUSED');
      await connection.close();
      const { username, password } = new URL(urls.brokers[user]);
      const url = Object.assign(new URL(urls.rabbitmqManagement), { username, password }).href;
      await expect(manage(url, 'GET', '/api/users')).rejects.toThrow(/40[13]/);
    }
  });
});

describe('O Redis', () => {
  it('tem um usuário para cada aplicação que o usa, para as chaves que começam com o nome dela', async () => {
    const auth = new Redis(urls.caches.auth);
    await auth.set('auth:teste', '1', 'EX', 10);
    expect(await auth.get('auth:teste')).toBe('1');
    for (const refused of [
      auth.get('reservas:espacos'),
      auth.keys('*'),
      auth.flushall(),
      auth.config('GET', 'requirepass'),
      auth.acl('LIST'),
      auth.eval(`return redis.call('GET', KEYS[1])`, 1, 'reservas:espacos'),
      auth.publish('canal', 'x'),
    ])
      await expect(refused).rejects.toThrow(/NOPERM|No permissions|can't access|no permissions/i);
    auth.disconnect();
  });
});

describe('Uma instalação de antes', () => {
  it('recebe por si o que é novo, e mantém o que tinha', async () => {
    await using(databaseUrl(urls.postgres, 'auth'), async (admin) => {
      await admin.query('ALTER ROLE auth_app RESET ALL');
      await admin.query('GRANT ALL ON migracoes TO auth_app');
      await admin.query('GRANT ALL ON SEQUENCE migracoes_id_seq TO auth_app');
    });
    const connection = await connect(urls.rabbitmq);
    const channel = await connection.createChannel();
    // As its applications declared it.
    await channel.assertExchange('reservas.retry', 'headers');
    await channel.bindQueue('reservas.retry.1s', 'reservas.retry', '', { 'x-match': 'all', 'delay-ms': 1_000 });
    await provisionDatabases(urls.postgres, secrets.roles);
    await prepareServers(urls);
    await channel.deleteExchange('reservas.retry');
    await connection.close();
    const { app } = urls.databases.auth;
    await expect(query(app, 'DELETE FROM migracoes')).rejects.toThrow('permission denied');
    expect((await query(app, 'SHOW log_min_messages')).rows).toEqual([{ log_min_messages: 'log' }]);
  });

  it('é fechada a outros usuários da máquina', () => {
    const folder = mkdtempSync(join(tmpdir(), 'instancia-'));
    for (const name of ['logs', 'postgres', 'stripe']) mkdirSync(join(folder, name), { mode: 0o755 });
    const files = ['estado.json', 'logs/postgres.log', 'logs/postgres.log.anterior'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, 'Nome Sigiloso', { mode: 0o644 });
    chmodSync(folder, 0o755);
    const mode = (path: string): number => statSync(path).mode & 0o777;
    closeInstanceFolder(folder);
    // Root's servers pass through as users of their own.
    expect(mode(folder)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const name of ['logs', 'postgres', 'stripe']) expect(mode(join(folder, name))).toBe(0o700);
    for (const file of files) expect(mode(file)).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});
