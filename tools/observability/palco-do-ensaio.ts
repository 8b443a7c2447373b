import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Channel, type ConfirmChannel, connect } from 'amqplib';
import pg from 'pg';
import { instanceFolder } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { accountFor, asAccount } from '../infra/native/account.ts';
import { dataFolder, unpackFolder } from '../infra/native/data-folder.ts';
import { findInstallation } from '../infra/native/installation.ts';
import { type NativeServerName, serverRecordsFolder } from '../infra/native/native-servers.ts';
import { serverPorts } from '../infra/ports.ts';
import { databaseUrl } from '../infra/provision-databases.ts';
import type { Database } from '../infra/secrets.ts';
import { appProcess, type PlatformState } from '../platform/state.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';

const run = promisify(execFile);
const READY_MS = 60_000;

/**
 * Where an alert is rehearsed: what may be done to a running platform, each with what undoes it. Everything that is done
 * is undone by `desfazer`, the last first, whatever came of the rest.
 */
export class PalcoDoEnsaio {
  readonly state: PlatformState;
  readonly #undo: (() => unknown)[] = [];
  #going = true;
  readonly #goingOn: Promise<void>[] = [];

  constructor(state: PlatformState) {
    this.state = state;
  }

  aoFim(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Until the rehearsal undoes what it did, again and again. */
  enquanto(work: () => Promise<unknown>, pauseMs = 0): void {
    this.#goingOn.push(
      (async () => {
        while (this.#going) {
          await work().catch(() => undefined);
          if (this.#going) await delay(pauseMs);
        }
      })(),
    );
  }

  async desfazer(): Promise<void> {
    this.#going = false;
    const failures: unknown[] = [];
    for (const undo of this.#undo.splice(0).toReversed())
      await (async () => undo())().catch((error: unknown) => void failures.push(error));
    await Promise.all(this.#goingOn.splice(0));
    this.#going = true;
    if (failures.length > 0) throw failures[0];
  }

  // ── processes ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** An application stands still, and goes on at the end. */
  congelar(app: string): void {
    const found = this.#running(app);
    process.kill(found.record.pid, 'SIGSTOP');
    this.aoFim(() => process.kill(found.record.pid, 'SIGCONT'));
  }

  sinal(app: string, signal: NodeJS.Signals): void {
    process.kill(this.#running(app).record.pid, signal);
  }

  /** A server stands still. @throws UserError where it is no process of this machine */
  congelarServidor(name: NativeServerName): void {
    const found = TrackedProcess.all(serverRecordsFolder(this.state.instance)).find(
      ({ record, isRunning }) => record.name === name && isRunning,
    );
    if (!found) throw new UserError(`este ensaio para o ${name}, que aqui não é um processo iniciado por npm start`);
    process.kill(found.record.pid, 'SIGSTOP');
    this.aoFim(() => process.kill(found.record.pid, 'SIGCONT'));
  }

  #running(app: string): TrackedProcess {
    const found = appProcess(this.state.instance, app);
    if (!found?.isRunning) throw new UserError(`${app} não está em execução`);
    return found;
  }

  /** @throws UserError naming what was waited for */
  async ate(what: string, look: () => Promise<boolean>, withinMs = READY_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await look().catch(() => false))) {
      if (Date.now() > deadline) throw new UserError(`esperava ${what}, e não aconteceu em ${withinMs / 1_000} s`);
      await delay(200);
    }
  }

  // ── PostgreSQL ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** As the administrator of the servers. */
  async sql(database: Database, text: string, values: unknown[] = []): Promise<void> {
    const client = await this.#connected(database);
    try {
      await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  /** What was said in one transaction, that is over at the end: its locks are held until then. */
  async segurar(database: Database, ...texts: readonly string[]): Promise<void> {
    const client = await this.#connected(database);
    this.aoFim(() => client.end());
    await client.query('BEGIN');
    for (const text of texts) await client.query(text);
  }

  async #connected(database: Database): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: databaseUrl(this.state.servers.postgres, database),
      connectionTimeoutMillis: 10_000,
      application_name: 'ensaio',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  // ── RabbitMQ ───────────────────────────────────────────────────────────────────────────────────────────────────────

  async broker(work: (channel: ConfirmChannel) => Promise<unknown>): Promise<void> {
    const connection = await connect(this.state.servers.rabbitmq);
    connection.on('error', () => undefined);
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      await work(channel);
      await channel.waitForConfirms();
    } finally {
      await connection.close().catch(() => undefined);
    }
  }

  /** A queue that nobody consumes, with so many messages; gone at the end. */
  async filaSemNinguem(fila: string, messages: number): Promise<void> {
    this.aoFim(() => this.broker((channel: Channel) => channel.deleteQueue(fila)));
    await this.broker(async (channel) => {
      await channel.assertQueue(fila, { durable: false });
      for (let sent = 0; sent < messages; sent += 1) channel.sendToQueue(fila, Buffer.from('ensaio'));
    });
  }

  /** @throws UserError where RabbitMQ is no process of this machine */
  async rabbitmqctl(...args: string[]): Promise<string> {
    const { instance, portOffset, infra } = this.state;
    if (infra !== 'native') throw new UserError('este ensaio administra o RabbitMQ pelo rabbitmqctl, sem Docker');
    const installation = findInstallation(unpackFolder());
    const program = join(installation.rabbitmqServer, '../rabbitmqctl');
    if (!existsSync(program)) throw new UserError('não há rabbitmqctl nesta máquina');
    const home = join(dataFolder(instance).path, 'rabbitmq');
    const { command, args: line } = asAccount(accountFor('rabbitmq'), program, args);
    const { stdout } = await run(command, line, {
      cwd: home,
      timeout: READY_MS,
      env: {
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        ...installation.env,
        HOME: home,
        RABBITMQ_NODENAME: `${instance}@localhost`,
        RABBITMQ_CONF_ENV_FILE: join(home, 'rabbitmq-env.conf'),
        RABBITMQ_LOG_BASE: join(home, 'log'),
        ERL_EPMD_PORT: String(serverPorts(portOffset).epmd),
      },
    });
    return stdout;
  }

  /** Where what Prometheus and Alertmanager have for a while is kept. */
  get pasta(): string {
    return join(instanceFolder(this.state.instance), 'ensaio');
  }
}
