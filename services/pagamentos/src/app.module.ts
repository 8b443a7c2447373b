import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { Broker, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import {
  databaseSettings,
  messagingSettings,
  PlatformModule,
  platformMigrations,
  processSettings,
} from '@plataforma/platform';
import { z } from 'zod';
import { ConsultarPagamentos } from './application/consultar-pagamentos.js';
import {
  CobrancaRepository,
  DisputaRepository,
  EstornoRepository,
  OrfaoRepository,
  ProvedorDePagamento,
} from './application/ports.js';
import { ConferirCobrancas } from './application/conferir-cobrancas.js';
import { ProcessarCobrancas } from './application/processar-cobrancas.js';
import { ProcessarEstornos } from './application/processar-estornos.js';
import { ProcessarWebhooks } from './application/processar-webhooks.js';
import { RegistroDeDivergencias } from './application/registro-de-divergencias.js';
import { TratarOrfaos } from './application/tratar-orfaos.js';
import { IntervaloDeReconciliacao, PgCobrancaRepository } from './infrastructure/pg-cobrancas.js';
import { PgDisputaRepository } from './infrastructure/pg-disputas.js';
import { PgEstornoRepository } from './infrastructure/pg-estornos.js';
import { PgOrfaoRepository } from './infrastructure/pg-orfaos.js';
import { StripeProvedor } from './infrastructure/stripe-provedor.js';
import { ComandosConsumer } from './presentation/comandos.consumer.js';
import { PagamentosController } from './presentation/pagamentos.controller.js';
import { problemas } from './presentation/problemas.js';
import { WebhooksController } from './presentation/webhooks.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...messagingSettings,
  STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_(test|live)_/, 'esperada uma chave secreta da Stripe (sk_…)'),
  /** One or more, comma-separated: while a secret is being changed, both are valid. */
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(z.string().startsWith('whsec_')).min(1)),
  /** Another address of Stripe's API, for the emulator. */
  STRIPE_API_BASE: z.url().optional(),
  /** How often open charges are compared with the provider, s: the longest that a lost webhook goes unnoticed. */
  RECONCILIACAO_SEGUNDOS: z.coerce.number().int().min(1).max(3_600).default(60),
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
  problems: problemas,
  rawBody: true,
  bodyLimit: 512_000,
};

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
          readiness: {
            inject: [Broker],
            checks: (broker: Broker) => [{ name: 'rabbitmq', probe: () => broker.ping() }],
          },
        }),
        MessagingModule.with(application.name, config.RABBITMQ_URL),
      ],
      controllers: [PagamentosController, WebhooksController, ComandosConsumer],
      providers: [
        { provide: CobrancaRepository, useClass: PgCobrancaRepository },
        { provide: EstornoRepository, useClass: PgEstornoRepository },
        { provide: DisputaRepository, useClass: PgDisputaRepository },
        { provide: OrfaoRepository, useClass: PgOrfaoRepository },
        { provide: ProvedorDePagamento, useFactory: () => new StripeProvedor(config) },
        {
          provide: IntervaloDeReconciliacao,
          useValue: new IntervaloDeReconciliacao(config.RECONCILIACAO_SEGUNDOS),
        },
        RegistroDeDivergencias,
        ProcessarCobrancas,
        ProcessarEstornos,
        ConferirCobrancas,
        TratarOrfaos,
        ProcessarWebhooks,
        ConsultarPagamentos,
      ],
    };
  }
}
