import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Broker, ConcurrencyError, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import { PlatformModule, platformMigrations, statusesOf } from '@plataforma/platform';
import { CalendariosModule } from './calendarios.module.js';
import { CatalogoModule } from './catalogo.module.js';
import type { Config } from './config.js';
import * as errors from './domain/errors.js';
import { FilaModule } from './fila.module.js';
import { EXPORTACAO } from './infrastructure/exportacao.js';
import { REGRAS_DE_EXPURGO } from './infrastructure/expurgo.js';
import { PrecosModule } from './precos.module.js';
import { RelatoriosModule } from './relatorios.module.js';
import { ReservasModule } from './reservas.module.js';

export { type Config, settings } from './config.js';

export const migrations = [
  messagingMigrations,
  platformMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application = {
  name: 'reservas',
  description: 'Espaços, disponibilidade e reservas',
  problems: statusesOf({ ...errors, ConcurrencyError }),
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
          redisUrl: config.REDIS_URL,
          revocationsUrl: config.REDIS_URL,
          readiness: {
            inject: [Broker],
            checks: (broker: Broker) => [{ name: 'rabbitmq', probe: () => broker.ping() }],
          },
        }),
        MessagingModule.with('reservas', config.RABBITMQ_URL, REGRAS_DE_EXPURGO, EXPORTACAO),
        CqrsModule.forRoot(),
        CatalogoModule.with(config),
        ReservasModule.with(config),
        PrecosModule.with(config),
        FilaModule.with(config),
        CalendariosModule.with(),
        RelatoriosModule.with(),
      ],
    };
  }
}
