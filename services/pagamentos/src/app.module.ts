import { fileURLToPath } from 'node:url';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Broker, consumeQueue, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import {
  databaseSettings,
  messagingSettings,
  PlatformModule,
  platformMigrations,
  processSettings,
  redisSettings,
  setting,
  statusesOf,
} from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarDisputaHandler, ListarDisputasHandler } from './application/consultar-disputas.js';
import {
  ConsultarEstornoHandler,
  ListarEstornosDoPagamentoHandler,
  ListarEstornosPendentesHandler,
} from './application/consultar-estornos.js';
import { ConsultarPagamentoHandler, ListarPagamentosHandler } from './application/consultar-pagamentos.js';
import {
  ConsultarReciboHandler,
  ListarRecibosDoPagamentoHandler,
  VerificarReciboHandler,
} from './application/consultar-recibos.js';
import { ConsultarLinhaDoTempoHandler } from './application/consultar-linha-do-tempo.js';
import { ConsultarRazaoHandler } from './application/consultar-razao.js';
import { ConferirCobrancas } from './application/conferir-cobrancas.js';
import { DecidirEstornoHandler, EstornarPagamentoHandler } from './application/estornar-pagamento.js';
import { ConsultarReconciliacaoHandler, PedirReconciliacaoHandler } from './application/pedir-reconciliacao.js';
import {
  CobrancaRepository,
  DisputaRepository,
  EmitenteDeRecibos,
  EstornoRepository,
  FatoRepository,
  IntervaloDeReconciliacao,
  OrfaoRepository,
  ProvedorDePagamento,
  ReconciliacaoRepository,
  WebhookRepository,
} from './application/ports.js';
import {
  CancelarCobrancaHandler,
  CriarCobrancaHandler,
  CriarEstornoHandler,
} from './application/pedidos-de-reservas.js';
import { ReceberWebhookHandler } from './application/receber-webhook.js';
import { ProcessarCobrancas } from './application/processar-cobrancas.js';
import { ProcessarEstornos } from './application/processar-estornos.js';
import { ProcessarWebhooks } from './application/processar-webhooks.js';
import {
  AtenderReconciliacoes,
  ConferenciaContinua,
  ReconciliacaoContinua,
} from './application/reconciliacao-continua.js';
import { Reconciliar } from './application/reconciliar.js';
import { RegistrarFatoDaReservaHandler, RegistrarFatoDoAvisoHandler } from './application/registrar-fatos.js';
import { RegistroDeDivergencias } from './application/registro-de-divergencias.js';
import { ReunirEvidenciasHandler } from './application/reunir-evidencias.js';
import { ObservarIntento } from './application/observar-intento.js';
import {
  ConsultarWebhookHandler,
  DescartarWebhookHandler,
  ListarWebhooksParadosHandler,
} from './application/webhooks-parados.js';
import { TratarOrfaos } from './application/tratar-orfaos.js';
import * as errors from './domain/errors.js';
import { EXPORTACAO } from './infrastructure/exportacao.js';
import { REGRAS_DE_EXPURGO } from './infrastructure/expurgo.js';
import { PgCobrancaRepository } from './infrastructure/pg-cobranca-repository.js';
import { PgDisputaRepository } from './infrastructure/pg-disputa-repository.js';
import { PgEstornoRepository } from './infrastructure/pg-estorno-repository.js';
import { PgFatoRepository } from './infrastructure/pg-fato-repository.js';
import { PgReconciliacaoRepository } from './infrastructure/pg-reconciliacao-repository.js';
import { PgWebhookRepository } from './infrastructure/pg-webhook-repository.js';
import { PgOrfaoRepository } from './infrastructure/pg-orfao-repository.js';
import { MedidasDeWebhooks } from './infrastructure/medidas-de-webhooks.js';
import { EmissorDeRecibos } from './infrastructure/emissor-de-recibos.js';
import { StripeProvedor } from './infrastructure/stripe-provedor.js';
import { ComandosConsumer } from './presentation/comandos.consumer.js';
import { DisputasController } from './presentation/disputas.controller.js';
import { EstornosController } from './presentation/estornos.controller.js';
import { EventosConsumer } from './presentation/eventos.consumer.js';
import { PagamentosController } from './presentation/pagamentos.controller.js';
import { RecibosController } from './presentation/recibos.controller.js';
import { ReconciliacoesController } from './presentation/reconciliacoes.controller.js';
import { WebhooksParadosController } from './presentation/webhooks-parados.controller.js';
import { WebhooksController } from './presentation/webhooks.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...messagingSettings,
  ...redisSettings,
  STRIPE_SECRET_KEY: setting(z.string().regex(/^(sk|rk)_(test|live)_/, 'esperada uma chave secreta da Stripe (sk_…)'), {
    description: 'A Stripe de verdade, em vez do emulador',
    secret: true,
    usual: 'o emulador',
    example: 'sk_test_...',
  }),
  STRIPE_WEBHOOK_SECRET: setting(
    z
      .string()
      .transform((text) => text.split(',').map((part) => part.trim()))
      .pipe(z.array(z.string().startsWith('whsec_', 'esperados segredos de webhook da Stripe (whsec_…)')).min(1)),
    {
      description: 'Com que a Stripe assina os webhooks; vários separados por vírgulas valem juntos durante uma troca',
      secret: true,
      usual: 'o do emulador',
      example: 'whsec_...',
      form: '^\\s*whsec_[^,]*(,\\s*whsec_[^,]*)*$',
    },
  ),
  STRIPE_API_BASE: setting(z.url().optional(), {
    description: 'Outro endereço da API da Stripe: o do emulador',
    usual: 'o da Stripe',
    provided: true,
  }),
  RECONCILIACAO_SEGUNDOS: setting(z.coerce.number().int().min(1).max(3_600).default(60), {
    description:
      'Em quanto se supre um webhook perdido, pela lista de eventos do provedor, em segundos; de cinco em cinco disso, e cada vez menos, se olha cada cobrança em aberto',
  }),
  RECIBO_EMITENTE: setting(z.string().trim().min(1).max(120).default('Plataforma de Reservas de Espaços'), {
    description: 'Quem emite os recibos',
  }),
  RECIBO_VERIFICACAO_URL: setting(
    z
      .url()
      .transform((url) => url.replace(/\/*$/, '/'))
      .optional(),
    {
      description: 'Endereço público de /v1/pagamentos/recibos/verificacoes, no QR code dos recibos',
      usual: 'com npm start, o do próprio serviço',
      example: 'https://reservas.exemplo.com/v1/pagamentos/recibos/verificacoes',
    },
  ),
};
export type Config = z.output<z.ZodObject<typeof settings>>;

export const migrations = [
  messagingMigrations,
  platformMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application = {
  name: 'pagamentos',
  description: 'Cobranças, estornos e webhooks do provedor de pagamentos',
  problems: statusesOf(errors),
  rawBody: true,
  bodyLimit: 512_000,
};

/** The queues of this service. */
export function consume(app: INestApplication, prefetch: number): void {
  consumeQueue(app, 'pagamentos.comandos', prefetch);
  consumeQueue(app, 'pagamentos.eventos', prefetch);
  consumeQueue(app, 'pagamentos.sessoes', prefetch);
  consumeQueue(app, 'pagamentos.pessoas', prefetch);
}

/** The only place that binds ports to adapters. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with({
          name: application.name,
          config,
          database: config,
          revocationsUrl: config.REDIS_URL,
          readiness: {
            inject: [Broker],
            checks: (broker: Broker) => [{ name: 'rabbitmq', probe: () => broker.ping() }],
          },
        }),
        MessagingModule.with('pagamentos', config.RABBITMQ_URL, REGRAS_DE_EXPURGO, EXPORTACAO),
        CqrsModule.forRoot(),
      ],
      controllers: [
        // Before payments: `recibos` is not the id of one.
        RecibosController,
        PagamentosController,
        EstornosController,
        DisputasController,
        ReconciliacoesController,
        WebhooksController,
        WebhooksParadosController,
        ComandosConsumer,
        EventosConsumer,
      ],
      providers: [
        { provide: CobrancaRepository, useClass: PgCobrancaRepository },
        { provide: EstornoRepository, useClass: PgEstornoRepository },
        { provide: DisputaRepository, useClass: PgDisputaRepository },
        { provide: OrfaoRepository, useClass: PgOrfaoRepository },
        { provide: ReconciliacaoRepository, useClass: PgReconciliacaoRepository },
        { provide: WebhookRepository, useClass: PgWebhookRepository },
        { provide: FatoRepository, useClass: PgFatoRepository },
        { provide: ProvedorDePagamento, useFactory: () => new StripeProvedor(config) },
        {
          provide: IntervaloDeReconciliacao,
          useValue: new IntervaloDeReconciliacao(config.RECONCILIACAO_SEGUNDOS),
        },
        {
          provide: EmitenteDeRecibos,
          useValue: new EmitenteDeRecibos(config.RECIBO_EMITENTE, config.RECIBO_VERIFICACAO_URL),
        },
        EmissorDeRecibos,
        MedidasDeWebhooks,
        RegistroDeDivergencias,
        ProcessarCobrancas,
        ProcessarEstornos,
        ConferirCobrancas,
        ObservarIntento,
        TratarOrfaos,
        ProcessarWebhooks,
        RegistrarFatoDaReservaHandler,
        RegistrarFatoDoAvisoHandler,
        Reconciliar,
        ReconciliacaoContinua,
        ConferenciaContinua,
        AtenderReconciliacoes,
        PedirReconciliacaoHandler,
        ConsultarReconciliacaoHandler,
        CriarCobrancaHandler,
        CancelarCobrancaHandler,
        CriarEstornoHandler,
        EstornarPagamentoHandler,
        DecidirEstornoHandler,
        ReceberWebhookHandler,
        ConsultarPagamentoHandler,
        ListarPagamentosHandler,
        ListarEstornosDoPagamentoHandler,
        ConsultarEstornoHandler,
        ListarEstornosPendentesHandler,
        ConsultarLinhaDoTempoHandler,
        ConsultarRazaoHandler,
        ListarRecibosDoPagamentoHandler,
        ConsultarReciboHandler,
        VerificarReciboHandler,
        ConsultarDisputaHandler,
        ListarDisputasHandler,
        ListarWebhooksParadosHandler,
        ConsultarWebhookHandler,
        DescartarWebhookHandler,
        ReunirEvidenciasHandler,
      ],
    };
  }
}
