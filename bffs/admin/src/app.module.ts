import {
  type BffConfig,
  BffModule,
  bffSettings,
  catalogo,
  cobrancas,
  consultaDeReserva,
  detalheDeReserva,
  mudancaDeReserva,
  repassar,
} from '@plataforma/bff';
import { operacoesDeAuth, operacoesDePagamentos, operacoesDeReservas } from '@plataforma/contracts';
import { Logger, messagingSettings } from '@plataforma/platform';
import { EsquecerPessoas, MensagensMortas } from './mensagens-mortas.js';
import { MensagensMortasController } from './mensagens-mortas.controller.js';
import { ReservasController } from './reservas.controller.js';

const { RABBITMQ_URL } = messagingSettings;
export const settings = { ...bffSettings, RABBITMQ_URL };

export const application = {
  name: 'bff-admin',
  description: 'O que administradores e operadores usam: espaços, reservas, relatórios e as mensagens que falharam',
  problems: {},
};

const { bloqueios, calendarios, checkins, cupons, espacos, feed, feriados, fila, relatorios, reservas, series } =
  operacoesDeReservas;
const { disputas, estornos, pagamentos, reconciliacoes, webhooks } = operacoesDePagamentos;

/** Nobody else finds anything here; what an operator may do of it, the service says again. */
const daCasa = ['ADMIN', 'OPERADOR'] as const;

export function appModule(config: BffConfig & { readonly RABBITMQ_URL: readonly string[] }) {
  const mensagens = new MensagensMortas(config.RABBITMQ_URL);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      repassar('SessoesController', operacoesDeAuth.sessoes),
      repassar('CatalogoController', catalogo, { acesso: daCasa }),
      repassar(
        'EspacosController',
        {
          create: espacos.create,
          replace: espacos.replace,
          publish: espacos.publish,
          archive: espacos.archive,
          versions: espacos.versions,
          units: espacos.units,
          blackouts: bloqueios.list,
          block: bloqueios.create,
          unblock: bloqueios.remove,
        },
        { grupo: 'espacos' },
      ),
      repassar('FeriadosController', { ...feriados, list: { ...feriados.list, acesso: daCasa } }),
      repassar('CuponsController', cupons),
      ReservasController,
      repassar('ReservasController', { approve: reservas.approve, checkIn: checkins.create }),
      detalheDeReserva(daCasa),
      repassar('ConsultaDeReservaController', consultaDeReserva, { acesso: daCasa }),
      repassar('MudancaDeReservaController', mudancaDeReserva, { acesso: ['ADMIN'] }),
      repassar('SeriesController', series, { acesso: daCasa }),
      repassar('FilaController', fila, { acesso: daCasa }),
      repassar('CalendariosController', calendarios, { acesso: ['ADMIN'] }),
      repassar('FeedDeCalendarioController', feed),
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
      repassar('RelatoriosController', relatorios),
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
