import type { DynamicModule } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventStore } from '@plataforma/messaging';
import { areaModule, Database, Logger } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import {
  AvisarHandler,
  ConsultarLinhaDoTempoHandler,
  ListarAvisosHandler,
  ReenviarAvisoHandler,
  RegistrarConsentimentoHandler,
  RegistrarContatoHandler,
} from './application/avisos.js';
import {
  AvisarConvidadosHandler,
  ListarConvidadosHandler,
  MudarConvidadosDaSerieHandler,
  MudarConvidadosHandler,
  QuemVem,
} from './application/convidados.js';
import { LerConviteHandler, ResponderConviteHandler } from './application/convites.js';
import { Descadastro } from './application/descadastro.js';
import { LinkDoConvite } from './application/link-do-convite.js';
import { EnviarCartas } from './application/enviar-cartas.js';
import { EnviarEntregas } from './application/enviar-entregas.js';
import { EscreverCartaHandler } from './application/escrever-carta.js';
import { ConsultarHistoricoHandler, GuardarHistorico } from './application/guardar-historico.js';
import { Historico } from './application/ports-historico.js';
import { AvisarCasaHandler, EnderecosDaCasa } from './application/avisar-casa.js';
import { ContarDaReservaHandler } from './application/contar-da-reserva.js';
import { ContarDoPagamentoHandler } from './application/contar-do-pagamento.js';
import { Lembrar } from './application/lembrar.js';
import {
  Canais,
  CartaDeContaRepository,
  ConvidadoRepository,
  EntregaRepository,
  Modelos,
  ModelosDeCarta,
  PreferenciasRepository,
  ReservasConhecidas,
} from './application/ports.js';
import { type Config, origensDe } from './config.js';
import { CANAIS } from './domain/entrega.js';
import { DescadastrarHandler, MudarPreferenciasHandler, VerPreferenciasHandler } from './application/preferencias.js';
import { HandlebarsCartas } from './infrastructure/handlebars-cartas.js';
import { HandlebarsModelos } from './infrastructure/handlebars-modelos.js';
import { PgConvidadoRepository } from './infrastructure/pg-convidado-repository.js';
import { PgFonteDoHistorico, PgHistorico } from './infrastructure/pg-historico.js';
import { PgCartaDeContaRepository } from './infrastructure/pg-carta-de-conta-repository.js';
import { PgPreferenciasRepository } from './infrastructure/pg-preferencias-repository.js';
import { PgReservasConhecidas } from './infrastructure/pg-reservas-conhecidas.js';
import { PgEntregaRepository } from './infrastructure/pg-entrega-repository.js';
import { EventosConsumer } from './presentation/eventos.consumer.js';
import { PreferenciasController } from './presentation/preferencias.controller.js';
import { NotificacoesController } from './presentation/notificacoes.controller.js';

/** A claim outlives the slowest send by this much, ms. */
const FOLGA_DO_PRAZO_MS = 20_000;
/** What one channel cannot deliver for this long goes by the one that stands by for it, ms. */
const DESISTE_COM_RESERVA_MS = 900_000;

/** The driver is loaded only where it is used. */
async function historicoDe(config: Config, database: Database): Promise<Historico> {
  if (config.HISTORICO !== 'mongodb' || config.MONGODB_URL === undefined)
    return new PgHistorico(database, config.HISTORICO_DIAS);
  const { MongoHistorico } = await import('./infrastructure/mongo-historico.js');
  return new MongoHistorico(config.MONGODB_URL, config.HISTORICO_DIAS);
}

/** What people are told, and whom. */
export class AvisosModule {
  static readonly tabelas = [
    'contatos',
    'consentimentos',
    'entregas',
    'cartas_de_conta',
    'reservas_conhecidas',
    'convidados',
    'lembretes',
    'preferencias',
    'avisos_desligados',
    'historico',
    'historico_a_apagar',
  ];

  static with(config: Config): DynamicModule {
    const ajustes = {
      tentativas: config.ENVIO_TENTATIVAS,
      desisteMs: config.ENVIO_DESISTE_MS,
      pausaMs: config.ENVIO_PAUSA_MS,
      prazoMs: config.ENVIO_TIMEOUT_MS + FOLGA_DO_PRAZO_MS,
    };
    return areaModule(AvisosModule, {
      controllers: [NotificacoesController, PreferenciasController, EventosConsumer],
      providers: [
        {
          provide: EntregaRepository,
          inject: [Database, EventStore, Notifier],
          useFactory: (database: Database, eventos: EventStore, notifier: Notifier) =>
            new PgEntregaRepository(database, eventos, notifier, ajustes.prazoMs, config.CANAIS_RESERVA),
        },
        {
          provide: Modelos,
          useFactory: () =>
            new HandlebarsModelos(
              origensDe(config),
              config.EMAIL_REMETENTE ?? `nao-responda@${new URL(config.SITE_URL).hostname}`,
              new Descadastro(config.CARTAS_CHAVE),
              new LinkDoConvite(config.CARTAS_CHAVE),
            ),
        },
        ...CANAIS.map((canal) => ({
          provide: Symbol(`envio por ${canal}`),
          inject: [EntregaRepository, Modelos, Canais, Logger],
          useFactory: (entregas: EntregaRepository, modelos: Modelos, canais: Canais, logger: Logger) =>
            new EnviarEntregas(
              entregas,
              modelos,
              canais.por[canal],
              // Where another channel stands by, it is not kept waiting for a day.
              config.CANAIS_RESERVA.has(canal)
                ? { ...ajustes, desisteMs: Math.min(ajustes.desisteMs, DESISTE_COM_RESERVA_MS) }
                : ajustes,
              logger,
            ),
        })),
        {
          provide: CartaDeContaRepository,
          inject: [Database, Notifier],
          useFactory: (database: Database, notifier: Notifier) =>
            new PgCartaDeContaRepository(database, notifier, ajustes.prazoMs),
        },
        { provide: ModelosDeCarta, useFactory: () => new HandlebarsCartas(origensDe(config)) },
        {
          provide: EnviarCartas,
          inject: [CartaDeContaRepository, ModelosDeCarta, Canais, Logger],
          useFactory: (cartas: CartaDeContaRepository, modelos: ModelosDeCarta, canais: Canais, logger: Logger) =>
            new EnviarCartas(cartas, modelos, canais.por.EMAIL, config.CARTAS_CHAVE, ajustes, logger),
        },
        { provide: LinkDoConvite, useFactory: () => new LinkDoConvite(config.CARTAS_CHAVE) },
        { provide: Descadastro, useFactory: () => new Descadastro(config.CARTAS_CHAVE) },
        {
          provide: PreferenciasRepository,
          inject: [Database],
          useFactory: (database: Database) => new PgPreferenciasRepository(database),
        },
        {
          provide: ReservasConhecidas,
          inject: [Database, Notifier],
          useFactory: (database: Database, notifier: Notifier) => new PgReservasConhecidas(database, notifier),
        },
        {
          provide: ConvidadoRepository,
          inject: [Database],
          useFactory: (database: Database) => new PgConvidadoRepository(database),
        },
        {
          provide: Lembrar,
          inject: [ReservasConhecidas, CommandBus, Logger],
          useFactory: (reservas: ReservasConhecidas, commands: CommandBus, logger: Logger) =>
            new Lembrar(reservas, commands, logger),
        },
        {
          provide: EnderecosDaCasa,
          useFactory: () =>
            new EnderecosDaCasa({ ADMINISTRACAO: config.EMAIL_ADMINISTRACAO, OPERACAO: config.EMAIL_OPERACAO }),
        },
        {
          provide: Historico,
          inject: [Database],
          useFactory: (database: Database) => historicoDe(config, database),
        },
        {
          provide: GuardarHistorico,
          inject: [Database, Historico, Logger],
          useFactory: (database: Database, historico: Historico, logger: Logger) =>
            new GuardarHistorico(new PgFonteDoHistorico(database), historico, logger),
        },
        ConsultarHistoricoHandler,
        VerPreferenciasHandler,
        MudarPreferenciasHandler,
        DescadastrarHandler,
        AvisarCasaHandler,
        AvisarConvidadosHandler,
        ListarConvidadosHandler,
        QuemVem,
        MudarConvidadosHandler,
        MudarConvidadosDaSerieHandler,
        LerConviteHandler,
        ResponderConviteHandler,
        ContarDaReservaHandler,
        ContarDoPagamentoHandler,
        EscreverCartaHandler,
        RegistrarContatoHandler,
        RegistrarConsentimentoHandler,
        AvisarHandler,
        ConsultarLinhaDoTempoHandler,
        ListarAvisosHandler,
        ReenviarAvisoHandler,
      ],
    });
  }
}
