import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { apps, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { databaseUrl } from '../infra/provision-databases.ts';
import type { Servers } from '../infra/servers.ts';
import { launchApp, waitUntilReady } from '../platform/app-processes.ts';
import { settingsFor } from '../platform/settings.ts';
import { growthExponent, type Spread, spreadOf } from './figures.ts';
import { daysOfAUnit, fillOccupations, rowsPerUnit, spaceId } from './occupations.ts';

const rounds = 7;
const requestsPerRound = 600;
const warmUpRequests = 1_500;
const concurrency = 2;
const daysAsked = 7;
const dayMs = 86_400_000;
const stopWithinMs = 13_000;

export interface SizeFigures {
  rows: number;
  /** Microseconds, of the rounds. */
  p50: Spread;
  p99: Spread;
}

export interface AvailabilityFigures {
  sizes: SizeFigures[];
  /** Free intervals in each answer. */
  intervals: number;
  requestsPerSize: number;
  ratio: number;
  exponent: number;
}

export interface Place {
  instance: string;
  portOffset: number;
  servers: Servers;
  progress: (message: string) => void;
}

/** A reservas of its own, whose table of occupations has so many rows. */
interface Target {
  rows: number;
  url: string;
  close: () => Promise<void>;
}

/**
 * How long one week of one space takes to be told, by the size of the table: all sizes run side by side and take turns,
 * so that whatever else the machine does happens to all of them.
 */
export async function measureAvailability(place: Place, sizes: readonly number[]): Promise<AvailabilityFigures> {
  const firstDay = new Date(Math.floor(Date.now() / dayMs) * dayMs + dayMs);
  const targets: Target[] = [];
  try {
    for (const [index, rows] of sizes.entries()) targets.push(await prepare(place, rows, index, firstDay));
    return await compare(place, targets, firstDay);
  } finally {
    await Promise.all(targets.map((target) => target.close()));
  }
}

async function prepare(place: Place, rows: number, index: number, firstDay: Date): Promise<Target> {
  const { TestDatabase } = await import('@plataforma/testing');
  const { messagingMigrations } = await import('@plataforma/messaging');
  const { platformMigrations } = await import('@plataforma/platform');
  const { servers, portOffset, instance, progress } = place;
  const started = Date.now();
  process.env['TEST_POSTGRES_URL'] = servers.urls.postgres;
  const migrations = [platformMigrations, messagingMigrations, join(root, 'services/reservas/migrations')];
  const database = await TestDatabase.create('reservas', migrations);
  await fillOccupations(databaseUrl(servers.urls.postgres, database.name), rows, firstDay);
  const app: App = { ...reservas(), name: `reservas-${rows}`, port: 3_301 + index };
  const context = {
    portOffset,
    urls: servers.urls,
    secrets: servers.secrets,
    emulatorFolder: '',
    demo: false,
    user: {},
  };
  const settings = {
    ...settingsFor({ ...reservas(), port: app.port }, context),
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    SEED_DEMO: 'false',
    REDIS_URL: `${servers.urls.redis}?keyPrefix=${app.name}:`,
    DATABASE_URL: database.options.DATABASE_URL,
  };
  const running = await launchApp(instance, app, settings, true);
  await waitUntilReady(instance, app, running, new AbortController().signal);
  progress(`${rows} linhas prontas em ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return {
    rows,
    url: `http://127.0.0.1:${app.port + portOffset}`,
    close: async () => {
      await running.stop(stopWithinMs);
      await database.drop();
    },
  };
}

function reservas(): App {
  const app = apps.find(({ name }) => name === 'reservas');
  if (!app) throw new Error('there is no application "reservas"');
  return app;
}

async function compare({ progress }: Place, targets: readonly Target[], firstDay: Date): Promise<AvailabilityFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const intervals = new Set<number>();
  const measured = new Map(targets.map(({ rows }) => [rows, { p50: [] as number[], p99: [] as number[] }]));
  try {
    for (const target of targets) await burst(agent, target, firstDay, warmUpRequests);
    for (let round = 0; round < rounds; round++) {
      // Nobody is always the first.
      for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
        const { histogram, found } = await burst(agent, target, firstDay, requestsPerRound);
        for (const each of found) intervals.add(each);
        measured.get(target.rows)?.p50.push(histogram.percentile(50));
        measured.get(target.rows)?.p99.push(histogram.percentile(99));
      }
      progress(`rodada ${round + 1} de ${rounds}`);
    }
  } finally {
    agent.destroy();
  }
  const [same, ...others] = intervals;
  if (same === undefined || others.length > 0)
    throw new Error(`answers of different lengths cannot be compared: ${[...intervals].join(', ')} free intervals`);
  const sizes = [...measured].map(([rows, { p50, p99 }]) => ({ rows, p50: spreadOf(p50), p99: spreadOf(p99) }));
  const points = sizes.map(({ rows, p99 }) => [rows, p99.median] as const);
  return {
    sizes,
    intervals: same,
    requestsPerSize: rounds * requestsPerRound,
    ratio: (points.at(-1)?.[1] ?? NaN) / (points[0]?.[1] ?? NaN),
    exponent: growthExponent(points),
  };
}

/** So many requests for a random week of a random space, `concurrency` at a time. */
async function burst(agent: Agent, { rows, url }: Target, firstDay: Date, requests: number) {
  const histogram = createHistogram();
  const found = new Set<number>();
  const one = async (): Promise<void> => {
    const space = spaceId(Math.floor((Math.random() * rows) / rowsPerUnit));
    const from = firstDay.getTime() + Math.floor(Math.random() * (daysOfAUnit - daysAsked)) * dayMs;
    const [de, ate] = [from, from + daysAsked * dayMs].map((at) => new Date(at).toISOString());
    const started = process.hrtime.bigint();
    const body = await ask(agent, `${url}/v1/espacos/${space}/disponibilidade?de=${de}&ate=${ate}`);
    histogram.record((process.hrtime.bigint() - started) / 1_000n);
    found.add((JSON.parse(body) as { livres: unknown[] }).livres.length);
  };
  const limit = pLimit(concurrency);
  await Promise.all(Array.from({ length: requests }, () => limit(one)));
  return { histogram, found };
}

function ask(agent: Agent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      text(response).then((body) => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${url} respondeu ${response.statusCode}: ${body}`));
      }, reject);
    });
    request.on('error', reject);
  });
}
