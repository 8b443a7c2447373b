import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { areaModule, Database, InvalidConfigurationError } from '@plataforma/platform';
import type { Config } from './config.js';
import {
  CriarEspacoHandler,
  MudarSituacaoDoEspacoHandler,
  SubstituirEspacoHandler,
} from './application/administrar-espacos.js';
import {
  ArmazemDeFotos,
  FotosEsperadas,
  GuardarFotoHandler,
  LerFotoHandler,
  ReveladorDeFotos,
} from './application/fotos.js';
import { FotosSemUso } from './application/fotos-sem-uso.js';
import { TrazerPlanilhaHandler } from './application/trazer-planilha.js';
import { EscreverCalendarioHandler, LevarPlanilhaHandler } from './application/levar-planilha.js';
import { SimularPrecosHandler } from './application/simular-precos.js';
import { Acessos } from './application/acessos.js';
import { Agendas } from './application/agendas.js';
import { AprenderAcessosHandler } from './application/aprender-acessos.js';
import { AquecerCache } from './application/aquecer-cache.js';
import {
  BloquearEspacoHandler,
  ConsultarBloqueioHandler,
  DesbloquearEspacoHandler,
  ListarBloqueiosHandler,
} from './application/bloquear-espaco.js';
import {
  ConsultarDisponibilidadeHandler,
  ConsultarEspacoHandler,
  ListarEspacosHandler,
  ListarUnidadesDoEspacoHandler,
  ListarVersoesDoEspacoHandler,
  ListarVizinhosDoEspacoHandler,
} from './application/consultar-espacos.js';
import { BuscarSeguidos } from './application/buscar-seguidos.js';
import { ConsultarSeguidoHandler, ListarSeguidosHandler } from './application/consultar-seguidos.js';
import { BuscaDeCalendario, SeguidoRepository } from './application/ports-seguidos.js';
import {
  ApressarSeguidoHandler,
  LargarCalendarioHandler,
  PausarSeguidoHandler,
  SeguirCalendarioHandler,
} from './application/seguir-calendarios.js';
import { BuscaPorHttps } from './infrastructure/busca-por-https.js';
import { PgSeguidoRepository } from './infrastructure/pg-seguido-repository.js';
import { CalendariosSeguidosController } from './presentation/calendarios-seguidos.controller.js';
import { BuscarRecorrenciaHandler } from './application/buscar-recorrencia.js';
import { Copias } from './application/copias.js';
import { DescartarCopiasDoEspacoHandler } from './application/descartar-copias.js';
import { AcrescentarFeriadoHandler, ListarFeriadosHandler, RemoverFeriadoHandler } from './application/feriados.js';
import { ListarFavoritosHandler, MarcarFavoritoHandler } from './application/favoritos.js';
import { ConsultarLinhaDoTempoHandler } from './application/consultar-linha-do-tempo.js';
import { PorQueNaoHandler } from './application/por-que-nao.js';
import { BloqueioRepository, CatalogoRepository, EspacoRepository, FeriadoRepository } from './application/ports.js';
import { ExigirGestaoHandler } from './application/exigir-gestao.js';
import { FormasDeBusca } from './infrastructure/formas-de-busca.js';
import { PgFeriadoRepository } from './infrastructure/pg-feriado-repository.js';
import { PgBloqueioRepository } from './infrastructure/pg-bloqueio-repository.js';
import { PastaArmazemDeFotos } from './infrastructure/pasta-armazem-de-fotos.js';
import { S3ArmazemDeFotos } from './infrastructure/s3-armazem-de-fotos.js';
import { SharpReveladorDeFotos } from './infrastructure/sharp-revelador-de-fotos.js';
import { PgCatalogoRepository } from './infrastructure/pg-catalogo-repository.js';
import { PgEspacoRepository } from './infrastructure/pg-espaco-repository.js';
import { SeedDemo } from './infrastructure/seed-demo.js';
import { AcessosConsumer } from './presentation/acessos.consumer.js';
import { AgendasController } from './presentation/agendas.controller.js';
import { BloqueiosController } from './presentation/bloqueios.controller.js';
import { CopiasConsumer } from './presentation/copias.consumer.js';
import { EspacosController } from './presentation/espacos.controller.js';
import { FotosController } from './presentation/fotos.controller.js';
import { PlanilhasController } from './presentation/planilhas.controller.js';
import { FavoritosController } from './presentation/favoritos.controller.js';
import { FeriadosController } from './presentation/feriados.controller.js';

/** Spaces, their units and opening, what is closed of them, and who may look at what is free. */
export class CatalogoModule {
  static readonly tabelas = [
    'espacos',
    'unidades',
    'espaco_unidades',
    'espaco_partes',
    'espaco_versoes',
    'feriados',
    'bloqueios',
    'calendarios_seguidos',
    'fotos_enviadas',
    'espaco_acessos',
    'pessoa_grupos',
    'acessos_em_dia',
    'acessos_adiantados',
    'favoritos',
  ];

  /** @throws InvalidConfigurationError for what only tests may have */
  static with(config: Config): DynamicModule {
    const locais = config.CALENDARIOS_LOCAIS;
    if (locais && config.NODE_ENV === 'production')
      throw new InvalidConfigurationError('CALENDARIOS_LOCAIS abre a rede da casa e não vale com NODE_ENV=production');
    return areaModule(CatalogoModule, {
      controllers: [
        EspacosController,
        AgendasController,
        BloqueiosController,
        CalendariosSeguidosController,
        FeriadosController,
        FavoritosController,
        FotosController,
        PlanilhasController,
        CopiasConsumer,
        AcessosConsumer,
      ],
      providers: [
        { provide: EspacoRepository, useClass: PgEspacoRepository },
        { provide: CatalogoRepository, useClass: PgCatalogoRepository },
        { provide: BloqueioRepository, useClass: PgBloqueioRepository },
        { provide: SeguidoRepository, useClass: PgSeguidoRepository },
        { provide: BuscaDeCalendario, useFactory: () => new BuscaPorHttps(locais) },
        BuscarSeguidos,
        SeguirCalendarioHandler,
        PausarSeguidoHandler,
        ApressarSeguidoHandler,
        LargarCalendarioHandler,
        ListarSeguidosHandler,
        ConsultarSeguidoHandler,
        { provide: FeriadoRepository, useClass: PgFeriadoRepository },
        { provide: ReveladorDeFotos, useClass: SharpReveladorDeFotos },
        {
          provide: ArmazemDeFotos,
          useFactory: () =>
            config.FOTOS_S3_BALDE === undefined
              ? new PastaArmazemDeFotos(config.FOTOS_DIR ?? join(tmpdir(), 'fotos'))
              : new S3ArmazemDeFotos(config.FOTOS_S3_BALDE, config.FOTOS_S3_REGIAO, config.FOTOS_S3_ENDERECO),
        },
        FotosSemUso,
        { provide: FotosEsperadas, useExisting: FotosSemUso },
        GuardarFotoHandler,
        LerFotoHandler,
        SimularPrecosHandler,
        TrazerPlanilhaHandler,
        LevarPlanilhaHandler,
        EscreverCalendarioHandler,
        {
          provide: SeedDemo,
          inject: [Database, CatalogoRepository],
          useFactory: (database: Database, catalogo: CatalogoRepository) =>
            new SeedDemo(database, catalogo, config.SEED_DEMO),
        },
        Acessos,
        AprenderAcessosHandler,
        ExigirGestaoHandler,
        Agendas,
        Copias,
        AquecerCache,
        FormasDeBusca,
        DescartarCopiasDoEspacoHandler,
        CriarEspacoHandler,
        SubstituirEspacoHandler,
        MudarSituacaoDoEspacoHandler,
        BloquearEspacoHandler,
        ConsultarBloqueioHandler,
        DesbloquearEspacoHandler,
        ListarBloqueiosHandler,
        AcrescentarFeriadoHandler,
        RemoverFeriadoHandler,
        ListarFeriadosHandler,
        PorQueNaoHandler,
        ConsultarLinhaDoTempoHandler,
        BuscarRecorrenciaHandler,
        MarcarFavoritoHandler,
        ListarFavoritosHandler,
        ListarEspacosHandler,
        ConsultarEspacoHandler,
        ListarVersoesDoEspacoHandler,
        ListarUnidadesDoEspacoHandler,
        ListarVizinhosDoEspacoHandler,
        ConsultarDisponibilidadeHandler,
      ],
    });
  }
}
