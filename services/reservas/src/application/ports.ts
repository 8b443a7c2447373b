import type { Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import type { EventoDaReserva, Reserva } from '../domain/reserva.js';

/** A booking as it was read, with what is needed to write it back. */
export interface ReservaCarregada {
  readonly reserva: Reserva;
  readonly versao: number;
  /** The database's clock, ms: the only one that decides. */
  readonly agora: number;
}

export abstract class ReservaRepository {
  /** Reads and locks a booking, inside the caller's transaction. @throws ReservaInexistente */
  abstract load(id: string): Promise<ReservaCarregada>;

  /** Writes events and state together; they cannot be saved apart. `versao` is the one that was loaded (0 = new). */
  abstract save(id: string, versao: number, antes: Reserva, eventos: readonly EventoDaReserva[]): Promise<void>;
}

export abstract class EspacoRepository {
  /** A space with its rules, and the database's clock (ms). @throws EspacoInexistente */
  abstract load(id: string): Promise<{ espaco: Espaco; agora: number }>;
}

export interface OcupacaoPorPessoa {
  /** Ids of the units taken. */
  readonly unidades: string[];
  /** How many other unpaid holds the person has, as nobody else of that person can change before this commits. */
  readonly retencoes: number;
}

export abstract class OcupacaoRepository {
  /**
   * Like `occupy`, for a person: in the same statement it takes the person's lock, until the transaction ends, and
   * counts what they hold unpaid. Locks are taken in the order unit, person, coupon.
   * @throws EspacoIndisponivel
   */
  abstract occupyFor(
    espaco: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
    clienteId: string,
  ): Promise<OcupacaoPorPessoa>;

  /**
   * Takes units of the space for a booking during `ocupacao`: any one of them or all, as the space says. The database
   * decides between those who come at the same time.
   * @returns the ids of the units taken
   * @throws EspacoIndisponivel, with nothing taken once the transaction is rolled back
   */
  abstract occupy(
    espaco: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
  ): Promise<string[]>;
}
