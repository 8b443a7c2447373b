import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { instanceFolder } from '../cli/paths.ts';
import { ownAdminUrls } from '../infra/connection-urls.ts';
import { asAccount } from '../infra/native/account.ts';
import { dataFolder, unpackFolder } from '../infra/native/data-folder.ts';
import { findInstallation } from '../infra/native/installation.ts';
import { postgres } from '../infra/native/postgres.ts';
import { freePortOffset, serverPorts, type ServerPorts } from '../infra/ports.ts';
import { completeSecrets } from '../infra/secrets.ts';
import { until } from '../processes/deadline.ts';
import { BackupRepository } from './repository.ts';
import { closeLastSegment, RestoredServer } from './restored-server.ts';

const instance = `copias-${process.pid}`;
const secrets = completeSecrets({});
const withinMs = 60_000;
let folder: string;
let ports: ServerPorts;
let admin: string;
let server: ChildProcess;
let repository: BackupRepository;

async function query<Row extends pg.QueryResultRow>(sql: string, url = admin): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const rowsAt = async (url: string): Promise<number> =>
  Number((await query<{ total: string }>('SELECT count(*) AS total FROM linhas', url))[0]?.total);

async function restored<T>(moment: string | undefined, look: (url: string) => Promise<T>): Promise<T> {
  const place = join(folder, 'restaurado');
  try {
    await repository.restoreTo(place, moment);
    const copy = await RestoredServer.start(place, ports.prometheus, repository, secrets);
    try {
      return await look(copy.urls.postgres);
    } finally {
      await copy.stop();
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  folder = dataFolder(instance).path;
  ports = serverPorts(await freePortOffset(24_000));
  admin = ownAdminUrls(ports, secrets).postgres;
  const installation = findInstallation(unpackFolder());
  const context = { instance, installation, folder, portOffset: 0, ports, secrets, durable: true, dieWithUs: true };
  const own = postgres(context);
  own.prepare();
  const { command, args } = asAccount(own.account, own.command, own.args, own.stopSignal);
  server = spawn(command, args, {
    cwd: own.folder,
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...installation.env, ...own.env },
    stdio: 'ignore',
  });
  await until(() => query('SELECT'), withinMs);
  repository = await BackupRepository.open(instance, secrets);
}, 3 * withinMs);

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
  rmSync(instanceFolder(instance), { recursive: true, force: true });
}, withinMs);

it(
  'antes da primeira cópia arquivar não falha, e depois volta-se a um instante sem tocar no que está em execução',
  async () => {
    await query('CREATE TABLE linhas AS SELECT generate_series(1, 1000) AS n');
    await closeLastSegment(admin);
    expect(await query('SELECT failed_count::int AS falhas FROM pg_stat_archiver')).toEqual([{ falhas: 0 }]);
    expect(repository.exists).toBe(false);

    await repository.prepare(ports.postgres);
    await repository.copy(false);
    const copies = await repository.copies();
    expect(copies).toMatchObject([{ type: 'full' }]);
    // The copy can be brought to nothing earlier than the second after it ended.
    await until(async () => {
      if (Date.now() / 1_000 < (copies[0]?.stop ?? Infinity) + 1) throw new Error('not yet');
    }, withinMs);

    await query('INSERT INTO linhas SELECT generate_series(1001, 1500)');
    const [moment] = await query<{ agora: Date }>(`SELECT clock_timestamp() + interval '1 millisecond' AS agora`);
    await query('DELETE FROM linhas');
    await closeLastSegment(admin);

    expect(await restored(moment?.agora.toISOString(), rowsAt)).toBe(1_500);
    expect(await restored(undefined, rowsAt)).toBe(0);
    expect(await rowsAt(admin)).toBe(0);
    await repository.copy(false);
    expect((await repository.copies()).map(({ type }) => type)).toEqual(['full', 'incr']);
  },
  10 * withinMs,
);
