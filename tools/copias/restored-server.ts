import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { serverUrls, type ServerUrls } from '../infra/connection-urls.ts';
import { UserError } from '../cli/user-error.ts';
import { asAccount } from '../infra/native/account.ts';
import { unpackFolder } from '../infra/native/data-folder.ts';
import { findInstallation } from '../infra/native/installation.ts';
import { databases, type Secrets } from '../infra/secrets.ts';
import { until } from '../processes/deadline.ts';
import type { BackupRepository } from './repository.ts';

/** Replaying a day of a busy platform takes minutes, not hours. */
const recoveredWithinMs = 30 * 60_000;
const archivedWithinMs = 150_000;
/** What the log says last is why it ended, characters. */
const told = 2_000;

/** A PostgreSQL on restored data, on a port of its own, that ends with this process and archives nothing. */
export class RestoredServer {
  readonly urls: Pick<ServerUrls, 'databases' | 'postgres'>;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private output = '';

  private constructor(urls: Pick<ServerUrls, 'databases' | 'postgres'>, child: ChildProcess) {
    this.urls = urls;
    this.child = child;
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** @throws UserError when the moment that was asked for is not in what was archived */
  static async start(
    folder: string,
    port: number,
    { account, env }: BackupRepository,
    secrets: Secrets,
  ): Promise<RestoredServer> {
    const installation = findInstallation(unpackFolder());
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      archive_mode: 'off',
      log_timezone: 'UTC',
      timezone: 'UTC',
      // Not less than where it was made, or a hot standby would not open.
      max_connections: '300',
      log_error_verbosity: 'terse',
      log_min_error_statement: 'panic',
    };
    const { command, args } = asAccount(
      account,
      join(installation.postgresBin, 'postgres'),
      ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      'SIGINT',
    );
    const child = spawn(command, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ...installation.env, ...env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      // A Ctrl-C at the terminal is for the command, which ends it in good order.
      detached: true,
    });
    const admin = `postgres://postgres:${secrets.postgres}@127.0.0.1:${port}/postgres`;
    const unused = { redis: 'redis://127.0.0.1', rabbitmq: 'amqp://127.0.0.1', rabbitmqManagement: 'http://127.0.0.1' };
    const server = new RestoredServer(serverUrls({ postgres: admin, ...unused }, secrets), child);
    child.stderr.on('data', (chunk: Buffer) => (server.output = (server.output + chunk.toString()).slice(-told)));
    try {
      await until(
        () => server.requireRecovered(),
        recoveredWithinMs,
        () => {
          if (child.exitCode !== null) throw server.failure();
        },
      );
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private failure(): UserError {
    return this.output.includes('recovery ended before configured recovery target was reached')
      ? new UserError('O que foi arquivado acaba antes desse instante. Sem --ate, volta-se ao último que há.')
      : new UserError(`O PostgreSQL não abriu o que foi restaurado:\n${this.output}`);
  }

  private async requireRecovered(): Promise<void> {
    const [row] = await query<{ busy: boolean }>(this.urls.postgres, 'SELECT pg_is_in_recovery() AS busy');
    if (row?.busy !== false) throw new Error('still in recovery');
  }

  /**
   * Makes it what the platform goes on with: what was published in the last hour is published again, because what was in
   * the queues at that moment is in none now, and who had it already knows it by its id; and a replica made of it later
   * does not stop at the same moment.
   */
  async settle(): Promise<void> {
    for (const database of databases)
      for (const outbox of ['eventos', 'mensagens_pessoais'])
        await query(
          this.urls.databases[database].owner,
          `UPDATE ${outbox} SET publicado_em = NULL
            WHERE publicado_em > (SELECT max(publicado_em) FROM ${outbox}) - interval '1 hour'`,
        );
    for (const name of ['restore_command', 'recovery_target_time', 'recovery_target_action'])
      await query(this.urls.postgres, `ALTER SYSTEM RESET ${name}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGINT');
    await this.ended;
  }
}

/**
 * Has a running server archive all that was committed so far, by a commit after it: recovery to a moment ends with the
 * first commit past it. A server that does not run has archived what it could.
 */
export async function closeLastSegment(postgres: string): Promise<void> {
  const running = await query<{ segment: string }>(
    postgres,
    `SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment FROM pg_current_xact_id()`,
  ).catch(() => undefined);
  const segment = running?.[0]?.segment;
  if (segment === undefined) return;
  await query(postgres, 'SELECT pg_switch_wal()');
  await until(async () => {
    const [row] = await query<{ archived: boolean }>(
      postgres,
      `SELECT last_archived_wal >= $1 AS archived FROM pg_stat_archiver`,
      [segment],
    );
    if (row?.archived !== true) throw new UserError(`O PostgreSQL não arquiva: ${segment} não chegou ao repositório.`);
  }, archivedWithinMs);
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string, values: string[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
