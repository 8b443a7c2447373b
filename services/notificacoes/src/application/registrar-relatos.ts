import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Database } from '@plataforma/platform';
import type { Situacao } from '../domain/entrega.js';
import { type EntregaRepository, FalhaDeEnvio } from './ports.js';
import type { Supressoes } from './supressoes.js';

export interface Relato {
  /** Of the message; absent in what the provider tells of an address alone. */
  readonly notificacaoId: string | undefined;
  readonly situacao: Situacao;
  readonly em: Date;
  /** To which nothing is to be sent any more. */
  readonly suprimir?: {
    readonly canal: 'EMAIL' | 'SMS';
    readonly endereco: string;
    readonly motivo: 'REJEITADO' | 'QUEIXA';
  };
}

/** Believes what providers tell of messages, in whatever order and however often they do. */
export class RegistrarRelatos {
  constructor(
    private readonly database: Database,
    private readonly entregas: EntregaRepository,
    private readonly supressoes: Supressoes,
  ) {}

  /** All or nothing. */
  async execute(relatos: readonly Relato[]): Promise<void> {
    await this.database.transaction(async () => {
      // In one order, whoever tells: two that tell of the same do not wait for each other.
      const ordenados = relatos.toSorted((a, b) => (a.notificacaoId ?? '').localeCompare(b.notificacaoId ?? ''));
      for (const { notificacaoId, situacao, em, suprimir } of ordenados) {
        if (notificacaoId !== undefined) await this.entregas.saveSituacao(notificacaoId, situacao);
        if (suprimir) await this.supressoes.told(suprimir.canal, suprimir.endereco, suprimir.motivo, em);
      }
    });
  }
}

/** Who tells was not who it should be, or what it told was changed. */
export class AssinaturaInvalida extends Error {}
/** It is not what the provider sends. */
export class RelatoIlegivel extends Error {}
/** This house has no such provider, or nothing to verify it by. */
export class ProvedorQueNaoRelata extends Error {}

/** Undefined where the provider cannot be verified: nothing is believed of it. */
export abstract class ProvedoresQueRelatam {
  /** @throws AssinaturaInvalida, RelatoIlegivel */
  abstract readonly sendgrid: ((chamada: ChamadaDaSendGrid) => Relato[]) | undefined;
  /** @throws AssinaturaInvalida */
  abstract readonly twilio: ((chamada: ChamadaDaTwilio) => Relato[]) | undefined;
}

export interface ChamadaDaSendGrid {
  /** As they came: what is signed. */
  readonly bytes: Buffer;
  readonly corpo: unknown;
  readonly assinatura: string;
  readonly instante: string;
}

export interface ChamadaDaTwilio {
  /** Of the address that was called, with its `?`. */
  readonly consulta: string;
  readonly campos: Readonly<Record<string, string>>;
  readonly assinatura: string;
}

export class ReceberRelatosDaSendGrid extends Command<void> {
  constructor(readonly chamada: ChamadaDaSendGrid) {
    super();
  }
}

@CommandHandler(ReceberRelatosDaSendGrid)
export class ReceberRelatosDaSendGridHandler implements ICommandHandler<ReceberRelatosDaSendGrid> {
  constructor(
    private readonly provedores: ProvedoresQueRelatam,
    private readonly registrar: RegistrarRelatos,
  ) {}

  /** @throws ProvedorQueNaoRelata, AssinaturaInvalida, RelatoIlegivel */
  async execute({ chamada }: ReceberRelatosDaSendGrid): Promise<void> {
    if (!this.provedores.sendgrid) throw new ProvedorQueNaoRelata();
    await this.registrar.execute(this.provedores.sendgrid(chamada));
  }
}

export class ReceberRelatosDaTwilio extends Command<void> {
  constructor(readonly chamada: ChamadaDaTwilio) {
    super();
  }
}

@CommandHandler(ReceberRelatosDaTwilio)
export class ReceberRelatosDaTwilioHandler implements ICommandHandler<ReceberRelatosDaTwilio> {
  constructor(
    private readonly provedores: ProvedoresQueRelatam,
    private readonly registrar: RegistrarRelatos,
  ) {}

  /** @throws ProvedorQueNaoRelata, AssinaturaInvalida */
  async execute({ chamada }: ReceberRelatosDaTwilio): Promise<void> {
    if (!this.provedores.twilio) throw new ProvedorQueNaoRelata();
    await this.registrar.execute(this.provedores.twilio(chamada));
  }
}

/** @throws FalhaDeEnvio for good when nothing is sent to that address */
export async function recusarSuprimido(supressoes: Supressoes, email: string): Promise<void> {
  if (await supressoes.has(email)) throw new FalhaDeEnvio('o endereço está na lista de supressão', true);
}
