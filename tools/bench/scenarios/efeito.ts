import pg from 'pg';
import { databaseUrl } from '../../infra/provision-databases.ts';
import { OwnVhost, publishConfirmed } from '../broker.ts';
import { percentile, ratios, spreadOf } from '../figures.ts';
import type { Place } from '../place.ts';
import { Platform } from '../platform.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly, until } from '../waiting.ts';

/** Holds per second: well below what can be done, so that nothing waits for what was before. */
const perSecond = 20;
const queue = 'pagamentos.comandos';
const floorSamples = 200;

/** How long after the commit in reservas the effect is committed in pagamentos. */
export const efeito: Scenario = {
  title: 'Do commit ao efeito no outro serviço',
  async run(place) {
    const platform = await Platform.of(place);
    const load = await place.load();
    const count = Math.round(perSecond * place.seconds * 2);
    const [told, did] = await Promise.all([
      Heard.from(place, 'reservas', 'eventos', `NEW.tipo = 'cobranca.criar.v1'`, 'NEW.id'),
      Heard.from(place, 'pagamentos', 'inbox', `NEW.consumidor = '${queue}'`, 'NEW.mensagem_id'),
    ]);
    const vhost = await OwnVhost.create(place);
    const ours: number[] = [];
    const floor: number[] = [];
    try {
      for (let round = -1; round < place.rounds; round++) {
        const floorMs = await commitAndConfirm(place, vhost);
        const calls = await platform.clientela.holds(platform.url('reservas'), count);
        const dueMs = calls.map((_, index) => (index * 1_000) / perSecond);
        expectOnly(await load.run({ calls, pace: { dueMs } }), '201');
        await until('efeitos', 20, async () => [...told.at.keys()].every((id) => did.at.has(id)));
        const tookMs = [...told.at].map(([id, at]) => (did.at.get(id) ?? NaN) - at);
        told.at.clear();
        did.at.clear();
        if (round < 0) continue; // It was only to warm up.
        floor.push(floorMs);
        ours.push(percentile(tookMs, 0.5));
        place.progress(`efeito: rodada ${round + 1} de ${place.rounds}`);
      }
    } finally {
      await Promise.all([told.stop(), did.stop(), vhost.drop()]);
    }
    return {
      rows: [
        {
          id: 'efeito-por-piso',
          title: `do commit ao efeito no consumidor, p50 ÷ (um commit + uma publicação confirmada), a ${perSecond}/s`,
          unit: '',
          better: 'lower',
          must: 10,
          goal: 5,
          measured: spreadOf(ratios(ours, floor)),
          of: { ours: spreadOf(ours), floor: spreadOf(floor), unit: 'ms' },
          bound: 'as idas ao banco dos dois lados: aviso, lote, marca; entrada, efeito, commit',
          next: 'publicar o que acabou de ser gravado sem o ler de novo',
        },
      ],
    };
  },
};

/** Both with their disks behind them, one at a time, the median of many, ms. */
async function commitAndConfirm(place: Place, vhost: OwnVhost): Promise<number> {
  const client = new pg.Client({ connectionString: place.servers.urls.postgres });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS bench_commit (linha text)');
    const commits: number[] = [];
    for (let left = floorSamples; left > 0; left--) {
      const started = performance.now();
      await client.query('INSERT INTO bench_commit VALUES ($1)', ['x']);
      commits.push(performance.now() - started);
    }
    const confirms = await vhost.withChannel(async (channel) => {
      const took: number[] = [];
      for (let left = floorSamples; left > 0; left--) took.push(await publishConfirmed(channel, queue, 1, 1));
      return took;
    });
    return percentile(commits, 0.5) + percentile(confirms, 0.5);
  } finally {
    await client.query('DROP TABLE IF EXISTS bench_commit');
    await client.end();
  }
}

/** When rows of a table were committed, by PostgreSQL's own word: it gives notice at the commit. */
class Heard {
  /** By id, by `performance.now()`. */
  readonly at = new Map<string, number>();
  readonly #client: pg.Client;
  readonly #table: string;

  private constructor(client: pg.Client, table: string) {
    this.#client = client;
    this.#table = table;
  }

  static async from({ servers }: Place, database: string, table: string, when: string, id: string): Promise<Heard> {
    const client = new pg.Client({ connectionString: databaseUrl(servers.urls.postgres, database) });
    await client.connect();
    const heard = new Heard(client, table);
    client.on('notification', ({ payload = '' }) => heard.at.set(payload, performance.now()));
    await client.query(`
      CREATE OR REPLACE FUNCTION bench_ouvido() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_notify('bench_ouvido', ${id}::text); RETURN NULL; END $$;
      CREATE TRIGGER bench_ouvido AFTER INSERT ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION bench_ouvido();
      LISTEN bench_ouvido`);
    return heard;
  }

  async stop(): Promise<void> {
    await this.#client.query(`DROP TRIGGER bench_ouvido ON ${this.#table}; DROP FUNCTION bench_ouvido()`);
    await this.#client.end();
  }
}
