import { Supervision } from './supervision.ts';
import { appsToRun, userSettings } from './settings.ts';
import { launcher } from './start-platform.ts';
import { requireState } from './state.ts';

/** What `npm start --detach` leaves behind: restarts the applications of the instance that is its only argument. */
const instance = process.argv[2] ?? '';
const user = userSettings(process.env);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

await new Supervision({
  instance,
  apps: appsToRun(user),
  launch: launcher(requireState(instance), user, false),
  say: (line) => console.log(`${new Date().toISOString()} ${line.trimStart()}`),
}).run(stop.signal);
