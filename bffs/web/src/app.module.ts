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
  SeriesController,
  variante,
  cobrancas,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth, operacoesDePagamentos } from '@plataforma/contracts';
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
      repassar('PagamentosController', cobrancas, { grupo: 'pagamentos' }),
      repassar('VerificacaoDeRecibosController', { verify: operacoesDePagamentos.recibos.verify }, { grupo: 'pagamentos' }),
      repassar('UsuariosController', { registrar: usuarios.registrar, eu: usuarios.eu }),
      SessoesController,
    ],
    providers: [{ provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(config.CORS_ORIGINS) }],
  });
