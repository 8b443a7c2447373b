import { existsSync } from 'node:fs';
import { command } from './cli/command.ts';
import { instanceFolder } from './cli/paths.ts';
import { consentOf, requireConsent } from './cli/terminal.ts';
import { secretsFile } from './infra/secrets.ts';
import { dataPlaces, rememberData } from './infra/data-places.ts';
import { deleteInstanceData } from './infra/servers.ts';
import { readState, supervisor } from './platform/state.ts';
import { stopPlatform } from './platform/stop-platform.ts';

await command('reset', async ({ instance, yes }) => {
  if (!existsSync(instanceFolder(instance))) {
    console.log(`A instância ${instance} não tem dados.`);
    return;
  }
  const state = readState(instance);
  // An instance of a version that did not keep the list of places.
  if (state && dataPlaces(instance).length === 0)
    rememberData(instance, state.infra, { POSTGRES_URL: state.servers.postgres });
  // Deleting data is never taken for granted, not even in CI.
  await requireConsent(`Encerrar a instância ${instance} e apagar todos os dados dela?`, {
    ...consentOf(yes),
    ci: false,
  });
  await supervisor(instance)?.stop(60_000);
  await stopPlatform(instance);
  const remaining = await deleteInstanceData(instance, state?.portOffset ?? 0);
  console.log(`Os dados da instância ${instance} foram apagados.`);
  if (remaining.length === 0) return;
  const secrets = `.data/${instance}/${secretsFile}`;
  console.log(
    `Os bancos e filas em ${remaining.join(', ')} continuam lá, e só abrem com os segredos em ${secrets}, que ficou.\n` +
      `O próximo start da instância os usa de novo. Quando esses bancos não existirem mais, apague a pasta .data/${instance}.`,
  );
});
