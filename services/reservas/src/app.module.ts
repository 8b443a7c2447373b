import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Broker, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import {
  Database,
  databaseSettings,
  messagingSettings,
  PlatformModule,
  platformMigrations,
  processSettings,
  redisSettings,
  seedSettings,
} from '@plataforma/platform';
import { z } from 'zod';
import { AdministrarEspacos } from './application/administrar-espacos.js';
import { Agendas } from './application/agendas.js';
import { BloquearEspaco } from './application/bloquear-espaco.js';
import { CancelarReservaHandler } from './application/cancelar-reserva.js';
import { CatalogoEmCache } from './application/catalogo-em-cache.js';
import { ConsultarEspacos } from './application/consultar-espacos.js';
import { ConsultarReservas } from './application/consultar-reservas.js';
import { CriarReservaHandler, RetencaoPadrao } from './application/criar-reserva.js';
import { Feriados } from './application/feriados.js';
import { PorQueNao } from './application/por-que-nao.js';
import {
  BloqueioRepository,
  CatalogoRepository,
  EspacoRepository,
  OcupacaoRepository,
  ReservaRepository,
} from './application/ports.js';
import { ReservaSaga } from './application/reserva-saga.js';
import { PgBloqueioRepository } from './infrastructure/pg-bloqueios.js';
import { PgCatalogoRepository } from './infrastructure/pg-catalogo.js';
import { PgEspacoRepository } from './infrastructure/pg-espacos.js';
import { PgOcupacaoRepository } from './infrastructure/pg-ocupacoes.js';
import { PgReservaRepository } from './infrastructure/pg-reservas.js';
import { SeedDemo } from './infrastructure/seed.js';
import { BloqueiosController } from './presentation/bloqueios.controller.js';
import { CatalogoConsumer } from './presentation/catalogo.consumer.js';
import { EspacosController } from './presentation/espacos.controller.js';
import { FeriadosController } from './presentation/feriados.controller.js';
import { PagamentosConsumer } from './presentation/pagamentos.consumer.js';
import { problemas } from './presentation/problemas.js';
import { ReservasController } from './presentation/reservas.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  /** How long an unpaid booking holds its space, s. */
  HOLD_SEGUNDOS: z.coerce.number().int().min(1).max(86_400).default(900),
};
export type Config = z.output<z.ZodObject<typeof settings>>;

export const migrations = [
  messagingMigrations,
  platformMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application = {
  name: 'reservas',
  description: 'Espaços, disponibilidade e reservas',
  problems: problemas,
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
          redisUrl: config.REDIS_URL,
          readiness: {
            inject: [Broker],
            checks: (broker: Broker) => [{ name: 'rabbitmq', probe: () => broker.ping() }],
          },
        }),
        MessagingModule.with(application.name, config.RABBITMQ_URL),
        CqrsModule.forRoot(),
      ],
      controllers: [
        EspacosController,
        BloqueiosController,
        FeriadosController,
        ReservasController,
        CatalogoConsumer,
        PagamentosConsumer,
      ],
      providers: [
        { provide: EspacoRepository, useClass: PgEspacoRepository },
        { provide: CatalogoRepository, useClass: PgCatalogoRepository },
        { provide: BloqueioRepository, useClass: PgBloqueioRepository },
        { provide: OcupacaoRepository, useClass: PgOcupacaoRepository },
        { provide: ReservaRepository, useClass: PgReservaRepository },
        { provide: RetencaoPadrao, useValue: new RetencaoPadrao(config.HOLD_SEGUNDOS) },
        {
          provide: SeedDemo,
          inject: [Database, CatalogoRepository],
          useFactory: (database: Database, catalogo: CatalogoRepository) =>
            new SeedDemo(database, catalogo, config.SEED_DEMO),
        },
        ReservaSaga,
        CriarReservaHandler,
        CancelarReservaHandler,
        Agendas,
        CatalogoEmCache,
        AdministrarEspacos,
        BloquearEspaco,
        Feriados,
        PorQueNao,
        ConsultarEspacos,
        ConsultarReservas,
      ],
    };
  }
}
