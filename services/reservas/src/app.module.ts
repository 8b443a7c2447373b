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
  setting,
} from '@plataforma/platform';
import { z } from 'zod';
import { CancelarSerieHandler, RemarcarSerieHandler } from './application/alterar-serie.js';
import { AprovarReservaHandler } from './application/aprovar-reserva.js';
import { CancelarReservaHandler, PreverCancelamentoHandler } from './application/cancelar-reserva.js';
import { ConsultarEspacos } from './application/consultar-espacos.js';
import { ConsultarReservas } from './application/consultar-reservas.js';
import { ConsultarHistorico } from './application/consultar-historico.js';
import { ConsultarSeries } from './application/consultar-series.js';
import { CriarReservaHandler } from './application/criar-reserva.js';
import { CriarSerieHandler } from './application/criar-serie.js';
import { EncerrarPresencas } from './application/encerrar-presencas.js';
import { FilaDeEspera, RetencaoDaFila } from './application/fila-de-espera.js';
import { TempoLiberado } from './application/tempo-liberado.js';
import { FazerCheckinHandler } from './application/fazer-checkin.js';
import { LocalizarReserva } from './application/localizar-reserva.js';
import { PrazosDeRetencao } from './application/prazos-de-retencao.js';
import { Remarcacoes } from './application/remarcacoes.js';
import { RemarcarReservaHandler } from './application/remarcar-reserva.js';
import { ReservaSagaRunner } from './application/reserva-saga-runner.js';
import { ReterEspaco } from './application/reter-espaco.js';
import { Calendarios } from './application/calendarios.js';
import { CriarCotacaoHandler, ValidadeDaCotacao } from './application/criar-cotacao.js';
import { GerirCupons } from './application/gerir-cupons.js';
import { CotacaoRepository, CotaRepository, CupomRepository } from './application/ports-precos.js';
import { Precificacao } from './application/precificacao.js';
import { Relatorios } from './application/relatorios.js';
import { RetencoesPorPessoa, VerificarCotas } from './application/verificar-cotas.js';
import { MAX_OCORRENCIAS } from './domain/recorrencia.js';
import { FormasDeBusca } from './infrastructure/formas-de-busca.js';
import { REGRAS_DE_EXPURGO } from './infrastructure/expurgo.js';
import { PgCotacaoRepository } from './infrastructure/pg-cotacao-repository.js';
import { PgCotaRepository } from './infrastructure/pg-cota-repository.js';
import { PgCupomRepository } from './infrastructure/pg-cupom-repository.js';
import { AdministrarEspacos } from './application/administrar-espacos.js';
import { Agendas } from './application/agendas.js';
import { BloquearEspaco } from './application/bloquear-espaco.js';
import { Copias } from './application/copias.js';
import { Feriados } from './application/feriados.js';
import { PorQueNao } from './application/por-que-nao.js';
import {
  BloqueioRepository,
  CatalogoRepository,
  EspacoRepository,
  OcupacaoRepository,
  ReservaRepository,
  RestricaoDaPessoa,
} from './application/ports.js';
import { PgBloqueioRepository } from './infrastructure/pg-bloqueio-repository.js';
import { PgCatalogoRepository } from './infrastructure/pg-catalogo-repository.js';
import { PgEspacoRepository } from './infrastructure/pg-espaco-repository.js';
import { PgOcupacaoRepository } from './infrastructure/pg-ocupacao-repository.js';
import { PgReservaRepository } from './infrastructure/pg-reserva-repository.js';
import { SeedDemo } from './infrastructure/seed-demo.js';
import { CheckinsController } from './presentation/checkins.controller.js';
import { CalendariosController } from './presentation/calendarios.controller.js';
import { CotacoesController } from './presentation/cotacoes.controller.js';
import { CuponsController } from './presentation/cupons.controller.js';
import { BloqueiosController } from './presentation/bloqueios.controller.js';
import { CopiasConsumer } from './presentation/copias.consumer.js';
import { EspacosController } from './presentation/espacos.controller.js';
import { FeriadosController } from './presentation/feriados.controller.js';
import { FilaController } from './presentation/fila.controller.js';
import { PagamentosConsumer } from './presentation/pagamentos.consumer.js';
import { problemas } from './presentation/problemas.js';
import { RelatoriosController } from './presentation/relatorios.controller.js';
import { ReservasController } from './presentation/reservas.controller.js';
import { SeriesController } from './presentation/series.controller.js';

export const settings = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  HOLD_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(900), {
    description: 'Quanto dura a reserva à espera do pagamento, em segundos',
  }),
  CONFERENCIA_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(600), {
    description: 'Quanto uma retenção vencida espera que o provedor diga se foi paga a tempo, em segundos',
  }),
  FILA_RETENCAO_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(1_800), {
    description: 'Quanto o horário que se liberou fica retido para quem esperava por ele, em segundos',
  }),
  COTACAO_SEGUNDOS: setting(z.coerce.number().int().min(1).max(86_400).default(900), {
    description: 'Até quando o preço de uma cotação é honrado, em segundos',
  }),
  RETENCOES_POR_PESSOA: setting(z.coerce.number().int().min(1).max(10_000).default(10), {
    description: 'Quantas reservas por pagar uma pessoa pode ter',
  }),
  RETENCOES_EM_SERIES_POR_PESSOA: setting(z.coerce.number().int().min(1).max(10_000).default(MAX_OCORRENCIAS), {
    description: 'Quantas ocorrências de séries por pagar uma pessoa pode ter, ao todo',
  }),
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
        MessagingModule.with(application.name, config.RABBITMQ_URL, REGRAS_DE_EXPURGO),
        CqrsModule.forRoot(),
      ],
      controllers: [
        EspacosController,
        ReservasController,
        CotacoesController,
        CuponsController,
        CalendariosController,
        SeriesController,
        CheckinsController,
        BloqueiosController,
        FeriadosController,
        CopiasConsumer,
        RelatoriosController,
        PagamentosConsumer,
        FilaController,
      ],
      providers: [
        { provide: EspacoRepository, useClass: PgEspacoRepository },
        { provide: CatalogoRepository, useClass: PgCatalogoRepository },
        { provide: BloqueioRepository, useClass: PgBloqueioRepository },
        { provide: OcupacaoRepository, useClass: PgOcupacaoRepository },
        { provide: ReservaRepository, useClass: PgReservaRepository },
        {
          provide: PrazosDeRetencao,
          inject: [EspacoRepository],
          useFactory: (espacos: EspacoRepository) =>
            new PrazosDeRetencao(espacos, config.HOLD_SEGUNDOS, config.CONFERENCIA_SEGUNDOS),
        },
        { provide: CotacaoRepository, useClass: PgCotacaoRepository },
        { provide: CupomRepository, useClass: PgCupomRepository },
        { provide: CotaRepository, useClass: PgCotaRepository },
        { provide: ValidadeDaCotacao, useValue: new ValidadeDaCotacao(config.COTACAO_SEGUNDOS) },
        {
          provide: RetencoesPorPessoa,
          useValue: new RetencoesPorPessoa(config.RETENCOES_POR_PESSOA, config.RETENCOES_EM_SERIES_POR_PESSOA),
        },
        {
          provide: SeedDemo,
          inject: [Database, CatalogoRepository],
          useFactory: (database: Database, catalogo: CatalogoRepository) =>
            new SeedDemo(database, catalogo, config.SEED_DEMO),
        },
        ReservaSagaRunner,
        TempoLiberado,
        ReterEspaco,
        FilaDeEspera,
        { provide: RetencaoDaFila, useValue: new RetencaoDaFila(config.FILA_RETENCAO_SEGUNDOS) },
        Remarcacoes,
        LocalizarReserva,
        EncerrarPresencas,
        Precificacao,
        VerificarCotas,
        { provide: RestricaoDaPessoa, useExisting: VerificarCotas },
        FormasDeBusca,
        GerirCupons,
        Calendarios,
        Relatorios,
        CriarCotacaoHandler,
        CriarReservaHandler,
        CancelarReservaHandler,
        PreverCancelamentoHandler,
        AprovarReservaHandler,
        RemarcarReservaHandler,
        FazerCheckinHandler,
        CriarSerieHandler,
        CancelarSerieHandler,
        RemarcarSerieHandler,
        ConsultarHistorico,
        ConsultarSeries,
        Agendas,
        Copias,
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
