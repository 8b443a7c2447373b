import {
  type BffConfig,
  BffModule,
  bffSettings,
  ConfiguracaoController,
  consultaDeReserva,
  entradasNoNavegador,
  fontesDaCasa,
  fontesDoPagamento,
  PlatformApi,
  repassar,
  sessoesNoNavegador,
} from '@plataforma/bff';
import {
  entradasNoNavegador as entradas,
  PAGINAS,
  repassadasPelaWeb,
  sessoesNoNavegador as sessoes,
  telas,
} from '@plataforma/contracts';
import { Broker } from '@plataforma/messaging';
import { Logger, messagingSettings, Revogacoes, setting } from '@plataforma/platform';
import { z } from 'zod';
import { AoVivo, conferencia } from './ao-vivo.js';
import { EventosController } from './eventos.controller.js';
import { LigacaoController } from './ligacao.controller.js';
import { TelasController } from './telas.controller.js';

const { RABBITMQ_URL } = messagingSettings;
export const settings = {
  ...bffSettings,
  RABBITMQ_URL,
  EVENTOS_MAXIMO: setting(z.coerce.number().int().min(1).max(50_000).default(5_000), {
    description: 'Quantos fluxos de eventos (GET /v1/eventos) uma instância do bff-web tem abertos ao mesmo tempo',
  }),
};
export type WebConfig = BffConfig & { readonly RABBITMQ_URL: readonly string[]; readonly EVENTOS_MAXIMO: number };

export const application = {
  name: 'bff-web',
  description: 'O que o site usa: respostas completas e agregadas',
  problems: {},
};

export function appModule(config: WebConfig) {
  let broker: Broker | undefined;
  const navegador = sessoesNoNavegador(sessoes, '__Host-renovacao', config.CORS_ORIGINS);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ConfiguracaoController,
      consultaDeReserva({ substituida: { desde: '2026-11-27', ate: '2027-05-31', por: telas.reservaNaTela.rota } }),
      navegador.controller,
      entradasNoNavegador(entradas, { cookie: '__Host-renovacao', retorno: 'WEB', paginas: PAGINAS }),
      LigacaoController,
      EventosController,
      TelasController,
      ...repassar(repassadasPelaWeb),
    ],
    providers: [
      ...navegador.providers,
      {
        provide: Broker,
        inject: [Logger],
        useFactory: (logger: Logger) => (broker = new Broker(config.RABBITMQ_URL, logger)),
      },
      {
        provide: AoVivo,
        inject: [Broker, Revogacoes, Logger, PlatformApi],
        useFactory: (broker: Broker, revogacoes: Revogacoes, logger: Logger, api: PlatformApi) =>
          new AoVivo(broker, revogacoes, logger, config.EVENTOS_MAXIMO, conferencia(api)),
      },
    ],
    checks: [
      { name: 'rabbitmq', probe: () => broker?.ping() ?? Promise.reject(new Error('ainda não')), optional: true },
    ],
    fontes: { ...fontesDaCasa, ...fontesDoPagamento(config.CHECKOUT_API_BASE) },
  });
}
