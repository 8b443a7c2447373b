import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMark } from '../../processes/identity.ts';
import { asAccount, accountFor, privateFolder } from './account.ts';
import { archiveSettings, socketFolder } from './archive.ts';
import type { NativeServer, ServerContext } from './native-server.ts';

/** Four times as fast for tests, whose data nobody misses after a power failure. */
const volatileSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export function postgres({ installation, folder, ports, secrets, durable }: ServerContext): NativeServer {
  const account = accountFor('postgres');
  const data = join(folder, 'postgres');
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(ports.postgres),
    unix_socket_directories: durable ? socketFolder(data) : '',
    max_connections: '300',
    log_timezone: 'UTC',
    timezone: 'UTC',
    // For whoever is none of our roles, which are more discreet still (see `provisionDatabases`).
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...(durable ? archiveSettings(data) : volatileSettings),
  };
  return {
    name: 'postgres',
    port: ports.postgres,
    command: join(installation.postgresBin, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder: data,
    env: { LC_ALL: 'C.UTF-8' },
    account,
    // SIGTERM would wait for every client to leave; SIGINT ends their sessions and shuts down cleanly.
    stopSignal: 'SIGINT',
    prepare: () => {
      privateFolder(data, account);
      if (existsSync(join(data, 'PG_VERSION'))) forgetDeadPostmaster(data);
      else initialise();
    },
  };

  function initialise(): void {
    // A first start that was cut short leaves files initdb refuses to write over; without PG_VERSION nothing of value is there.
    rmSync(data, { recursive: true, force: true });
    privateFolder(data, account);
    const passwordFile = join(folder, 'postgres-senha-inicial');
    writeFileSync(passwordFile, secrets.postgres, { mode: 0o600 });
    if (account) chownSync(passwordFile, account.uid, account.gid);
    const initdb = asAccount(account, join(installation.postgresBin, 'initdb'), [
      ...['--pgdata', data, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums', ...(durable ? [] : ['--no-sync'])],
    ]);
    try {
      execFileSync(initdb.command, initdb.args, {
        env: { ...process.env, ...installation.env, LC_ALL: 'C.UTF-8' },
        cwd: folder,
        stdio: 'pipe',
      });
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }
}

/**
 * After a crash `postmaster.pid` may name a pid that is a zombie or was given to another process since, and PostgreSQL
 * would refuse to start. A live postmaster of this very folder is left for PostgreSQL itself to report.
 */
function forgetDeadPostmaster(data: string): void {
  const lockFile = join(data, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  if (startMark(pid) === undefined || !isPostmasterOf(pid, data)) rmSync(lockFile);
}

function isPostmasterOf(pid: number, data: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
  } catch {
    return false;
  }
}
