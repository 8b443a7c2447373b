import { join } from 'node:path';
import { command, type Request } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { instanceFolder, root } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { requireWorkableSettings, userSettings, wantsDemo } from './platform/settings.ts';
import { isAlreadyRunning } from './platform/already-running.ts';
import { startPlatform } from './platform/start-platform.ts';
import { claimInstance, supervisorRecord } from './platform/state.ts';
import { Supervision } from './platform/supervision.ts';
import { TrackedProcess } from './processes/tracked-process.ts';

await command('start', async (request) => {
  const user = userSettings(process.env);
  requireWorkableSettings(user);
  const demo = wantsDemo(user, request.demo);
  const running = await isAlreadyRunning(request, user, demo);
  if (running) return running === 'as asked' ? 0 : 1;
  const release = claimInstance(request.instance);
  try {
    const { apps, launch, interrupted } = await startPlatform({
      ...request,
      demo,
      user,
      dieWithUs: !request.detach,
      consent: consentOf(request.yes),
    });
    if (request.detach) {
      release();
      await leaveSupervisor(request);
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

/** Somebody has to restart what dies when nobody stays at the terminal. */
async function leaveSupervisor({ instance }: Request): Promise<void> {
  await TrackedProcess.launch({
    ...supervisorRecord(instance),
    command: process.execPath,
    args: ['--max-semi-space-size=1', join(root, 'tools/platform/supervisor.ts'), instance],
    env: process.env,
    cwd: root,
    logFile: join(instanceFolder(instance), 'logs', 'supervisor.log'),
  });
}
