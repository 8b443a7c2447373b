import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Auditoria, Broker, EventStore, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import {
  Database,
  Logger,
  PlatformModule,
  platformMigrations,
  Revogacoes,
  statusesOf,
  type AppOptions,
} from '@plataforma/platform';
import {
  AtivarUsuarioHandler,
  ListarUsuariosHandler,
  MudancaDePapeis,
  MudarPapeisHandler,
} from './application/administrar-usuarios.js';
import {
  ApagarContaHandler,
  ConsultarComprovanteHandler,
  ListarApagamentosHandler,
  RegistrarRespostaDeApagamentoHandler,
  RetomarApagamentoHandler,
} from './application/apagar-conta.js';
import { ConduzirApagamentos } from './application/conduzir-apagamentos.js';
import { ConduzirExportacoes } from './application/conduzir-exportacoes.js';
import {
  BaixarExportacaoHandler,
  GuardarPedacoHandler,
  ListarExportacoesHandler,
  ListarMinhasExportacoesHandler,
  PedirExportacaoHandler,
  RetomarExportacaoHandler,
} from './application/exportar-dados.js';
import { AbrirSessao } from './application/abrir-sessao.js';
import {
  AvisarDeChave,
  CriarChaveDeApiHandler,
  ListarChavesDeApiHandler,
  RevogarChaveDeApiHandler,
  RotacionarChaveDeApiHandler,
  TrocarChaveDeApiHandler,
} from './application/chaves-de-api.js';
import { ListarConsentimentosHandler, MudarConsentimentoHandler } from './application/consentimentos.js';
import { ConsultarChavesHandler } from './application/consultar-chaves.js';
import { ConsultarUsuarioHandler } from './application/consultar-usuario.js';
import { ContasPorProvar } from './application/contas-por-provar.js';
import { Desafios } from './application/desafios.js';
import { ElevarSessaoHandler, PedirElevacaoHandler } from './application/elevar-sessao.js';
import { EncerrarSessaoHandler } from './application/encerrar-sessao.js';
import {
  ConfirmarTotpHandler,
  IniciarTotpHandler,
  ListarFatoresHandler,
  MudarFatores,
  PedirRegistroDeChaveHandler,
  RegistrarChaveHandler,
  RemoverFatorHandler,
  RenomearChaveHandler,
  RenovarCodigosHandler,
} from './application/gerir-fatores.js';
import {
  CompletarEntradaHandler,
  EntrarPorChaveHandler,
  PedirEntradaPorChaveHandler,
  ProvarFator,
} from './application/segundo-fator.js';
import {
  AcessoPorProvedor,
  ConcluirEntradaExternaHandler,
  ConfirmarLigacaoHandler,
  IniciarEntradaExternaHandler,
  PedidosDeEntrada,
} from './application/entrar-por-provedor.js';
import {
  DesligarProvedorHandler,
  LigarProvedorHandler,
  ListarMeusProvedoresHandler,
  ListarProvedoresHandler,
} from './application/meus-provedores.js';
import { IniciarSessaoHandler } from './application/iniciar-sessao.js';
import { PapeisPeloProvedor } from './application/papeis-pelo-provedor.js';
import { PrimeiraProva } from './application/primeira-prova.js';
import { ListarSessoesHandler, RevogarSessaoHandler, RevogarSessoesHandler } from './application/minhas-sessoes.js';
import {
  ApagamentoRepository,
  AparelhoRepository,
  ChaveDeApiRepository,
  Chaveiro,
  ChavesWebAuthn,
  Correio,
  DesafioRepository,
  EmissorDeToken,
  ExportacaoRepository,
  FatorRepository,
  HashDeSenha,
  IdentidadeRepository,
  LimitadorDeTentativas,
  Provedores,
  SenhasComuns,
  SessaoRepository,
  TokenDeContaRepository,
  TokensDeRenovacao,
  Totp,
  UsuarioRepository,
} from './application/ports.js';
import {
  ConferirSenha,
  MudarEmailHandler,
  MudarSenhaHandler,
  RedefinirSenhaHandler,
} from './application/mudar-conta.js';
import { ContarAcessos, ReenviarAcessosHandler } from './application/contar-acessos.js';
import {
  CriarGrupoHandler,
  ConhecerEspacoHandler,
  DizerAcessoHandler,
  ExcluirGrupoHandler,
  LerAcessoHandler,
  ListarGruposHandler,
  ListarMembrosHandler,
  MudarMembroHandler,
} from './application/grupos.js';
import { RegistrarAcaoHandler } from './application/registrar-acao.js';
import { RegistrarUsuarioHandler } from './application/registrar-usuario.js';
import { RenovarSessaoHandler } from './application/renovar-sessao.js';
import { RotacionarChavesHandler } from './application/rotacionar-chaves.js';
import { SemearDemonstracaoHandler } from './application/semear-demonstracao.js';
import { TokensDeConta } from './application/tokens-de-conta.js';
import {
  AtenderPedidosDeCartaHandler,
  PedirCartaHandler,
  VerificarEmailHandler,
} from './application/verificar-email.js';
import { Notifier } from '@plataforma/trabalho';
import * as errors from './domain/errors.js';
import { type Config, exigeVerificacao, lugarDasChaves, recusarConfiguracaoPerigosa } from './config.js';
import { ArquivoChaveiro } from './infrastructure/arquivo-chaveiro.js';
import { ChaveMestra, TokensOpacos } from './infrastructure/chave-mestra.js';
import { Divulgador } from './infrastructure/divulgador.js';
import { JwtEmissor } from './infrastructure/jwt-emissor.js';
import { PgChaveiro } from './infrastructure/pg-chaveiro.js';
import { PulsoDeAcessos } from './infrastructure/pulso-de-acessos.js';
import { RedisLimitador } from './infrastructure/redis-limitador.js';
import { OutboxCorreio } from './infrastructure/outbox-correio.js';
import { PedidosDeCarta } from './infrastructure/pedidos-de-carta.js';
import { PgApagamentoRepository } from './infrastructure/pg-apagamento-repository.js';
import { PgAparelhoRepository } from './infrastructure/pg-aparelho-repository.js';
import { PgDesafioRepository } from './infrastructure/pg-desafio-repository.js';
import { PgExportacaoRepository } from './infrastructure/pg-exportacao-repository.js';
import { PgFatorRepository } from './infrastructure/pg-fator-repository.js';
import { SimpleChavesWebAuthn } from './infrastructure/simple-chaves-web-authn.js';
import { SpeakeasyTotp } from './infrastructure/speakeasy-totp.js';
import { PgChaveDeApiRepository } from './infrastructure/pg-chave-de-api-repository.js';
import { PgTokenDeContaRepository } from './infrastructure/pg-token-de-conta-repository.js';
import { Manutencao } from './infrastructure/manutencao.js';
import { Argon2Hash, ListaDeSenhasComuns } from './infrastructure/argon2-hash.js';
import { OidcProvedores } from './infrastructure/oidc-provedores.js';
import { PgIdentidadeRepository } from './infrastructure/pg-identidade-repository.js';
import { PgSessaoRepository } from './infrastructure/pg-sessao-repository.js';
import { PgUsuarioRepository } from './infrastructure/pg-usuario-repository.js';
import { ChavesDeApiController } from './presentation/chaves-de-api.controller.js';
import { ExportacoesConsumer } from './presentation/exportacoes.consumer.js';
import { ApagamentosConsumer } from './presentation/apagamentos.consumer.js';
import { TitularController } from './presentation/titular.controller.js';
import { AuditarRecusas } from './infrastructure/auditar-recusas.js';
import { AuditoriaDeAcoesController } from './presentation/auditoria-de-acoes.controller.js';
import { ContasController } from './presentation/contas.controller.js';
import { FatoresController } from './presentation/fatores.controller.js';
import { GruposController } from './presentation/grupos.controller.js';
import { JwksController } from './presentation/jwks.controller.js';
import { MinhasSessoesController } from './presentation/minhas-sessoes.controller.js';
import { ProvedoresController } from './presentation/provedores.controller.js';
import { SessoesController } from './presentation/sessoes.controller.js';
import { UsuariosController } from './presentation/usuarios.controller.js';

export const migrations = [
  platformMigrations,
  messagingMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const application: AppOptions = {
  name: 'auth',
  description: 'Contas, sessões e chaves da Plataforma de Reservas de Espaços',
  problems: statusesOf(errors),
  // What an authenticator makes with a signature of ML-DSA, and the certificates that vouch for it.
  bodyLimit: 48_000,
};

/** Room for clocks that differ between us and whoever verifies, ms. */
const FOLGA_RELOGIOS_MS = 60_000;

/** The rate limiter, which readiness looks at too. */
@Module({})
class LimitadorModule {
  static with(config: Config, mestra: ChaveMestra): DynamicModule {
    return {
      module: LimitadorModule,
      global: true,
      providers: [
        {
          provide: RedisLimitador,
          inject: [Logger],
          useFactory: (logger: Logger) => new RedisLimitador(config, mestra.derive('contagens'), logger),
        },
        { provide: LimitadorDeTentativas, useExisting: RedisLimitador },
      ],
      exports: [RedisLimitador, LimitadorDeTentativas],
    };
  }
}

/** The only place that binds a port to its adapter. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    recusarConfiguracaoPerigosa(config);
    const mestra = new ChaveMestra(config.AUTH_CHAVE_MESTRA);
    const politica = {
      periodoMs: config.AUTH_ROTACAO_SEGUNDOS * 1000,
      antecedenciaMs: config.AUTH_ANTECEDENCIA_SEGUNDOS * 1000,
      validadeTokenMs: config.AUTH_TOKEN_SEGUNDOS * 1000 + FOLGA_RELOGIOS_MS,
    };
    return {
      module: AppModule,
      imports: [
        PlatformModule.with({
          name: application.name,
          config,
          database: config,
          readiness: {
            inject: [Broker, RedisLimitador],
            checks: (broker: Broker, limitador: RedisLimitador) => [
              // The outbox keeps what cannot be published now; the limiter counts in memory meanwhile.
              { name: 'rabbitmq', probe: () => broker.ping(), optional: true },
              { name: 'redis', probe: () => limitador.ping(), optional: true },
            ],
          },
        }),
        MessagingModule.with('auth', config.RABBITMQ_URL),
        CqrsModule.forRoot(),
        LimitadorModule.with(config, mestra),
      ],
      controllers: [
        AuditoriaDeAcoesController,
        ApagamentosConsumer,
        ExportacoesConsumer,
        TitularController,
        ContasController,
        UsuariosController,
        GruposController,
        SessoesController,
        MinhasSessoesController,
        FatoresController,
        ProvedoresController,
        ChavesDeApiController,
        JwksController,
      ],
      providers: [
        {
          provide: APP_INTERCEPTOR,
          inject: [Auditoria, UsuarioRepository, Logger],
          useFactory: (auditoria: Auditoria, usuarios: UsuarioRepository, logger: Logger) =>
            new AuditarRecusas(auditoria, usuarios, logger, mestra),
        },
        RegistrarUsuarioHandler,
        {
          provide: IniciarSessaoHandler,
          inject: [
            UsuarioRepository,
            HashDeSenha,
            LimitadorDeTentativas,
            AbrirSessao,
            TokenDeContaRepository,
            FatorRepository,
            Desafios,
          ],
          useFactory: (
            usuarios: UsuarioRepository,
            hashes: HashDeSenha,
            limitador: LimitadorDeTentativas,
            sessoes: AbrirSessao,
            pedidos: TokenDeContaRepository,
            fatores: FatorRepository,
            desafios: Desafios,
          ) =>
            new IniciarSessaoHandler(
              usuarios,
              hashes,
              limitador,
              sessoes,
              pedidos,
              fatores,
              desafios,
              exigeVerificacao(config),
            ),
        },
        Desafios,
        ProvarFator,
        CompletarEntradaHandler,
        PedirEntradaPorChaveHandler,
        EntrarPorChaveHandler,
        PedirElevacaoHandler,
        ElevarSessaoHandler,
        MudarFatores,
        ListarFatoresHandler,
        IniciarTotpHandler,
        ConfirmarTotpHandler,
        RenovarCodigosHandler,
        RemoverFatorHandler,
        PedirRegistroDeChaveHandler,
        RegistrarChaveHandler,
        RenomearChaveHandler,
        {
          provide: FatorRepository,
          inject: [Database],
          useFactory: (database: Database) => new PgFatorRepository(database, mestra),
        },
        { provide: DesafioRepository, useClass: PgDesafioRepository },
        { provide: Totp, useClass: SpeakeasyTotp },
        { provide: ChavesWebAuthn, useValue: new SimpleChavesWebAuthn(lugarDasChaves(config)) },
        RenovarSessaoHandler,
        VerificarEmailHandler,
        PedirCartaHandler,
        AtenderPedidosDeCartaHandler,
        ConferirSenha,
        MudarSenhaHandler,
        RedefinirSenhaHandler,
        MudarEmailHandler,
        ListarUsuariosHandler,
        AtivarUsuarioHandler,
        MudarPapeisHandler,
        MudancaDePapeis,
        PapeisPeloProvedor,
        PrimeiraProva,
        TokensDeConta,
        RegistrarAcaoHandler,
        ApagarContaHandler,
        RegistrarRespostaDeApagamentoHandler,
        RetomarApagamentoHandler,
        ListarApagamentosHandler,
        ConsultarComprovanteHandler,
        PedirExportacaoHandler,
        GuardarPedacoHandler,
        BaixarExportacaoHandler,
        ListarMinhasExportacoesHandler,
        ListarExportacoesHandler,
        RetomarExportacaoHandler,
        {
          provide: ExportacaoRepository,
          inject: [Database, EventStore, Notifier],
          useFactory: (database: Database, eventos: EventStore, notifier: Notifier) =>
            new PgExportacaoRepository(database, eventos, notifier, mestra, config.AUTH_EXPORTACAO_HORAS * 3600),
        },
        {
          provide: ConduzirExportacoes,
          inject: [ExportacaoRepository, UsuarioRepository, TokensDeRenovacao, Correio, Auditoria, Logger],
          useFactory: (
            exportacoes: ExportacaoRepository,
            usuarios: UsuarioRepository,
            opacos: TokensDeRenovacao,
            correio: Correio,
            auditoria: Auditoria,
            logger: Logger,
          ) => new ConduzirExportacoes(exportacoes, usuarios, opacos, correio, auditoria, logger),
        },
        ContarAcessos,
        ReenviarAcessosHandler,
        ListarGruposHandler,
        ListarMembrosHandler,
        CriarGrupoHandler,
        ExcluirGrupoHandler,
        MudarMembroHandler,
        LerAcessoHandler,
        ConhecerEspacoHandler,
        DizerAcessoHandler,
        {
          provide: PulsoDeAcessos,
          inject: [Database, ContarAcessos, Logger],
          useFactory: (database: Database, acessos: ContarAcessos, logger: Logger) =>
            new PulsoDeAcessos(database, acessos, logger),
        },
        ListarConsentimentosHandler,
        MudarConsentimentoHandler,
        {
          provide: ApagamentoRepository,
          inject: [Database, EventStore, Notifier],
          useFactory: (database: Database, eventos: EventStore, notifier: Notifier) =>
            new PgApagamentoRepository(database, eventos, notifier, config.AUTH_APAGAMENTO_CARENCIA_SEGUNDOS),
        },
        {
          provide: ContasPorProvar,
          inject: [Database, UsuarioRepository, SessaoRepository, ApagamentoRepository, TokensDeRenovacao, Auditoria],
          useFactory: (
            database: Database,
            usuarios: UsuarioRepository,
            sessoes: SessaoRepository,
            apagamentos: ApagamentoRepository,
            opacos: TokensDeRenovacao,
            auditoria: Auditoria,
          ) =>
            new ContasPorProvar(
              database,
              usuarios,
              sessoes,
              apagamentos,
              opacos,
              auditoria,
              config.AUTH_CONTA_POR_PROVAR_DIAS,
            ),
        },
        {
          provide: ConduzirApagamentos,
          inject: [ApagamentoRepository, UsuarioRepository, Correio, Auditoria, Logger],
          useFactory: (
            apagamentos: ApagamentoRepository,
            usuarios: UsuarioRepository,
            correio: Correio,
            auditoria: Auditoria,
            logger: Logger,
          ) => new ConduzirApagamentos(apagamentos, usuarios, correio, auditoria, logger),
        },
        {
          provide: Correio,
          inject: [EventStore],
          useFactory: (eventos: EventStore) => new OutboxCorreio(eventos, config.CARTAS_CHAVE),
        },
        { provide: TokenDeContaRepository, useClass: PgTokenDeContaRepository },
        { provide: AparelhoRepository, useClass: PgAparelhoRepository },
        {
          provide: PedidosDeCarta,
          inject: [CommandBus, Notifier, Logger],
          useFactory: (commands: CommandBus, notifier: Notifier, logger: Logger) =>
            new PedidosDeCarta(commands, notifier, logger),
        },
        PedidosDeEntrada,
        AcessoPorProvedor,
        IniciarEntradaExternaHandler,
        ConcluirEntradaExternaHandler,
        ConfirmarLigacaoHandler,
        ListarMeusProvedoresHandler,
        ListarProvedoresHandler,
        LigarProvedorHandler,
        DesligarProvedorHandler,
        { provide: IdentidadeRepository, useClass: PgIdentidadeRepository },
        {
          provide: Provedores,
          inject: [Logger],
          useFactory: (logger: Logger) =>
            new OidcProvedores(
              config.OIDC_PROVEDORES ?? [],
              {
                WEB: config.OIDC_RETORNO_WEB,
                APLICATIVO: config.OIDC_RETORNO_APLICATIVO,
                ADMINISTRACAO: config.OIDC_RETORNO_ADMINISTRACAO,
              },
              config.OIDC_PRAZO_MS,
              logger,
            ),
        },
        EncerrarSessaoHandler,
        AbrirSessao,
        ListarSessoesHandler,
        RevogarSessaoHandler,
        RevogarSessoesHandler,
        AvisarDeChave,
        CriarChaveDeApiHandler,
        RotacionarChaveDeApiHandler,
        RevogarChaveDeApiHandler,
        ListarChavesDeApiHandler,
        TrocarChaveDeApiHandler,
        { provide: ChaveDeApiRepository, useClass: PgChaveDeApiRepository },
        ConsultarUsuarioHandler,
        ConsultarChavesHandler,
        SemearDemonstracaoHandler,
        {
          provide: Divulgador,
          inject: [Database, Revogacoes, Logger],
          useFactory: (database: Database, revogacoes: Revogacoes, logger: Logger) =>
            new Divulgador(database, config.REDIS_URL, config.AUTH_TOKEN_SEGUNDOS * 1000, revogacoes, logger),
        },
        { provide: UsuarioRepository, useClass: PgUsuarioRepository },
        { provide: SessaoRepository, useClass: PgSessaoRepository },
        { provide: HashDeSenha, useClass: Argon2Hash },
        { provide: SenhasComuns, useClass: ListaDeSenhasComuns },
        { provide: TokensDeRenovacao, useValue: new TokensOpacos(mestra) },
        {
          provide: Chaveiro,
          inject: [Database],
          useFactory: (database: Database) =>
            config.AUTH_CHAVES_ARQUIVO === undefined
              ? new PgChaveiro(database, mestra)
              : new ArquivoChaveiro(config.AUTH_CHAVES_ARQUIVO),
        },
        {
          provide: JwtEmissor,
          inject: [Chaveiro],
          useFactory: (chaves: Chaveiro) => new JwtEmissor(chaves, config),
        },
        { provide: EmissorDeToken, useExisting: JwtEmissor },
        {
          provide: RotacionarChavesHandler,
          inject: [Chaveiro],
          useFactory: (chaves: Chaveiro) => new RotacionarChavesHandler(chaves, politica),
        },
        {
          provide: Manutencao,
          inject: [
            CommandBus,
            JwtEmissor,
            SessaoRepository,
            TokenDeContaRepository,
            DesafioRepository,
            IdentidadeRepository,
            ExportacaoRepository,
            AparelhoRepository,
            ContasPorProvar,
            Logger,
          ],
          useFactory: (
            commands: CommandBus,
            emissor: JwtEmissor,
            sessoes: SessaoRepository,
            tokens: TokenDeContaRepository,
            desafios: DesafioRepository,
            identidades: IdentidadeRepository,
            exportacoes: ExportacaoRepository,
            aparelhos: AparelhoRepository,
            porProvar: ContasPorProvar,
            logger: Logger,
          ) =>
            new Manutencao(
              commands,
              emissor,
              config.SEED_DEMO,
              [sessoes, tokens, desafios, identidades, exportacoes, aparelhos, porProvar],
              config.AUTH_MANUTENCAO_SEGUNDOS * 1000,
              logger,
            ),
        },
      ],
    };
  }
}
