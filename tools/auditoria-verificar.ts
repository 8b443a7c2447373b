import { command } from './cli/command.ts';
import { dizerTudo } from './platform/auditoria.ts';
import { requireRunningServers } from './platform/running-servers.ts';

await command('auditoria:verificar', async ({ instance }) =>
  dizerTudo(await requireRunningServers(instance, 'postgres'), (line) => console.log(line)),
);
