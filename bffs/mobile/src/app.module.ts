import {
  type BffConfig,
  BffModule,
  bffSettings,
  CalendariosController,
  ConfiguracaoController,
  FeedDeCalendarioController,
  FilaController,
  cobrancas,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth } from '@plataforma/contracts';
import { EspacosController } from './espacos.controller.js';
import { ReservasController } from './reservas.controller.js';

const { sessoes, usuarios } = operacoesDeAuth;
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
    controllers: [
      ConfiguracaoController,
      EspacosController,
      ReservasController,
      FilaController,
      CalendariosController,
      FeedDeCalendarioController,
      repassar('PagamentosController', cobrancas, { grupo: 'pagamentos' }),
      repassar('UsuariosController', { registrar: usuarios.registrar, eu: usuarios.eu }),
      repassar('SessoesController', sessoes),
    ],
  });
