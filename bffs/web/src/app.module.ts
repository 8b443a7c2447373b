import { ApiSecurity } from '@nestjs/swagger';
import {
  type BffConfig,
  BffModule,
  bffSettings,
  CalendariosController,
  CatalogoController,
  ConfiguracaoController,
  ConsultaDeReservaController,
  FeedDeCalendarioController,
  FilaController,
  MudancaDeReservaController,
  PagamentosController,
  SeriesController,
  variante,
  VerificacaoDeRecibosController,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth } from '@plataforma/contracts';
import { TokenOpcional } from '@plataforma/platform';
import { CotacoesController } from './cotacoes.controller.js';
import { OrigensConfiaveis } from './origem-confiavel.js';
import { ReservasController } from './reservas.controller.js';
import { SessoesController } from './sessoes.controller.js';

const { usuarios } = operacoesDeAuth;
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
      variante(CatalogoController, TokenOpcional(), ApiSecurity({})),
      CotacoesController,
      ReservasController,
      ConsultaDeReservaController,
      MudancaDeReservaController,
      SeriesController,
      FilaController,
      CalendariosController,
      FeedDeCalendarioController,
      PagamentosController,
      VerificacaoDeRecibosController,
      repassar('UsuariosController', { registrar: usuarios.registrar, eu: usuarios.eu }),
      SessoesController,
    ],
    providers: [{ provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(config.CORS_ORIGINS) }],
  });
