import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { asAdmin, createSpaces, SPACE_ID, UNIT_ID } from './occupations.ts';
import { type CpuByKind, postgresOf, sharedPostgres } from './cpu.ts';
import { pgbench, type PgbenchFigures, type PgbenchRun } from './pgbench.ts';
import { ownDatabase } from './own-service.ts';
import type { Place } from './place.ts';

const spaces = 200;

/** What the scripts in `sql/` need beside the tables of reservas. */
export async function prepareFloor(client: pg.Client): Promise<void> {
  await createSpaces(client, spaces);
  const values = readFileSync(join(import.meta.dirname, 'sql/piso.sql'), 'utf8');
  await client.query(values.replace('«espaco»', SPACE_ID).replace('«unidade»', UNIT_ID));
  await client.query('ANALYZE');
}

/** A database of reservas that no application uses: what PostgreSQL alone does with the same statements. */
export class Floor {
  readonly adminUrl: string;
  readonly #place: Place;
  readonly #databaseName: string;
  readonly #drop: () => Promise<void>;
  #base = 0;

  private constructor(place: Place, adminUrl: string, databaseName: string, drop: () => Promise<void>) {
    this.#place = place;
    this.adminUrl = adminUrl;
    this.#databaseName = databaseName;
    this.#drop = drop;
  }

  static async create(place: Place): Promise<Floor> {
    const { database, adminUrl } = await ownDatabase(place, 'reservas');
    await asAdmin(adminUrl, prepareFloor);
    return new Floor(place, adminUrl, database.name, () => database.drop());
  }

  /** Runs a script, each time with times and ids that no run before had. */
  run(options: Omit<PgbenchRun, 'url' | 'variables'>): Promise<PgbenchFigures> {
    this.#base += 100_000;
    return pgbench({
      ...options,
      url: this.adminUrl,
      variables: { base: this.#base, clients: options.clients, i: 0 },
    });
  }

  /** The same with what PostgreSQL spent on it. */
  async runCounted(options: Omit<PgbenchRun, 'url' | 'variables'>): Promise<PgbenchFigures & { cpuMs: number }> {
    const { result, cpu } = await this.#place.cpuOf(() => this.run(options));
    return { ...result, cpuMs: this.#spent(cpu) };
  }

  /** Sessions that have ended are counted with the shared processes. */
  #spent(cpu: CpuByKind): number {
    return (cpu[sharedPostgres] ?? 0) + (cpu[postgresOf(this.#databaseName)] ?? 0);
  }

  drop(): Promise<void> {
    return this.#drop();
  }
}
