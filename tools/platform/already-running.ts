import type { Request } from '../cli/command.ts';
import { npmLine } from '../cli/commands.mjs';
import { UserError } from '../cli/user-error.ts';
import { probeReady } from './app-processes.ts';
import { appsToRun, type Settings } from './settings.ts';
import { appProcess, digestChoices, foregroundCommand, readState, runningApps, type PlatformState } from './state.ts';
import { summary } from './summary.ts';

type Asked = Pick<Request, 'instance' | 'portOffset' | 'infra' | 'oidc' | 'values'>;

/**
 * Says so when the platform runs, and how it differs from what is asked now; undefined when it does not run.
 *
 * @throws UserError when only a part of it does
 */
export async function isAlreadyRunning(
  asked: Asked,
  user: Settings,
  demo: boolean,
): Promise<'as asked' | 'otherwise' | undefined> {
  const { instance } = asked;
  const state = readState(instance);
  if (!state || runningApps(instance).length === 0) return undefined;
  const wanted = appsToRun(user, state.oidc ?? false).filter((app) => app.name in state.apps);
  const ready = await Promise.allSettled(wanted.map((app) => readyApp(instance, app.name)));
  if (ready.every(({ status }) => status === 'fulfilled')) {
    console.log(`A plataforma já está em execução (instância ${instance}).\n\n${summary(state, wanted)}`);
    const different = differences(state, asked, user, demo);
    if (different.length === 0) return 'as asked';
    console.error(
      `\nMas não como se pede agora:\n${different.map((each) => `  - ${each}`).join('\n')}\n` +
        `Para que valha, encerre-a antes: ${npmLine('stop', { instance })}`,
    );
    return 'otherwise';
  }
  // Somebody else's start may be under way: then claiming the instance says so.
  if (foregroundCommand(instance)) return undefined;
  throw new UserError(
    `A instância ${instance} está em execução pela metade. Veja com ${npmLine('status', { instance })} e encerre com ${npmLine('stop', { instance })} antes de iniciar de novo.`,
  );
}

async function readyApp(instance: string, name: string): Promise<void> {
  const running = appProcess(instance, name);
  if (!running?.isRunning) throw new Error(`${name} não está em execução`);
  await probeReady(running);
}

/** What was asked expressly and is not so. */
export function differences(
  state: PlatformState,
  { portOffset, infra, oidc, values }: Asked,
  user: Settings,
  demo: boolean,
): string[] {
  const before = state.choices ?? {};
  const now = digestChoices(user);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return [
    ...(values['port-offset'] !== undefined && portOffset !== state.portOffset
      ? [`--port-offset ${portOffset}: está em execução com ${state.portOffset}`]
      : []),
    ...(infra !== undefined && infra !== state.infra ? [`--infra=${infra}: está em execução com ${state.infra}`] : []),
    ...(values['sem-demo'] === true && state.demo && !demo
      ? ['--sem-demo: foi iniciada com os dados de demonstração']
      : []),
    ...(oidc && !state.oidc ? ['--oidc: foi iniciada sem o provedor local'] : []),
    ...(values['com-gateway'] === true && state.infra === 'docker' && state.gateway === undefined
      ? ['--com-gateway: foi iniciada sem o gateway']
      : []),
    ...names
      .filter((name) => before[name] !== now[name])
      .map((name) => {
        if (!(name in now)) return `${name}: não está mais definida`;
        return name in before ? `${name}: mudou` : `${name}: não estava definida`;
      }),
  ];
}
