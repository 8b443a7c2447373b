import { growthExponent, percentile, spreadOf } from '../figures.ts';
import type { Load } from '../load/load.ts';
import type { Call } from '../load/calls.ts';
import { daysOfAUnit, fillOccupations, rowsPerUnit, spaceId, tomorrow } from '../occupations.ts';
import { type OwnService, startOwn } from '../own-service.ts';
import type { Place } from '../place.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const clients = 2;
const daysAsked = 7;
const dayMs = 86_400_000;
const firstPort = 3_301;

/**
 * How long one week of one space takes to be told, by the size of the table: all sizes run side by side and take turns,
 * so that whatever else the machine does happens to all of them.
 */
export const disponibilidade: Scenario = {
  title: 'Disponibilidade de uma semana, pelo tamanho da tabela',
  async run(place) {
    const firstDay = tomorrow();
    const targets: Target[] = [];
    try {
      for (const [index, rows] of place.rows.entries()) targets.push(await prepare(place, rows, index, firstDay));
      return await compare(place, targets, firstDay);
    } finally {
      await Promise.all(targets.map(({ service }) => service.close()));
    }
  },
};

/** A reservas of its own, whose table of occupations has so many rows. */
interface Target {
  rows: number;
  service: OwnService;
}

async function prepare(place: Place, rows: number, index: number, firstDay: Date): Promise<Target> {
  const started = Date.now();
  const service = await startOwn(place, {
    service: 'reservas',
    name: `reservas-${rows}`,
    port: firstPort + index,
    fill: (adminUrl) => fillOccupations(adminUrl, rows, firstDay),
  });
  place.progress(`disponibilidade: ${rows} linhas prontas em ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return { rows, service };
}

async function compare(place: Place, targets: readonly Target[], firstDay: Date) {
  const load = await place.load();
  const requests = place.quick ? 250 : 600;
  const rounds = place.quick ? 5 : 7;
  const intervals = new Set<number>();
  const measured = targets.map(({ rows }) => ({ rows, p50: [] as number[], p99: [] as number[] }));
  for (const target of targets) await burst(load, target, firstDay, place.quick ? 500 : 1_500);
  for (let round = 0; round < rounds; round++) {
    // Nobody is always the first.
    const indices = targets.map((_, index) => index);
    for (const index of round % 2 === 0 ? indices : indices.toReversed()) {
      const [target, figures] = [targets[index], measured[index]];
      if (!target || !figures) continue;
      const { latencies, found } = await burst(load, target, firstDay, requests);
      for (const each of found) intervals.add(each);
      figures.p50.push(percentile(latencies, 0.5));
      figures.p99.push(percentile(latencies, 0.99));
    }
    place.progress(`disponibilidade: rodada ${round + 1} de ${rounds}`);
  }
  const [same, ...others] = intervals;
  if (same === undefined || others.length > 0)
    throw new Error(`answers of different lengths cannot be compared: ${[...intervals].join(', ')} free intervals`);
  const curve = (of: 'p50' | 'p99') => measured.map((size) => [size.rows, spreadOf(size[of]).median] as const);
  const exponents = Array.from({ length: rounds }, (_, round) =>
    growthExponent(measured.map(({ rows, p99 }) => [rows, p99[round] ?? NaN] as const)),
  );
  return {
    rows: [
      {
        id: 'disponibilidade-expoente',
        title: `expoente de crescimento do p99, de ${number(place.rows[0])} a ${number(place.rows.at(-1))} linhas (${same} intervalos na resposta)`,
        unit: 'expoente',
        better: 'lower',
        must: 0.3,
        goal: 0.1,
        measured: { ...spreadOf(exponents), median: growthExponent(curve('p99')) },
        bound: 'a profundidade do índice GiST e o que dele cabe na memória',
        next: 'nada: não cresce com o que já houve',
      },
    ],
    plots: [
      {
        title: 'Disponibilidade de uma semana',
        x: 'linhas na tabela de ocupações',
        y: 'ms',
        logarithmic: true,
        series: [
          { name: 'p50', points: curve('p50') },
          { name: 'p99', points: curve('p99') },
        ],
      },
    ],
    notes: measured.map(
      ({ rows, p50, p99 }) =>
        `${number(rows)} linhas: p50 ${spreadOf(p50).median.toFixed(2)} ms, p99 ${spreadOf(p99).median.toFixed(2)} ms.`,
    ),
  } satisfies Awaited<ReturnType<Scenario['run']>>;
}

const number = (value = NaN): string => new Intl.NumberFormat('pt-BR').format(value);

/** So many requests for a random week of a random space. */
async function burst(load: Load, { rows, service }: Target, firstDay: Date, requests: number) {
  const calls = Array.from({ length: requests }, (): Call => {
    const space = spaceId(Math.floor((Math.random() * rows) / rowsPerUnit));
    const from = firstDay.getTime() + Math.floor(Math.random() * (daysOfAUnit - daysAsked)) * dayMs;
    const [de, ate] = [from, from + daysAsked * dayMs].map((at) => new Date(at).toISOString());
    return { method: 'GET', url: `${service.url}/v1/espacos/${space}/disponibilidade?de=${de}&ate=${ate}` };
  });
  const outcome = await load.run({ calls, pace: { clients }, keepBodies: true });
  expectOnly(outcome, '200');
  const found = new Set(outcome.bodies.map((body) => (JSON.parse(body) as { livres: unknown[] }).livres.length));
  return { latencies: outcome.latenciesMs, found };
}
