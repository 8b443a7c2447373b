import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, TcpProxy, TestDatabase } from '@plataforma/testing';
import { Database } from './database.js';

describe('Ler das réplicas', () => {
  let primary: TestDatabase;
  let replica: TestDatabase;
  let proxy: TcpProxy;
  let db: Database;

  /** Two databases of which each says who it is; the second takes itself for a replica that has replayed so much. */
  const replayed = (lsn: string) =>
    replica.query(
      `CREATE OR REPLACE FUNCTION public.pg_last_wal_replay_lsn() RETURNS pg_lsn LANGUAGE sql AS $$ SELECT '${lsn}'::pg_lsn $$`,
    );
  const [all, nothing] = ['FFFFFFFF/0', '0/0'];
  const read = async () => (await db.read<{ quem: string }>('SELECT quem FROM eu'))[0]?.quem;
  const comes = (quem: string) => eventually(async () => (await read()) === quem);

  beforeEach(async () => {
    [primary, replica] = await Promise.all([TestDatabase.create('auth', []), TestDatabase.create('auth', [])]);
    for (const [database, quem] of [
      [primary, 'primário'],
      [replica, 'réplica'],
    ] as const) {
      await database.query(`CREATE TABLE eu AS SELECT '${quem}'::text AS quem`);
      await database.query('GRANT SELECT ON eu TO auth_app');
    }
    await replica.query('CREATE FUNCTION public.pg_is_in_recovery() RETURNS bool LANGUAGE sql AS $$ SELECT true $$');
    await replayed(all);
    // What is ours is found before what is PostgreSQL's.
    await replica.query(`ALTER DATABASE ${replica.name} SET search_path = public, pg_catalog`);
    proxy = await TcpProxy.start(replica.options.DATABASE_URL);
    db = new Database({ ...primary.options, DATABASE_REPLICA_URLS: [proxy.url] });
  });
  afterEach(async () => {
    await db.close();
    await proxy.cut();
    await Promise.all([primary.drop(), replica.drop()]);
  });

  it('só depois de as ver em dia, e nunca numa transação nem para decidir', async () => {
    await db.connect();
    expect(await read()).toBe('primário');
    await comes('réplica');
    expect(await db.query('SELECT quem FROM eu')).toEqual([{ quem: 'primário' }]);
    expect(await db.transaction(read)).toBe('primário');
  });

  it('que ficam para trás se deixam, até que alcancem', async () => {
    await db.connect();
    await comes('réplica');
    await replayed(nothing);
    await comes('primário');
    await replayed(all);
    await comes('réplica');
  });

  it('que caem ou se calam não se nota, nem ao começar', async () => {
    await proxy.cut();
    await db.connect();
    expect(await read()).toBe('primário');
    await proxy.restore();
    await comes('réplica');
    await proxy.cut();
    expect(await read()).toBe('primário');
    await proxy.restore();
    await comes('réplica');
    proxy.swallow();
    await comes('primário');
    proxy.resume('lost');
    await comes('réplica');
  });

  it('o que é erro lá é erro aqui', async () => {
    await db.connect();
    await comes('réplica');
    await expect(db.read('SELECT nada FROM eu')).rejects.toMatchObject({ code: '42703' });
  });
});
