import type { ReservaHttp } from '@plataforma/contracts';
import type { RecordedEvent } from '@plataforma/messaging';
import type { CadastroDeEspaco, Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import type { Retencoes } from '../domain/cota.js';
import type { TabelaDePreco } from '../domain/preco.js';
import type { EventoDaReserva, Reserva } from '../domain/reserva.js';

/** A booking as it was read, with what is needed to write it back. */
export interface ReservaCarregada {
  readonly id: string;
  readonly reserva: Reserva;
  readonly versao: number;
  /** The database's clock, ms: the only one that decides. */
  readonly agora: number;
}

export abstract class ReservaRepository {
  /** Reads and locks a booking, inside the caller's transaction. @throws ReservaInexistente */
  abstract load(id: string): Promise<ReservaCarregada>;

  /** Whose a booking is, who made it for them, of which space, and under what it is charged; nothing is locked. */
  abstract find(id: string): Promise<
    | {
        readonly clienteId: string;
        readonly feitaPorId: string | null;
        readonly espacoId: string;
        readonly cobrancaId: string;
      }
    | undefined
  >;

  /** Writes down what is said of a new booking, apart from its events, and who made it; nothing when nothing is. */
  abstract describe(
    id: string,
    dito: {
      readonly titulo?: string | undefined;
      readonly nota?: string | undefined;
      readonly pessoas?: number | undefined;
      readonly feitaPorId?: string | undefined;
    },
  ): Promise<void>;

  /** The confirmed booking that is entered with this code, as it is kept. */
  abstract findByCode(codigo: string): Promise<string | undefined>;

  /** Under which ids those of its series that wait for an approval, itself included, are charged, in order. */
  abstract awaitingApproval(id: string): Promise<string[]>;

  /** What its cancellation gives back, centavos. @throws ReservaInexistente */
  abstract refund(id: string): Promise<number>;

  /** The same for all that are charged together, in the order of their ids. */
  abstract loadCharged(cobrancaId: string): Promise<ReservaCarregada[]>;

  /** The events of a booking, oldest first, up to and including `until` when given, and what they make of it. */
  abstract history(id: string, until?: Date): Promise<{ eventos: RecordedEvent[]; reserva: Reserva }>;

  /**
   * Writes events and state together; they cannot be saved apart. A booking that ends without being used loses its
   * occupations; those of a move are the caller's to place.
   * @returns the booking as it is now
   */
  abstract save(carregada: ReservaCarregada, eventos: readonly EventoDaReserva[]): Promise<ReservaCarregada>;
}

export interface NovaSerie {
  readonly id: string;
  readonly clienteId: string;
  readonly espacoId: string;
  readonly regra: string;
  readonly inicio: string;
  readonly fim: string;
  readonly fuso: string;
  readonly cobranca: string;
  readonly excecoes: readonly string[];
}

/** One of the bookings of a series. */
export interface OcorrenciaDaSerie {
  readonly id: string;
  readonly cobrancaId: string;
  readonly inicio: Date;
  readonly fim: Date;
  /** Neither begun nor over. */
  readonly porVir: boolean;
  /** Not cancelled and not over. */
  readonly viva: boolean;
}

export abstract class SerieRepository {
  abstract insert(serie: NovaSerie): Promise<void>;
  /** A series with all its bookings, by start. */
  abstract find(id: string): Promise<
    | {
        readonly clienteId: string;
        /** Who made it, when that is not whom it is for. */
        readonly feitaPorId: string | null;
        readonly espacoId: string;
        readonly fuso: string;
        readonly ocorrencias: readonly OcorrenciaDaSerie[];
      }
    | undefined
  >;
}

export abstract class EspacoRepository {
  /** A space with its rules, as bookings show it, and the database's clock (ms). @throws EspacoInexistente */
  abstract load(id: string): Promise<{ espaco: Espaco; mostrado: ReservaHttp['espaco']; agora: number }>;

  /** What a version of the space said about its price; undefined when that version was not kept. */
  abstract priceList(id: string, versao: number): Promise<TabelaDePreco | undefined>;

  /** Those of the spaces that exist, in the order of `ids`, and the database's clock (ms). */
  abstract loadMany(ids: readonly string[]): Promise<{ espacos: Espaco[]; agora: number }>;
}

/** Who changes a space, and which version of it was read (undefined = whichever it is). */
export interface MudancaDeEspaco {
  readonly autorId: string;
  readonly versaoLida: number | undefined;
}

/**
 * The catalogue as admins write it. A change writes the space, its next version and `espaco.alterado.v1` in one
 * transaction, and drops its cached copies after the commit.
 */
export abstract class CatalogoRepository {
  /** As a draft, or published at once. @throws ComposicaoInvalida */
  abstract insert(
    id: string,
    cadastro: CadastroDeEspaco,
    situacao: Espaco['situacao'],
    autorId: string | null,
  ): Promise<void>;

  /** @throws EspacoInexistente, EspacoDesatualizado, ComposicaoInvalida, UnidadeOcupada */
  abstract replace(id: string, cadastro: CadastroDeEspaco, mudanca: MudancaDeEspaco): Promise<void>;

  /** Ids of those that are called so there, archived ones apart. */
  abstract find(nome: string, cidade: string): Promise<string[]>;

  /** @throws EspacoInexistente, EspacoDesatualizado, SituacaoInvalida when it is so already */
  abstract moveTo(id: string, situacao: Espaco['situacao'], mudanca: MudancaDeEspaco): Promise<void>;
}

/** Time that an admin takes away from some units of a space. */
export interface Bloqueio {
  readonly id: string;
  readonly espacoId: string;
  readonly periodo: Intervalo;
  readonly motivo: string;
  readonly unidades: readonly string[];
  readonly autorId: string;
}

export abstract class BloqueioRepository {
  /** @throws BloqueioEmConflito, with nothing blocked once the transaction is rolled back */
  abstract insert(bloqueio: Bloqueio): Promise<void>;

  /** One of the units that is free throughout; undefined when none is. */
  abstract findFree(unidades: readonly string[], periodo: Intervalo): Promise<string | undefined>;

  /** How many bookings and blackouts of the space are exactly then, and called so. */
  abstract count(espacoId: string, periodo: Intervalo, titulo: string): Promise<number>;

  /** Frees its time. @throws BloqueioInexistente, BloqueioDeCalendario */
  abstract remove(espacoId: string, id: string): Promise<void>;
}

/** Limits that depend on who books, such as quotas; asked when someone wants to know why a period is not free. */
export abstract class RestricaoDaPessoa {
  /** @throws ErroDeReserva when the person may not book this period of the space */
  abstract check(espaco: Espaco, periodo: Intervalo, pessoaId: string): Promise<void>;
}

export interface OpcoesDeOcupacao {
  /** What these bookings occupy counts as free, and stays theirs: only what is not yet held is added. */
  readonly juntoCom?: readonly string[] | undefined;
  /**
   * Whose hold it is: in the same statement the person's lock is taken, until the transaction ends, and what they hold
   * unpaid is counted, a series once and the one that is being made not at all. Locks are taken in the order unit,
   * person, coupon.
   */
  readonly pessoa?: { readonly retemId: string; readonly serieId?: string | undefined } | undefined;
}

export interface OcupacaoFeita {
  /** Ids of the units taken. */
  readonly unidades: string[];
  /** What else `pessoa` holds unpaid, as nobody else of that person can change before this commits. */
  readonly retencoes: Retencoes;
}

export abstract class OcupacaoRepository {
  /**
   * Takes units of the space for a booking during `ocupacao`: any one of them or all, as the space says. The database
   * decides between those who come at the same time.
   * @throws EspacoIndisponivel, with nothing taken once the transaction is rolled back
   */
  abstract occupy(
    espaco: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
    opcoes?: OpcoesDeOcupacao,
  ): Promise<OcupacaoFeita>;

  /** Makes the occupations of these bookings exactly what they are due, out of time that they hold already. */
  abstract settle(reservas: readonly ReservaCarregada[]): Promise<void>;

  /** Frees whatever these bookings occupy. */
  abstract release(reservaIds: readonly string[]): Promise<void>;
}

/** A day that all spaces of a city, or all of them, treat as a holiday. */
export interface Feriado {
  readonly id: string;
  readonly data: string;
  readonly cidade: string | null;
  readonly nome: string;
}

export abstract class FeriadoRepository {
  /** @throws FeriadoRepetido */
  abstract insert(feriado: Feriado): Promise<void>;
  /** @throws FeriadoInexistente */
  abstract remove(id: string): Promise<void>;
}

export interface NovoCalendario {
  readonly id: string;
  readonly escopo: 'USUARIO' | 'ESPACO';
  readonly donoId: string;
  readonly espacoId: string | null;
  readonly tokenHash: Buffer;
}

export abstract class CalendarioRepository {
  /**
   * @param maximo how many one person may have
   * @returns since when it is there @throws EspacoInexistente, CalendariosDemais
   */
  abstract insert(calendario: NovoCalendario, maximo: number): Promise<Date>;
  /** @param deEspacos whether those of spaces are everybody's to revoke @throws CalendarioInexistente also for somebody else's */
  abstract revoke(id: string, donoId: string, deEspacos: boolean): Promise<void>;
}
