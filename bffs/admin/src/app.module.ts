import {
  type BffConfig,
  BffModule,
  bffSettings,
  CalendariosController,
  CatalogoController,
  ConsultaDeReservaController,
  FeedDeCalendarioController,
  FilaController,
  MudancaDeReservaController,
  PagamentosController,
  SeriesController,
  SessoesController,
  variante,
} from '@plataforma/bff';
import { ExigePapel, Logger, messagingSettings } from '@plataforma/platform';
import { CuponsController } from './cupons.controller.js';
import { FinanceiroController } from './financeiro.controller.js';
import { EspacosController } from './espacos.controller.js';
import { FeriadosController } from './feriados.controller.js';
import { EsquecerPessoas, MensagensMortas } from './mensagens-mortas.js';
import { MensagensMortasController } from './mensagens-mortas.controller.js';
import { RelatoriosController } from './relatorios.controller.js';
import { ReservasController } from './reservas.controller.js';

const { RABBITMQ_URL } = messagingSettings;
export const settings = { ...bffSettings, RABBITMQ_URL };

export const application = {
  name: 'bff-admin',
  description: 'O que administradores e operadores usam: espaços, reservas, relatórios e as mensagens que falharam',
  problems: {},
};

/** Nobody else finds anything here; what an operator may do of it, the service says again. */
const daCasa = ExigePapel('ADMIN', 'OPERADOR');

export function appModule(config: BffConfig & { readonly RABBITMQ_URL: readonly string[] }) {
  const mensagens = new MensagensMortas(config.RABBITMQ_URL);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      SessoesController,
      variante(CatalogoController, daCasa),
      EspacosController,
      FeriadosController,
      CuponsController,
      ReservasController,
      variante(ConsultaDeReservaController, daCasa),
      variante(MudancaDeReservaController, ExigePapel('ADMIN')),
      variante(SeriesController, daCasa),
      variante(FilaController, daCasa),
      variante(CalendariosController, ExigePapel('ADMIN')),
      FeedDeCalendarioController,
      FinanceiroController,
      variante(PagamentosController, daCasa),
      RelatoriosController,
      MensagensMortasController,
    ],
    providers: [
      { provide: MensagensMortas, useValue: mensagens },
      {
        provide: EsquecerPessoas,
        inject: [Logger],
        useFactory: (logger: Logger) => new EsquecerPessoas(mensagens, logger),
      },
    ],
    checks: [{ name: 'rabbitmq', probe: () => mensagens.listar(0), optional: true }],
  });
}
