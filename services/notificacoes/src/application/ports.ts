import type { NotificacaoHttp } from '@plataforma/contracts';
import type { Claim, WorkTable } from '@plataforma/trabalho';
import type { CartaDeConta } from '../domain/carta-de-conta.js';
import type { Aviso, Avisos, Contato, TipoDeCanal } from '../domain/entrega.js';

/** A notice for one person about one version of a booking. */
export interface NovaEntrega {
  readonly id: string;
  readonly reservaId: string;
  readonly versao: number;
  readonly canal: TipoDeCanal;
  readonly usuarioId: string;
  readonly aviso: Aviso;
}

/** A delivery that this process has claimed and nobody else is at, until its lease ends. */
export interface EntregaEmMaos extends NovaEntrega {
  /** How often its letter was claimed, this time included. */
  readonly tentativas: number;
  readonly contato: Contato;
  /** Something newer about the booking is known, or its time is over: what this one says is no longer so. */
  readonly superada: boolean;
}

/** Deliveries that go out in one e-mail, to one person: under the id of the first. */
export type Carta = readonly [EntregaEmMaos, ...EntregaEmMaos[]];

export abstract class EntregaRepository {
  /**
   * Stores what the person's `versao`-th message says of them, unless a later one is known, and releases the deliveries
   * that wait for it; inside the caller's transaction.
   */
  abstract saveContato(contato: Contato, versao: number): Promise<void>;
  /** Stores a delivery, once per booking, version, kind, channel and person; inside the caller's transaction. */
  abstract insert(entrega: NovaEntrega): Promise<void>;
  /** The queue of one channel: what is due there and in no other. */
  abstract toSend(canal: TipoDeCanal): WorkTable<Carta>;
  /**
   * Marks them sent and announces that, all or nothing; how many were not marked before. Also when the claim was lost
   * meanwhile: it was sent, and whoever sends it again finds it marked.
   */
  abstract markSent(carta: Carta, assunto: string): Promise<number>;
  abstract markOutdated(entregas: readonly EntregaEmMaos[]): Promise<void>;
  abstract postpone(carta: Carta, posse: Claim, pausaMs: number, motivo: string): Promise<void>;
  /** Gives them up and announces that, all or nothing. */
  abstract markFailed(carta: Carta, posse: Claim, motivo: string): Promise<void>;
  /** The notices about a booking, oldest first; only those to `usuarioId` when given. */
  abstract ofBooking(reservaId: string, usuarioId: string | undefined): Promise<NotificacaoHttp[]>;
}

/**
 * A way to reach people: what is told is written for it and handed to whoever carries it. Each has its own queue and its
 * own hands, so that a provider that is slow or dead delays nobody else's messages.
 */
export abstract class Canal {
  abstract readonly tipo: TipoDeCanal;
  /**
   * @param id of the first delivery of the letter
   * @returns what the history calls the message
   * @throws FalhaDeEnvio; after any error the message may or may not have been taken
   */
  abstract deliver(id: string, avisos: Avisos, contato: Contato): Promise<string>;
}

/** The channels that this house has. */
export class Canais {
  constructor(readonly todos: readonly Canal[]) {}
}

export interface Email {
  /** Of the first delivery: the key by which the provider, where it can, and its records tell a repetition. */
  readonly id: string;
  readonly para: { readonly nome: string; readonly email: string };
  readonly assunto: string;
  readonly html: string;
  readonly texto: string;
}

/** The provider did not take the message. Its own message carries no personal data: it is stored and announced. */
export class FalhaDeEnvio extends Error {
  override readonly name = 'FalhaDeEnvio';

  constructor(
    message: string,
    /** It never will. */
    readonly definitiva: boolean,
  ) {
    super(message);
  }
}

export abstract class EmailSender {
  /** @throws FalhaDeEnvio; after any error the e-mail may or may not have been taken */
  abstract send(email: Email): Promise<void>;
}

export abstract class ModelosDeEmail {
  abstract write(avisos: Avisos, contato: Contato): Pick<Email, 'assunto' | 'html' | 'texto'>;
}

export type FimDaCarta = 'ENVIADA' | 'FALHOU' | 'SUPERADA';

/** Letters about accounts. */
export abstract class CartaDeContaRepository {
  /** Stores a letter, once; inside the caller's transaction. */
  abstract insert(carta: CartaDeConta): Promise<void>;
  abstract readonly toSend: WorkTable<CartaDeConta>;
  /** Ends it, and forgets its secret; nothing when the claim was lost. */
  abstract end(posse: Claim, id: string, estado: FimDaCarta, motivo?: string): Promise<void>;
}

export abstract class ModelosDeCarta {
  /** @param segredo open */
  abstract write(carta: CartaDeConta, segredo: string | undefined): Pick<Email, 'assunto' | 'html' | 'texto'>;
}
