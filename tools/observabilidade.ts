import { join } from 'node:path';
import { command } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { instanceFolder } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { requireFreePorts, serverPorts } from './infra/ports.ts';
import { jaFeito, startRastros, startRegistros } from './observability/com-go.ts';
import { enviarRegistros } from './observability/enviar-registros.ts';
import { type Servidor, startAlertmanager, startPrometheus } from './observability/servidores.ts';
import { requireRunningPlatform } from './platform/state.ts';

/** Of instance `dev`; others shift them as they do their own. */
const PORTS = {
  prometheus: 27_090,
  alertmanager: 27_093,
  registros: 27_428,
  otlp: 27_318,
  jaeger: 27_686,
  'jaeger (gRPC)': 27_685,
};

await command('observabilidade', async ({ instance, values }) => {
  const state = requireRunningPlatform(instance);
  const shifted = (port: number): number => port + state.portOffset;
  const ports = Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, shifted(port)]));
  await requireFreePorts(ports, state);
  const folder = join(instanceFolder(instance), 'observabilidade');
  const { 'stripe-emulator': _emulator, ...apps } = state.apps;
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
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
  try {
    const alertmanager = await begin('Alertmanager', () => startAlertmanager(folder, shifted(PORTS.alertmanager)));
    await begin('Prometheus', () =>
      startPrometheus({
        folder,
        apps,
        port: shifted(PORTS.prometheus),
        rabbitmq: serverPorts(state.portOffset).prometheus,
        vhost: new URL(state.servers.rabbitmq).pathname.slice(1),
        ...(alertmanager && { alertmanager: shifted(PORTS.alertmanager) }),
      }),
    );
    const registros = await begin('VictoriaLogs (registros)', () => startRegistros(folder, shifted(PORTS.registros)));
    const rastros =
      values.jaeger === true || jaFeito('jaeger')
        ? await begin('Jaeger (rastros)', () => startRastros(folder, shifted(PORTS.otlp), shifted(PORTS.jaeger)))
        : void left.push('Jaeger (rastros): leva meia hora para ser feito, uma vez; peça com --jaeger');
    left.push('Grafana: só no Docker, npm run compose -- --profile observar up');
    const shipping = registros && enviarRegistros(join(instanceFolder(instance), 'logs'), registros.url, ending.signal);
    console.log(running.map(({ nome, url }) => `  ${nome.padEnd(14)} ${url}`).join('\n'));
    console.log(`\n  Ficou de fora:\n${left.map((line) => `  - ${line}`).join('\n')}`);
    if (rastros)
      console.log(
        `\n  Para que haja rastros, ponha em .env OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${shifted(PORTS.otlp)} e reinicie: ${npmLine('start', state)}`,
      );
    console.log('\n  Encerrar: Ctrl-C');
    if (running.length === 0) return 1;
    await asked;
    ending.abort();
    await shipping;
    return 0;
  } finally {
    ending.abort();
    await Promise.all(running.map((servidor) => servidor.stop()));
  }
});
