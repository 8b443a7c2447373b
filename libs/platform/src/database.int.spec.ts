import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { Database, requireLimits, sqlState, violatedConstraint } from './database.js';
import { migrate, pendingMigrations, requireMigrated } from './migrations.js';
import { isUnavailable } from './problem.js';

describe('O banco', () => {
  let folder: string;
  let server: TestDatabase;
  let db: Database;

  const migration = (name: string, sql: string) => writeFileSync(join(folder, name), sql);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'migracoes-'));
    migration(
      '0001-contas.sql',
      'CREATE TABLE contas (id int PRIMARY KEY, saldo int NOT NULL CONSTRAINT saldo_positivo CHECK (saldo >= 0));',
    );
    server = await TestDatabase.create('auth', [folder]);
    db = new Database(server.options);
    await db.connect();
  });
  afterAll(async () => {
    await db.close();
    await server.drop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    await db.query('DELETE FROM contas');
    await db.query('INSERT INTO contas VALUES (1, 100), (2, 100)');
  });

  const saldos = async () =>
    (await server.query<{ saldo: number }>('SELECT saldo FROM contas ORDER BY id')).map(({ saldo }) => saldo);
  const add = (id: number, amount: number) =>
    db.change('UPDATE contas SET saldo = saldo + $2 WHERE id = $1', [id, amount]);
  const fail = async () => {
    throw new Error('falha de propósito');
  };

  it('diz quantas linhas um comando mudou', async () => {
    expect(await db.change('UPDATE contas SET saldo = 1')).toBe(2);
    expect(await add(3, 1)).toBe(0);
  });

  it('nomeia a restrição que recusou uma linha', async () => {
    const error: unknown = await add(1, -101).catch((reason: unknown) => reason);
    expect(violatedConstraint(error)).toBe('saldo_positivo');
    expect(sqlState(error)).toBe('23514');
  });

  it('manda junto o que não espera por uma resposta', async () => {
    const packets = jest.spyOn(Socket.prototype, '_writev');
    try {
      await db.transaction(async () => {
        await db.query('SELECT $1::int', [1]);
        packets.mockClear();
        for (const saldo of [1, 2, 3]) await db.write('UPDATE contas SET saldo = $1 WHERE id = 1', [saldo]);
      });
      expect(packets).toHaveBeenCalledTimes(1);
    } finally {
      packets.mockRestore();
    }
    expect(await saldos()).toEqual([3, 100]);
  });

  describe('numa transação', () => {
    it('confirma junto o que foi feito em qualquer profundidade', async () => {
      await db.transaction(async () => {
        await add(1, -30);
        await db.transaction(() => add(2, 30));
        expect(await saldos()).toEqual([100, 100]);
        expect(await db.read<{ saldo: number }>('SELECT saldo FROM contas WHERE id = 1')).toEqual([{ saldo: 70 }]);
      });
      expect(await saldos()).toEqual([70, 130]);
    });

    it('desfaz tudo quando qualquer profundidade falha', async () => {
      const work = db.transaction(async () => {
        await add(1, -30);
        await db.transaction(() => add(2, 30));
        await db.transaction(fail);
      });
      await expect(work).rejects.toThrow('falha de propósito');
      expect(await saldos()).toEqual([100, 100]);
    });

    it('mantém separadas as transações que correm lado a lado', async () => {
      await Promise.allSettled([
        db.transaction(() => add(1, 1)),
        db.transaction(async () => (await add(2, 1), fail())),
      ]);
      expect(await saldos()).toEqual([101, 100]);
    });

    it('guarda o que se tem uma vez enquanto ela dura, em qualquer profundidade, e não mais', async () => {
      const key = {};
      const had = () => db.once(key, () => ({}));
      const [first, again, deeper] = await db.transaction(async () => [
        had(),
        had(),
        await db.transaction(() => Promise.resolve(had())),
      ]);
      expect([again === first, deeper === first]).toEqual([true, true]);
      expect(await db.transaction(() => Promise.resolve(had()))).not.toBe(first);
      expect(had).toThrow('sem transação');
    });

    it('executa os efeitos depois do commit, e nenhum depois de um rollback', async () => {
      const seen: string[] = [];
      await db.transaction(async () => {
        db.afterCommit(() => void seen.push('efeito'));
        await add(1, 1);
        seen.push('fim do trabalho');
      });
      await expect(
        db.transaction(async () => {
          db.afterCommit(() => void seen.push('nunca'));
          await fail();
        }),
      ).rejects.toThrow();
      db.afterCommit(() => void seen.push('já'));
      expect(seen).toEqual(['fim do trabalho', 'efeito', 'já']);
    });

    it('executa de novo quem perdeu um deadlock, e os dois têm efeito', async () => {
      const bothHoldOne = Promise.withResolvers<undefined>();
      let holding = 0;
      let attempts = 0;
      const transfer = (from: number, to: number) =>
        db.transaction(async () => {
          attempts++;
          await add(from, -10);
          if (++holding === 2) bothHoldOne.resolve(undefined);
          await bothHoldOne.promise;
          await add(to, 20);
        });
      await Promise.all([transfer(1, 2), transfer(2, 1)]);
      expect(attempts).toBeGreaterThanOrEqual(3);
      expect(await saldos()).toEqual([110, 110]);
    });

    it('desiste de um conflito que não acaba', async () => {
      let attempts = 0;
      const work = db.transaction(async () => {
        attempts++;
        await db.query(`DO $$ BEGIN RAISE EXCEPTION 'conflito' USING ERRCODE = '40001'; END $$`);
      });
      await expect(work).rejects.toThrow('conflito');
      expect(attempts).toBe(4);
    });
  });

  describe('o que se escreve sem esperar', () => {
    const put = (id: number, explain?: (error: unknown) => unknown) =>
      db.write('INSERT INTO contas VALUES ($1, 5)', [id], explain);
    const explained = (error: unknown) => new Error(`explicada: ${violatedConstraint(error)}`);

    it('está feito para quem pergunta depois, e fica feito', async () => {
      await db.transaction(async () => {
        await put(3);
        expect(await db.query('SELECT saldo FROM contas WHERE id = 3')).toEqual([{ saldo: 5 }]);
        await put(4);
      });
      await put(5);
      expect(await saldos()).toEqual([100, 100, 5, 5, 5]);
    });

    it('desfaz tudo quando falha, com a sua explicação, ainda que ninguém mais pergunte', async () => {
      const seen: string[] = [];
      const work = db.transaction(async () => {
        db.afterCommit(() => void seen.push('nunca'));
        await add(2, 1);
        await put(1, explained);
        await put(3);
      });
      await expect(work).rejects.toThrow('explicada: contas_pkey');
      expect([await saldos(), seen]).toEqual([[100, 100], []]);
      await expect(put(1, explained)).rejects.toThrow('explicada: contas_pkey');
    });

    it('é a causa do que se pergunta depois dele e por isso falha', async () => {
      const work = db.transaction(async () => {
        await put(1, explained);
        await add(2, 1);
      });
      await expect(work).rejects.toThrow('explicada: contas_pkey');
    });

    it('falha no savepoint em que se escreveu, e só esse se desfaz', async () => {
      await db.transaction(async () => {
        await put(3);
        await expect(db.savepoint(() => put(1, explained))).rejects.toThrow('explicada: contas_pkey');
        await db.savepoint(() => put(4));
        await expect(db.savepoint(async () => (await put(5), fail()))).rejects.toThrow('falha de propósito');
      });
      expect(await saldos()).toEqual([100, 100, 5, 5]);
    });

    it('antes de um savepoint não é culpa dele', async () => {
      let entered = false;
      const work = db.transaction(async () => {
        await put(1, explained);
        await db.savepoint(async () => void (entered = true));
      });
      await expect(work).rejects.toThrow('explicada: contas_pkey');
      expect(entered).toBe(false);
    });

    it('é feito de novo com a transação que perdeu um conflito', async () => {
      let attempts = 0;
      await db.transaction(async () => {
        await put(3);
        if (++attempts < 3) await db.write(`DO $$ BEGIN RAISE EXCEPTION 'conflito' USING ERRCODE = '40001'; END $$`);
      });
      expect([attempts, await saldos()]).toEqual([3, [100, 100, 5]]);
    });
  });

  it('prepara o que se pergunta muito, e o prepara de novo quando as colunas mudam', async () => {
    const read = () => db.query('SELECT * FROM contas WHERE id = $1', [1]);
    const prepared = () => db.query(`SELECT FROM pg_prepared_statements WHERE statement LIKE 'SELECT * FROM contas%'`);
    // One session at a time is asked for, and it is always the same.
    for (let time = 0; time < 10; time++) await read();
    expect(await prepared()).toHaveLength(1);
    const owner = new pg.Client(server.ownerUrl);
    await owner.connect();
    await owner.query('ALTER TABLE contas ADD COLUMN apelido text');
    expect(await read()).toEqual([{ id: 1, saldo: 100, apelido: null }]);
    for (let time = 0; time < 10; time++) await read();
    await owner.query('ALTER TABLE contas DROP COLUMN apelido');
    await owner.end();
    const [inTransaction] = await db.transaction(async () => (await add(1, 1), read()));
    expect(inTransaction).toEqual({ id: 1, saldo: 101 });
  });

  describe('num savepoint', () => {
    it('desfaz o que falhou ali, e só isso', async () => {
      await db.transaction(async () => {
        await add(1, 1);
        await expect(db.savepoint(async () => (await add(2, 1), await add(1, -1_000)))).rejects.toThrow(
          /saldo_positivo/,
        );
        await db.savepoint(() => add(1, 1));
      });
      expect(await saldos()).toEqual([102, 100]);
    });

    it('dentro de outro desfaz cada um o seu', async () => {
      await db.transaction(async () => {
        const outer = db.savepoint(async () => {
          await add(1, 1);
          await expect(db.savepoint(fail)).rejects.toThrow();
          await fail();
        });
        await expect(outer).rejects.toThrow('falha de propósito');
      });
      expect(await saldos()).toEqual([100, 100]);
    });

    it('descarta os efeitos pedidos pelo que desfez, e só esses', async () => {
      const seen: string[] = [];
      const ask = (name: string) => {
        db.beforeCommit(async () => void seen.push(`antes: ${name}`));
        db.afterCommit(() => void seen.push(`depois: ${name}`));
      };
      await db.transaction(async () => {
        ask('a');
        const outer = db.savepoint(async () => {
          await db.savepoint(async () => ask('desfeito por fora'));
          ask('desfeito');
          await fail();
        });
        await expect(outer).rejects.toThrow('falha de propósito');
        await db.savepoint(async () => ask('b'));
        ask('c');
      });
      expect(seen).toEqual(['antes: a', 'antes: b', 'antes: c', 'depois: a', 'depois: b', 'depois: c']);
    });

    it('também os de um efeito ao fim da transação', async () => {
      const seen: string[] = [];
      await db.transaction(async () => {
        db.beforeCommit(async () => {
          const undone = db.savepoint(async () => {
            db.beforeCommit(async () => void seen.push('desfeito'));
            await fail();
          });
          await expect(undone).rejects.toThrow();
        });
        db.beforeCommit(async () => void seen.push('seguinte'));
      });
      expect(seen).toEqual(['seguinte']);
    });

    it('desfaz o que se tem uma vez ali, de modo que é feito quando pedido de novo', async () => {
      const [key, done] = [{}, [] as string[][]];
      const ask = (what: string) => {
        const { all } = db.once(key, (): { all: string[] } => ({ all: [] }));
        if (all.push(what) === 1) db.beforeCommit(async () => void done.push(all));
      };
      const undone = (...asked: string[]) =>
        expect(db.savepoint(async () => (asked.forEach(ask), fail()))).rejects.toThrow('falha de propósito');
      await db.transaction(async () => {
        await undone('a');
        await db.savepoint(async () => ask('b'));
        ask('c');
        await undone('d');
        await db.savepoint(async () => ask('e'));
      });
      expect(done).toEqual([['b', 'c'], ['e']]);
    });
  });

  it('que está fora é distinguido de um erro nosso, e reencontrado quando volta', async () => {
    expect(isUnavailable(await db.query('SELECT nada').catch((error: unknown) => error))).toBe(false);
    const away = new Database({ ...server.options, DATABASE_URL: 'postgres://a:b@127.0.0.1:9/x' });
    expect(isUnavailable(await away.connect().catch((error: unknown) => error))).toBe(true);
    const interrupted = db.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    await eventually(async () => {
      const ended = await server.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'SELECT pg_sleep%'`,
        [server.name],
      );
      return ended.length === 1;
    });
    expect(isUnavailable(await interrupted)).toBe(true);
    expect(await eventually(() => db.query('SELECT 1 AS um'))).toEqual([{ um: 1 }]);
  });

  it('dá a cada conexão os limites do papel, sem os quais a aplicação não parte', async () => {
    const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const rows = await db.query('SELECT current_setting(nome) AS valor FROM unnest($1::text[]) AS nome', [limits]);
    expect(rows).toEqual([{ valor: '10s' }, { valor: '8s' }, { valor: '10s' }]);
    await expect(requireLimits(server.options.DATABASE_URL)).resolves.toBeUndefined();
    await expect(requireLimits(server.ownerUrl)).rejects.toThrow('statement_timeout');
  });

  it.each([
    ['um comando', `SET LOCAL statement_timeout = '20ms'`, 'SELECT pg_sleep(30)'],
    ['uma trava', `SET LOCAL lock_timeout = '20ms'`, 'SELECT pg_advisory_xact_lock(77)'],
    ['uma transação', `SET LOCAL idle_in_transaction_session_timeout = '20ms'`, undefined],
  ])('em que %s demorou demais está ocupado: mais tarde pode ser que vá', async (_, limit, slow) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: holds } = Promise.withResolvers<void>();
    const holder = db.transaction(async () => {
      await db.query('SELECT pg_advisory_xact_lock(77)');
      holds();
      await released;
    });
    await held;
    const failure = db
      .transaction(async () => {
        await db.query(limit);
        if (slow !== undefined) return db.query(slow);
        await eventually(async () => {
          const left = await server.query(
            `SELECT FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction' AND query LIKE 'SET LOCAL idle%'`,
            [server.name],
          );
          return left.length === 0;
        });
        return db.query('SELECT 1');
      })
      .catch((error: unknown) => error);
    await failure;
    release();
    await holder;
    expect(isUnavailable(await failure)).toBe(true);
  });

  describe('é migrado', () => {
    const indexes = (name: string) =>
      server.query('SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)', [name]);

    it('uma vez por vinte instâncias que começam juntas', async () => {
      migration('0002-marcas.sql', 'CREATE TABLE marcas (id int); INSERT INTO marcas VALUES (1);');
      await Promise.all(Array.from({ length: 20 }, () => migrate(server.ownerUrl, [folder])));
      expect(await server.query('SELECT * FROM marcas')).toHaveLength(1);
    });

    it('por inteiro ou de modo nenhum', async () => {
      migration('0003-quebrada.sql', 'CREATE TABLE meia (id int); SELECT nada;');
      await expect(migrate(server.ownerUrl, [folder])).rejects.toThrow(/nada/);
      expect(await server.query(`SELECT to_regclass('meia') AS tabela`)).toEqual([{ tabela: null }]);
      migration('0003-quebrada.sql', 'CREATE TABLE meia (id int);');
      await migrate(server.ownerUrl, [folder]);
      expect(await server.query('SELECT * FROM meia')).toEqual([]);
    });

    it('só pelo dono: a aplicação não muda o esquema nem o que se sabe dele', async () => {
      const asOwner = new pg.Client({ connectionString: server.ownerUrl });
      await asOwner.connect();
      // As a database was left by the versions that gave the application its rights on every table.
      await asOwner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON migracoes TO auth_app');
      await asOwner.query('GRANT ALL ON migracoes_id_seq TO auth_app');
      await asOwner.end();
      await db.query('DELETE FROM migracoes WHERE false');
      await migrate(server.ownerUrl, [folder]);
      for (const sql of [
        'DELETE FROM migracoes',
        `INSERT INTO migracoes (timestamp, name) VALUES (1, 'pulada')`,
        `UPDATE migracoes SET name = 'outra'`,
        'TRUNCATE migracoes',
        'DROP TABLE migracoes',
        `SELECT nextval('migracoes_id_seq')`,
        'CREATE TABLE invasora (id int)',
        'CREATE TEMP TABLE invasora (id int)',
        'ALTER TABLE contas ADD COLUMN invasora int',
        'DROP TABLE contas',
        'SET ROLE auth_dono',
      ])
        await expect(db.query(sql)).rejects.toThrow(/permission denied|must be owner/);
      expect(await db.query('SELECT name FROM migracoes')).not.toEqual([]);
    });

    it('antes que a aplicação comece, que senão diz o que falta', async () => {
      await expect(requireMigrated(server.options.DATABASE_URL, [folder])).resolves.toBeUndefined();
      migration('0004-adiante.sql', 'SELECT 1;');
      await expect(requireMigrated(server.options.DATABASE_URL, [folder])).rejects.toThrow('0004-adiante.sql');
      await migrate(server.ownerUrl, [folder]);
      await requireMigrated(server.options.DATABASE_URL, [folder]);
    });

    it('além do que precisa um programa mais antigo, que parte assim mesmo', async () => {
      const older = mkdtempSync(join(tmpdir(), 'migracoes-'));
      copyFileSync(join(folder, '0001-contas.sql'), join(older, '0001-contas.sql'));
      await expect(requireMigrated(server.options.DATABASE_URL, [older])).resolves.toBeUndefined();
      expect(await migrate(server.ownerUrl, [older])).toEqual([]);
      rmSync(older, { recursive: true });
    });

    it('e diz o que faltava, cada arquivo uma vez', async () => {
      migration('0005-duas.sql', 'SELECT 1;');
      migration('0006-mais.sql', 'SELECT 1;');
      expect(await pendingMigrations(server.options.DATABASE_URL, [folder])).toEqual([
        '0005-duas.sql',
        '0006-mais.sql',
      ]);
      expect(await migrate(server.ownerUrl, [folder])).toEqual(['0005-duas.sql', '0006-mais.sql']);
      expect(await migrate(server.ownerUrl, [folder])).toEqual([]);
    });

    it('sem prender quem lê uma tabela que outra transação tem em uso', async () => {
      const [holder, reader] = [new pg.Client(server.ownerUrl), new pg.Client(server.ownerUrl)];
      await Promise.all([holder.connect(), reader.connect()]);
      try {
        await holder.query('BEGIN; SELECT * FROM contas');
        migration('0007-coluna.sql', 'ALTER TABLE contas ADD COLUMN nome text;');
        const said: string[] = [];
        const migrated = migrate(server.ownerUrl, [folder], (what) => said.push(what));
        await eventually(() => Promise.resolve(said.length > 0));
        // Whoever queues behind one that waits for the whole table would get no answer before the holder has ended.
        for (let read = 0; read < 3; read++) await reader.query('SELECT * FROM contas');
        await holder.query('COMMIT');
        expect(await migrated).toEqual(['0007-coluna.sql']);
      } finally {
        await Promise.all([holder.end(), reader.end()]);
      }
    });

    it('por um índice feito enquanto outros gravam, ainda que muitos esperem a vez', async () => {
      migration(
        '0008-indice.sql',
        '-- sem-transacao\nCREATE INDEX CONCURRENTLY IF NOT EXISTS contas_saldo ON contas (saldo);',
      );
      await Promise.all(Array.from({ length: 10 }, () => migrate(server.ownerUrl, [folder])));
      expect(await indexes('contas_saldo')).toEqual([{ indisvalid: true }]);
    });

    it('por um índice refeito quando a construção falhou no meio', async () => {
      await server.query('INSERT INTO marcas VALUES (1)');
      migration(
        '0009-unico.sql',
        '-- sem-transacao\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS marcas_unicas ON marcas (id);',
      );
      await expect(migrate(server.ownerUrl, [folder])).rejects.toThrow(/marcas_unicas/);
      expect(await indexes('marcas_unicas')).toEqual([{ indisvalid: false }]);
      await server.query('DELETE FROM marcas');
      expect(await migrate(server.ownerUrl, [folder])).toEqual(['0009-unico.sql']);
      expect(await indexes('marcas_unicas')).toEqual([{ indisvalid: true }]);
    });

    it('por um índice pronto de que ninguém soube', async () => {
      const owner = new pg.Client(server.ownerUrl);
      await owner.connect();
      const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS contas_pronto ON contas (saldo)';
      await owner.query(sql);
      await owner.end();
      migration('0010-pronto.sql', `-- sem-transacao\n${sql};`);
      expect(await migrate(server.ownerUrl, [folder])).toEqual(['0010-pronto.sql']);
    });

    it('aos poucos, e o que cada passo fez fica feito', async () => {
      migration(
        '0011-aos-poucos.sql',
        `-- sem-transacao
         DO $$ BEGIN
           LOOP
             UPDATE contas SET nome = 'conta' WHERE id IN (SELECT id FROM contas WHERE nome IS NULL LIMIT 1);
             EXIT WHEN NOT FOUND;
             COMMIT;
           END LOOP;
           RAISE EXCEPTION 'interrompida';
         END $$;`,
      );
      await expect(migrate(server.ownerUrl, [folder])).rejects.toThrow('interrompida');
      expect(await server.query(`SELECT FROM contas WHERE nome = 'conta'`)).toHaveLength(2);
      rmSync(join(folder, '0011-aos-poucos.sql'));
    });

    it('só por arquivos com o nome que devem ter', async () => {
      migration('sem-numero.sql', 'SELECT 1;');
      await expect(migrate(server.ownerUrl, [folder])).rejects.toThrow('sem-numero.sql');
    });
  });
});
