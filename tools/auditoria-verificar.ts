import { verificarAuditoria } from '@plataforma/messaging';
import { command } from './cli/command.ts';
import { databases } from './infra/secrets.ts';
import { connectSources } from './invariants/connect.ts';
import { requireRunningServers } from './platform/running-servers.ts';
import { requireState } from './platform/state.ts';

await command('auditoria:verificar', async ({ instance }) => {
  await requireRunningServers(instance, 'postgres');
  const { sources, close } = connectSources(requireState(instance));
  try {
    const guardas = databases.map((database) => sources.databases[database]);
    for (const servico of databases) {
      const { conferidos, ancoras, aEncadear, quebra } = await verificarAuditoria(
        servico,
        sources.databases[servico],
        guardas,
      );
      if (quebra) {
        const { posicao, registroId, motivo } = quebra;
        console.log(`✖ ${servico}: ${motivo}`);
        console.log(
          `  posição ${posicao ?? 'nenhuma'}, registro ${registroId ?? 'nenhum'}; antes, ${conferidos} certos`,
        );
        return 1;
      }
      console.log(`✔ ${servico}: ${conferidos} registros, ${ancoras} âncoras, ${aEncadear} por encadear`);
    }
    return 0;
  } finally {
    await close();
  }
});
