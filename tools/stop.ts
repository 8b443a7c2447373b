import { command } from './cli/command.ts';
import { runningApps, supervisor } from './platform/state.ts';
import { stopPlatform } from './platform/stop-platform.ts';

await command('stop', async ({ instance }) => {
  const foreground = supervisor(instance);
  const wasRunning = foreground !== undefined || runningApps(instance).length > 0;
  // Whoever started in a terminal stops what it started; what is left after that (a crash) is stopped here.
  await foreground?.stop(60_000);
  await stopPlatform(instance);
  console.log(
    wasRunning
      ? `A plataforma (instância ${instance}) foi encerrada.`
      : `Nada estava em execução (instância ${instance}).`,
  );
});
