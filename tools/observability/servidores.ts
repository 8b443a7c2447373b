import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { asAccount } from '../infra/native/account.ts';
import { serverPorts } from '../infra/ports.ts';
import type { PlatformState } from '../platform/state.ts';
import { until } from '../processes/deadline.ts';
import { programas } from './programas.ts';

const READY_MS = 60_000;
const STOP_MS = 10_000;

/** A server that ends with this process, however that ends. */
export interface Servidor {
  readonly nome: string;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface Alvos {
  /** Address of each application by its name. */
  readonly apps: Readonly<Record<string, string>>;
  /** Port of the metrics of RabbitMQ. */
  readonly rabbitmq: number;
  /** Of whose queues it is told; a server may have others, that are nobody's here. */
  readonly vhost: string;
}

/** What there is to scrape of a running platform. */
export function alvosDe({ apps, portOffset, servers }: PlatformState): Alvos {
  const { 'stripe-emulator': _emulator, oidc: _provider, ...ours } = apps;
  return {
    apps: ours,
    rabbitmq: serverPorts(portOffset).prometheus,
    vhost: new URL(servers.rabbitmq).pathname.slice(1),
  };
}

interface Launch {
  readonly nome: string;
  readonly command: string;
  readonly args: string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it keeps what is its own, and writes its log. */
  readonly folder: string;
  readonly url: string;
  /** Answers 200 once it serves. */
  readonly pronto: string;
}

/** @throws Error with where its log is, when it does not serve in time */
export async function launch({ nome, command, args, env = {}, folder, url, pronto }: Launch): Promise<Servidor> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = join(folder, `${nome}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const mortal = process.platform === 'linux' ? asAccount(undefined, command, args, 'SIGTERM') : { command, args };
  const child = spawn(mortal.command, mortal.args, {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC', ...env },
  });
  closeSync(log);
  await once(child, 'spawn');
  const servidor = { nome, url, stop: () => stop(child) };
  try {
    await until(
      async () => {
        const answer = await fetch(`${url}${pronto}`, { signal: AbortSignal.timeout(3_000) });
        await answer.body?.cancel();
        if (!answer.ok) throw new Error(`respondeu ${answer.status}`);
      },
      READY_MS,
      () => {
        if (child.exitCode !== null) throw new Error(`${nome} terminou ao iniciar: veja ${logFile}`);
      },
    );
  } catch (error) {
    await servidor.stop();
    throw error;
  }
  return servidor;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

const hostOf = (url: string): string => new URL(url).host;

/** The configuration of an instance: as that of the Compose file, with its own addresses. */
export const prometheusConfig = (
  { apps, rabbitmq, vhost }: Alvos,
  alertmanager: number | undefined,
  everySeconds: number,
) => ({
  global: { scrape_interval: `${everySeconds}s`, evaluation_interval: `${everySeconds}s` },
  rule_files: ['regras.yml'],
  ...(alertmanager !== undefined && {
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
  }),
  scrape_configs: [
    {
      job_name: 'plataforma',
      static_configs: Object.entries(apps).map(([app, url]) => ({ targets: [hostOf(url)], labels: { app } })),
    },
    { job_name: 'rabbitmq', static_configs: [{ targets: [`127.0.0.1:${rabbitmq}`] }] },
    {
      job_name: 'rabbitmq-filas',
      metrics_path: '/metrics/detailed',
      params: { family: ['queue_coarse_metrics', 'queue_consumer_count'], vhost: [vhost] },
      static_configs: [{ targets: [`127.0.0.1:${rabbitmq}`] }],
    },
  ],
});

export interface PedidoDePrometheus extends Alvos {
  readonly folder: string;
  readonly port: number;
  readonly alertmanager?: number;
  readonly everySeconds?: number;
  /** Instead of those that are published. */
  readonly regras?: unknown;
}

/** Prometheus with our rules, over the processes of an instance. @throws UserError without Debian's package */
export async function startPrometheus(asked: PedidoDePrometheus): Promise<Servidor> {
  const { prometheus } = await programas();
  const { folder, port, alertmanager, everySeconds = 5, regras } = asked;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (regras === undefined) cpSync(join(root, 'infra/observability/prometheus/regras.yml'), join(folder, 'regras.yml'));
  else writeFileSync(join(folder, 'regras.yml'), stringify(regras));
  writeFileSync(join(folder, 'prometheus.yml'), stringify(prometheusConfig(asked, alertmanager, everySeconds)));
  return launch({
    nome: 'prometheus',
    command: prometheus,
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'series')}`,
      '--storage.tsdb.retention.time=3d',
      '--storage.tsdb.retention.size=300MB',
      '--enable-feature=exemplar-storage',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder,
    url: `http://127.0.0.1:${port}`,
    pronto: '/-/ready',
  });
}

/** Debian's reads this where it was built to, and does not start without. */
const TEMPLATE = '/usr/share/prometheus/alertmanager/default.tmpl';

/**
 * Alertmanager, on one host, with our routes. @param rotas instead of those that are published
 * @throws UserError where Debian's package is not installed: unpacked, it does not start
 */
export async function startAlertmanager(folder: string, port: number, rotas?: unknown): Promise<Servidor> {
  if (!existsSync(TEMPLATE))
    throw new UserError('só instalado ele acha os seus modelos (apt-get install prometheus-alertmanager)');
  const { alertmanager } = await programas();
  let config = join(root, 'infra/observability/alertmanager/alertmanager.yml');
  if (rotas !== undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    config = join(folder, 'alertmanager.yml');
    writeFileSync(config, stringify(rotas));
  }
  return launch({
    nome: 'alertmanager',
    command: alertmanager,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'alertas')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // Nobody else to agree with.
      '--cluster.listen-address=',
    ],
    folder,
    url: `http://127.0.0.1:${port}`,
    pronto: '/-/ready',
  });
}
