import {
  type BffConfig,
  BffModule,
  bffSettings,
  consultaDeReserva,
  entradasNoNavegador,
  fontesDaCasa,
  repassar,
  sessoesNoNavegador,
} from '@plataforma/bff';
import {
  entradasNoPainel,
  PAGINAS_DO_PAINEL,
  repassadasPelaAdministracao,
  sessoesNoPainel,
} from '@plataforma/contracts';
import { queueDepths } from '@plataforma/messaging';
import { Logger, messagingSettings, setting } from '@plataforma/platform';
import { z } from 'zod';
import { LinhaDoTempoController } from './linha-do-tempo.controller.js';
import { EsquecerApagados, EsquecerPessoas, MensagensMortas } from './mensagens-mortas.js';
import { MensagensMortasController } from './mensagens-mortas.controller.js';
import { ReservasController } from './reservas.controller.js';
import { Alhures, SituacaoController } from './situacao.controller.js';

const { RABBITMQ_URL } = messagingSettings;
const endereco = z.url({ protocol: /^https?$/ }).optional();
export const settings = {
  ...bffSettings,
  RABBITMQ_URL,
  RASTROS_URL: setting(endereco, {
    description: 'Onde as pessoas abrem o Jaeger: para lá leva cada rastro do painel',
    usual: 'os rastros aparecem sem ligação',
    example: 'http://localhost:16686',
  }),
  GRAFICOS_URL: setting(endereco, {
    description: 'Onde as pessoas abrem o Grafana, a que o painel leva',
    usual: 'o painel não o nomeia',
    example: 'http://localhost:3000',
  }),
};
export type AdminConfig = BffConfig & {
  readonly RABBITMQ_URL: readonly string[];
  readonly RASTROS_URL?: string | undefined;
  readonly GRAFICOS_URL?: string | undefined;
};

export const application = {
  name: 'bff-admin',
  description: 'O que administradores e operadores usam: espaços, reservas, relatórios e as mensagens que falharam',
  problems: {},
  prefix: 'admin',
};

export function appModule(config: AdminConfig) {
  const navegador = sessoesNoNavegador(sessoesNoPainel, '__Host-renovacao-painel', config.CORS_ORIGINS);
  const [rabbitmq = ''] = config.RABBITMQ_URL;
  const mensagens = new MensagensMortas(config.RABBITMQ_URL);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ReservasController,
      consultaDeReserva({ acesso: 'reservas.ver:todos' }),
      LinhaDoTempoController,
      MensagensMortasController,
      SituacaoController,
      navegador.controller,
      entradasNoNavegador(entradasNoPainel, {
        cookie: '__Host-renovacao-painel',
        retorno: 'ADMINISTRACAO',
        paginas: { ...PAGINAS_DO_PAINEL, provedores: PAGINAS_DO_PAINEL.inicio },
      }),
      ...repassar(repassadasPelaAdministracao),
    ],
    providers: [
      ...navegador.providers,
      {
        provide: Alhures,
        useFactory: () =>
          new Alhures(config.RASTROS_URL ?? null, config.GRAFICOS_URL ?? null, () => queueDepths(rabbitmq)),
      },
      { provide: MensagensMortas, useValue: mensagens },
      {
        provide: EsquecerPessoas,
        inject: [Logger],
        useFactory: (logger: Logger) => new EsquecerPessoas(mensagens, logger),
      },
      {
        provide: EsquecerApagados,
        inject: [Logger],
        useFactory: (logger: Logger) => new EsquecerApagados(mensagens, logger),
      },
    ],
    checks: [{ name: 'rabbitmq', probe: () => mensagens.list(0), optional: true }],
    fontes: fontesDaCasa,
  });
}
