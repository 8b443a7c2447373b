import type { NotificacaoHttp, PreferenciasHttp, RespostaDeConvidado } from '@plataforma/contracts';
import type { Claim, WorkTable } from '@plataforma/trabalho';
import type { CartaDeConta, CartaEmMaos } from '../domain/carta-de-conta.js';
import type { ChavesDeNavegador, Meio } from '../domain/destino.js';
import type {
  Assunto,
  Aviso,
  Avisos,
  Contato,
  DadosReserva,
  EstadoDaReserva,
  Falhando,
  Situacao,
  TipoDeCanal,
  TipoNotificacao,
} from '../domain/entrega.js';

/** What is known of a booking, as its newest message tells it. */
export interface ReservaConhecida {
  readonly reservaId: string;
  readonly usuarioId: string;
  readonly versao: number;
  readonly estado: EstadoDaReserva;
  readonly dados: DadosReserva;
  readonly codigo?: string | undefined;
  readonly toleranciaMinutos?: number | undefined;
  readonly saldoCentavos: number;
  /** RFC 3339. */
  readonly saldoVenceEm?: string | undefined;
  /** Under what it is charged: itself, or its series. */
  readonly cobrancaId: string;
  /** Who made it for them, and is told of it too. */
  readonly feitaPorId?: string | undefined;
  /** What is paid first, where that is not everything. */
  readonly sinalCentavos?: number | undefined;
}

/** What a message says of a booking; what it does not say stays as it was. */
export type NoticiaDaReserva = Pick<ReservaConhecida, 'reservaId' | 'usuarioId' | 'versao' | 'estado' | 'dados'> &
  Partial<ReservaConhecida>;

export type TipoDeLembrete = Extract<TipoNotificacao, 'LEMBRETE_24H' | 'LEMBRETE_1H' | 'SALDO_A_VENCER'>;
export interface Lembrete {
  readonly tipo: TipoDeLembrete;
  /** The moment that it was reckoned for. */
  readonly para: Date;
  readonly reserva: ReservaConhecida;
}

export abstract class ReservasConhecidas {
  /**
   * Takes in what a message says, unless a newer one is known, and has its reminders due anew; inside the caller's
   * transaction. What was known before.
   */
  abstract follow(noticia: NoticiaDaReserva): Promise<ReservaConhecida | undefined>;
  abstract find(reservaId: string): Promise<ReservaConhecida | undefined>;
  /** What is paid for under this id, the earliest first. */
  abstract chargedUnder(cobrancaId: string): Promise<ReservaConhecida[]>;
  /** The occurrences of a series, in one order for everybody: they are locked one after the other. */
  abstract ofSeries(serieId: string): Promise<ReservaConhecida[]>;
  abstract readonly reminders: WorkTable<Lembrete>;
}

/** Somebody invited to bookings by e-mail; a person of no account, whose id is this one: of a series in all of it the same. */
export interface Convidado {
  readonly id: string;
  readonly email: string;
}
/** Who may say who comes: before a booking is known here, whoever says so may turn out to be nobody to it. */
export interface Anfitrioes {
  readonly reservaId: string;
  readonly usuarios: readonly string[];
}

/** Of which bookings `r` the guest `g` was asked, and can still say whether they come. */
export const A_RESPONDER = `g.removido_em IS NULL AND g.pergunta IS NOT NULL AND g.resposta IS NULL
  AND r.estado = 'CONFIRMADA' AND r.inicio > now()`;

/** What the link of an invitation names: who was asked, and by which of the letters to them. */
export interface Convite {
  readonly convidadoId: string;
  readonly reservaId: string;
  readonly versao: number;
}

export abstract class ConvidadoRepository {
  /** Who changes the guests of a booking and who tells them take turns, to the end of their transactions. */
  abstract lock(reservaId: string): Promise<void>;
  /** Of those that one of these hosts, or the house, invited. */
  abstract list(anfitrioes: Anfitrioes): Promise<Convidado[]>;
  abstract insert(
    convidados: readonly Convidado[],
    reservaId: string,
    anfitriao: string,
    daCasa: boolean,
  ): Promise<void>;
  /** They are known on, to be told that they are not invited any more. */
  abstract remove(convidados: readonly Convidado[], reservaId: string): Promise<void>;
  /** Those that this person invited to one of these bookings, and has not taken off any. */
  abstract invitedBy(anfitriao: string, reservas: readonly string[]): Promise<Convidado[]>;
  /** They are asked whether they come, as of this version of the booking: what they said of one before is past. */
  abstract ask(convidados: readonly string[], reservaId: string, versao: number): Promise<void>;
  /** What a guest says of all that they were asked and have not answered; false when that is nothing (any more). */
  abstract answer(convite: Convite, resposta: RespostaDeConvidado): Promise<boolean>;
  /** How many this person has invited in the last day. */
  abstract countOfDay(anfitriao: string): Promise<number>;
}

/** A notice for one person about one version of a booking. */
export interface NovaEntrega {
  readonly id: string;
  /** What it is told of, where that is not the state of the booking: only what is of the same makes it stale. */
  readonly sobre?: string | undefined;
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
  /** RFC 3339: when what it tells happened. */
  readonly ocorridoEm: string;
  readonly falhando: Falhando;
  /** Something newer about the booking is known, or its time is over: what this one says is no longer so. */
  readonly superada: boolean;
  /** It needs no agreement, or there is one in force now. */
  readonly consentida: boolean;
}

/** What a person agreed to, or does no more. */
export interface Consentimento {
  readonly usuarioId: string;
  readonly finalidade: string;
  readonly concedido: boolean;
}

/** Why something that was queued is not sent. */
export const SEM_CONSENTIMENTO = 'a pessoa não consente, ou já não consente';
/** Why something waits. */
export const EM_SILENCIO = 'espera pelo fim das horas de silêncio da pessoa';

/** Deliveries that go out in one e-mail, to one person: under the id of the first. */
export type Carta = readonly [EntregaEmMaos, ...EntregaEmMaos[]];

export abstract class EntregaRepository {
  /**
   * Stores what the person's `versao`-th message says of them, unless a later one is known, and releases the deliveries
   * that wait for it; inside the caller's transaction.
   */
  abstract saveContato(contato: Contato, versao: number): Promise<void>;
  /**
   * Stores the person's `versao`-th word on a purpose, unless a later one is known; what is queued for one that they do
   * not agree to any more is not sent. Inside the caller's transaction.
   */
  abstract saveConsentimento(consentimento: Consentimento, versao: number): Promise<void>;
  /**
   * Stores a delivery, once per booking, version, kind, channel and person, if the person can be reached in the channel
   * (of e-mail that is not known yet when there is no contact); none that needs an agreement which there is not. Inside
   * the caller's transaction.
   */
  abstract insert(entrega: NovaEntrega): Promise<void>;
  /** The queue of one channel: what is due there and in no other. */
  abstract toSend(canal: TipoDeCanal): WorkTable<Carta>;
  /**
   * Marks them sent and announces that, all or nothing; how many were not marked before. Also when the claim was lost
   * meanwhile: it was sent, and whoever sends it again finds it marked.
   */
  abstract markSent(carta: Carta, assunto: string, aceite: Aceite): Promise<number>;
  /** They are not to be sent any more. */
  abstract markOutdated(entregas: readonly EntregaEmMaos[], motivo?: string): Promise<void>;
  /** What these people were still to be told of the booking is not told any more. */
  abstract withdraw(usuarios: readonly string[], reservaId: string): Promise<void>;
  /** Puts it off after a failure; what was not tried counts as no attempt. */
  abstract postpone(carta: Carta, posse: Claim, pausaMs: number, falha: FalhaDeEnvio): Promise<void>;
  /** Puts it off until its hour: nothing failed. */
  abstract keep(carta: Carta, posse: Claim, pausaMs: number, motivo: string): Promise<void>;
  /** Gives them up and announces that, all or nothing. */
  abstract markFailed(carta: Carta, posse: Claim, motivo: string): Promise<void>;
  /**
   * Has one that was given up tried anew; inside the caller's transaction.
   * @throws AvisoInexistente, AvisoNaoSeReenvia when it was not given up, or there is nobody to tell any more
   */
  abstract resend(id: string): Promise<void>;
  /** What the provider says of a message that it took, of all deliveries of its letter; announced when it is news. */
  abstract saveSituacao(id: string, situacao: Situacao): Promise<void>;
  /** The notices about a booking, oldest first; only those to `usuarioId` when given. */
  abstract ofBooking(reservaId: string, usuarioId: string | undefined): Promise<NotificacaoHttp[]>;
}

/** The calendar entry that goes with a message (RFC 5546). */
export interface Calendario {
  readonly metodo: 'REQUEST' | 'CANCEL' | 'PUBLISH';
  readonly ics: string;
}

/** What a message says in each channel, written by whoever knows the words. */
export interface Conteudos {
  readonly EMAIL: {
    readonly assunto: string;
    readonly html: string;
    readonly texto: string;
    readonly calendario?: Calendario | undefined;
    /** The address on which one request unsubscribes (RFC 8058); absent where nobody can. */
    readonly descadastro?: string | undefined;
  };
  readonly SMS: {
    /** What the history calls the message. */
    readonly assunto: string;
    readonly texto: string;
    /** Where it goes instead of to the person's proven number. */
    readonly destino?: Destino | undefined;
  };
  readonly PUSH: {
    /** The title. */
    readonly assunto: string;
    readonly texto: string;
    /** The page of the site that it opens, from `/`; its first one when absent. */
    readonly caminho?: string | undefined;
  };
}

/** What one person is told in one channel. */
export interface Mensagem<C extends TipoDeCanal = TipoDeCanal> {
  /** Of the first delivery: the key by which the provider, where it can, and its records tell a repetition. */
  readonly id: string;
  /** Its kind, for metrics. */
  readonly tipo: string;
  /** Phone numbers and devices are the channel's own business. */
  readonly para: Contato;
  readonly conteudo: Conteudos[C];
}

/** That a provider has taken a message. */
export interface Aceite {
  readonly provedor: string;
  /** How the provider calls it. */
  readonly referencia?: string | undefined;
}

/**
 * A way to hand messages over. Each has its own queue and its own hands, so that a provider that is slow or dead delays
 * nobody else's messages.
 */
export abstract class Canal<C extends TipoDeCanal = TipoDeCanal> {
  abstract readonly tipo: C;
  /** @throws FalhaDeEnvio, NadaAEnviar; after any other error as well the message may or may not have been taken */
  abstract deliver(mensagem: Mensagem<C>): Promise<Aceite>;
  /** How many more messages it would take now; what it would not is better left in the queue. */
  room(): Promise<number> {
    return Promise.resolve(Infinity);
  }
}

/** The channels that this house has. */
export class Canais {
  /** @param close ends what they keep open */
  constructor(
    readonly por: { readonly [C in TipoDeCanal]: Canal<C> },
    private readonly close: () => Promise<void>,
  ) {}

  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

/** The provider did not take the message. Its own message carries no personal data: it is stored and announced. */
export class FalhaDeEnvio extends Error {
  override readonly name = 'FalhaDeEnvio';

  constructor(
    message: string,
    /** It never will. */
    readonly definitiva: boolean,
    /** Not before that long, ms, as the provider says. */
    readonly esperarMs?: number,
    /** Whether the provider was asked: what was never tried counts as no attempt. */
    readonly tentada = true,
  ) {
    super(message);
  }
}

/** There is nobody to hand it to in this channel any more: nothing failed. */
export class NadaAEnviar extends Error {
  override readonly name = 'NadaAEnviar';
}

/** Where a person can be reached besides by e-mail. */
export interface Destino {
  readonly id: string;
  readonly meio: Meio;
  /** A phone number (E.164), a Firebase token, or the address of a Web Push subscription. */
  readonly endereco: string;
  /** Of a Web Push subscription. */
  readonly chaves?: ChavesDeNavegador | undefined;
}

/** What people chose of what they are told. */
export abstract class PreferenciasRepository {
  abstract of(usuarioId: string): Promise<PreferenciasHttp>;
  /** Instead of what was chosen before. */
  abstract save(usuarioId: string, preferencias: PreferenciasHttp): Promise<void>;
  abstract turnOff(usuarioId: string, canal: TipoDeCanal, assunto: Assunto): Promise<void>;
}

export abstract class DestinoRepository {
  /** Those that a message may go to; an unproven phone number is none. */
  abstract reachable(usuarioId: string, canal: 'SMS' | 'PUSH'): Promise<Destino[]>;
  /** A provider says that they exist no more. */
  abstract forget(ids: readonly string[]): Promise<void>;
}

/** Writes what is told in booking notices, for each channel. */
export abstract class Modelos {
  abstract write<C extends TipoDeCanal>(canal: C, avisos: Avisos, contato: Contato): Conteudos[C];
}

export type FimDaCarta = 'ENVIADA' | 'FALHOU' | 'SUPERADA';

/** Letters about accounts. */
export abstract class CartaDeContaRepository {
  /** Stores a letter, once; inside the caller's transaction. */
  abstract insert(carta: CartaDeConta): Promise<void>;
  abstract readonly toSend: WorkTable<CartaEmMaos>;
  abstract postpone(posse: Claim, id: string, pausaMs: number, falha: FalhaDeEnvio): Promise<void>;
  /** Ends it, and forgets its secret; nothing when the claim was lost. */
  abstract end(posse: Claim, id: string, estado: FimDaCarta, motivo?: string): Promise<void>;
}

export abstract class ModelosDeCarta {
  /** @param segredo open */
  abstract write(carta: CartaDeConta, segredo: string | undefined): Conteudos['EMAIL'];
}
