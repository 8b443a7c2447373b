import { apps } from './apps.ts';
import { command } from './cli/command.ts';
import { serverRecordsFolder } from './infra/native/native-servers.ts';
import { probePostgres, probeRabbitmq, probeRedis } from './infra/readiness.ts';
import { probeReady } from './platform/app-processes.ts';
import { appRecordsFolder, requireState, supervisor, type PlatformState } from './platform/state.ts';
import { readRestarts, type Restarts } from './platform/supervision.ts';
import { table } from './platform/summary.ts';
import { residentMemory } from './processes/identity.ts';
import { TrackedProcess } from './processes/tracked-process.ts';

const megabyte = 1024 * 1024;

await command('status', async ({ instance }) => {
  const state = requireState(instance);
  const restarts = readRestarts(instance);
  const [appRows, serverRows] = await Promise.all([statusOfApps(state), statusOfServers(state)]);
  const rows = [...appRows, ...serverRows];
  console.log(
    table([
      ['O QUE', 'ESTADO', 'PID', 'PORTA', 'MEMÓRIA', 'REINÍCIOS'],
      ...rows.map((row) => columns(row, restarts[row.name])),
    ]),
  );
  const total = appRows.reduce((sum, row) => sum + row.memory, 0);
  console.log(
    `\n  Aplicações: ${Math.round(total / megabyte)} MB residentes no total · servidores em modo ${state.infra}`,
  );
  console.log(`  ${supervision(instance)}`);
  return rows.every((row) => row.ready) ? 0 : 1;
});

interface StatusRow {
  name: string;
  process: TrackedProcess | undefined;
  port: string;
  ready: boolean;
  /** Resident bytes; 0 when it is not a process of this machine that we may look at. */
  memory: number;
}

function supervision(instance: string): string {
  const watcher = supervisor(instance);
  return watcher
    ? `O que terminar sozinho é reiniciado pelo processo ${watcher.record.pid}`
    : 'Ninguém reinicia o que terminar sozinho';
}

function columns({ name, process, port, ready, memory }: StatusRow, restarts?: Restarts): string[] {
  const stopped = restarts?.gaveUp ? 'parado, desistiu-se de reiniciar' : 'parado';
  const condition = ready ? 'pronto' : process ? 'em execução, não pronto' : stopped;
  return [
    name,
    condition,
    process ? String(process.record.pid) : '-',
    port,
    memory > 0 ? `${Math.round(memory / megabyte)} MB` : '-',
    restarts ? String(restarts.restarts) : '-',
  ];
}

async function statusOfApps({ instance, portOffset, apps: urls }: PlatformState): Promise<StatusRow[]> {
  const processes = TrackedProcess.all(appRecordsFolder(instance)).filter((process) => process.isRunning);
  const started = apps.filter((app) => app.name in urls);
  return Promise.all(
    started.map((app) =>
      statusRow(app.name, String(app.port + portOffset), processes, (process) =>
        process ? probeReady(process) : Promise.reject(new Error('não está em execução')),
      ),
    ),
  );
}

async function statusOfServers({ instance, servers }: PlatformState): Promise<StatusRow[]> {
  const processes = TrackedProcess.all(serverRecordsFolder(instance)).filter((process) => process.isRunning);
  const port = (url: string): string => new URL(url).port;
  return Promise.all([
    statusRow('postgres', port(servers.postgres), processes, () => probePostgres(servers.postgres)),
    statusRow('redis', port(servers.redis), processes, () => probeRedis(servers.redis)),
    statusRow('rabbitmq', port(servers.rabbitmq), processes, () =>
      probeRabbitmq(servers.rabbitmq, servers.rabbitmqManagement),
    ),
  ]);
}

async function statusRow(
  name: string,
  port: string,
  processes: TrackedProcess[],
  probe: (process: TrackedProcess | undefined) => Promise<void>,
): Promise<StatusRow> {
  const process = processes.find((candidate) => candidate.record.name === name);
  const ready = await probe(process).then(
    () => true,
    () => false,
  );
  return { name, process, port, ready, memory: process ? residentMemory(process.record.pid) : 0 };
}
