import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Broker, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import { type AppOptions, PlatformModule, platformMigrations, statusesOf } from '@plataforma/platform';
import { AvisosModule } from './avisos.module.js';
import { CanaisModule } from './canais.module.js';
import type { Config } from './config.js';
import * as errors from './domain/errors.js';
import * as errosDeGancho from './domain/errors-ganchos.js';
import { GanchosModule } from './ganchos.module.js';
import { EXPORTACAO } from './infrastructure/exportacao.js';
import { REGRAS_DE_EXPURGO } from './infrastructure/expurgo.js';

export { type Config, settings } from './config.js';

export const migrations = [
  messagingMigrations,
  platformMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application: AppOptions = {
  name: 'notificacoes',
  description: 'Avisos sobre reservas e contas, por e-mail, SMS e nos aparelhos, e webhooks a integradores',
  problems: { ...statusesOf(errors), ...statusesOf(errosDeGancho) },
  // Of signed webhooks.
  rawBody: true,
  bodyLimit: 512_000,
};

/** What the service is made of: its areas, each of which owns its tables, on top of what every service has. */
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
        MessagingModule.with('notificacoes', config.RABBITMQ_URL, REGRAS_DE_EXPURGO, EXPORTACAO),
        CqrsModule.forRoot(),
        CanaisModule.with(config),
        AvisosModule.with(config),
        GanchosModule.with(config),
      ],
    };
  }
}
