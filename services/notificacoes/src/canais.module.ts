import type { DynamicModule } from '@nestjs/common';
import { Auditoria } from '@plataforma/messaging';
import { areaModule, Database, Logger } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { Destinos, EnviarCodigos } from './application/destinos.js';
import { EnviosLocais } from './application/envios-locais.js';
import { Canais, type Canal, DestinoRepository, EntregaRepository } from './application/ports.js';
import {
  ProvedoresQueRelatam,
  ReceberRelatosDaSendGridHandler,
  ReceberRelatosDaTwilioHandler,
  RegistrarRelatos,
  recusarSuprimido,
} from './application/registrar-relatos.js';
import {
  LiberarEnderecoHandler,
  ListarEnviosLocaisHandler,
  ListarSupressoesHandler,
  SuprimirEnderecoHandler,
} from './application/administrar-canais.js';
import {
  ConsultarChaveDeNavegadorHandler,
  InformarTelefoneHandler,
  ListarDestinosHandler,
  RegistrarAparelhoHandler,
  RemoverDestinoHandler,
  VerificarTelefoneHandler,
} from './application/gerir-destinos.js';
import { Supressoes } from './application/supressoes.js';
import { conferirCanais } from './canais.config.js';
import { type Config, origensDe } from './config.js';
import type { TipoDeCanal } from './domain/entrega.js';
import { CanalGuardado, Fronteira } from './infrastructure/canal-guardado.js';
import { EmailLocal, PushLocal, SmsLocal } from './infrastructure/email-local.js';
import { CanalDePush, type ProvedorDePush } from './infrastructure/canal-de-push.js';
import { GuardaDeProvedor } from './infrastructure/guarda-de-provedor.js';
import { PgDestinoRepository } from './infrastructure/pg-destino-repository.js';
import { CanaisController } from './presentation/canais.controller.js';
import { DestinosController } from './presentation/destinos.controller.js';
import { RelatosController } from './presentation/relatos.controller.js';

/** The providers that settings name, each behind its guard; an SDK is loaded only where it is used. */
class Montagem {
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly destinos: DestinoRepository,
    private readonly supressoes: Supressoes,
  ) {}

  async all(): Promise<Canais> {
    const por = {
      EMAIL: this.bordered(await this.email()),
      SMS: this.bordered(await this.sms()),
      PUSH: this.bordered(new CanalDePush(this.destinos, [await this.firebase(), await this.webPush()])),
    };
    return new Canais(por, async () => void (await Promise.all(this.closers.map((close) => close()))));
  }

  private async email(): Promise<Canal<'EMAIL'>> {
    const { SENDGRID_API_KEY: apiKey, SMTP_URL: url, EMAIL_REMETENTE: remetente = '' } = this.config;
    const timeoutMs = this.config.ENVIO_TIMEOUT_MS;
    const guarda = (nome: string) => this.guard(nome, this.config.EMAIL_POR_SEGUNDO);
    if (apiKey !== undefined) {
      const { EmailPorSendGrid } = await import('./infrastructure/email-por-send-grid.js');
      const baseUrl = this.config.SENDGRID_BASE_URL;
      return new CanalGuardado(guarda('SendGrid'), new EmailPorSendGrid({ apiKey, baseUrl, remetente, timeoutMs }));
    }
    if (url !== undefined) {
      const { EmailPorSmtp } = await import('./infrastructure/email-por-smtp.js');
      return new CanalGuardado(guarda('o servidor de e-mail'), new EmailPorSmtp({ url, remetente, timeoutMs }));
    }
    return new EmailLocal(this.database);
  }

  private async sms(): Promise<Canal<'SMS'>> {
    const { TWILIO_CONTA: conta, TWILIO_SEGREDO: segredo = '', SMS_REMETENTE: remetente = '' } = this.config;
    if (conta === undefined) return new SmsLocal(this.database, this.destinos);
    const { SmsPorTwilio } = await import('./infrastructure/sms-por-twilio.js');
    const { TWILIO_BASE_URL: baseUrl, ENVIO_TIMEOUT_MS: timeoutMs } = this.config;
    const retorno = this.config.WEBHOOKS_URL && `${this.config.WEBHOOKS_URL}${RETORNO_DA_TWILIO}`;
    const twilio = new SmsPorTwilio({ conta, segredo, remetente, baseUrl, retorno, timeoutMs }, this.destinos);
    return new CanalGuardado(this.guard('Twilio', this.config.SMS_POR_SEGUNDO), twilio);
  }

  private async firebase(): Promise<readonly [ProvedorDePush, GuardaDeProvedor | undefined]> {
    const conta = this.config.FIREBASE_CONTA;
    if (!conta) return [new PushLocal('FCM', this.database), undefined];
    const { contaDaFirebase, PushPorFirebase } = await import('./infrastructure/push-por-firebase.js');
    const provedor = new PushPorFirebase(contaDaFirebase(conta));
    this.closers.push(provedor.close);
    return [provedor, this.guard('Firebase', this.config.PUSH_POR_SEGUNDO)];
  }

  private async webPush(): Promise<readonly [ProvedorDePush, GuardaDeProvedor | undefined]> {
    const { VAPID_PUBLICA: publicKey, VAPID_PRIVADA: privateKey, ENVIO_TIMEOUT_MS: timeoutMs } = this.config;
    if (publicKey === undefined || privateKey === undefined)
      return [new PushLocal('WEB_PUSH', this.database), undefined];
    const { PushPorNavegador } = await import('./infrastructure/push-por-navegador.js');
    const contato = this.config.EMAIL_REMETENTE ? `mailto:${this.config.EMAIL_REMETENTE}` : this.config.SITE_URL;
    return [
      new PushPorNavegador({ publicKey, privateKey, contato, timeoutMs }),
      this.guard('Web Push', this.config.PUSH_POR_SEGUNDO),
    ];
  }

  private guard(nome: string, porSegundo: number): GuardaDeProvedor {
    const { ENVIO_TIMEOUT_MS: timeoutMs, ENVIO_PAUSA_DO_PROVEDOR_MS: pausaMs } = this.config;
    const guarda = new GuardaDeProvedor(nome, { timeoutMs, porSegundo, pausaMs }, this.database);
    this.closers.push(() => Promise.resolve(guarda.close()));
    return guarda;
  }

  private bordered<C extends TipoDeCanal>(canal: Canal<C>): Canal<C> {
    return new Fronteira(canal, origensDe(this.config), (email) => recusarSuprimido(this.supressoes, email));
  }
}

const RETORNO_DA_TWILIO = '/webhooks/twilio';

/** Those whose signatures can be verified: of others nothing is believed. */
async function provedoresQueRelatam(config: Config): Promise<ProvedoresQueRelatam> {
  const { SENDGRID_WEBHOOK_CHAVE: chave, TWILIO_SEGREDO: segredo, WEBHOOKS_URL: endereco } = config;
  if (chave === undefined && (segredo === undefined || endereco === undefined))
    return { sendgrid: undefined, twilio: undefined };
  const { RelatosDaSendGrid, RelatosDaTwilio } = await import('./infrastructure/relatos-da-send-grid.js');
  return {
    sendgrid: chave === undefined ? undefined : new RelatosDaSendGrid(chave).read,
    twilio:
      segredo === undefined || endereco === undefined
        ? undefined
        : new RelatosDaTwilio(segredo, `${endereco}${RETORNO_DA_TWILIO}`).read,
  };
}

/** A claim outlives the slowest send by this much, ms. */
const FOLGA_DO_PRAZO_MS = 20_000;

/** The ways to reach people, and where each person is reached by them. */
export class CanaisModule {
  static readonly tabelas = [
    'destinos',
    'codigos_pedidos',
    'emails_locais',
    'envios_locais',
    'ritmos_de_provedores',
    'supressoes',
  ];

  /** @throws InvalidConfigurationError when the settings of a provider do not go together */
  static with(config: Config): DynamicModule {
    conferirCanais(config);
    const prazoMs = config.ENVIO_TIMEOUT_MS + FOLGA_DO_PRAZO_MS;
    return areaModule(CanaisModule, {
      controllers: [CanaisController, DestinosController, RelatosController],
      providers: [
        {
          provide: DestinoRepository,
          inject: [Database],
          useFactory: (database: Database) => new PgDestinoRepository(database),
        },
        {
          provide: Canais,
          inject: [Database, DestinoRepository, Supressoes],
          useFactory: (database: Database, destinos: DestinoRepository, supressoes: Supressoes) =>
            new Montagem(config, database, destinos, supressoes).all(),
        },
        {
          provide: Supressoes,
          inject: [Database, Auditoria],
          useFactory: (database: Database, auditoria: Auditoria) => new Supressoes(database, auditoria),
        },
        {
          provide: EnviosLocais,
          inject: [Database],
          useFactory: (database: Database) => new EnviosLocais(database, config.NODE_ENV !== 'production'),
        },
        {
          provide: Destinos,
          inject: [Database, Notifier],
          useFactory: (database: Database, notifier: Notifier) =>
            new Destinos(
              database,
              notifier,
              {
                paises: config.SMS_PAISES,
                servicosDePush: config.WEB_PUSH_SERVICOS,
                chavePublica: config.VAPID_PUBLICA,
                chave: config.CARTAS_CHAVE,
              },
              prazoMs,
            ),
        },
        {
          provide: EnviarCodigos,
          inject: [Destinos, Canais, Logger],
          useFactory: (destinos: Destinos, canais: Canais, logger: Logger) =>
            new EnviarCodigos(destinos, canais.por.SMS, config.CARTAS_CHAVE, prazoMs, logger),
        },
        {
          provide: RegistrarRelatos,
          inject: [Database, EntregaRepository, Supressoes],
          useFactory: (database: Database, entregas: EntregaRepository, supressoes: Supressoes) =>
            new RegistrarRelatos(database, entregas, supressoes),
        },
        { provide: ProvedoresQueRelatam, useFactory: () => provedoresQueRelatam(config) },
        ReceberRelatosDaSendGridHandler,
        ReceberRelatosDaTwilioHandler,
        ListarEnviosLocaisHandler,
        ListarSupressoesHandler,
        SuprimirEnderecoHandler,
        LiberarEnderecoHandler,
        ListarDestinosHandler,
        ConsultarChaveDeNavegadorHandler,
        InformarTelefoneHandler,
        VerificarTelefoneHandler,
        RegistrarAparelhoHandler,
        RemoverDestinoHandler,
      ],
    });
  }
}
