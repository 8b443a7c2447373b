import type { Claim, WorkTable } from '@plataforma/trabalho';
import type { Cobranca, Fato, Finalidade, Intento, Metodo } from '../domain/cobranca.js';
import type { DisputaNoProvedor } from '../domain/disputa.js';
import type { Estorno, EstornoNoProvedor } from '../domain/estorno.js';
import type { FatosDoOrfao } from '../domain/orfao.js';

/** How often open charges and the provider's events are compared with what we have, s. */
export class IntervaloDeReconciliacao {
  constructor(readonly segundos: number) {}
}

/** Who issues receipts, and where their authenticity can be asked (the code of the receipt is appended). */
export class EmitenteDeRecibos {
  constructor(
    readonly nome: string,
    readonly verificacaoUrl: string | undefined,
  ) {}
}

/** A refund that is to be asked of the provider, or asked about. */
export interface EstornoAFazer extends Estorno {
  readonly reservaId: string;
  readonly intentoId: string;
  readonly chaveTentativa: number;
  /** How often the provider was called for it before. */
  readonly tentativas: number;
}

/** A webhook whose signature is right, or an event of the provider's own list. */
export interface AvisoDoProvedor {
  /** The provider's id of the event; of what has none, a digest of it. */
  readonly eventoId: string;
  readonly tipo: string;
  readonly intentoId: string | null;
  readonly versaoApi: string | null;
  /** Why it is no event that can be understood; null when it is one. */
  readonly inesperado: string | null;
}
export interface EventoDoProvedor extends AvisoDoProvedor {
  readonly corpo: string;
  readonly criadoEm: Date;
}

/** What the marks that we leave on an intent say about whom it is for. */
export interface Marca {
  readonly reservaId: string;
  readonly parcela: number;
}
/** An intent with its marks; without them it is none of ours. */
export interface IntentoMarcado {
  readonly intento: Intento;
  readonly marca: Marca | null;
}

/** What an event of the provider is about, for those that concern us. */
export type ConteudoDoAviso =
  | ({ readonly sobre: 'INTENTO' } & IntentoMarcado)
  /** Refunds or disputes of a payment: what they are now is asked of the provider. */
  | { readonly sobre: 'CONFERENCIA'; readonly intentoId: string }
  /** Told in words that we do not rely on (another version of the API): the intent is read again. */
  | { readonly sobre: 'RELEITURA'; readonly intentoId: string }
  /** It should say what it is about, and does not. */
  | { readonly sobre: 'INESPERADO'; readonly explicacao: string }
  /** By what a payment was made, which the intent itself does not say. */
  | { readonly sobre: 'MEIO'; readonly intentoId: string; readonly metodo: Metodo }
  | { readonly sobre: 'OUTRO' };

/** The provider answered that it will not do this, whatever we try; anything else that fails may be tried again. */
export class RecusaDoProvedor extends Error {
  override readonly name = 'RecusaDoProvedor';
}

/** The provider keeps answering what it saved under this idempotency key: only another key can get a new answer. */
export class RespostaSalva extends Error {
  override readonly name = 'RespostaSalva';
}

/** The idempotency key was used before for another request: somebody has to know, and only another key helps. */
export class ChaveEmConflito extends Error {
  override readonly name = 'ChaveEmConflito';
}

/** A webhook that is not the provider's, or not of now. */
export class AssinaturaInvalida extends Error {
  override readonly name = 'AssinaturaInvalida';
}

/** The payment provider. Amounts in centavos of BRL; every call has its own time-out. */
export abstract class ProvedorDePagamento {
  /** Asks for an intent; the same key gives the same one. @throws RespostaSalva, ChaveEmConflito, RecusaDoProvedor */
  abstract openIntent(cobranca: Cobranca, chave: string): Promise<Intento>;
  /**
   * The intent made for a charge, by its marks, which may still be paid or was, and is none of `exceto`: the captured one
   * if there are several, else the first.
   */
  abstract findIntent(marca: Marca, exceto?: readonly string[]): Promise<Intento | undefined>;
  abstract retrieveIntent(provedorId: string): Promise<IntentoMarcado>;
  /** Cancels; an intent that cannot be cancelled any more is returned as it is. */
  abstract cancelIntent(provedorId: string): Promise<Intento>;
  /** @throws RecusaDoProvedor, RespostaSalva, ChaveEmConflito */
  abstract refund(estorno: EstornoAFazer, chave: string): Promise<EstornoNoProvedor>;
  /** Gives back all that remains of an intent that no charge wants. */
  abstract refundAll(intentoId: string, chave: string): Promise<EstornoNoProvedor>;
  abstract retrieveRefund(provedorId: string): Promise<EstornoNoProvedor>;
  /** All refunds of an intent, whoever made them. */
  abstract listRefunds(intentoId: string): Promise<EstornoNoProvedor[]>;
  abstract listDisputes(intentoId: string): Promise<DisputaNoProvedor[]>;
  /** Everything that happened since, of the kinds that concern us, newest first, in pages. */
  abstract listEvents(desde: Date): AsyncIterable<EventoDoProvedor[]>;
  /** Intents created since, in pages. */
  abstract listIntents(desde: Date): AsyncIterable<IntentoMarcado[]>;
  /** Intents that had a refund or a dispute since, with what it is now, in pages. */
  abstract listMovedBack(desde: Date): AsyncIterable<MovimentoDeVolta[]>;
  /** @throws AssinaturaInvalida */
  abstract verifyWebhook(corpo: Buffer, assinatura: string): AvisoDoProvedor;
  abstract readWebhook(corpo: string): ConteudoDoAviso;
}

/** A refund or a dispute of an intent, as the provider lists it. */
export interface MovimentoDeVolta {
  readonly tipo: 'ESTORNO' | 'DISPUTA';
  readonly intentoId: string;
  readonly provedorId: string;
  readonly situacao: string;
}

export interface NovaCobranca {
  readonly id: string;
  readonly reservaId: string;
  readonly parcela: number;
  readonly finalidade: Finalidade;
  readonly clienteId: string;
  readonly valorCentavos: number;
  readonly descricao: string;
  readonly expiraEm: string;
  /** Until when a means of payment with its own deadline may last; without it, until `expiraEm`. */
  readonly prorrogavelAte?: string | undefined;
}

/** An intent that something was heard of, with whose marks. */
export interface IntentoVisto {
  readonly intentoId: string;
  readonly marca: Marca | null;
}

/** What became known of a charge, and the claim under which that was learnt, if it ends with it. */
export interface Mudanca {
  readonly cobranca: Cobranca;
  readonly fatos: readonly Fato[];
  readonly posse?: Claim;
}

export abstract class CobrancaRepository {
  /**
   * Records a charge that reservas asked for; the same one twice changes nothing, and one that was cancelled before it
   * came is cancelled.
   * @throws CobrancaDivergente
   */
  abstract create(nova: NovaCobranca): Promise<void>;
  /** Charges that have something to do. */
  abstract readonly aTratar: WorkTable<Cobranca>;
  /** Charges that are to be compared with what the provider has of them. */
  abstract readonly aConferir: WorkTable<Cobranca>;
  /** Locks charges, by their ids. */
  abstract lockAll(ids: readonly string[]): Promise<Map<string, Cobranca>>;
  /** Locks the charge that each intent of the provider is for: its own first, else the one that its marks name. */
  abstract lockByIntents(vistos: readonly IntentoVisto[]): Promise<(Cobranca | undefined)[]>;
  /** Writes state, ledger, events and when to look again of what became known, together; whoever has a claim keeps it. */
  abstract save(cobranca: Cobranca, fatos: readonly Fato[]): Promise<void>;
  /** The same of several charges, each once, and ends the claims that are named. */
  abstract saveAll(mudancas: readonly Mudanca[]): Promise<void>;
  /** Releases a claim after a call that did not settle the matter; it is taken up again after a growing pause. */
  abstract postpone(posse: Claim, falha: string, novaChave: boolean): Promise<void>;
  /**
   * Notes that the booking does not want the money any more, also before the charge is known. It is always answered: by
   * what ends the charge, or at once when there is nothing that could still be paid.
   */
  abstract requestCancellation(marca: Marca): Promise<void>;
  /** Has the refunds and disputes of a charge compared with the provider's. False when no charge has this intent. */
  abstract requestCheck(por: 'id' | 'provedor_id', valor: string): Promise<boolean>;
  /** Notes how the charge of an intent is paid. False when no charge has it. */
  abstract noteMethod(intentoId: string, metodo: Metodo): Promise<boolean>;
  /** Has a charge that is not open yet look for its intent at the provider now. */
  abstract hasten(id: string): Promise<void>;
}

/** How a call for a refund failed. */
export interface Falha {
  readonly novaChave: boolean;
  /** The provider said no, whatever we try. */
  readonly recusado: boolean;
}

export interface NovoEstorno extends Marca {
  readonly id: string;
  readonly valorCentavos: number;
  readonly motivo: string;
}

export abstract class EstornoRepository {
  /**
   * Records a refund that reservas asked for, or what remains of the charge; the same id twice changes nothing. When
   * nothing remains it is told at once as concluded, with zero.
   * @throws PagamentoNaoCapturado
   */
  abstract create(estorno: NovoEstorno): Promise<void>;
  /**
   * Records a refund that an admin wants, with who and why; everything that remains without an amount. `porFora` = paid
   * already by other means than the provider.
   * @throws PagamentoInexistente, PagamentoNaoCapturado, PagamentoEmDisputa, EstornoAcimaDoCapturado, EstornoImpossivel
   */
  abstract createByAdmin(estorno: {
    id: string;
    cobrancaId: string;
    valorCentavos: number | undefined;
    motivo: string;
    autorId: string;
    porFora: boolean;
  }): Promise<void>;
  /**
   * Ends, or asks for again, a refund that the provider does not make, with who decided it and why.
   * @throws EstornoInexistente, EstornoNaoParado
   */
  abstract decide(decisao: {
    id: string;
    acao: 'TENTAR_DE_NOVO' | 'PAGO_POR_FORA' | 'BAIXAR';
    motivo: string;
    autorId: string;
  }): Promise<void>;
  /** Refunds to be asked of the provider, or asked about. */
  abstract readonly aFazer: WorkTable<EstornoAFazer>;
  /** Writes what the provider shows of a refund, with ledger and event when it is done. */
  abstract save(estorno: Estorno, noProvedor: EstornoNoProvedor): Promise<void>;
  /** Releases a claim after a call that failed: taken up again after a growing pause, or no more. */
  abstract postpone(posse: Claim, falha: string, como: Falha): Promise<void>;
  /** Compares with all that the provider has of the charge: notes, adopts, and reduces what can no longer be had. */
  abstract reconcile(cobrancaId: string, noProvedor: readonly EstornoNoProvedor[]): Promise<void>;
}

export abstract class DisputaRepository {
  /** Writes what the provider shows of a dispute, with ledger and event. */
  abstract save(cobrancaId: string, disputa: DisputaNoProvedor): Promise<void>;
}

export interface Orfao extends Marca {
  readonly provedorId: string;
  readonly cobrancaId: string | null;
  readonly tentativas: number;
}

/** Intents of ours that no charge is paid through. */
export abstract class OrfaoRepository {
  abstract note(provedorId: string, marca: Marca, cobrancaId: string | null): Promise<void>;
  abstract isKnown(provedorId: string): Promise<boolean>;
  /** Has one looked at again, also after its end: something happened to it. False when there is none. */
  abstract reopen(provedorId: string): Promise<boolean>;
  abstract readonly aTratar: WorkTable<Orfao>;
  /** Writes what the provider did, as far as it was not known, into the ledger of the charge when there is one. */
  abstract record(orfao: Orfao, fatos: FatosDoOrfao): Promise<void>;
  abstract settle(orfao: Orfao, posse: Claim, desfecho: 'CANCELADO' | 'DEVOLVIDO'): Promise<void>;
  abstract postpone(posse: Claim): Promise<void>;
}

/** Comparisons with the provider that somebody asked for. */
export abstract class ReconciliacaoRepository {
  /** @param desde from when on; without it, of the last days that are usual @returns its id */
  abstract insert(desde: string | undefined): Promise<string>;
}

/** Webhooks, as those who operate decide about them. */
export abstract class WebhookRepository {
  /** Ends one that waits for somebody. @throws WebhookInexistente, WebhookNaoParado */
  abstract drop(id: string, motivo: string, autorId: string): Promise<{ readonly tipo: string }>;
}

/** Something that happened to a booking, as it may be shown to a bank. */
export interface FatoDaReserva {
  readonly mensagemId: string;
  readonly reservaId: string;
  readonly tipo: string;
  readonly ocorridoEm: string;
  readonly dados: Readonly<Record<string, unknown>>;
}

/** What an event says of a booking's money, centavos; null is as before, less `reembolso` of what is paid. */
export interface ReservaVista {
  readonly cobradaSob: string | undefined;
  readonly situacao: string | null;
  readonly pago: number | null;
  readonly reembolso: number;
  readonly sequencia: number;
}

export abstract class FatoRepository {
  abstract keep(fato: FatoDaReserva): Promise<void>;
  /** Keeps it, with what it says of the money. Events may come in any order: the one with the highest sequence is the last. */
  abstract see(fato: FatoDaReserva, vista: ReservaVista): Promise<void>;
}
