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
import { Calendarios } from './application/calendarios.js';
import { CancelarReservaHandler } from './application/cancelar-reserva.js';
import { ConsultarEspacos } from './application/consultar-espacos.js';
import { ConsultarReservas } from './application/consultar-reservas.js';
import { CriarCotacaoHandler, ValidadeDaCotacao } from './application/criar-cotacao.js';
import { CriarReservaHandler, RetencaoPadrao } from './application/criar-reserva.js';
import { GerirCupons } from './application/gerir-cupons.js';
import { EspacoRepository, OcupacaoRepository, ReservaRepository } from './application/ports.js';
import { CotacaoRepository, CotaRepository, CupomRepository } from './application/ports-precos.js';
import { Precificacao } from './application/precificacao.js';
import { Relatorios } from './application/relatorios.js';
import { ReservaSaga } from './application/reserva-saga.js';
import { RetencoesPorPessoa, VerificarCotas } from './application/verificar-cotas.js';
import { ExpurgoDeCotacoes } from './infrastructure/expurgo-cotacoes.js';
import { PgCotacaoRepository } from './infrastructure/pg-cotacoes.js';
import { PgCotaRepository } from './infrastructure/pg-cotas.js';
import { PgCupomRepository } from './infrastructure/pg-cupons.js';
import { PgEspacoRepository } from './infrastructure/pg-espacos.js';
import { PgOcupacaoRepository } from './infrastructure/pg-ocupacoes.js';
import { PgReservaRepository } from './infrastructure/pg-reservas.js';
import { SeedDemo } from './infrastructure/seed.js';
import { CalendariosController } from './presentation/calendarios.controller.js';
import { CotacoesController } from './presentation/cotacoes.controller.js';
import { CuponsController } from './presentation/cupons.controller.js';
import { EspacosController } from './presentation/espacos.controller.js';
import { PagamentosConsumer } from './presentation/pagamentos.consumer.js';
import { problemas } from './presentation/problemas.js';
import { RelatoriosController } from './presentation/relatorios.controller.js';
import { ReservasController } from './presentation/reservas.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  /** How long an unpaid booking holds its space, s. */
  HOLD_SEGUNDOS: z.coerce.number().int().min(1).max(86_400).default(900),
  /** How long a quote is honoured, s. */
  COTACAO_SEGUNDOS: z.coerce.number().int().min(1).max(86_400).default(900),
  /** How many bookings one person may hold that are neither paid nor free of charge. */
  RETENCOES_POR_PESSOA: z.coerce.number().int().min(1).max(10_000).default(10),
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
        ReservasController,
        CotacoesController,
        CuponsController,
        CalendariosController,
        RelatoriosController,
        PagamentosConsumer,
      ],
      providers: [
        { provide: EspacoRepository, useClass: PgEspacoRepository },
        { provide: OcupacaoRepository, useClass: PgOcupacaoRepository },
        { provide: ReservaRepository, useClass: PgReservaRepository },
        { provide: CotacaoRepository, useClass: PgCotacaoRepository },
        { provide: CupomRepository, useClass: PgCupomRepository },
        { provide: CotaRepository, useClass: PgCotaRepository },
        { provide: ValidadeDaCotacao, useValue: new ValidadeDaCotacao(config.COTACAO_SEGUNDOS) },
        { provide: RetencoesPorPessoa, useValue: new RetencoesPorPessoa(config.RETENCOES_POR_PESSOA) },
        { provide: RetencaoPadrao, useValue: new RetencaoPadrao(config.HOLD_SEGUNDOS) },
        {
          provide: SeedDemo,
          inject: [Database],
          useFactory: (database: Database) => new SeedDemo(database, config.SEED_DEMO),
        },
        ReservaSaga,
        Precificacao,
        VerificarCotas,
        ExpurgoDeCotacoes,
        GerirCupons,
        Calendarios,
        Relatorios,
        CriarCotacaoHandler,
        CriarReservaHandler,
        CancelarReservaHandler,
        ConsultarEspacos,
        ConsultarReservas,
      ],
    };
  }
}
