import { describe, expect, it } from '@jest/globals';
import { databaseOfBackend, parseStat, postgresOf, type Snapshot, sharedPostgres, spentBetween } from './cpu.ts';

describe('A CPU dos processos', () => {
  it('lê-se de /proc/PID/stat, seja qual for o nome do processo', () => {
    const stat =
      '4242 (um (nome) R 1 com) S 17 4242 4242 0 -1 4194304 100 200 0 0 150 25 30 5 20 0 11 0 5000 1000000 500 18446744073709551615 0';
    expect(parseStat(stat)).toEqual({ pid: 4242, parent: 17, ownMs: 1_750, endedChildrenMs: 350 });
  });

  it.each([
    ['postgres: reservas_app reservas 127.0.0.1(42318) idle', 'reservas'],
    ['postgres: teste_reservas_app teste_reservas_0a1b2c 127.0.0.1(1) SELECT', 'teste_reservas_0a1b2c'],
    ['postgres: principal: pagamentos_app pagamentos 10.0.0.7(5) COMMIT', 'pagamentos'],
    ['postgres: checkpointer', undefined],
    ['postgres: autovacuum worker reservas', undefined],
    ['/usr/lib/postgresql/15/bin/postgres -D /dados', undefined],
    ['', undefined],
  ])('da sessão %j é do banco %j', (title, database) => {
    expect(databaseOfBackend(title)).toBe(database);
  });

  it('de um banco só do bench se diz pelo serviço dele', () => {
    expect(postgresOf('teste_reservas_0a1b2c')).toBe('PostgreSQL de reservas');
    expect(postgresOf('auth')).toBe('PostgreSQL de auth');
  });

  it('entre duas olhadas conta o que vive, o que nasceu e as sessões que terminaram', () => {
    const app = (ms: number) => ({
      kind: 'reservas',
      ms,
      endedChildrenMs: 0,
      isPostmaster: false,
      ofPostmaster: false,
    });
    const session = (ms: number) => ({ ...app(ms), kind: 'PostgreSQL de reservas', ofPostmaster: true });
    const postmaster = (endedChildrenMs: number) => ({
      ...app(10),
      kind: sharedPostgres,
      endedChildrenMs,
      isPostmaster: true,
    });
    const before: Snapshot = new Map([
      [1, postmaster(500)],
      [2, app(100)],
      [3, session(40)],
      [4, session(70)],
    ]);
    const after: Snapshot = new Map([
      // Session 4 ended at 90 ms, 70 of which it had spent before.
      [1, postmaster(590)],
      [2, app(160)],
      [3, session(45)],
      [5, session(30)],
    ]);
    expect(spentBetween(before, after)).toEqual({
      reservas: 60,
      'PostgreSQL de reservas': 35,
      [sharedPostgres]: 20,
    });
  });
});
