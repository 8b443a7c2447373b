import { type AuditoriaConferida, verificarAuditoria } from '@plataforma/messaging';
import { type Database, databases } from '../infra/secrets.ts';
import { connectSources } from '../invariants/connect.ts';
import type { PlatformState } from './state.ts';

/** The audit logs of all services, each against the anchors that the others keep; ends with the first that is broken. */
export async function* verificarTudo(
  state: PlatformState,
): AsyncGenerator<{ readonly servico: Database; readonly resultado: AuditoriaConferida }> {
  const { sources, close } = connectSources(state);
  try {
    const guardas = databases.map((database) => sources.databases[database]);
    for (const servico of databases) {
      const resultado = await verificarAuditoria(servico, sources.databases[servico], guardas);
      yield { servico, resultado };
      if (resultado.quebra) return;
    }
  } finally {
    await close();
  }
}

/** Says what was found of each. @returns the exit code: 1 with the first record that is not what was written down */
export async function dizerTudo(state: PlatformState, say: (line: string) => void): Promise<0 | 1> {
  for await (const { servico, resultado } of verificarTudo(state)) {
    const { conferidos, ancoras, aEncadear, quebra } = resultado;
    if (quebra) {
      const { posicao, registroId, motivo } = quebra;
      say(`✖ ${servico}: ${motivo}`);
      say(`  posição ${posicao ?? 'nenhuma'}, registro ${registroId ?? 'nenhum'}; antes, ${conferidos} certos`);
      return 1;
    }
    say(`✔ ${servico}: ${conferidos} registros, ${ancoras} âncoras, ${aEncadear} por encadear`);
  }
  return 0;
}
