import { existsSync, rmSync } from 'node:fs';
import { parseOptions } from './cli/arguments.ts';
import { command } from './cli/command.ts';
import { instanceFolder } from './cli/paths.ts';
import { consentOf, requireConsent } from './cli/terminal.ts';
import { deleteServerData } from './infra/servers.ts';
import { readState, supervisor } from './platform/state.ts';
import { stopPlatform } from './platform/stop-platform.ts';

await command(async (args) => {
  const { instance, yes } = parseOptions(args, ['instance', 'yes']);
  const folder = instanceFolder(instance);
  if (!existsSync(folder)) {
    console.log(`A instância ${instance} não tem dados.`);
    return;
  }
  // Deleting data is never taken for granted, not even in CI.
  await requireConsent(`Encerrar a instância ${instance} e apagar todos os dados dela?`, {
    ...consentOf(yes),
    ci: false,
  });
  await supervisor(instance)?.stop(60_000);
  await stopPlatform(instance);
  const state = readState(instance);
  await deleteServerData(instance, state?.portOffset ?? 0, state?.infra ?? 'native');
  rmSync(folder, { recursive: true, force: true });
  console.log(`Os dados da instância ${instance} foram apagados.`);
  if (state?.infra === 'external') console.log('Os bancos e filas nos seus servidores externos continuam lá.');
});
