import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import type { Config } from './config.js';
import {
  ConsultarEsperaHandler,
  EntrarNaFilaHandler,
  ListarEsperasHandler,
  SairDaFilaHandler,
} from './application/esperas.js';
import { FilaDeEspera, RetencaoDaFila } from './application/fila-de-espera.js';
import { TempoLiberado } from './application/tempo-liberado.js';
import { FilaController } from './presentation/fila.controller.js';

/** Who waits for time that is taken, and what becomes of time that is freed. */
export class FilaModule {
  static readonly tabelas = ['fila', 'tempo_liberado'];

  static with(config: Config): DynamicModule {
    return areaModule(FilaModule, {
      controllers: [FilaController],
      providers: [
        { provide: RetencaoDaFila, useValue: new RetencaoDaFila(config.FILA_RETENCAO_SEGUNDOS) },
        TempoLiberado,
        FilaDeEspera,
        EntrarNaFilaHandler,
        SairDaFilaHandler,
        ConsultarEsperaHandler,
        ListarEsperasHandler,
      ],
    });
  }
}
