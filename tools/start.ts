import { command } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { consentOf } from './cli/terminal.ts';
import { enderecoDosRastros, observarEmSegundoPlano } from './observability/observar.ts';
import {
  requireLocalProviderAllowed,
  requireWorkableSettings,
  type Settings,
  userSettings,
  wantsDemo,
} from './platform/settings.ts';
import { isAlreadyRunning } from './platform/already-running.ts';
import { gatewayLeftOut, startGateway } from './platform/gateway.ts';
import { startPlatform } from './platform/start-platform.ts';
import { claimInstance, type PlatformState, requireRunningPlatform } from './platform/state.ts';
import { Supervision } from './platform/supervision.ts';

await command('start', async (request) => {
  const observe = request.values.observar === true;
  // The supervisor of a detached start reads it, too.
  const rastros = observe ? enderecoDosRastros(request.portOffset) : undefined;
  if (rastros !== undefined) process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ??= rastros;
  const observed = async (): Promise<void> => {
    if (observe) console.log(`${await observarEmSegundoPlano(requireRunningPlatform(request.instance))}\n`);
  };
  const user = userSettings(process.env);
  requireWorkableSettings(user);
  if (request.oidc) requireLocalProviderAllowed(user);
  const demo = wantsDemo(user, request.demo);
  const running = await isAlreadyRunning(request, user, demo);
  if (running) {
    await observed();
    return running === 'as asked' ? 0 : 1;
  }
  const release = claimInstance(request.instance, request.portOffset);
  try {
    const { apps, launch, interrupted, state } = await startPlatform({
      ...request,
      demo,
      user,
      dieWithUs: !request.detach,
      consent: consentOf(request.yes),
    });
    if (request.values['com-gateway'] === true) await putGatewayBefore(state, user);
    await observed();
    if (request.detach) {
      console.log(`  Encerrar: ${npmLine('stop', request)}`);
      return 0;
    }
    console.log('  Encerrar: Ctrl-C');
    const { instance } = request;
    await new Supervision({ instance, apps, launch, say: (line) => console.error(line) }).run(interrupted);
    return await new Promise<number>(() => undefined); // The handler of the signal is undoing, and ends the process.
  } finally {
    release();
  }
});

/** The platform is of use without it: what keeps it away is said, and no more. */
async function putGatewayBefore(state: PlatformState, user: Settings): Promise<void> {
  if (state.infra !== 'docker') return console.log(`\n${gatewayLeftOut(state.infra)}\n`);
  try {
    console.log(`  Gateway (Kong): ${await startGateway(state, user)}`);
  } catch (error) {
    console.error(`  Sem gateway: ${(error as Error).message}`);
  }
}
