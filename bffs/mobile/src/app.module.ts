import { type BffConfig, BffModule, bffSettings, ConfiguracaoController, repassar } from '@plataforma/bff';
import { repassadasPeloAplicativo } from '@plataforma/contracts';
import { EspacosController } from './espacos.controller.js';
import { ReservasController } from './reservas.controller.js';
import { RespostaEnxuta } from './resposta-enxuta.js';
import { SeriesController } from './series.controller.js';

export const settings = bffSettings;

export const application = {
  name: 'bff-mobile',
  description: 'O que o aplicativo usa: o mínimo, já formatado',
  problems: {},
  prefix: 'mobile',
};

export const appModule = (config: BffConfig) =>
  BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ConfiguracaoController,
      EspacosController,
      ReservasController,
      SeriesController,
      ...repassar(repassadasPeloAplicativo),
    ],
    providers: [RespostaEnxuta],
  });
