import { Supervision } from './supervision.ts';
import { appsToRun, userSettings } from './settings.ts';
import { launcher } from './start-platform.ts';
import { requireState } from './state.ts';

/**
 * What `npm start --detach` leaves behind: starts the applications of the instance that is its only argument, and starts
 * anew those that end. Only their parent is told how they do.
 */
const instance = process.argv[2] ?? '';
const user = userSettings(process.env);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

const state = requireState(instance);
const apps = appsToRun(user, state.oidc ?? false);
const launch = launcher(state, user, false);
const say = (line: string): void => console.log(`${new Date().toISOString()} ${line.trimStart()}`);

await Promise.all(apps.map((app) => launch(app).catch((error: unknown) => say(`${app.name}: ${String(error)}`))));
await new Supervision({ instance, apps, launch, say }).run(stop.signal);
