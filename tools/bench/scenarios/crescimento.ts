import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TokenIssuer } from '@plataforma/testing';
import pg from 'pg';
import { runQuietly } from '../../cli/build.ts';
import { root } from '../../cli/paths.ts';
import { fillBookings, fillCharges, firstPastDay, reportedSpace } from '../bookings.ts';
import { Clientela, tokenSettings } from '../clientela.ts';
import { growthExponent, spreadOf } from '../figures.ts';
import type { Call } from '../load/calls.ts';
import { tomorrow } from '../occupations.ts';
import { type OwnService, startOwn } from '../own-service.ts';
import type { Place } from '../place.ts';
import type { Findings, Plot, Row, Scenario } from '../scenario.ts';
import { expectOnly, until } from '../waiting.ts';

const [firstPort, secondPort] = [3_311, 3_321];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How much there is to do in a round, whatever there ever was. */
const [waiting, changed, overdue] = [20, 50, 500];

/** Work that goes on by itself, beside more and more that is over. */
export const crescimento: Scenario = {
  title: 'O que custa o trabalho de fundo, por tudo o que já houve',
  async run(place) {
    const { TokenIssuer } = await import('@plataforma/testing');
    const issuer = await TokenIssuer.start();
    const sizes = place.quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000];
    const houses: House[] = [];
    try {
      for (const [index, bookings] of sizes.entries()) {
        const started = Date.now();
        houses.push(await House.build(place, issuer, bookings, index));
        place.progress(`crescimento: ${bookings} reservas prontas em ${((Date.now() - started) / 1000).toFixed(1)} s`);
      }
      return await measure(place, houses);
    } finally {
      await Promise.all(houses.map((house) => house.close()));
      await issuer.stop();
    }
  },
};

type Work = 'conferencia' | 'fila' | 'relatorio' | 'expurgo';
const works: Record<Work, { title: string; bound: string }> = {
  conferencia: { title: `conferência do dinheiro, com ${changed} contas mudadas`, bound: 'o que mudou desde a última' },
  fila: {
    title: `horário liberado que ${waiting} pessoas esperavam, até a última oferta`,
    bound: 'quem espera por ele',
  },
  relatorio: { title: 'relatório de receita de um espaço, 31 dias', bound: 'o que se pede' },
  expurgo: { title: `rodada do expurgo, com ${overdue} linhas vencidas`, bound: 'o que venceu' },
};

async function measure(place: Place, houses: readonly House[]): Promise<Findings> {
  const names = Object.keys(works) as Work[];
  const took = houses.map(
    () => Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Work, number[]>,
  );
  // The first round only warms up.
  for (let round = -1; round < place.rounds; round++) {
    const order = houses.map((_, index) => index);
    for (const index of round % 2 === 0 ? order : order.toReversed())
      for (const name of names) {
        const ms = await houses[index]?.[name]();
        if (round >= 0 && ms !== undefined) took[index]?.[name].push(ms);
      }
    place.progress(`crescimento: rodada ${round + 1} de ${place.rounds}`);
  }
  const rebuilt: [size: number, ms: number][] = [];
  // All of a million would take most of an hour.
  for (const house of houses.slice(0, 2)) rebuilt.push([house.bookings, await house.reconstrucao()]);
  const row = (
    id: string,
    title: string,
    exponents: readonly number[],
    rest: Pick<Row, 'goal' | 'bound' | 'next'>,
  ): Row => ({
    id: `crescimento-${id}`,
    title: `${title}: expoente de crescimento`,
    unit: 'expoente',
    better: 'lower',
    measured: spreadOf(exponents),
    ...rest,
  });
  const sizesOf = (name: Work, round: number) =>
    houses.map(({ bookings }, index) => [bookings, took[index]?.[name][round] ?? NaN] as const);
  return {
    rows: [
      ...names.map((name) =>
        row(
          name,
          works[name].title,
          Array.from({ length: place.rounds }, (_, round) => growthExponent(sizesOf(name, round))),
          { goal: 0.3, bound: works[name].bound, next: 'menos idas ao banco por rodada' },
        ),
      ),
      row('reconstrucao', 'reconstrução de todas as reservas', [growthExponent(rebuilt)], {
        goal: 1.1,
        bound: 'o que se pede: todas',
        next: 'mais de um lote ao mesmo tempo',
      }),
    ],
    plots: [
      {
        title: 'Uma rodada, pelo que já houve',
        x: 'reservas na base',
        y: 'ms',
        logarithmic: true,
        series: names.map((name) => ({
          name: works[name].title,
          points: houses.map(({ bookings }, index) => [bookings, spreadOf(took[index]?.[name] ?? []).median] as const),
        })),
      } satisfies Plot,
    ],
    notes: [
      ...names.map(
        (name) =>
          `${works[name].title}: ${houses.map(({ bookings }, index) => `${bookings} → ${spreadOf(took[index]?.[name] ?? []).median.toFixed(1)} ms`).join(', ')}.`,
      ),
      `Reconstrução: ${rebuilt.map(([size, ms]) => `${size} em ${(ms / 1_000).toFixed(1)} s`).join(', ')}.`,
    ],
  };
}

/** A reservas and a pagamentos with so many bookings behind them. */
class House {
  readonly bookings: number;
  readonly #place: Place;
  readonly #clientela: Clientela;
  readonly #reservas: OwnService;
  readonly #pagamentos: OwnService;
  readonly #inReservas: pg.Client;
  readonly #inPagamentos: pg.Client;
  #day = 0;

  private constructor(
    place: Place,
    bookings: number,
    clientela: Clientela,
    services: OwnService[],
    clients: pg.Client[],
  ) {
    this.#place = place;
    this.bookings = bookings;
    this.#clientela = clientela;
    [this.#reservas, this.#pagamentos] = services as [OwnService, OwnService];
    [this.#inReservas, this.#inPagamentos] = clients as [pg.Client, pg.Client];
  }

  static async build(place: Place, issuer: TokenIssuer, bookings: number, index: number): Promise<House> {
    const tokens = tokenSettings(issuer);
    const services = await Promise.all([
      startOwn(place, {
        service: 'reservas',
        name: `reservas-cresce-${bookings}`,
        port: firstPort + index,
        settings: tokens,
        fill: (adminUrl) => fillBookings(adminUrl, bookings),
      }),
      startOwn(place, {
        service: 'pagamentos',
        name: `pagamentos-cresce-${bookings}`,
        port: secondPort + index,
        // Nobody is there: what is compared with the provider is not what is measured.
        settings: { ...tokens, STRIPE_API_BASE: 'http://127.0.0.1:9' },
        fill: (adminUrl) => fillCharges(adminUrl, bookings),
      }),
    ]);
    const clients = services.map(({ adminUrl }) => new pg.Client({ connectionString: adminUrl }));
    await Promise.all(clients.map((client) => client.connect()));
    return new House(place, bookings, new Clientela(issuer, 1), services, clients);
  }

  async #timed(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return performance.now() - started;
  }

  async #ask(call: Call): Promise<string> {
    const load = await this.#place.load();
    const outcome = await load.run({ calls: [call], pace: { clients: 1 }, keepBodies: true });
    expectOnly(outcome, call.method === 'POST' ? '201' : call.method === 'DELETE' ? '204' : '200');
    return outcome.bodies[0] ?? '';
  }

  async #asAdmin(): Promise<Record<string, string>> {
    return { 'content-type': 'application/json', authorization: `Bearer ${await this.#clientela.newToken('ADMIN')}` };
  }

  async conferencia(): Promise<number> {
    await this.#inPagamentos.query(
      `INSERT INTO contas_mudadas (cobrada_sob, em) SELECT reserva_id, now() - interval '1 hour' FROM cobrancas ORDER BY provedor_id LIMIT ${changed}`,
    );
    return this.#timed(async () => {
      await this.#inPagamentos.query(`UPDATE reconciliacao_continua SET local_em = now()`);
      await this.#inPagamentos.query(`SELECT pg_notify('conferencia', 'bench')`);
      await until('a conferência', 2, async () => {
        const { rowCount } = await this.#inPagamentos.query(
          'SELECT FROM reconciliacao_continua WHERE local_em > now() AND NOT EXISTS (SELECT FROM contas_mudadas)',
        );
        return rowCount === 1;
      });
    });
  }

  async fila(): Promise<number> {
    const inicio = new Date(tomorrow().getTime() + ++this.#day * dayMs);
    const fim = new Date(inicio.getTime() + waiting * hourMs);
    const url = `${this.#reservas.url}/v1/espacos/${reportedSpace}/bloqueios`;
    const headers = await this.#asAdmin();
    const corpo = { inicio: inicio.toISOString(), fim: fim.toISOString(), motivo: 'Medida' };
    const { id } = JSON.parse(await this.#ask({ method: 'POST', url, headers, body: JSON.stringify(corpo) })) as {
      id: string;
    };
    await this.#inReservas.query(
      `INSERT INTO fila (id, cliente_id, espaco_id, inicio, fim, flexibilidade_minutos, situacao, tentar_em)
       SELECT gen_random_uuid(), gen_random_uuid(), $1, de, de + interval '1 hour', 0, 'ESPERANDO', now() + interval '1 hour'
         FROM generate_series($2::timestamptz, $3::timestamptz - interval '1 hour', interval '1 hour') AS de`,
      [reportedSpace, inicio, fim],
    );
    const { authorization = '' } = headers;
    return this.#timed(async () => {
      await this.#ask({ method: 'DELETE', url: `${url}/${id}`, headers: { authorization } });
      await until('as ofertas', 2, async () => {
        const { rowCount } = await this.#inReservas.query(`SELECT FROM fila WHERE situacao = 'ESPERANDO' LIMIT 1`);
        return rowCount === 0;
      });
    });
  }

  async relatorio(): Promise<number> {
    const de = firstPastDay();
    const [from, to] = [de, new Date(de.getTime() + 31 * dayMs)].map((day) => day.toISOString().slice(0, 10));
    const url = `${this.#reservas.url}/v1/relatorios/receita?de=${from}&ate=${to}&espacoId=${reportedSpace}`;
    const headers = await this.#asAdmin();
    return this.#timed(() => this.#ask({ method: 'GET', url, headers }));
  }

  async expurgo(): Promise<number> {
    const { Database, Logger } = await import('@plataforma/platform');
    const { Retention } = await import('@plataforma/messaging');
    await this.#inReservas.query(
      `INSERT INTO idempotencia (chave, hash, status, corpo, criado_em)
       SELECT $1 || n, 'x', 201, '{}', now() - interval '30 days' FROM generate_series(1, ${overdue}) AS n`,
      [randomUUID()],
    );
    const database = new Database({
      DATABASE_URL: this.#reservas.databaseUrl,
      DATABASE_REPLICA_URLS: [],
      DATABASE_POOL_SIZE: 2,
    });
    await database.connect();
    const retention = new Retention(database, [], Logger.create('bench', 'error'));
    try {
      return await this.#timed(async () => {
        retention.start();
        await until('o expurgo', 2, async () => {
          const { rowCount } = await this.#inReservas.query(
            `SELECT FROM idempotencia WHERE criado_em < now() - interval '20 days' LIMIT 1`,
          );
          return rowCount === 0;
        });
      });
    } finally {
      await retention.stop();
      await database.close();
    }
  }

  /** @throws Error when a projection differs: then the seeder, or the rebuild, is wrong */
  reconstrucao(): Promise<number> {
    return this.#timed(async () => {
      const { code, output } = await runQuietly(
        process.execPath,
        [join(root, 'services/reservas/dist/rebuild.js'), '--json'],
        undefined,
        { DATABASE_URL: this.#reservas.databaseUrl },
      );
      if (code !== 0) throw new Error(`a reconstrução de ${this.bookings} reservas: ${output.slice(0, 2_000)}`);
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#inReservas.end(), this.#inPagamentos.end()]);
    await Promise.all([this.#reservas.close(), this.#pagamentos.close()]);
  }
}
