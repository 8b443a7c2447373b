import { type BffConfig, BffModule, bffSettings, cobrancas, ConfiguracaoController, repassar } from '@plataforma/bff';
import { operacoesDeAuth, operacoesDeReservas } from '@plataforma/contracts';
import { EspacosController } from './espacos.controller.js';
import { ReservasController } from './reservas.controller.js';

export const settings = bffSettings;

export const application = {
  name: 'bff-mobile',
  description: 'O que o aplicativo usa: o mínimo, já formatado',
  problems: {},
};

const { calendarios, feed, fila } = operacoesDeReservas;
const { registrar, eu } = operacoesDeAuth.usuarios;

export const appModule = (config: BffConfig) =>
  BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ConfiguracaoController,
      EspacosController,
      ReservasController,
      repassar('FilaController', fila),
      repassar('CalendariosController', calendarios),
      repassar('FeedDeCalendarioController', feed),
      repassar('PagamentosController', cobrancas, { grupo: 'pagamentos' }),
      repassar('UsuariosController', { registrar, eu }),
      repassar('SessoesController', operacoesDeAuth.sessoes),
    ],
  });
