import { command } from './cli/command.ts';
import { verificarTudo } from './platform/auditoria.ts';
import { requireRunningServers } from './platform/running-servers.ts';

await command('auditoria:verificar', async ({ instance }) => {
  const state = await requireRunningServers(instance, 'postgres');
  for await (const { servico, resultado } of verificarTudo(state)) {
    const { conferidos, ancoras, aEncadear, quebra } = resultado;
    if (quebra) {
      const { posicao, registroId, motivo } = quebra;
      console.log(`✖ ${servico}: ${motivo}`);
      console.log(`  posição ${posicao ?? 'nenhuma'}, registro ${registroId ?? 'nenhum'}; antes, ${conferidos} certos`);
      return 1;
    }
    console.log(`✔ ${servico}: ${conferidos} registros, ${ancoras} âncoras, ${aEncadear} por encadear`);
  }
  return 0;
});
