import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messagingMigrations } from '@plataforma/messaging';
import { Database, platformMigrations, TokenVerifier } from '@plataforma/platform';
import { eventually } from './eventually.js';
import { FakeService } from './fake-service.js';
import { TcpProxy } from './tcp-proxy.js';
import { TestBroker } from './test-broker.js';
import { TestDatabase } from './test-database.js';
import { TokenIssuer } from './token-issuer.js';

describe('Os servidores de um teste', () => {
  let database: TestDatabase;
  let broker: TestBroker;
  let issuer: TokenIssuer;

  beforeAll(async () => {
    [database, broker, issuer] = await Promise.all([
      TestDatabase.create('auth', [platformMigrations, messagingMigrations]),
      TestBroker.create(),
      TokenIssuer.start(),
    ]);
  });

  afterAll(async () => {
    await Promise.all([database.drop(), broker.drop(), issuer.stop()]);
  });

  it('dão ao serviço os direitos que tem em produção, e não mais', async () => {
    const db = new Database(database.options);
    await db.connect();
    await db.change(`INSERT INTO inbox (consumidor, mensagem_id) VALUES ('a', gen_random_uuid())`);
    await expect(db.query('CREATE TABLE invasora (id int)')).rejects.toThrow(/permission denied/);
    await expect(db.query('DROP TABLE inbox')).rejects.toThrow(/must be owner/);
    await db.close();
  });

  it('dão a cada um o seu banco, ainda que saiam todos do mesmo modelo', async () => {
    const another = await TestDatabase.create('auth', [platformMigrations, messagingMigrations]);
    try {
      await database.query(`INSERT INTO inbox (consumidor, mensagem_id) VALUES ('b', gen_random_uuid())`);
      expect(await another.query('SELECT FROM inbox')).toEqual([]);
      const db = new Database(another.options);
      await db.connect();
      await db.change(`INSERT INTO inbox (consumidor, mensagem_id) VALUES ('a', gen_random_uuid())`);
      await expect(db.query('CREATE TABLE invasora (id int)')).rejects.toThrow(/permission denied/);
      await db.close();
      // Nobody but the service and the owner gets in.
      const [rights] = await another.query<{ datacl: string }>(
        'SELECT datacl::text FROM pg_database WHERE datname = current_database()',
      );
      expect(rights?.datacl).not.toMatch(/[{,]=/);
    } finally {
      await another.drop();
    }
  });

  it('não prendem o processo de quem não chegou a encerrá-los', async () => {
    const fake = await FakeService.start();
    const proxy = await TcpProxy.start(fake.url);
    await database.query('SELECT 1');
    const holding = () => process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP'));
    expect(await eventually(() => holding().length === 0, 30_000)).toBe(true);
    await Promise.all([proxy.cut(), fake.stop()]);
  });

  it('suportam a perda de uma conexão que ninguém usa', async () => {
    const mine = () => database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid, pg_sleep(0.05)');
    const [[one], [other]] = await Promise.all([mine(), mine()]);
    expect(one?.pid).not.toBe(other?.pid);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`,
    );
    const left = () => database.query('SELECT FROM pg_stat_activity WHERE pid = ANY($1)', [[one?.pid, other?.pid]]);
    await eventually(async () => (await left()).length === 1);
  });

  it('ouvem o que é publicado', async () => {
    const { id } = await broker.publish('usuario.registrado.v1', {
      usuarioId: '0192f0c4-0000-7000-8000-000000000001',
      nome: 'Ana',
      email: 'ana@exemplo.com',
      idioma: 'pt-BR',
    });
    const [heard] = await eventually(() => (broker.published.length > 0 ? broker.published : null));
    expect(heard?.id).toBe(id);
  });

  it('emitem tokens que um serviço aceita', async () => {
    const id = '0192f0c4-0000-7000-8000-000000000001';
    const verified = await new TokenVerifier(issuer.settings).verify(await issuer.token(id, ['ADMIN']));
    expect(verified).toMatchObject({ id, papeis: ['ADMIN'] });
  });

  it('contam uma condição que nunca valeu', async () => {
    await expect(eventually(() => false, 50)).rejects.toThrow(/não se cumpriu em 50 ms/);
  });
});
