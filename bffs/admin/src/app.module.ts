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
  SeriesController,
  variante,
  cobrancas,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth, operacoesDePagamentos } from '@plataforma/contracts';
import { ExigePapel, messagingSettings } from '@plataforma/platform';
import { CuponsController } from './cupons.controller.js';
import { EspacosController } from './espacos.controller.js';
import { FeriadosController } from './feriados.controller.js';
import { MensagensMortas } from './mensagens-mortas.js';
import { MensagensMortasController } from './mensagens-mortas.controller.js';
import { RelatoriosController } from './relatorios.controller.js';
import { ReservasController } from './reservas.controller.js';

const { RABBITMQ_URL } = messagingSettings;
const { sessoes } = operacoesDeAuth;
const { disputas, estornos, pagamentos, reconciliacoes, webhooks } = operacoesDePagamentos;
export const settings = { ...bffSettings, RABBITMQ_URL };

export const application = {
  name: 'bff-admin',
  description: 'O que administradores e operadores usam: espaços, reservas, relatórios e as mensagens que falharam',
  problems: {},
};

/** Nobody else finds anything here; what an operator may do of it, the service says again. */
const daCasa = ['ADMIN', 'OPERADOR'] as const;

export function appModule(config: BffConfig & { readonly RABBITMQ_URL: readonly string[] }) {
  const mensagens = new MensagensMortas(config.RABBITMQ_URL);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      repassar('SessoesController', sessoes),
      variante(CatalogoController, ExigePapel(...daCasa)),
      EspacosController,
      FeriadosController,
      CuponsController,
      ReservasController,
      variante(ConsultaDeReservaController, ExigePapel(...daCasa)),
      variante(MudancaDeReservaController, ExigePapel('ADMIN')),
      variante(SeriesController, ExigePapel(...daCasa)),
      variante(FilaController, ExigePapel(...daCasa)),
      variante(CalendariosController, ExigePapel('ADMIN')),
      FeedDeCalendarioController,
      repassar(
        'FinanceiroController',
        {
          refund: estornos.create,
          pending: estornos.pending,
          decide: estornos.decide,
          webhooks: webhooks.list,
          drop: webhooks.drop,
          ledger: pagamentos.ledger,
          disputes: disputas.list,
          dispute: disputas.byId,
          evidence: disputas.evidence,
          reconcile: reconciliacoes.request,
          reconciliation: reconciliacoes.byId,
        },
        { grupo: 'pagamentos' },
      ),
      repassar('PagamentosController', cobrancas, { grupo: 'pagamentos', acesso: daCasa }),
      RelatoriosController,
      MensagensMortasController,
    ],
    providers: [{ provide: MensagensMortas, useValue: mensagens }],
    checks: [{ name: 'rabbitmq', probe: () => mensagens.listar(0), optional: true }],
  });
}
