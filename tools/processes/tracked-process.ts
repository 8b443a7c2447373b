import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMark } from './identity.ts';

/** What is written down about a process we started, so that a later command can find it again, and only it. */
export interface ProcessRecord {
  name: string;
  pid: number;
  /** See `startMark`: the same pid with another mark is somebody else's process. */
  mark: string;
  port?: number;
  /** Of a command that starts or keeps an instance: by how much its ports are shifted. */
  portOffset?: number;
  /** The signal that asks the process to end in good order. */
  stopSignal: NodeJS.Signals;
}

export interface SpawnOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  logFile: string;
  /** Messages can be sent to it. */
  ipc?: boolean;
}

export interface RecordOptions {
  name: string;
  recordsFolder: string;
  port?: number;
  portOffset?: number;
  stopSignal?: NodeJS.Signals;
}

export interface LaunchOptions extends SpawnOptions, RecordOptions {}

/** How the processes that this very process launched ended, or will: nobody but its parent is ever told. */
const endings = new Map<number, Promise<Ending>>();

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process in its own session (a Ctrl-C at the terminal does not reach it), whose output goes to a file. */
export class TrackedProcess {
  readonly record: ProcessRecord;
  readonly #recordsFolder: string;

  private constructor(record: ProcessRecord, recordsFolder: string) {
    this.record = record;
    this.#recordsFolder = recordsFolder;
  }

  /** @throws Error when the command cannot be run at all */
  static async launch(options: LaunchOptions): Promise<TrackedProcess> {
    return TrackedProcess.record(await TrackedProcess.spawn(options), options);
  }

  /** Runs a process that is not written down. @throws Error when the command cannot be run at all */
  static async spawn(options: SpawnOptions): Promise<ChildProcess> {
    mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
    keepEarlier(options.logFile);
    // For the log, and for whatever the process itself writes: nobody else's to read.
    const umask = process.umask(0o077);
    const log = openSync(options.logFile, 'a');
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', log, log, ...(options.ipc ? ['ipc' as const] : [])],
    });
    process.umask(umask);
    closeSync(log);
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  }

  /** Writes a process down, so that later commands can find it. */
  static record(child: ChildProcess, options: RecordOptions): TrackedProcess {
    mkdirSync(options.recordsFolder, { recursive: true, mode: 0o700 });
    const pid = child.pid as number;
    endings.set(pid, new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))));
    const record: ProcessRecord = {
      name: options.name,
      pid,
      // A process that ended this soon has no mark; the empty one never matches, so it counts as gone.
      mark: startMark(pid) ?? '',
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.portOffset === undefined ? {} : { portOffset: options.portOffset }),
      stopSignal: options.stopSignal ?? 'SIGTERM',
    };
    writeRecord(options.recordsFolder, record);
    return new TrackedProcess(record, options.recordsFolder);
  }

  /** Writes this very process down, so that other commands can find it. */
  static recordSelf(recordsFolder: string, name: string, portOffset?: number): void {
    mkdirSync(recordsFolder, { recursive: true });
    writeRecord(recordsFolder, {
      name,
      pid: process.pid,
      mark: startMark(process.pid) ?? '',
      ...(portOffset === undefined ? {} : { portOffset }),
      stopSignal: 'SIGTERM',
    });
  }

  /** Every process written down in the folder, running or not. */
  static all(recordsFolder: string): TrackedProcess[] {
    let files: string[];
    try {
      files = readdirSync(recordsFolder).filter((file) => file.endsWith('.json'));
    } catch {
      return []; // Nothing was ever started here.
    }
    return files.flatMap((file) => {
      const record = parseRecord(join(recordsFolder, file));
      return record === undefined ? [] : [new TrackedProcess(record, recordsFolder)];
    });
  }

  get isRunning(): boolean {
    return startMark(this.record.pid) === this.record.mark;
  }

  /** How it ended, once it has; undefined where another process launched it. */
  get ending(): Promise<Ending> | undefined {
    return endings.get(this.record.pid);
  }

  /** Asks the process to end, waits, and kills its whole group when it has not ended by the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.isRunning) this.#signal(this.record.pid, this.record.stopSignal);
    if (!(await this.#ended(deadlineMs))) {
      this.#signal(-this.record.pid, 'SIGKILL');
      await this.#ended(5_000);
    }
    rmSync(join(this.#recordsFolder, `${this.record.name}.json`), { force: true });
  }

  async #ended(deadlineMs: number): Promise<boolean> {
    const deadline = Date.now() + deadlineMs;
    while (this.isRunning) {
      if (Date.now() >= deadline) return false;
      await delay(25);
    }
    return true;
  }

  #signal(target: number, signal: NodeJS.Signals): void {
    try {
      process.kill(target, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** One earlier log is kept: what a crashed process said must survive the restart, and logs must not grow for ever. */
export function keepEarlier(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.anterior`);
}

function writeRecord(folder: string, record: ProcessRecord): void {
  writeFileSync(join(folder, `${record.name}.json`), JSON.stringify(record));
}

/** A record cut short by a crash is no record: the process it meant was never reported as started. */
function parseRecord(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    return undefined;
  }
}

/** The last lines of a log, to show why something did not start. */
export function tail(file: string, lines = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(sem registro)';
  }
}
