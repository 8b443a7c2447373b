import { type BffConfig, BffModule, bffSettings, ConfiguracaoController, UsuariosController } from '@plataforma/bff';
import { EspacosController } from './espacos.controller.js';
import { OrigensConfiaveis } from './origem-confiavel.js';
import { ReservasController } from './reservas.controller.js';
import { SessoesController } from './sessoes.controller.js';

export const settings = bffSettings;

export const application = {
  name: 'bff-web',
  description: 'O que o site usa: respostas completas e agregadas',
  problems: {},
};

export const appModule = (config: BffConfig) =>
  BffModule.with({
    name: application.name,
    config,
    controllers: [ConfiguracaoController, EspacosController, ReservasController, UsuariosController, SessoesController],
    providers: [{ provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(config.CORS_ORIGINS) }],
  });
