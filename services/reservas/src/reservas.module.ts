import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import type { Config } from './config.js';
import {
  CancelarSerieHandler,
  PreverCancelamentoDaSerieHandler,
  PreverRemarcacaoDaSerieHandler,
  RemarcarSerieHandler,
} from './application/alterar-serie.js';
import { AprovarReservaHandler } from './application/aprovar-reserva.js';
import { AvisarSagaHandler } from './application/avisar-saga.js';
import { CancelarReservaHandler, PreverCancelamentoHandler } from './application/cancelar-reserva.js';
import { ConsultarHistoricoHandler } from './application/consultar-historico.js';
import { ConsultarReservaHandler, ListarReservasHandler } from './application/consultar-reservas.js';
import { ConsultarSerieHandler, ListarSeriesHandler } from './application/consultar-series.js';
import { CriarReservaHandler } from './application/criar-reserva.js';
import { CriarSerieHandler } from './application/criar-serie.js';
import { OrcarSerieHandler } from './application/orcar-serie.js';
import { DescartarCopiaDaReservaHandler } from './application/descartar-copias.js';
import { DescreverReservaHandler } from './application/descrever-reserva.js';
import { DisputaDeHorario } from './application/disputa-de-horario.js';
import { EncerrarPresencas } from './application/encerrar-presencas.js';
import { FazerCheckinHandler } from './application/fazer-checkin.js';
import { LocalizarReserva } from './application/localizar-reserva.js';
import { Pedinte } from './application/pedinte.js';
import { EspacoRepository, OcupacaoRepository, ReservaRepository, SerieRepository } from './application/ports.js';
import { PrazosDeRetencao } from './application/prazos-de-retencao.js';
import { Remarcacoes } from './application/remarcacoes.js';
import { ConsultarHorariosDaReservaHandler, PreverRemarcacaoHandler } from './application/prever-remarcacao.js';
import { PedirMaisTempoHandler } from './application/pedir-mais-tempo.js';
import { RemarcarReservaHandler } from './application/remarcar-reserva.js';
import { ConsultarLinhaDaReservaHandler } from './application/consultar-linha-da-reserva.js';
import { ListarSagasHandler, RetomarSagaHandler } from './application/operar-sagas.js';
import { RepetirReservaHandler } from './application/repetir-reserva.js';
import { ReservaSagaRunner } from './application/reserva-saga-runner.js';
import { ReterEspaco } from './application/reter-espaco.js';
import { PgOcupacaoRepository } from './infrastructure/pg-ocupacao-repository.js';
import { PgSerieRepository } from './infrastructure/pg-serie-repository.js';
import { PgReservaRepository } from './infrastructure/pg-reserva-repository.js';
import { CheckinsController } from './presentation/checkins.controller.js';
import { PagamentosConsumer } from './presentation/pagamentos.consumer.js';
import { ReservasController } from './presentation/reservas.controller.js';
import { SagasController } from './presentation/sagas.controller.js';
import { SeriesController } from './presentation/series.controller.js';

/** Bookings and series: their history, their saga, and the time that they take. */
export class ReservasModule {
  static readonly tabelas = ['reservas', 'reserva_ditos', 'series', 'fins_de_reserva', 'presencas_adiadas'];

  static with(config: Config): DynamicModule {
    return areaModule(ReservasModule, {
      controllers: [ReservasController, SeriesController, CheckinsController, SagasController, PagamentosConsumer],
      providers: [
        { provide: OcupacaoRepository, useClass: PgOcupacaoRepository },
        { provide: ReservaRepository, useClass: PgReservaRepository },
        { provide: SerieRepository, useClass: PgSerieRepository },
        {
          provide: PrazosDeRetencao,
          inject: [EspacoRepository],
          useFactory: (espacos: EspacoRepository) =>
            new PrazosDeRetencao(espacos, config.HOLD_SEGUNDOS, config.CONFERENCIA_SEGUNDOS),
        },
        ReservaSagaRunner,
        ReterEspaco,
        DisputaDeHorario,
        AvisarSagaHandler,
        DescartarCopiaDaReservaHandler,
        Remarcacoes,
        LocalizarReserva,
        EncerrarPresencas,
        Pedinte,
        CriarReservaHandler,
        DescreverReservaHandler,
        RepetirReservaHandler,
        CancelarReservaHandler,
        PreverCancelamentoHandler,
        AprovarReservaHandler,
        PedirMaisTempoHandler,
        RemarcarReservaHandler,
        PreverRemarcacaoHandler,
        ConsultarHorariosDaReservaHandler,
        FazerCheckinHandler,
        CriarSerieHandler,
        OrcarSerieHandler,
        PreverRemarcacaoDaSerieHandler,
        CancelarSerieHandler,
        PreverCancelamentoDaSerieHandler,
        RemarcarSerieHandler,
        ConsultarHistoricoHandler,
        ConsultarLinhaDaReservaHandler,
        ListarSagasHandler,
        RetomarSagaHandler,
        ConsultarSerieHandler,
        ListarSeriesHandler,
        ConsultarReservaHandler,
        ListarReservasHandler,
      ],
    });
  }
}
