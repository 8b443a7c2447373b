import {
  type BffConfig,
  BffModule,
  bffSettings,
  ConfiguracaoController,
  consultaDeReserva,
  fontesDaCasa,
  fontesDoPagamento,
  repassar,
} from '@plataforma/bff';
import { repassadasPelaWeb } from '@plataforma/contracts';
import { CookieRenovacao } from './cookie-renovacao.js';
import { EntradasController } from './entradas.controller.js';
import { OrigensConfiaveis } from './origem-confiavel.js';
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
    description: application.description,
    config,
    controllers: [
      ConfiguracaoController,
      consultaDeReserva(),
      SessoesController,
      EntradasController,
      ...repassar(repassadasPelaWeb),
    ],
    providers: [CookieRenovacao, { provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(config.CORS_ORIGINS) }],
    fontes: { ...fontesDaCasa, ...fontesDoPagamento(config.CHECKOUT_API_BASE) },
  });
