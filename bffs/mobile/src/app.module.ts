import { type BffConfig, BffModule, bffSettings, ConfiguracaoController, repassar } from '@plataforma/bff';
import { repassadasPeloAplicativo } from '@plataforma/contracts';
import { EspacosController } from './espacos.controller.js';
import { ReservasController } from './reservas.controller.js';

export const settings = bffSettings;

export const application = {
  name: 'bff-mobile',
  description: 'O que o aplicativo usa: o mínimo, já formatado',
  problems: {},
};

export const appModule = (config: BffConfig) =>
  BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [ConfiguracaoController, EspacosController, ReservasController, ...repassar(repassadasPeloAplicativo)],
  });
