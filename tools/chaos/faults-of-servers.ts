import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import pg from 'pg';
import { asAdmin } from '../bench/occupations.ts';
import { manage } from '../infra/rabbitmq-management.ts';
import { rabbitmq } from '../infra/native/rabbitmq.ts';
import { postgres } from '../infra/native/postgres.ts';
import { probeRabbitmq } from '../infra/readiness.ts';
import { databases } from '../infra/secrets.ts';
import { BrokerCluster, type Replica, SmallDisk, startReplica, takeOver } from './nodes.ts';
import type { Stage } from './stage.ts';

/* Faults that need more than the three servers: other nodes of one, or a disk of its own. */

const minuteMs = 60_000;
const mebibyte = 2 ** 20;

/** Whether the broker at this address takes a message and says so, within a few seconds. */
async function takesMessages(url: string): Promise<boolean> {
  const connection = await connect(url, { timeout: 3_000 }).catch(() => undefined);
  if (!connection) return false;
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.from('x'));
    await Promise.race([
      channel.waitForConfirms(),
      new Promise((_, reject) => setTimeout(reject, 3_000, new Error('no confirm')).unref()),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

/** 4: the node that everybody uses is cut off from the two others, refuses, and everybody goes to these. */
export async function partitioned(stage: Stage): Promise<string> {
  const { native, servers } = stage.platform;
  const { rabbitmq: first, rabbitmqManagement } = servers.urls;
  const proxy = stage.platform.proxy('rabbitmq');
  const cluster = await BrokerCluster.start(native);
  stage.afterwards(async () => {
    await cluster.join();
    await stage.until('o nó isolado de volta', () => probeRabbitmq(first, rabbitmqManagement).then(yes, no), minuteMs);
    proxy.redirect(first);
    await cluster.leave();
  });
  await stage.pass(2_000);
  const parted = Date.now();
  await cluster.part();
  await stage.until('a minoria recusando', async () => !(await takesMessages(first)), minuteMs);
  const refused = Date.now() - parted;
  await stage.pass(2_000);
  proxy.redirect(cluster.other);
  await stage.until('a maioria aceitando', () => takesMessages(cluster.other), minuteMs);
  await stage.pass(stage.short ? 4_000 : 12_000);
  stage.must(!(await takesMessages(first)), 'a minoria aceitou uma mensagem');
  return `a minoria recusou em ${(refused / 1_000).toFixed(1)} s; as aplicações passaram à maioria`;
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** What was confirmed to those who wrote, as they wrote it. */
interface Written {
  readonly confirmed: readonly number[];
  stop(): Promise<void>;
}

const probeDatabase = 'caos_perda';

/** Several who write a row at a time, as fast as they can. */
async function writing(url: string): Promise<Written> {
  await asAdmin(url, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${probeDatabase} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${probeDatabase}`);
  });
  const address = new URL(url);
  address.pathname = `/${probeDatabase}`;
  await asAdmin(address.href, (client) => client.query('CREATE TABLE linhas (n int PRIMARY KEY)'));
  const confirmed: number[] = [];
  let next = 0;
  let stopped = false;
  const write = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: address.href });
    client.on('error', () => undefined);
    await client.connect();
    try {
      while (!stopped) {
        const n = (next += 1);
        await client.query('INSERT INTO linhas VALUES ($1)', [n]);
        confirmed.push(n);
      }
    } catch {
      // The server is gone: what it had not confirmed may be there or not.
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const working = Promise.all([1, 2, 3, 4].map(write));
  return {
    confirmed,
    stop: async () => {
      stopped = true;
      await working;
    },
  };
}

async function missingOn({ url }: Replica, confirmed: readonly number[]): Promise<number> {
  const address = new URL(url);
  address.pathname = `/${probeDatabase}`;
  return asAdmin(address.href, async (client) => {
    const { rows } = await client.query<{ n: number }>('SELECT n FROM linhas');
    const there = new Set(rows.map(({ n }) => n));
    return confirmed.filter((n) => !there.has(n)).length;
  });
}

const promote = ({ url }: Replica): Promise<unknown> =>
  asAdmin(url, (client) => client.query('SELECT pg_promote(true, 60)'));

/** 7: of an asynchronous replica the loss is measured; to a synchronous one the platform moves, and nothing is lost. */
export async function failedOver(stage: Stage): Promise<string> {
  const { platform } = stage;
  const { native, servers } = platform;
  const primary = servers.urls.postgres;
  const proxy = platform.proxy('postgres');
  stage.afterwards(async () => {
    await platform.revive('postgres');
    proxy.redirect(primary);
  });

  const asynchronous = await startReplica(native, 'replica-assincrona');
  stage.afterwards(() => asynchronous.stop());
  let written = await writing(primary);
  await stage.pass(3_000);
  await platform.halt('postgres', 'SIGQUIT');
  await written.stop();
  await promote(asynchronous);
  const lost = await missingOn(asynchronous, written.confirmed);
  const said = `assíncrona: ${lost} de ${written.confirmed.length} confirmadas se perderam`;
  await asynchronous.stop();
  await platform.revive('postgres');

  const replica = await startReplica(native, 'replica');
  stage.afterwards(() => replica.stop());
  await asAdmin(primary, async (client) => {
    await client.query(`ALTER SYSTEM SET synchronous_standby_names = 'replica'`);
    await client.query('SELECT pg_reload_conf()');
  });
  stage.afterwards(async () => {
    await platform.revive('postgres');
    await asAdmin(primary, async (client) => {
      await client.query('ALTER SYSTEM RESET synchronous_standby_names');
      await client.query('SELECT pg_reload_conf()');
    });
  });
  await stage.until('a réplica síncrona', () =>
    asAdmin(primary, async (client) => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_replication WHERE application_name = 'replica' AND sync_state = 'sync'`,
      );
      return rows.length === 1;
    }),
  );
  written = await writing(primary);
  await stage.pass(3_000);
  await platform.halt('postgres', 'SIGQUIT');
  const began = Date.now();
  await written.stop();
  await promote(replica);
  proxy.redirect(replica.url);
  await platform.ready(minuteMs);
  const took = ((Date.now() - began) / 1_000).toFixed(1);
  const missing = await missingOn(replica, written.confirmed);
  stage.must(missing === 0, `síncrona: ${missing} de ${written.confirmed.length} confirmadas se perderam`);
  await stage.pass(10_000);
  // The machine is repaired: what was written since is on it.
  await replica.stop();
  takeOver(replica, native);
  await platform.revive('postgres');
  proxy.redirect(primary);
  await asAdmin(primary, (client) => client.query(`DROP DATABASE ${probeDatabase} WITH (FORCE)`));
  return `${said}; síncrona: nenhuma de ${written.confirmed.length}; pronta na réplica em ${took} s`;
}

const behindS = 30;

/** 8: every service reads from a copy that is half a minute behind. */
export async function behind(stage: Stage): Promise<string> {
  const { platform } = stage;
  const replica = await startReplica(platform.native, 'replica-atrasada', {
    recovery_min_apply_delay: `${behindS}s`,
    // What it shows late must not be taken back while somebody reads it.
    max_standby_streaming_delay: '-1',
  });
  stage.afterwards(() => replica.stop());
  const { port } = new URL(replica.url);
  const reads = async (): Promise<number> =>
    asAdmin(replica.url, async (client) => {
      const { rows } = await client.query<{ n: number }>(
        `SELECT sum(xact_commit)::int AS n FROM pg_stat_database WHERE datname = ANY ($1)`,
        [databases],
      );
      return rows[0]?.n ?? 0;
    });
  for (const database of databases) {
    const address = new URL(platform.servers.urls.databases[database].app);
    address.port = port;
    stage.afterwards(() => platform.relaunch(database));
    await platform.relaunch(database, { DATABASE_REPLICA_URLS: address.href });
  }
  const before = await reads();
  const until = Date.now() + (behindS + 15) * 1_000;
  while (Date.now() < until) {
    const url = `${platform.state.apps['bff-web']}/v1/espacos?limite=1&texto=${randomUUID()}`;
    await fetch(url, { signal: AbortSignal.timeout(15_000) }).catch(() => undefined);
    await stage.pass(500);
  }
  const [late] = await asAdmin(replica.url, async (client) => {
    const sql = 'SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::int AS s';
    return (await client.query<{ s: number | null }>(sql)).rows;
  });
  stage.must((late?.s ?? 0) >= behindS, `a réplica estava só ${late?.s ?? 0} s atrás`);
  const read = (await reads()) - before;
  stage.must(read > 0, 'ninguém leu da réplica');
  return `${late?.s} s atrás, com ${read} leituras`;
}

/** 25: no byte is left for PostgreSQL; and RabbitMQ takes no more, since too few are left. */
export async function diskFull(stage: Stage): Promise<string> {
  const { platform, crowd } = stage;
  const { native, servers } = platform;
  const { people } = crowd;

  await platform.halt('postgres', 'SIGINT');
  stage.afterwards(() => platform.revive('postgres'));
  const disk = SmallDisk.move(postgres(native).folder, 'postgres', 64 * mebibyte);
  stage.afterwards(async () => {
    disk.free();
    await platform.halt('postgres', 'SIGINT');
    disk.leave();
  });
  await platform.revive('postgres');
  await platform.ready(minuteMs);
  for (const person of people) person.statuses.clear();
  disk.fill();
  await stage.until('um 503 com o disco cheio', () => people.some(({ statuses }) => statuses.has(503)), minuteMs);
  await stage.pass(8_000);
  const seen = new Set(people.flatMap(({ statuses }) => [...statuses]));
  stage.must(!seen.has(500), 'com o disco cheio houve um 500');
  disk.free();
  // Without room for its journal it may have ended.
  await platform.revive('postgres');
  await platform.ready(minuteMs);
  await stage.pass(2_000);

  const alarmed = async (): Promise<boolean> => {
    const nodes = await manage(servers.urls.rabbitmqManagement, 'GET', '/api/nodes').catch(() => []);
    return (nodes as { disk_free_alarm?: boolean }[]).some((node) => node.disk_free_alarm === true);
  };
  await platform.halt('rabbitmq', 'SIGTERM');
  stage.afterwards(() => platform.revive('rabbitmq'));
  // It stops taking messages below 256 MB.
  const ofBroker = SmallDisk.move(rabbitmq(native).folder, 'rabbitmq', 400 * mebibyte);
  stage.afterwards(async () => {
    ofBroker.free();
    await platform.halt('rabbitmq', 'SIGTERM');
    ofBroker.leave();
  });
  await platform.revive('rabbitmq');
  await stage.pass(3_000);
  ofBroker.fill(128 * mebibyte);
  await stage.until('o RabbitMQ sem aceitar mais', alarmed, minuteMs);
  await stage.pass(8_000);
  ofBroker.free();
  await stage.until('o RabbitMQ aceitando de novo', async () => !(await alarmed()), minuteMs);
  return `PostgreSQL: ${[...seen].sort().join(', ')}; RabbitMQ: publicações retidas até haver espaço`;
}
