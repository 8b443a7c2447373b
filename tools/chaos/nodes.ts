import { execFile, execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@plataforma/testing';
import { ownAdminUrls } from '../infra/connection-urls.ts';
import { accountFor, asAccount, isRoot, privateFolder } from '../infra/native/account.ts';
import type { NativeServer, ServerContext } from '../infra/native/native-server.ts';
import { runServer, serverRecordsFolder } from '../infra/native/native-servers.ts';
import { postgres } from '../infra/native/postgres.ts';
import { rabbitmq } from '../infra/native/rabbitmq.ts';
import { probePostgres, probeRabbitmq } from '../infra/readiness.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { NotPossible } from './outcomes.ts';

const exec = promisify(execFile);
const stopWithinMs = 20_000;

/** The process of a server, however it was started. */
export function serverProcess({ instance }: ServerContext, name: string): TrackedProcess | undefined {
  return TrackedProcess.all(serverRecordsFolder(instance)).find(({ record }) => record.name === name);
}

/** A server beside those of the platform, with ports and a folder of its own. */
function beside(native: ServerContext, name: string, ports: Partial<ServerContext['ports']>): ServerContext {
  const folder = join(native.folder, name);
  mkdirSync(folder, { recursive: true });
  return { ...native, folder, ports: { ...native.ports, ...ports } };
}

// ── PostgreSQL: a replica ────────────────────────────────────────────────────────────────────────────────────────────

export interface Replica {
  /** As superuser. */
  readonly url: string;
  /** Where its data is. */
  readonly data: string;
  /** Ends it; its data stays, for who takes it over. */
  stop(): Promise<void>;
}

/** A copy of the platform's PostgreSQL that follows it by streaming. @param settings of its own, such as a delay */
export async function startReplica(
  native: ServerContext,
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const context = beside(native, name, { postgres: await freePort() });
  const server = postgres(context);
  const url = ownAdminUrls(context.ports, context.secrets).postgres;
  rmSync(server.folder, { recursive: true, force: true });
  privateFolder(server.folder, server.account);
  const primary = `host=127.0.0.1 port=${native.ports.postgres} user=postgres application_name=${name}`;
  const copy = asAccount(server.account, join(native.installation.postgresBin, 'pg_basebackup'), [
    ...['-D', server.folder, '-d', primary, '--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast'],
  ]);
  await exec(copy.command, copy.args, {
    cwd: server.folder,
    env: { PATH: process.env['PATH'], ...native.installation.env, PGPASSWORD: native.secrets.postgres },
  });
  const own = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  await runServer(context, { ...server, name, args: [...server.args, ...own] }, () => probePostgres(url));
  return {
    url,
    data: server.folder,
    stop: async () => serverProcess(native, name)?.stop(stopWithinMs),
  };
}

/** What a replica has becomes what the platform's PostgreSQL has; both must have ended. */
export function takeOver({ data }: Replica, native: ServerContext): void {
  const { folder } = postgres(native);
  rmSync(folder, { recursive: true, force: true });
  renameSync(data, folder);
}

// ── RabbitMQ: a cluster of three ─────────────────────────────────────────────────────────────────────────────────────

interface Node {
  /** As Erlang calls it. */
  readonly node: string;
  readonly name: string;
  readonly url: string;
}

/** Two nodes beside the platform's RabbitMQ, and the means to part the first from them. */
export class BrokerCluster {
  readonly #native: ServerContext;
  readonly #others: readonly Node[];

  private constructor(native: ServerContext, others: readonly Node[]) {
    this.#native = native;
    this.#others = others;
  }

  /** Starts both, and gives every queue a copy on each. */
  static async start(native: ServerContext): Promise<BrokerCluster> {
    const others = await Promise.all(
      [2, 3].map(async (n) => {
        const [amqp, management, prometheus, distribution] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
        const name = `rabbitmq-${n}`;
        const ports = { ...native.ports, amqp, management, prometheus, distribution } as ServerContext['ports'];
        return { context: beside(native, name, ports), name, node: `${native.instance}-${n}@localhost` };
      }),
    );
    const first = nodeOf(native);
    for (const { context, name, node } of others) {
      rmSync(context.folder, { recursive: true, force: true });
      mkdirSync(context.folder, { recursive: true });
      const own = rabbitmq(context, [
        'cluster_partition_handling = pause_minority',
        'cluster_formation.peer_discovery_backend = classic_config',
        `cluster_formation.classic_config.nodes.1 = ${first}`,
        `cluster_formation.classic_config.nodes.2 = ${node}`,
      ]);
      const server: NativeServer = { ...own, name, env: { ...own.env, RABBITMQ_NODENAME: node } };
      const urls = ownAdminUrls(context.ports, context.secrets);
      // One after the other: both would wait for the same lock.
      await runServer(context, server, () => probeRabbitmq(urls.rabbitmq, urls.rabbitmqManagement));
    }
    const cluster = new BrokerCluster(
      native,
      others.map(({ context, name, node }) => ({
        name,
        node,
        url: ownAdminUrls(context.ports, context.secrets).rabbitmq,
      })),
    );
    await evaluate(native, 'application:set_env(rabbit, cluster_partition_handling, pause_minority)');
    for (const { node } of others)
      await evaluate(native, `[{ok, _} = R || {_, R} <- rabbit_quorum_queue:grow('${node}', <<".*">>, <<".*">>, all)]`);
    return cluster;
  }

  /** Of a node that is not the platform's own. */
  get other(): string {
    return this.#others[0]?.url ?? '';
  }

  /** The first and the others refuse each other, from now on and until `join`. */
  async part(): Promise<void> {
    await evaluate(
      this.#native,
      `[begin erlang:set_cookie(N, outro), erlang:disconnect_node(N) end || N <- ${this.#nodes}]`,
    );
  }

  async join(): Promise<void> {
    await evaluate(
      this.#native,
      `[begin erlang:set_cookie(N, erlang:get_cookie()), net_adm:ping(N) end || N <- ${this.#nodes}]`,
    );
  }

  /** Everything comes back to the first alone. */
  async leave(): Promise<void> {
    // Or the first, once the others have gone, would take itself for a minority.
    await evaluate(this.#native, 'application:set_env(rabbit, cluster_partition_handling, ignore)');
    for (const { node } of this.#others)
      await evaluate(this.#native, `[{ok, _} = R || {_, R} <- rabbit_quorum_queue:shrink_all('${node}')]`);
    for (const { name } of this.#others) await serverProcess(this.#native, name)?.stop(stopWithinMs);
    for (const { node } of this.#others)
      await evaluate(this.#native, `ok = rabbit_mnesia:forget_cluster_node('${node}', false)`);
  }

  get #nodes(): string {
    return `[${this.#others.map(({ node }) => `'${node}'`).join(', ')}]`;
  }
}

const nodeOf = ({ instance }: ServerContext): string => `${instance}@localhost`;

/** Has the platform's RabbitMQ evaluate an expression of Erlang. @returns its value, printed */
async function evaluate(native: ServerContext, expression: string): Promise<string> {
  const { account, env, folder } = rabbitmq(native);
  const control = join(dirname(native.installation.rabbitmqServer), 'rabbitmqctl');
  const { command, args } = asAccount(account, control, ['-n', nodeOf(native), 'eval', `${expression}.`]);
  const { stdout } = await exec(command, args, {
    cwd: folder,
    timeout: 60_000,
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...native.installation.env, ...env },
  });
  return stdout.trim();
}

// ── a disk that is full ──────────────────────────────────────────────────────────────────────────────────────────────

/** A server's folder, moved to a small file system of its own while the server is not running. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param spareBytes beyond what the folder takes up @throws NotPossible where nothing may be mounted */
  static move(folder: string, user: string, spareBytes: number): SmallDisk {
    if (!isRoot) throw new NotPossible('só quem administra a máquina monta um disco pequeno');
    const account = accountFor(user);
    const used = Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0]);
    const large = `${folder}.grande`;
    renameSync(folder, large);
    privateFolder(folder, account);
    const owner = account ? `,uid=${account.uid},gid=${account.gid}` : '';
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${used + spareBytes},mode=700${owner}`, 'caos', folder]);
    } catch (error) {
      rmSync(folder, { recursive: true });
      renameSync(large, folder);
      throw new NotPossible(`o disco pequeno não pôde ser montado: ${String(error)}`);
    }
    execFileSync('cp', ['-a', `${large}/.`, folder]);
    rmSync(large, { recursive: true });
    return new SmallDisk(folder);
  }

  /** Fills it to the last byte, or with so many left. */
  fill(leftBytes = 0): void {
    const file = openSync(this.#ballast, 'w');
    const block = Buffer.alloc(64 * 1024, 1);
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      for (let left = bavail * bsize - leftBytes; left > 0; left -= block.length)
        writeSync(file, block, 0, Math.min(block.length, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** What is on it moves back; the server must have ended. */
  leave(): void {
    this.free();
    const large = `${this.#folder}.grande`;
    execFileSync('cp', ['-a', this.#folder, large]);
    execFileSync('umount', [this.#folder]);
    rmSync(this.#folder, { recursive: true });
    renameSync(large, this.#folder);
  }

  /** Those that a run that was interrupted left in a folder. */
  static forget(folder: string): void {
    const mounted = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
      .filter((path) => path.startsWith(`${folder}/`));
    for (const path of mounted) execFileSync('umount', ['--lazy', path]);
  }

  get #ballast(): string {
    return join(this.#folder, 'lastro');
  }
}
