import { join } from 'node:path';
import { npmLine } from '../cli/commands.mjs';
import { instanceFolder, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { requireFreePorts } from '../infra/ports.ts';
import type { PlatformState } from '../platform/state.ts';
import { tail, TrackedProcess } from '../processes/tracked-process.ts';
import { jaFeito, startRastros, startRegistros } from './com-go.ts';
import { enviarRegistros } from './enviar-registros.ts';
import { alvosDe, type Servidor, startAlertmanager, startPrometheus } from './servidores.ts';

/** Of instance `dev`; others shift them as they do their own. */
const PORTS = {
  prometheus: 27_090,
  alertmanager: 27_093,
  registros: 27_428,
  otlp: 27_318,
  jaeger: 27_686,
  'jaeger (gRPC)': 27_685,
};
/** Go makes VictoriaLogs once, which takes its time. */
const STARTS_MS = 15 * 60_000;
const STOPS_MS = 20_000;

/** Where traces are taken, where there is something here that takes them. */
export const enderecoDosRastros = (portOffset: number): string | undefined =>
  jaFeito('jaeger') ? `http://127.0.0.1:${PORTS.otlp + portOffset}` : undefined;

export interface Observacao {
  /** Addresses, and what was left out and why, for people to read. */
  readonly relato: string;
  /** Something runs at all. */
  readonly algo: boolean;
  readonly stop: () => Promise<void>;
}

/** What looks at a running platform, until it is stopped or this process ends. @param jaeger to be made if it must be */
export async function observar(state: PlatformState, jaeger: boolean): Promise<Observacao> {
  const { instance, portOffset } = state;
  const shifted = (port: number): number => port + portOffset;
  await requireFreePorts(Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, shifted(port)])), state);
  const folder = join(instanceFolder(instance), 'observabilidade');
  const running: Servidor[] = [];
  const left: string[] = [];
  const begin = async (what: string, start: () => Promise<Servidor>): Promise<Servidor | undefined> => {
    try {
      const servidor = await start();
      running.push(servidor);
      return servidor;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      left.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const ending = new AbortController();
  let shipping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ending.abort();
    await Promise.all([shipping, ...running.map((servidor) => servidor.stop())]);
  };
  try {
    const alertmanager = await begin('Alertmanager', () => startAlertmanager(folder, shifted(PORTS.alertmanager)));
    await begin('Prometheus', () =>
      startPrometheus({
        ...alvosDe(state),
        folder,
        port: shifted(PORTS.prometheus),
        ...(alertmanager && { alertmanager: shifted(PORTS.alertmanager) }),
      }),
    );
    const registros = await begin('VictoriaLogs (registros)', () => startRegistros(folder, shifted(PORTS.registros)));
    const rastros =
      jaeger || jaFeito('jaeger')
        ? await begin('Jaeger (rastros)', () => startRastros(folder, shifted(PORTS.otlp), shifted(PORTS.jaeger)))
        : void left.push(
            `Jaeger (rastros): leva meia hora para ser feito, uma vez; peça com ${npmLine('observabilidade', '--jaeger', { instance })}`,
          );
    left.push(`Grafana: só no Docker, ${npmLine('compose', '--profile observar up')}`);
    shipping = registros && enviarRegistros(join(instanceFolder(instance), 'logs'), registros.url, ending.signal);
    const relato = [
      ...running.map(({ nome, url }) => `  ${nome.padEnd(14)} ${url}`),
      '\n  Ficou de fora:',
      ...left.map((line) => `  - ${line}`),
      ...(rastros
        ? [
            `\n  Os rastros são tomados em ${enderecoDosRastros(portOffset)}: npm start -- --observar o diz às aplicações; quem já iniciou sem ele põe OTEL_EXPORTER_OTLP_ENDPOINT em .env e reinicia`,
          ]
        : []),
    ].join('\n');
    return { relato, algo: running.length > 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const recordsFolder = (instance: string): string => join(instanceFolder(instance), 'processos', 'observabilidade');
const found = (instance: string): TrackedProcess | undefined =>
  TrackedProcess.all(recordsFolder(instance)).find(({ isRunning }) => isRunning);
const READY = '\n  Encerrar: ';

/**
 * The same in a process of its own, that `npm stop` ends (`pararDeObservar`). One that runs already is left as it is.
 * @returns what it said
 */
export async function observarEmSegundoPlano({ instance, portOffset }: PlatformState): Promise<string> {
  const logFile = join(instanceFolder(instance), 'logs', 'observabilidade.log');
  const running =
    found(instance) ??
    (await TrackedProcess.launch({
      name: 'observabilidade',
      recordsFolder: recordsFolder(instance),
      portOffset,
      command: process.execPath,
      args: [join(root, 'tools/observabilidade.ts'), '--instance', instance],
      env: process.env,
      cwd: root,
      logFile,
    }));
  const deadline = Date.now() + STARTS_MS;
  for (;;) {
    const said = tail(logFile, 40);
    const end = said.indexOf(READY);
    if (end >= 0) return said.slice(0, end);
    if (!running.isRunning) throw new UserError(`O que observa a plataforma não iniciou:\n${said}`);
    if (Date.now() > deadline) throw new UserError(`O que observa a plataforma não ficou pronto: veja ${logFile}`);
    await new Promise((over) => setTimeout(over, 200));
  }
}

export async function pararDeObservar(instance: string): Promise<void> {
  await found(instance)?.stop(STOPS_MS);
}
