import type { ErroDeBusca } from '@plataforma/contracts';
import type { Claim, WorkTable } from '@plataforma/trabalho';
import type { Intervalo } from '../domain/periodo-reserva.js';

/** A calendar of elsewhere that a space follows. */
export interface Seguido {
  readonly id: string;
  readonly espacoId: string;
  readonly nome: string;
  readonly endereco: string;
  /** null: all of the space. */
  readonly unidades: readonly string[] | null;
  readonly autorId: string;
}

export interface FalhaDeBusca {
  readonly erro: ErroDeBusca;
  /** Of a refusal, its HTTP status. */
  readonly status?: number;
}

export abstract class SeguidoRepository {
  abstract readonly toFetch: WorkTable<Seguido>;

  /** Due at once. @throws SeguidosDemais when the space follows `maximo` already */
  abstract insert(seguido: Seguido, maximo: number): Promise<void>;

  /** A paused one is not fetched, and keeps what it has taken. @throws SeguidoInexistente */
  abstract setActive(espacoId: string, id: string, ativo: boolean): Promise<void>;

  /** Due now. @throws SeguidoInexistente, SeguidoPausado */
  abstract hasten(espacoId: string, id: string): Promise<void>;

  /** Frees what it takes from now on; what is over stays. @throws SeguidoInexistente */
  abstract remove(espacoId: string, id: string): Promise<void>;

  /**
   * Blackouts become what the calendar says is `tomado` of these units, except where something else has the time; they
   * take that as soon as it is free. Ends the claim; nothing is done when it was lost, or the calendar was paused.
   */
  abstract keep(
    posse: Claim,
    seguido: Seguido,
    unidades: readonly string[],
    tomado: readonly Intervalo[],
  ): Promise<void>;

  /** Ends the claim: what was taken stays, and it is tried again after a pause that grows. */
  abstract fail(posse: Claim, id: string, falha: FalhaDeBusca): Promise<void>;
}

/** Who fetches over the network, and from public addresses alone. */
export abstract class BuscaDeCalendario {
  /** What can be said of an address before it is used. @throws EnderecoProibido */
  abstract check(endereco: string): void;

  /** What is there, within a bounded time and size. It does not fail: why not is its answer. */
  abstract fetch(endereco: string, signal: AbortSignal): Promise<{ readonly texto: string } | FalhaDeBusca>;
}
