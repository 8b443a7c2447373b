import { command } from './cli/command.ts';
import { observar } from './observability/observar.ts';
import { requireRunningPlatform } from './platform/state.ts';

await command('observabilidade', async ({ instance, values }) => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  process.once('SIGINT', resolve).once('SIGTERM', resolve);
  const { relato, algo, stop } = await observar(requireRunningPlatform(instance), values.jaeger === true);
  try {
<<<<<<< HEAD
    console.log(`${relato}\n\n  Encerrar: Ctrl-C, ou npm stop`);
    if (!algo) return 1;
=======
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
>>>>>>> h/base
    await asked;
    return 0;
  } finally {
    await stop();
  }
});
