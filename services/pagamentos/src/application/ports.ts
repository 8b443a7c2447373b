import type { Cobranca, Fato, Intento } from '../domain/cobranca.js';

export interface Estorno {
  readonly id: string;
  readonly cobrancaId: string;
  readonly reservaId: string;
  readonly valorCentavos: number;
  readonly intentoId: string;
  readonly provedorId: string | null;
  readonly chaveTentativa: number;
}

/** A refund as the provider shows it. */
export interface EstornoNoProvedor {
  readonly provedorId: string;
  readonly situacao: 'CONCLUIDO' | 'EM_PROCESSAMENTO' | 'FALHOU';
  readonly falha: string | null;
}

/** A webhook whose signature is right. */
export interface AvisoDoProvedor {
  readonly eventoId: string;
  readonly tipo: string;
}

/** What an event of the provider is about, for those that concern us. */
export type ConteudoDoAviso =
  | { readonly sobre: 'INTENTO'; readonly reservaId: string | null; readonly intento: Intento }
  | { readonly sobre: 'ESTORNO'; readonly estornoProvedorId: string }
  | { readonly sobre: 'OUTRO' };

/** The provider answered that it will not do this, whatever we try; anything else that fails may be tried again. */
export class RecusaDoProvedor extends Error {
  override readonly name = 'RecusaDoProvedor';
}

/** The provider keeps answering what it saved under this idempotency key: only another key can get a new answer. */
export class RespostaSalva extends Error {
  override readonly name = 'RespostaSalva';
}

/** A webhook that is not the provider's, or not of now. */
export class AssinaturaInvalida extends Error {
  override readonly name = 'AssinaturaInvalida';
}

/** The payment provider. Amounts in centavos of BRL; every call has its own time-out. */
export abstract class ProvedorDePagamento {
  /** Asks for an intent; the same key gives the same one. @throws RespostaSalva */
  abstract openIntent(cobranca: Cobranca, chave: string): Promise<Intento>;
  /** The intent made for a booking, by its metadata. */
  abstract findIntent(reservaId: string): Promise<Intento | undefined>;
  abstract retrieveIntent(provedorId: string): Promise<Intento>;
  /** Cancels; an intent that cannot be cancelled any more is returned as it is. */
  abstract cancelIntent(provedorId: string): Promise<Intento>;
  /** @throws RecusaDoProvedor, RespostaSalva */
  abstract refund(estorno: Estorno, chave: string): Promise<EstornoNoProvedor>;
  abstract retrieveRefund(provedorId: string): Promise<EstornoNoProvedor>;
  /** @throws AssinaturaInvalida */
  abstract verifyWebhook(corpo: Buffer, assinatura: string): AvisoDoProvedor;
  abstract readWebhook(corpo: string): ConteudoDoAviso;
}

export abstract class CobrancaRepository {
  /** Records a charge that reservas asked for; the same booking twice changes nothing. */
  abstract create(
    nova: Pick<Cobranca, 'id' | 'reservaId' | 'clienteId' | 'valorCentavos' | 'descricao'> & { expiraEm: string },
  ): Promise<void>;
  /** Claims up to `limite` charges that have something to do, for as long as a call may take. */
  abstract claim(limite: number): Promise<Cobranca[]>;
  /** Locks a charge by its own, its booking's or its provider's id, inside the caller's transaction. */
  abstract lock(por: 'id' | 'reserva_id' | 'provedor_id', valor: string): Promise<Cobranca | undefined>;
  /** Writes state, ledger and events of what became known, together, and releases the claim. */
  abstract save(cobranca: Cobranca, fatos: readonly Fato[]): Promise<void>;
  /** Releases a claim after a call that did not settle the matter; it is taken up again after a growing pause. */
  abstract postpone(id: string, novaChave: boolean): Promise<void>;
  /** Notes that the booking does not want the money any more. */
  abstract requestCancellation(reservaId: string): Promise<void>;
}

export abstract class EstornoRepository {
  /**
   * Records a refund that was asked for; the same id twice changes nothing.
   * @throws PagamentoInexistente, EstornoAcimaDoCapturado
   */
  abstract create(estorno: { id: string; reservaId: string; valorCentavos: number; motivo: string }): Promise<void>;
  abstract claim(limite: number): Promise<Estorno[]>;
  /** Writes what the provider shows of a refund, with ledger and event when it is done. */
  abstract save(estorno: Estorno, noProvedor: EstornoNoProvedor): Promise<void>;
  abstract postpone(id: string, falha: string, novaChave: boolean): Promise<void>;
  /** Looks at the refund with this provider id now. False when we do not know it (yet). */
  abstract hasten(provedorId: string): Promise<boolean>;
}
