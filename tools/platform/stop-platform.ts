import { stopServers } from '../infra/servers.ts';
import { pararDeObservar } from '../observability/observar.ts';
import { stopApps } from './app-processes.ts';
import { readState } from './state.ts';

/** Stops the applications first, while their servers still answer, then the servers. Safe to repeat. */
export async function stopPlatform(instance: string): Promise<void> {
  await pararDeObservar(instance);
  await stopApps(instance);
  const state = readState(instance);
  // Before the state is written only native servers can have been started.
  await stopServers(instance, state?.portOffset ?? 0, state?.infra ?? 'native');
}
