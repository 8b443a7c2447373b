import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { Broker, MessagingModule, messagingMigrations } from '@plataforma/messaging';
import { Database, Logger, PlatformModule, platformMigrations, type AppOptions } from '@plataforma/platform';
import { IniciarSessaoHandler } from './application/iniciar-sessao.js';
import {
  ChaveRepository,
  EmissorDeToken,
  HashDeSenha,
  LimitadorDeTentativas,
  SenhasComuns,
  SessaoRepository,
  TokensDeRenovacao,
  UsuarioRepository,
} from './application/ports.js';
import { RegistrarUsuarioHandler } from './application/registrar-usuario.js';
import { RenovarSessaoHandler } from './application/renovar-sessao.js';
import { RotacionarChavesHandler } from './application/rotacionar-chaves.js';
import { SemearDemonstracaoHandler } from './application/semear-demonstracao.js';
import { type Config, recusarConfiguracaoPerigosa } from './config.js';
import { ChaveMestra, TokensOpacos } from './infrastructure/chave-mestra.js';
import { ChaveRepositoryPostgres, EmissorJwt } from './infrastructure/chaves-assinatura.js';
import { LimitadorRedis } from './infrastructure/limitador-redis.js';
import { Manutencao } from './infrastructure/manutencao.js';
import { Argon2Hash, ListaDeSenhasComuns } from './infrastructure/senhas.js';
import { SessaoRepositoryPostgres } from './infrastructure/sessao-repository-postgres.js';
import { UsuarioRepositoryPostgres } from './infrastructure/usuario-repository-postgres.js';
import { JwksController } from './presentation/jwks.controller.js';
import { statusDosErros } from './presentation/problems.js';
import { SessoesController } from './presentation/sessoes.controller.js';
import { UsuariosController } from './presentation/usuarios.controller.js';

export const migrations = [
  platformMigrations,
  messagingMigrations,
  fileURLToPath(new URL('../migrations', import.meta.url)),
];

export const appOptions: AppOptions = {
  name: 'auth',
  description: 'Contas, sessões e chaves da Plataforma de Reservas de Espaços',
  problems: statusDosErros,
  bodyLimit: 16_000,
};

/** Room for clocks that differ between us and whoever verifies, ms. */
const FOLGA_RELOGIOS_MS = 60_000;

/** The only place that binds a port to its adapter. Global, so that readiness can look at the rate limiter's Redis. */
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
      global: true,
      imports: [
        PlatformModule.with({
          name: appOptions.name,
          config,
          database: config,
          readiness: {
            inject: [Broker, LimitadorRedis],
            checks: (broker: Broker, limitador: LimitadorRedis) => [
              // The outbox keeps what cannot be published now; the limiter counts in memory meanwhile.
              { name: 'rabbitmq', probe: () => broker.ping(), optional: true },
              { name: 'redis', probe: () => limitador.ping(), optional: true },
            ],
          },
        }),
        MessagingModule.with('auth', config.RABBITMQ_URL),
      ],
      controllers: [UsuariosController, SessoesController, JwksController],
      providers: [
        RegistrarUsuarioHandler,
        IniciarSessaoHandler,
        RenovarSessaoHandler,
        SemearDemonstracaoHandler,
        { provide: UsuarioRepository, useClass: UsuarioRepositoryPostgres },
        { provide: SessaoRepository, useClass: SessaoRepositoryPostgres },
        { provide: HashDeSenha, useClass: Argon2Hash },
        { provide: SenhasComuns, useClass: ListaDeSenhasComuns },
        { provide: TokensDeRenovacao, useValue: new TokensOpacos(mestra) },
        {
          provide: LimitadorRedis,
          inject: [Logger],
          useFactory: (logger: Logger) => new LimitadorRedis(config, mestra.derivar('contagens'), logger),
        },
        { provide: LimitadorDeTentativas, useExisting: LimitadorRedis },
        {
          provide: ChaveRepositoryPostgres,
          inject: [Database],
          useFactory: (database: Database) => new ChaveRepositoryPostgres(database, mestra),
        },
        { provide: ChaveRepository, useExisting: ChaveRepositoryPostgres },
        {
          provide: EmissorJwt,
          inject: [ChaveRepositoryPostgres],
          useFactory: (chaves: ChaveRepositoryPostgres) => new EmissorJwt(chaves, mestra, config),
        },
        { provide: EmissorDeToken, useExisting: EmissorJwt },
        {
          provide: RotacionarChavesHandler,
          inject: [ChaveRepository],
          useFactory: (chaves: ChaveRepository) => new RotacionarChavesHandler(chaves, politica),
        },
        {
          provide: Manutencao,
          inject: [RotacionarChavesHandler, EmissorJwt, SemearDemonstracaoHandler, SessaoRepository, Logger],
          useFactory: (
            rotacionar: RotacionarChavesHandler,
            emissor: EmissorJwt,
            semear: SemearDemonstracaoHandler,
            sessoes: SessaoRepository,
            logger: Logger,
          ) =>
            new Manutencao(
              rotacionar,
              emissor,
              config.SEED_DEMO ? semear : undefined,
              sessoes,
              config.AUTH_MANUTENCAO_SEGUNDOS * 1000,
              logger,
            ),
        },
      ],
      exports: [LimitadorRedis],
    };
  }
}
