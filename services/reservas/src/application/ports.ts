import type { CadastroDeEspaco, Espaco } from '../domain/espaco.js';
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

  /** Frees its time. @throws BloqueioInexistente */
  abstract remove(espacoId: string, id: string): Promise<void>;
}

/** Limits that depend on who books, such as quotas; asked when someone wants to know why a period is not free. */
export abstract class RestricaoDaPessoa {
  /** @throws ErroDeReserva when the person may not book this period of the space */
  abstract check(espaco: Espaco, periodo: Intervalo, pessoaId: string): Promise<void>;
}

export abstract class OcupacaoRepository {
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
