import { execFile } from 'node:child_process';
import { chownSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../cli/user-error.ts';
import { accountFor, asAccount, privateFolder, type Account } from '../infra/native/account.ts';
import { archiveScript, backupFolder, socketFolder } from '../infra/native/archive.ts';
import { dataFolder, unpackFolder } from '../infra/native/data-folder.ts';
import { relocatedEnv } from '../infra/native/installation.ts';
import { unpackedFiles } from '../infra/native/packages.ts';
import type { Secrets } from '../infra/secrets.ts';

const run = promisify(execFile);
const stanza = 'plataforma';
/** Copies that are whole, and with them all that is needed to come back to any moment since the oldest, in number. */
const wholeCopiesKept = 7;

/** A copy that is finished: moments as pgBackRest tells them. */
export interface Copy {
  label: string;
  type: 'full' | 'incr' | 'diff';
  /** The earliest moment that it can be brought to, s since the epoch. */
  stop: number;
}

/** pgBackRest on the repository of one instance: encrypted, and run as the server's own user. */
export class BackupRepository {
  /** The data folder of the server. */
  readonly data: string;
  /** The user it runs as. */
  readonly account: Account | undefined;
  /** What the program needs in its environment, and whatever server calls it. */
  readonly env: NodeJS.ProcessEnv;
  private readonly program: string;
  private readonly secrets: Secrets;
  private readonly configurationFile: string;

  private constructor(data: string, program: string, env: NodeJS.ProcessEnv, secrets: Secrets) {
    this.data = data;
    this.account = accountFor('postgres');
    this.program = program;
    this.env = env;
    this.secrets = secrets;
    this.configurationFile = join(backupFolder(data), 'pgbackrest.conf');
  }

  /**
   * Finds pgBackRest, or unpacks Debian's.
   *
   * @throws UserError where it cannot be had, or could not talk to the server
   */
  static async open(instance: string, secrets: Secrets): Promise<BackupRepository> {
    const data = join(dataFolder(instance).path, 'postgres');
    if (socketFolder(data) === '')
      throw new UserError(`O caminho ${data} é longo demais para um socket, de que o pgBackRest precisa.`);
    const packages = join(dirname(unpackFolder()), '.pgbackrest');
    const { pgbackrest } = await unpackedFiles({ pgbackrest: '/usr/bin/pgbackrest' }, packages);
    const env = existsSync(packages) ? relocatedEnv(packages) : { PATH: process.env['PATH'] };
    return new BackupRepository(data, pgbackrest, env, secrets);
  }

  get exists(): boolean {
    return existsSync(this.configurationFile);
  }

  /** Makes the repository, if it is new, from when on the server archives; and sees that a segment arrives in it. */
  async prepare(port: number): Promise<void> {
    const own = privateFolder(backupFolder(this.data), this.account);
    for (const name of ['repo', 'log', 'lock', 'spool']) privateFolder(join(own, name), this.account);
    this.write(this.configurationFile, this.configuration(own, port));
    await this.pgbackrest('stanza-create');
    const env = Object.entries(this.env).map(([name, value]) => `${name}='${value}'`);
    this.write(
      archiveScript(this.data),
      `${env.join(' ')} exec '${this.program}' --config='${this.configurationFile}' --stanza=${stanza} archive-push "$1"\n`,
    );
    await this.pgbackrest('check');
  }

  /** Never half of it: the server reads these while it works. */
  private write(file: string, text: string): void {
    writeFileSync(`${file}.novo`, text, { mode: 0o600 });
    if (this.account) chownSync(`${file}.novo`, this.account.uid, this.account.gid);
    renameSync(`${file}.novo`, file);
  }

  private configuration(own: string, port: number): string {
    return [
      '[global]',
      `repo1-path=${join(own, 'repo')}`,
      `repo1-retention-full=${wholeCopiesKept}`,
      'repo1-cipher-type=aes-256-cbc',
      `repo1-cipher-pass=${this.secrets.copias}`,
      ...['log', 'lock', 'spool'].map((name) => `${name}-path=${join(own, name)}`),
      'log-level-console=warn',
      'log-level-file=detail',
      'start-fast=y',
      'compress-type=lz4',
      // A disk that is full must stop neither the platform nor the machine: what is older is given up, and said.
      'archive-push-queue-max=2GiB',
      'archive-timeout=120',
      `[${stanza}]`,
      `pg1-path=${this.data}`,
      `pg1-port=${port}`,
      `pg1-socket-path=${socketFolder(this.data)}`,
      'pg1-user=postgres',
      '',
    ].join('\n');
  }

  /** An incremental copy, or a whole one (also where there is none to begin with). */
  async copy(whole: boolean): Promise<void> {
    await this.pgbackrest(`--type=${whole ? 'full' : 'incr'}`, 'backup');
  }

  async copies(): Promise<Copy[]> {
    const [info] = JSON.parse(await this.pgbackrest('--output=json', 'info')) as {
      backup: { label: string; type: Copy['type']; timestamp: { stop: number }; error: boolean | null }[];
    }[];
    return (info?.backup ?? []).map(({ label, type, timestamp: { stop } }) => ({ label, type, stop }));
  }

  /** Writes the data as of a moment (ISO 8601 with a zone), or as late as there is, into an empty folder. */
  async restoreTo(folder: string, until: string | undefined): Promise<void> {
    privateFolder(folder, this.account);
    const target =
      until === undefined ? [] : ['--type=time', `--target=${asPostgres(until)}`, '--target-action=promote'];
    await this.pgbackrest(...target, `--pg1-path=${folder}`, 'restore');
  }

  private async pgbackrest(...args: string[]): Promise<string> {
    const own = [`--config=${this.configurationFile}`, `--stanza=${stanza}`];
    const call = asAccount(this.account, this.program, [...own, ...args]);
    try {
      const { stdout } = await run(call.command, call.args, {
        cwd: backupFolder(this.data),
        maxBuffer: 64 * 1024 * 1024,
        env: {
          ...this.env,
          TZ: 'UTC',
          PGPASSWORD: this.secrets.postgres,
        },
      });
      return stdout;
    } catch (error) {
      const { stderr, stdout, message } = error as Error & { stderr?: string; stdout?: string };
      throw new UserError(`O pgBackRest não fez ${args.at(-1)}:\n${(stderr || stdout || message).trim()}`);
    }
  }
}

/** A moment as pgBackRest and PostgreSQL both read it. */
const asPostgres = (moment: string): string => new Date(moment).toISOString().replace('T', ' ').replace('Z', '+00');
