import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { testServers } from './servers.js';

/** Where Debian's package puts it, which is not in everybody's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** A PgBouncer of a test's own in transaction mode, before the tests' PostgreSQL. */
export class PgBouncer {
  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  /** Its version as it tells it; undefined where it is not installed. */
  static version(): string | undefined {
    try {
      return execFileSync('pgbouncer', ['--version'], { encoding: 'utf8', env: { PATH } }).split('\n')[0];
    } catch {
      return undefined;
    }
  }

  /**
   * @param url of a database, with the credentials with which it will be asked for
   * @param poolSize how many connections to the database all share
   */
  static async start(url: string, poolSize: number): Promise<PgBouncer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
    const { hostname, port: target } = new URL(testServers.postgres());
    const { username, password } = new URL(url);
    const isRoot = process.getuid?.() === 0;
    writeFileSync(join(folder, 'usuarios'), `"${username}" "${password}"\n`);
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      [
        '[databases]',
        `* = host=${hostname} port=${target}`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = plain',
        `auth_file = ${join(folder, 'usuarios')}`,
        'pool_mode = transaction',
        `default_pool_size = ${poolSize}`,
        'max_client_conn = 500',
      ].join('\n'),
    );
    // It refuses to run as root, and must not outlive the test.
    const account = isRoot ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    if (isRoot) execFileSync('chown', ['-R', '65534:65534', folder]);
    const server = spawn(
      'setpriv',
      [...account, '--pdeathsig', 'KILL', '--', 'pgbouncer', '--quiet', join(folder, 'pgbouncer.ini')],
      { stdio: 'ignore', env: { PATH } },
    );
    server.unref();
    const bouncer = new PgBouncer(port, folder, server);
    await eventually(() => bouncer.answers(url));
    return bouncer;
  }

  /** The same database with the same credentials, by way of it. */
  urlOf(url: string): string {
    const address = new URL(url);
    address.host = `127.0.0.1:${this.port}`;
    return address.href;
  }

  private async answers(url: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.urlOf(url) });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    if (this.server.exitCode === null && this.server.kill('SIGKILL')) await ended;
    rmSync(this.folder, { recursive: true });
  }
}
