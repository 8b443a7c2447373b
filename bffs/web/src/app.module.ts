import {
  type BffConfig,
  BffModule,
  bffSettings,
  catalogo,
  cobrancas,
  ConfiguracaoController,
  consultaDeReserva,
  detalheDeReserva,
  mudancaDeReserva,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth, operacoesDePagamentos, operacoesDeReservas } from '@plataforma/contracts';
import { OrigensConfiaveis } from './origem-confiavel.js';
import { SessoesController } from './sessoes.controller.js';

export const settings = bffSettings;

export const application = {
  name: 'bff-web',
  description: 'O que o site usa: respostas completas e agregadas',
  problems: {},
};

const { calendarios, cotacoes, feed, fila, reservas, series } = operacoesDeReservas;
const { registrar, eu } = operacoesDeAuth.usuarios;
const { verify } = operacoesDePagamentos.recibos;

export const appModule = (config: BffConfig) =>
  BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ConfiguracaoController,
      repassar('CatalogoController', catalogo),
      repassar('CotacoesController', cotacoes),
      repassar('ReservasController', { create: reservas.create, list: reservas.list, checkIn: reservas.checkIn }),
      detalheDeReserva(),
      repassar('ConsultaDeReservaController', consultaDeReserva),
      repassar('MudancaDeReservaController', mudancaDeReserva),
      repassar('SeriesController', series),
      repassar('FilaController', fila),
      repassar('CalendariosController', calendarios),
      repassar('FeedDeCalendarioController', feed),
      repassar('PagamentosController', cobrancas, { grupo: 'pagamentos' }),
      repassar('VerificacaoDeRecibosController', { verify }, { grupo: 'pagamentos' }),
      repassar('UsuariosController', { registrar, eu }),
      SessoesController,
    ],
    providers: [{ provide: OrigensConfiaveis, useValue: new OrigensConfiaveis(config.CORS_ORIGINS) }],
  });
