import { randomUUIDv7 } from 'node:crypto';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { totalOf, type CpuByKind } from '../cpu.ts';
import { alternate, ratios, spreadOf } from '../figures.ts';
import { Floor } from '../floor.ts';
import { modelOf } from '../model.ts';
import { generatorKind, type Place, requireNative } from '../place.ts';
import { Platform } from '../platform.ts';
import { expectOnly, until } from '../waiting.ts';
import type { Findings, Scenario } from '../scenario.ts';

const clients = 8;

/** Bookings held by HTTP, and bookings that are paid and confirmed, against the same statements in pgbench. */
export const retencoes: Scenario = {
  title: 'Retenções e reservas confirmadas',
  async run(place) {
    requireNative(place, 'O cenário retencoes');
    const platform = await Platform.of(place);
    const floor = await Floor.create(place);
    const pipeline = await Pipeline.connect(place);
    try {
      return await measure(place, platform, floor, pipeline);
    } finally {
      await pipeline.close();
      await floor.drop();
    }
  },
};

async function measure(place: Place, platform: Platform, floor: Floor, pipeline: Pipeline): Promise<Findings> {
  const { rounds, seconds, progress } = place;
  const load = await place.load();
  const hold = async (count: number) => {
    const calls = await platform.clientela.holds(platform.url('reservas'), count);
    const since = randomUUIDv7();
    const { result, cpu } = await place.cpuOf(async () => {
      const outcome = await load.run({ calls, pace: { clients } });
      // What a hold sets going belongs to it: it is over when its charge is open.
      await pipeline.chargesOpen(since, count);
      return outcome;
    });
    expectOnly(result, '201');
    return { rate: (count / result.wallMs) * 1_000, cpu, latencies: result.latenciesMs };
  };
  const confirm = (count: number) =>
    platform.payingAtOnce(async () => {
      const calls = await platform.clientela.holds(platform.url('reservas'), count);
      const since = randomUUIDv7();
      const started = performance.now();
      const { result: wallMs, cpu } = await place.cpuOf(async () => {
        expectOnly(await load.run({ calls, pace: { clients } }), '201');
        await pipeline.confirmed(since, count);
        return performance.now() - started;
      });
      return { rate: (count / wallMs) * 1_000, cpu };
    });

  // A process that has just started is no measure; how fast it is says how many fill a round.
  await hold(place.quick ? 100 : 400);
  const warm = await hold(100);
  const [holdsPerRound, confirmedPerRound] = [warm.rate * seconds, (warm.rate * seconds) / 3].map((n) =>
    Math.max(40, Math.round(n)),
  ) as [number, number];
  await confirm(20);
  await floor.run({ script: 'retencao', clients, seconds: 1 });

  const heldCpu: CpuByKind[] = [];
  const confirmedCpu: CpuByKind[] = [];
  const floorCpu: number[] = [];
  const { held, confirmed, floorRate, prepared } = await alternate(rounds, {
    held: async () => {
      const { rate, cpu } = await hold(holdsPerRound);
      heldCpu.push(perUnit(cpu, holdsPerRound));
      return rate;
    },
    floorRate: async () => {
      const { perSecond, transactions, cpuMs } = await floor.runCounted({ script: 'retencao', clients, seconds });
      floorCpu.push(cpuMs / transactions);
      return perSecond;
    },
    confirmed: async (round) => {
      const { rate, cpu } = await confirm(confirmedPerRound);
      confirmedCpu.push(perUnit(cpu, confirmedPerRound));
      progress(`retencoes: rodada ${round + 1} de ${rounds}`);
      return rate;
    },
    prepared: async () =>
      (await floor.run({ script: 'retencao', clients, seconds: 1, protocol: 'prepared' })).perSecond,
  });

  const cpuPerHold = heldCpu.map(ofPlatform);
  const floorSpread = spreadOf(floorRate);
  return {
    rows: [
      {
        id: 'retencoes-por-pgbench',
        title: `retenções por HTTP ÷ pgbench com as mesmas instruções (${clients} clientes)`,
        unit: '',
        better: 'higher',
        must: 0.15,
        goal: 0.3,
        measured: spreadOf(ratios(held, floorRate)),
        of: { ours: spreadOf(held), floor: floorSpread, unit: '/s' },
        bound:
          'a CPU: a cobrança que a retenção põe em andamento, e o JavaScript de reservas; são seis esperas pelo banco',
        next: 'pagamentos em menos passos, e a retenção em três esperas',
      },
      {
        id: 'confirmadas-por-pgbench',
        title: `reservas confirmadas (pagas na hora pelo emulador) ÷ pgbench`,
        unit: '',
        better: 'higher',
        must: 0.04,
        goal: 0.1,
        measured: spreadOf(ratios(confirmed, floorRate)),
        of: { ours: spreadOf(confirmed), floor: floorSpread, unit: '/s' },
        bound: 'a CPU de todos os processos: a tabela diz onde',
        next: 'mais núcleos: nenhuma reserva espera por outra',
      },
      {
        id: 'cpu-por-piso',
        title: 'CPU de uma retenção, todos os processos ÷ a do banco no pgbench',
        unit: '',
        better: 'lower',
        must: 12,
        goal: 5,
        measured: spreadOf(ratios(cpuPerHold, floorCpu)),
        of: { ours: spreadOf(cpuPerHold), floor: spreadOf(floorCpu), unit: 'ms de CPU' },
        bound: 'o que reservas e pagamentos fazem em JavaScript, e o que os seus bancos analisam e planejam de novo',
        next: 'a tabela de CPU por processo diz onde: cada um dos quatro maiores pela metade',
      },
      {
        id: 'cpu-por-retencao',
        title: 'CPU de uma retenção, todos os processos juntos (o gerador à parte)',
        unit: 'ms de CPU',
        better: 'lower',
        goal: 7,
        measured: spreadOf(cpuPerHold),
        bound: 'o mesmo',
        next: 'o mesmo',
      },
    ],
    cpu: [
      { title: 'Uma retenção, até a cobrança aberta', per: 'retenção', msPerUnit: mean(heldCpu) },
      { title: 'Uma reserva, até confirmada', per: 'reserva confirmada', msPerUnit: mean(confirmedCpu) },
    ],
    notes: [
      `pgbench com instruções preparadas (-M prepared), para saber: ${spreadOf(prepared).median.toFixed(0)}/s.`,
      `Retenções por rodada: ${holdsPerRound}; confirmadas por rodada: ${confirmedPerRound}.`,
      ...modelOf(operated(mean(confirmedCpu)), availableParallelism(), 'reservas confirmadas'),
    ],
  };
}

/** The generator is no part of the platform. */
const ofPlatform = (cpu: CpuByKind): number => totalOf(cpu) - (cpu[generatorKind] ?? 0);

/** What has to be there for more: neither who asks nor the provider. */
const operated = ({ [generatorKind]: _asks, 'stripe-emulator': _provider, ...ours }: CpuByKind): CpuByKind => ours;

const perUnit = (cpu: CpuByKind, units: number): CpuByKind =>
  Object.fromEntries(Object.entries(cpu).map(([kind, ms]) => [kind, ms / units]));

function mean(all: readonly CpuByKind[]): CpuByKind {
  const kinds = new Set(all.flatMap((cpu) => Object.keys(cpu)));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, all.reduce((sum, cpu) => sum + (cpu[kind] ?? 0), 0) / all.length]),
  );
}

/** What becomes of bookings, seen in the databases of the services; ids are in the order of time. */
class Pipeline {
  readonly #reservas: pg.Client;
  readonly #pagamentos: pg.Client;

  private constructor(reservas: pg.Client, pagamentos: pg.Client) {
    this.#reservas = reservas;
    this.#pagamentos = pagamentos;
  }

  static async connect({ servers: { urls } }: Place): Promise<Pipeline> {
    const clients = [urls.databases.reservas.invariants, urls.databases.pagamentos.invariants].map(
      (connectionString) => new pg.Client({ connectionString }),
    ) as [pg.Client, pg.Client];
    await Promise.all(clients.map((client) => client.connect()));
    return new Pipeline(...clients);
  }

  chargesOpen(since: string, count: number): Promise<void> {
    return this.#reached(
      this.#pagamentos,
      `SELECT count(*)::int AS total FROM cobrancas WHERE reserva_id > $1 AND provedor_id IS NOT NULL`,
      since,
      count,
    );
  }

  confirmed(since: string, count: number): Promise<void> {
    return this.#reached(
      this.#reservas,
      `SELECT count(*)::int AS total FROM reservas WHERE status = 'CONFIRMADA' AND id > $1`,
      since,
      count,
    );
  }

  async #reached(client: pg.Client, sql: string, since: string, count: number): Promise<void> {
    await until(`${count} reservas adiante`, 50, async () => {
      const { rows } = await client.query<{ total: number }>(sql, [since]);
      return (rows[0]?.total ?? 0) >= count;
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#reservas.end(), this.#pagamentos.end()]);
  }
}
