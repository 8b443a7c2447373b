import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Database, exposeMetrics, Logger } from '@plataforma/platform';
import { eventually, TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { type Claim, LeasedWork, Notifier, WorkTable } from '../src/index.js';

const logger = Logger.create('teste', 'none');

interface Tarefa {
  readonly id: string;
  readonly attempts: number;
}

type Doing = (tarefa: Tarefa, claim: Claim, signal: AbortSignal, table: WorkTable<Tarefa>) => Promise<unknown>;

class NaoTentada extends Error {}

class Tarefas extends LeasedWork<Tarefa> {
  constructor(
    table: WorkTable<Tarefa>,
    private readonly doing: Doing,
    concurrency = 2,
    itemMs = 60_000,
    private readonly cabem: () => number = () => Infinity,
  ) {
    super({ table, concurrency, itemMs }, logger);
  }

  protected override room(): Promise<number> {
    return Promise.resolve(this.cabem());
  }

  protected override tried(error: unknown): boolean {
    return !(error instanceof NaoTentada);
  }

  protected override process(tarefa: Tarefa, claim: Claim, signal: AbortSignal): Promise<unknown> {
    return this.doing(tarefa, claim, signal, this.table);
  }
}

describe.each([
  ['um prazo próprio', { lease: 'reservada_ate' }],
  ['uma coluna para os dois', { lease: 'devida_em' }],
  ['uma data devida que fica', { lease: 'reservada_ate', keepsDue: true }],
])('trabalho com posse, com %s', (_name, columns) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let other: Database;
  let notifier: Notifier;
  let otherNotifier: Notifier;
  const running: Tarefas[] = [];

  beforeAll(async () => {
    testDatabase = await TestDatabase.create('reservas', []);
    await testDatabase.query(
      `CREATE TABLE tarefas (id text PRIMARY KEY, devida_em timestamptz DEFAULT now(), reservada_ate timestamptz,
                             tentativas int NOT NULL DEFAULT 0, feita int NOT NULL DEFAULT 0)`,
    );
    await testDatabase.query('GRANT ALL ON tarefas TO PUBLIC');
    database = new Database(testDatabase.options);
    other = new Database(testDatabase.options);
    await Promise.all([database.connect(), other.connect()]);
    notifier = new Notifier(database, logger);
    otherNotifier = new Notifier(other, logger);
    await Promise.all([notifier.onApplicationBootstrap(), otherNotifier.onApplicationBootstrap()]);
  });
  afterAll(async () => {
    await Promise.all([notifier.beforeApplicationShutdown(), otherNotifier.beforeApplicationShutdown()]);
    await Promise.all([database.close(), other.close()]);
    await testDatabase.drop();
  });
  beforeEach(() => testDatabase.query('TRUNCATE tarefas'));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((work) => work.stop()));
  });

  const databaseOf = (table: WorkTable<Tarefa>) => (table.notifier === notifier ? database : other);
  const tableOf = (heard = notifier, leaseMs = 60_000) =>
    new WorkTable<Tarefa>(heard === notifier ? database : other, heard, {
      name: 'tarefas',
      channel: 'tarefas',
      table: 'tarefas',
      key: ['id'],
      due: 'devida_em',
      attempts: 'tentativas',
      stuck: 'tentativas >= 3',
      toItem: ({ id }: { id: string }, attempts) => ({ id, attempts }),
      leaseMs,
      backoff: { firstMs: 50, maxMs: 200 },
      ...columns,
    });
  const add = (id: string, devida = 'now()') =>
    testDatabase.query(`INSERT INTO tarefas (id, devida_em) VALUES ($1, ${devida})`, [id]);
  const rows = () =>
    testDatabase.query<{ id: string; feita: number; tentativas: number; devida_em: Date | null }>(
      'SELECT * FROM tarefas ORDER BY id',
    );
  const done = async (id: string) => (await rows()).some((row) => row.id === id && row.feita > 0);
  const doIt: Doing = ({ id }, claim, _signal, table) =>
    table.holding(claim, async () => {
      await databaseOf(table).change('UPDATE tarefas SET feita = feita + 1 WHERE id = $1', [id]);
      await table.finish(claim);
    });
  const start = (doing: Doing, table = tableOf(), concurrency?: number, itemMs?: number) => {
    const work = new Tarefas(table, doing, concurrency, itemMs);
    running.push(work);
    work.start();
    return work;
  };
  /** Has its first look behind it, and sleeps. */
  const asleep = async (doing: Doing, table = tableOf()) => {
    await add('primeira');
    const work = start(doing, table);
    await eventually(() => done('primeira'));
    return work;
  };

  it('muitos de uma vez: só os que ainda são nossos são escritos', async () => {
    const table = tableOf();
    for (const id of ['a', 'b', 'c']) await add(id);
    const tomados = await table.claim(10);
    expect(tomados).toHaveLength(3);
    await testDatabase.query(`UPDATE tarefas SET ${columns.lease} = now() + interval '1 hour' WHERE id = 'b'`);
    const escritos: string[] = [];
    const escrever = async (held: readonly { item: Tarefa }[]) => {
      escritos.push(...held.map(({ item }) => item.id));
    };
    await table.holdingAll(tomados, escrever);
    expect(escritos.sort()).toEqual(['a', 'c']);
    await table.holdingAll(
      tomados.filter(({ item }) => item.id === 'b'),
      escrever,
    );
    expect(escritos).toEqual(['a', 'c']);
  });

  it('acordado muitas vezes, olha de cada vez, e só de vez em quando pergunta pelo que vem depois', async () => {
    const table = tableOf();
    const [claims, surveys] = [jest.spyOn(table, 'claim'), jest.spyOn(table, 'survey')];
    const work = await asleep(doIt, table);
    const began = performance.now();
    surveys.mockClear();
    for (let wakes = 0; wakes < 40; wakes++) {
      claims.mockClear();
      work.wake();
      await eventually(() => claims.mock.calls.length > 0);
    }
    // Four a second, however slow the machine.
    expect(surveys.mock.calls.length).toBeLessThanOrEqual((performance.now() - began) / 250 + 2);
    await add('outra');
    work.wake();
    await eventually(() => done('outra'));
  });

  it('dois trabalhadores nunca dividem um item, e cada um é feito uma vez', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `t${i}`);
    for (const id of ids) await add(id);
    const atHand = new Set<string>();
    let shared = 0;
    const doing: Doing = async (tarefa, ...rest) => {
      if (atHand.has(tarefa.id)) shared++;
      atHand.add(tarefa.id);
      await doIt(tarefa, ...rest);
      atHand.delete(tarefa.id);
    };
    start(doing, tableOf(), 4);
    start(doing, tableOf(otherNotifier), 4);
    await eventually(async () => (await rows()).every(({ feita }) => feita > 0));
    expect(shared).toBe(0);
    expect((await rows()).every(({ feita, devida_em }) => feita === 1 && devida_em === null)).toBe(true);
  });

  it('quem perdeu a posse não encerra o trabalho, nem o adia, nem escreve nada', async () => {
    await add('lenta');
    const table = tableOf(notifier, 1);
    const [first] = await table.claim(1);
    const [second] = await eventually(async () => {
      const claimed = await tableOf(otherNotifier).claim(1);
      return claimed.length > 0 && claimed;
    });
    if (!first || !second) throw new Error('nada tomado');
    const before = await testDatabase.query('SELECT * FROM tarefas');
    expect(await table.holding(first.claim, async () => 'escrito')).toBeUndefined();
    expect(await table.finish(first.claim)).toBe(false);
    expect(await table.finish(first.claim, 1_000)).toBe(false);
    expect(await table.postpone(first.claim)).toBe(false);
    expect(await table.giveBack(first.claim)).toBe(false);
    expect(await table.renew(first.claim)).toBe(false);
    expect(await testDatabase.query('SELECT * FROM tarefas')).toEqual(before);
    expect(await table.finish(second.claim)).toBe(true);
  });

  it('um que falha é adiado, cada vez mais, é visto parado, e não tira a vez de nenhum outro', async () => {
    await add('veneno', `now() - interval '1 day'`);
    let tries = 0;
    start(
      async (tarefa, ...rest) => {
        if (tarefa.id !== 'veneno') return doIt(tarefa, ...rest);
        tries++;
        throw new Error('veneno');
      },
      tableOf(),
      1,
    );
    await eventually(() => tries > 1);
    for (const id of ['a', 'b', 'c']) await add(id);
    notifier.announce('tarefas');
    for (const id of ['a', 'b', 'c']) await eventually(() => done(id));
    await eventually(async () => /trabalhos_itens_parados\{[^}]*"tarefas"[^}]*\} 1/.test((await exposeMetrics()).body));
    const pauses = [1, 2, 3, 4].map((attempts) => tableOf().pauseAfter(attempts));
    expect(pauses.map((ms, i) => ms >= 37.5 * 2 ** Math.min(i, 2) && ms <= 62.5 * 2 ** Math.min(i, 2))).toEqual(
      Array(4).fill(true),
    );
  });

  it('um lento só ocupa o próprio lugar', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await add('lenta', `now() - interval '1 minute'`);
    start(async (tarefa, ...rest) => (tarefa.id === 'lenta' ? promise : doIt(tarefa, ...rest)));
    for (let i = 0; i < 5; i++) await add(`rapida${i}`);
    notifier.announce('tarefas');
    for (let i = 0; i < 5; i++) await eventually(() => done(`rapida${i}`));
    resolve(undefined);
  });

  it('diz nas métricas o que está por fazer, há quanto tempo, em mãos, o que falhou e quando algo deu certo', async () => {
    const of = async (metric: string, more = ''): Promise<number | undefined> => {
      const sample = new RegExp(`^${metric}\\{[^}]*trabalho="tarefas"[^}]*${more}[^}]*\\} (\\S+)`, 'm');
      const [, value] = sample.exec((await exposeMetrics()).body) ?? [];
      return value === undefined ? undefined : Number(value);
    };
    const failed = (await of('trabalhos_itens_falhas_total', 'motivo="falha"')) ?? 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await add('presente', `now() - interval '2 hours'`);
    await add('falha', `now() - interval '1 hour'`);
    await add('espera', `now() - interval '1 hour'`);
    const before = Date.now() / 1_000;
    const work = start(
      async (tarefa, ...rest) => {
        if (tarefa.id === 'falha' && tarefa.attempts === 1) throw new Error('não desta vez');
        if (tarefa.id === 'presente') await promise;
        return doIt(tarefa, ...rest);
      },
      tableOf(),
      1,
    );
    await eventually(async () => (await of('trabalhos_itens_em_curso')) === 1);
    // With no hand free, too: that is when something waits.
    await eventually(async () => (await of('trabalhos_itens_devidos')) === 2);
    await eventually(async () => ((await of('trabalhos_item_mais_antigo_segundos')) ?? 0) >= 3_600);
    resolve(undefined);
    await eventually(async () => (await rows()).every(({ feita }) => feita > 0));
    await work.stop();
    expect(await of('trabalhos_itens_em_curso')).toBe(0);
    expect(await of('trabalhos_ultimo_item_timestamp_segundos')).toBeGreaterThanOrEqual(before);
    expect(await of('trabalhos_itens_falhas_total', 'motivo="falha"')).toBeGreaterThan(failed);
  });

  it('o que não cabe fica na fila, sem que se tome, até que caiba', async () => {
    let [cabem, olhadas] = [0, 0];
    await add('a');
    const work = new Tarefas(tableOf(), doIt, 2, 60_000, () => {
      olhadas++;
      return cabem;
    });
    running.push(work);
    work.start();
    await eventually(() => olhadas >= 2);
    expect((await rows()).map(({ tentativas }) => tentativas)).toEqual([0]);
    cabem = 1;
    await eventually(() => done('a'));
  });

  it('o que não se chegou a tentar não é falha de que alguém deva saber', async () => {
    const falhas = async () =>
      /trabalhos_itens_falhas_total\{trabalho="tarefas"[^}]*\} (\d+)/.exec((await exposeMetrics()).body)?.[1] ?? '0';
    const antes = await falhas();
    let vezes = 0;
    await add('a');
    start((tarefa, claim, signal, table) => {
      if (vezes++ < 2) throw new NaoTentada();
      return doIt(tarefa, claim, signal, table);
    });
    await eventually(() => done('a'));
    expect([vezes, await falhas()]).toEqual([3, antes]);
  });

  it('ouve que acabe quando é parado, e o que deixa está logo ali para o próximo', async () => {
    await add('interrompida');
    let began = false;
    let heard = false;
    const { promise, reject } = Promise.withResolvers<never>();
    const work = start((_tarefa, _claim, signal) => {
      began = true;
      signal.addEventListener('abort', () => (heard = true));
      return promise;
    });
    await eventually(() => began);
    const warn = jest.spyOn(logger, 'warn');
    const stopped = work.stop();
    await eventually(() => heard);
    const [since, asked] = [performance.now(), testDatabase.query('SELECT')];
    const asking = asked.then(() => performance.now() - since);
    reject(new Error('parou'));
    await stopped;
    // It waits for the item at hand and for nothing after it: a second is promised, and whatever a busy machine takes.
    expect(performance.now() - since).toBeLessThan(1_000 + 20 * (await asking));
    expect(warn).not.toHaveBeenCalledWith(expect.stringMatching(/não terminou|não terminaram/));
    warn.mockRestore();
    const [row] = await rows();
    expect(row).toMatchObject({ tentativas: 0, feita: 0 });
    expect(await tableOf(otherNotifier).claim(1)).toHaveLength(1);
  });

  it('é acordado por outro processo', async () => {
    await asleep(doIt);
    await add('avisada');
    await eventually(async () => {
      otherNotifier.announce('tarefas');
      return done('avisada');
    });
  });

  it('encontra o que é devido, e o que passa a ser, sem palavra de ninguém', async () => {
    await asleep(doIt);
    await add('calada');
    await add('futura', `now() + interval '1 second'`);
    await eventually(() => done('calada'));
    await eventually(() => done('futura'));
  });

  it('mantém a posse enquanto vive, e ouve quando a perdeu', async () => {
    await add('longa');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let signalled: AbortSignal | undefined;
    const table = tableOf(notifier, 1_500);
    start(
      async (_tarefa, _claim, signal) => {
        signalled = signal;
        await promise;
      },
      table,
      1,
    );
    const proof = async () =>
      (await testDatabase.query<{ p: Date }>(`SELECT ${columns.lease} AS p FROM tarefas`))[0]?.p;
    const before = await eventually(async () => signalled && (await proof()));
    await eventually(async () => ((await proof()) ?? before) > before);
    expect(signalled?.aborted).toBe(false);
    await testDatabase.query(`UPDATE tarefas SET ${columns.lease} = now() + interval '1 hour'`);
    await eventually(() => signalled?.aborted);
    resolve(undefined);
  });

  // Once: it takes as long as an item may go on after its time.
  if (columns.lease === 'devida_em')
    it('não está bem enquanto um item vai muito além do seu tempo', async () => {
      await add('presa');
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const work = start(() => promise, tableOf(), 1, 1);
      await work.probe();
      const well = () =>
        work.probe().then(
          () => true,
          () => false,
        );
      await eventually(async () => !(await well()));
      resolve(undefined);
      await eventually(well);
    });

  // With one column a request would take the lease away.
  if (columns.lease !== 'devida_em')
    it('o que foi pedido de novo enquanto isso é feito de novo', async () => {
      await add('pedida');
      const table = tableOf();
      const [claimed] = await table.claim(1);
      if (!claimed) throw new Error('nada tomado');
      await testDatabase.query(`UPDATE tarefas SET devida_em = now()`);
      expect(await table.finish(claimed.claim)).toBe(true);
      expect(await table.claim(1)).toHaveLength(1);
    });
});

describe('avisos entre processos', () => {
  let testDatabase: TestDatabase;
  const databases: Database[] = [];
  const notifiers: Notifier[] = [];
  const notifier = async () => {
    const database = new Database(testDatabase.options);
    databases.push(database);
    await database.connect();
    const made = new Notifier(database, logger);
    notifiers.push(made);
    await made.onApplicationBootstrap();
    return { database, made };
  };

  beforeAll(async () => {
    testDatabase = await TestDatabase.create('reservas', []);
  });
  afterAll(async () => {
    await Promise.all(notifiers.map((made) => made.beforeApplicationShutdown()));
    await Promise.all(databases.map((database) => database.close()));
    await testDatabase.drop();
  });

  it('alcançam este processo na hora e os outros por NOTIFY, depois do commit da transação, e só então', async () => {
    const [here, there] = [await notifier(), await notifier()];
    const heard = { here: 0, there: 0 };
    here.made.on('canal', () => heard.here++);
    there.made.on('canal', () => heard.there++);
    await expect(
      here.database.transaction(async () => {
        here.made.announce('canal');
        throw new Error('desfeita');
      }),
    ).rejects.toThrow('desfeita');
    await here.database.transaction(async () => {
      here.made.announce('canal');
      expect(heard.here).toBe(0);
    });
    expect(heard.here).toBe(1);
    // Until the LISTEN is there a notice may be missed.
    await eventually(() => {
      if (heard.there === 0) here.made.announce('canal');
      return heard.there > 0;
    });
  });

  it('são ouvidos de novo depois de perdida a conexão, e quem espera procura então o que perdeu', async () => {
    const [here, there] = [await notifier(), await notifier()];
    let heard = 0;
    there.made.on('perdido', () => heard++);
    const listening = `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE datname = $1 AND query = 'LISTEN perdido'`;
    await eventually(async () => (await testDatabase.query(listening, [testDatabase.name])).length > 0);
    await eventually(() => there.made.listening && heard > 0);
    const before = heard;
    here.made.announce('perdido');
    await eventually(() => heard > before);
  });

  it('são ouvidos embora o banco não os deixasse escutar, duas vezes: agora, e na conexão seguinte', async () => {
    const [here, there] = [await notifier(), await notifier()];
    const query = Reflect.get(pg.Client.prototype, 'query') as (...asked: unknown[]) => never;
    let refusals = 0;
    const spy = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...asked) {
      if (asked[0] !== 'LISTEN fragil' || ++refusals > 2) return query.apply(this, asked);
      return Promise.reject(new Error('recusada')) as never;
    });
    let heard = 0;
    there.made.on('fragil', () => heard++);
    try {
      await eventually(() => refusals > 2 && there.made.listening);
    } finally {
      spy.mockRestore();
    }
    const before = heard;
    here.made.announce('fragil');
    await eventually(() => heard > before);
  });
});
