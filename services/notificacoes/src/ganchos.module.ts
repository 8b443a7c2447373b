import type { DynamicModule } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Auditoria } from '@plataforma/messaging';
import { areaModule, Database, InvalidConfigurationError, Logger } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import type { Config } from './config.js';
import { AvisarCasa } from './application/avisar-casa.js';
import { EntregarGanchos } from './application/entregar-ganchos.js';
import {
  ListarEntregasDeGanchoHandler,
  ListarGanchosHandler,
  VerEntregaDeGanchoHandler,
  VerGanchoHandler,
} from './application/consultar-ganchos.js';
import {
  AnunciarAGanchosHandler,
  CriarGanchoHandler,
  MudarGanchoHandler,
  ReenviarEntregasHandler,
  RemoverGanchoHandler,
  RotacionarGanchoHandler,
  TestarGanchoHandler,
} from './application/gerir-ganchos.js';
import { GanchoRepository, Remetente } from './application/ports-ganchos.js';
import { PgGanchoRepository } from './infrastructure/pg-gancho-repository.js';
import { UndiciRemetente } from './infrastructure/undici-remetente.js';
import { GanchosConsumer, GanchosController } from './presentation/ganchos.controller.js';

/** Outgoing webhooks: what happens, told to those whom the house integrates with. */
export class GanchosModule {
  static readonly tabelas = [
    'ganchos',
    'segredos_de_gancho',
    'eventos_de_gancho',
    'entregas_de_gancho',
    'tentativas_de_gancho',
  ];

  /** @throws InvalidConfigurationError for what only tests may have */
  static with(config: Config): DynamicModule {
    const locais = config.GANCHOS_DESTINOS_LOCAIS;
    if (locais && config.NODE_ENV === 'production')
      throw new InvalidConfigurationError(
        'GANCHOS_DESTINOS_LOCAIS abre a rede da casa e não vale com NODE_ENV=production',
      );
    return areaModule(GanchosModule, {
      controllers: [GanchosController, GanchosConsumer],
      providers: [
        {
          provide: GanchoRepository,
          inject: [Database, Notifier, Auditoria, Logger, CommandBus],
          useFactory: (
            database: Database,
            notifier: Notifier,
            auditoria: Auditoria,
            logger: Logger,
            commands: CommandBus,
          ) =>
            new PgGanchoRepository(database, notifier, auditoria, logger, config.GANCHOS_CHAVE, (fato, desde) =>
              commands.execute(new AvisarCasa(fato, `${fato.ganchoId} ${fato.desde}`, desde)),
            ),
        },
        { provide: Remetente, useFactory: () => new UndiciRemetente(locais) },
        {
          provide: EntregarGanchos,
          inject: [GanchoRepository, Remetente, Logger],
          useFactory: (ganchos: GanchoRepository, remetente: Remetente, logger: Logger) =>
            new EntregarGanchos(ganchos, remetente, logger),
        },
        AnunciarAGanchosHandler,
        ListarGanchosHandler,
        VerGanchoHandler,
        ListarEntregasDeGanchoHandler,
        VerEntregaDeGanchoHandler,
        CriarGanchoHandler,
        MudarGanchoHandler,
        RemoverGanchoHandler,
        RotacionarGanchoHandler,
        TestarGanchoHandler,
        ReenviarEntregasHandler,
      ],
    });
  }
}
