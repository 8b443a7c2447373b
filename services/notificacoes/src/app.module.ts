import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Broker, EventStore, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import {
  type AppOptions,
  Database,
  databaseSettings,
  InvalidConfigurationError,
  letterSettings,
  Logger,
  messagingSettings,
  PlatformModule,
  platformMigrations,
  processSettings,
  redisSettings,
  setting,
  siteSettings,
} from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { z } from 'zod';
import { AvisarHandler, ListarAvisosHandler, RegistrarContatoHandler } from './application/avisos.js';
import { EnviarEntregas } from './application/enviar-entregas.js';
import { EmailCanal } from './application/email-canal.js';
import { EnviarCartas } from './application/enviar-cartas.js';
import { EscreverCartaHandler } from './application/escrever-carta.js';
import {
  Canais,
  type Canal,
  CartaDeContaRepository,
  EmailSender,
  EntregaRepository,
  ModelosDeCarta,
  ModelosDeEmail,
} from './application/ports.js';
import { LocalEmailSender } from './infrastructure/local-email-sender.js';
import { SendGridEmailSender } from './infrastructure/send-grid-email-sender.js';
import { REGRAS_DE_EXPURGO } from './infrastructure/expurgo.js';
import { HandlebarsModelos } from './infrastructure/handlebars-modelos.js';
import { HandlebarsCartas } from './infrastructure/handlebars-cartas.js';
import { PgCartaDeContaRepository } from './infrastructure/pg-carta-de-conta-repository.js';
import { PgEntregaRepository } from './infrastructure/pg-entrega-repository.js';
import { EventosConsumer } from './presentation/eventos.consumer.js';
import { NotificacoesController } from './presentation/notificacoes.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...messagingSettings,
  ...redisSettings,
  ...letterSettings,
  ...siteSettings,
  SENDGRID_API_KEY: setting(z.string().startsWith('SG.', 'esperada uma chave da SendGrid (SG.…)').optional(), {
    description: 'E-mails de verdade, pela SendGrid; sem ela, o que seria enviado fica na tabela emails_locais',
    secret: true,
    usual: 'registro local',
    example: 'SG....',
  }),
  SENDGRID_BASE_URL: setting(z.url().optional(), {
    description: 'Outro endereço da API da SendGrid',
    usual: 'o da SendGrid',
    example: 'https://api.eu.sendgrid.com',
  }),
  EMAIL_REMETENTE: setting(z.email().optional(), {
    description: 'De quem são os e-mails: um endereço que a SendGrid verificou; obrigatório com a chave dela',
    usual: 'nenhum',
    example: 'reservas@exemplo.com',
  }),
  ENVIO_TENTATIVAS: setting(z.coerce.number().int().min(1).max(20).default(6), {
    description: 'Quantas vezes se tenta enviar um aviso',
  }),
  ENVIO_PAUSA_MS: setting(z.coerce.number().int().min(1).default(2_000), {
    description: 'Pausa depois da primeira falha, em ms; cada seguinte é quatro vezes maior, até uma hora',
  }),
  ENVIO_TIMEOUT_MS: setting(z.coerce.number().int().min(100).max(60_000).default(10_000), {
    description: 'Quanto o provedor de e-mail pode demorar, em ms',
  }),
};
export type Config = z.output<z.ZodObject<typeof settings>>;

export const migrations = [
  messagingMigrations,
  platformMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application: AppOptions = {
  name: 'notificacoes',
  description: 'Avisos sobre reservas, por e-mail',
  problems: {},
};

/** A claim outlives the slowest send by this much, ms. */
const FOLGA_DO_PRAZO_MS = 20_000;

/** @throws InvalidConfigurationError when there is a provider but nobody to write as */
function emailSender(config: Config): (database: Database) => EmailSender {
  const { SENDGRID_API_KEY: apiKey, EMAIL_REMETENTE: remetente } = config;
  if (!apiKey) return (database) => new LocalEmailSender(database);
  if (!remetente) throw new InvalidConfigurationError('EMAIL_REMETENTE: obrigatória quando há SENDGRID_API_KEY');
  return () =>
    new SendGridEmailSender({
      apiKey,
      baseUrl: config.SENDGRID_BASE_URL,
      remetente,
      timeoutMs: config.ENVIO_TIMEOUT_MS,
    });
}

/** Each is one more way to tell people, with a queue of its own. */
const CANAIS = [EmailCanal];

/** The only place that binds ports to adapters. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    const ajustes = {
      tentativas: config.ENVIO_TENTATIVAS,
      pausaMs: config.ENVIO_PAUSA_MS,
      prazoMs: config.ENVIO_TIMEOUT_MS + FOLGA_DO_PRAZO_MS,
    };
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
        MessagingModule.with('notificacoes', config.RABBITMQ_URL, REGRAS_DE_EXPURGO),
        CqrsModule.forRoot(),
      ],
      controllers: [NotificacoesController, EventosConsumer],
      providers: [
        {
          provide: EntregaRepository,
          inject: [Database, EventStore, Notifier],
          useFactory: (database: Database, eventos: EventStore, notifier: Notifier) =>
            new PgEntregaRepository(database, eventos, notifier, ajustes.prazoMs),
        },
        { provide: ModelosDeEmail, useClass: HandlebarsModelos },
        { provide: EmailSender, inject: [Database], useFactory: emailSender(config) },
        {
          provide: EmailCanal,
          inject: [ModelosDeEmail, EmailSender],
          useFactory: (modelos: ModelosDeEmail, emails: EmailSender) => new EmailCanal(modelos, emails),
        },
        {
          provide: Canais,
          inject: CANAIS,
          useFactory: (...canais: Canal[]) => new Canais(canais),
        },
        ...CANAIS.map((canal) => ({
          provide: Symbol(`envio por ${canal.name}`),
          inject: [EntregaRepository, canal, Logger],
          useFactory: (entregas: EntregaRepository, um: Canal, logger: Logger) =>
            new EnviarEntregas(entregas, um, ajustes, logger),
        })),
        {
          provide: CartaDeContaRepository,
          inject: [Database, Notifier],
          useFactory: (database: Database, notifier: Notifier) =>
            new PgCartaDeContaRepository(database, notifier, ajustes.prazoMs),
        },
        { provide: ModelosDeCarta, useFactory: () => new HandlebarsCartas(config.SITE_URL) },
        {
          provide: EnviarCartas,
          inject: [CartaDeContaRepository, ModelosDeCarta, EmailSender, Logger],
          useFactory: (cartas: CartaDeContaRepository, modelos: ModelosDeCarta, emails: EmailSender, logger: Logger) =>
            new EnviarCartas(cartas, modelos, emails, config.CARTAS_CHAVE, ajustes, logger),
        },
        EscreverCartaHandler,
        RegistrarContatoHandler,
        AvisarHandler,
        ListarAvisosHandler,
      ],
    };
  }
}
