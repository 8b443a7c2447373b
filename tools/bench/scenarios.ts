import type { ScenarioName } from './request.ts';
import type { Scenario } from './scenario.ts';
import { avisos } from './scenarios/avisos.ts';
import { borda } from './scenarios/borda.ts';
import { crescimento } from './scenarios/crescimento.ts';
import { disponibilidade } from './scenarios/disponibilidade.ts';
import { efeito } from './scenarios/efeito.ts';
import { entradas } from './scenarios/entradas.ts';
import { leituras } from './scenarios/leituras.ts';
import { memoria } from './scenarios/memoria.ts';
import { ocioso } from './scenarios/ocioso.ts';
import { perfil } from './scenarios/perfil.ts';
import { rastros } from './scenarios/rastros.ts';
import { relay } from './scenarios/relay.ts';
import { repeticao } from './scenarios/repeticao.ts';
import { retencoes } from './scenarios/retencoes.ts';
import { tempestade } from './scenarios/tempestade.ts';
import { webhooks } from './scenarios/webhooks.ts';

/** Every scenario by the name it is asked for; their order is the catalogue's (`benchScenarios`). */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  ocioso,
  retencoes,
  leituras,
  entradas,
  borda,
  repeticao,
  tempestade,
  efeito,
  perfil,
  memoria,
  relay,
  rastros,
  webhooks,
  avisos,
  disponibilidade,
  crescimento,
};
