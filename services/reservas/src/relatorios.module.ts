import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import {
  RelatarAntecedenciaHandler,
  RelatarAusenciasHandler,
  RelatarCancelamentosHandler,
  RelatarOcupacaoHandler,
  RelatarReceitaHandler,
} from './application/relatorios.js';
import { MedidasDoNegocio } from './infrastructure/medidas-do-negocio.js';
import { RelatoriosController } from './presentation/relatorios.controller.js';

/** What the house asks of its past; of its own it keeps nothing. */
export class RelatoriosModule {
  static readonly tabelas = [];

  static with(): DynamicModule {
    return areaModule(RelatoriosModule, {
      controllers: [RelatoriosController],
      providers: [
        RelatarReceitaHandler,
        RelatarCancelamentosHandler,
        RelatarAusenciasHandler,
        RelatarAntecedenciaHandler,
        RelatarOcupacaoHandler,
        MedidasDoNegocio,
      ],
    });
  }
}
