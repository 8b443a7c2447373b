import type { Retencoes, UsoDaPessoa } from '../domain/cota.js';
import type { Cupom, DescontoAcordado, UsosDoCupom } from '../domain/cupom.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import type { FaixaDeReembolso } from '../domain/politica-cancelamento.js';
import type { Orcamento } from '../domain/preco.js';

/** A coupon as it was when the price was agreed. */
export type CupomAcordado = DescontoAcordado & Pick<Cupom, 'id'>;

/** What a booking would cost and under which rules, promised to a person until `expiraEm` (ms). */
export interface Cotacao {
  readonly id: string;
  readonly clienteId: string;
  readonly espacoId: string;
  readonly periodo: Intervalo;
  readonly espacoVersao: number;
  readonly orcamento: Orcamento;
  readonly politicaCancelamento: readonly FaixaDeReembolso[];
  readonly cupom: CupomAcordado | null;
  readonly expiraEm: number;
}

export abstract class CotacaoRepository {
  abstract add(cotacao: Cotacao): Promise<void>;

  /**
   * Uses a quote for a booking, inside its transaction; of two who try, one can.
   * @throws CotacaoInexistente, CotacaoDeOutroPedido, CotacaoExpirada, CotacaoJaUsada
   */
  abstract use(
    id: string,
    reserva: {
      readonly reservaId: string;
      readonly clienteId: string;
      readonly espacoId: string;
      readonly periodo: Intervalo;
    },
  ): Promise<Cotacao>;
}

/** A coupon as read, with the type of the space that it is to be used for. */
export interface CupomEncontrado {
  readonly cupom: Cupom;
  readonly tipoDoEspaco: string;
}

/** What those who administer say of a coupon. Instants are ISO 8601. */
export interface DadosDoCupom {
  readonly descricao: string;
  readonly ativo: boolean;
  readonly desconto:
    | { readonly tipo: 'PERCENTUAL'; readonly percentual: number }
    | { readonly tipo: 'VALOR'; readonly valorCentavos: number };
  readonly vigenteDe: string | null;
  readonly vigenteAte: string | null;
  readonly limiteTotal: number | null;
  readonly limitePorPessoa: number | null;
  readonly espacos: readonly string[] | null;
  readonly tipos: readonly string[] | null;
  readonly valorMinimoCentavos: number;
}

export abstract class CupomRepository {
  /** @param cupom with its code in canonical form @throws CodigoDeCupomRepetido, EspacoDoCupomInexistente, ValidadeDoCupomInvalida */
  abstract insert(id: string, cupom: DadosDoCupom & { readonly codigo: string }): Promise<void>;

  /**
   * Writes what is given, as its next version. @param versao the one that was read (undefined = whichever it is)
   * @throws CupomInexistente, VersaoDoCupomDiferente, LimiteAbaixoDosUsos, EspacoDoCupomInexistente, ValidadeDoCupomInvalida
   */
  abstract change(id: string, mudanca: Partial<DadosDoCupom>, versao: number | undefined): Promise<void>;

  /** A coupon by its code, as it stands; nothing is locked. @throws CupomDesconhecido */
  abstract find(codigo: string, espacoId: string): Promise<CupomEncontrado>;

  /** How often it has been used, as it stands. */
  abstract uses(cupomId: string, clienteId: string): Promise<UsosDoCupom>;

  /**
   * Takes one use for a booking, inside its transaction, under the lock of the coupon's row until the transaction
   * ends. Call it after the space was occupied: locks are taken in the order unit, person, coupon.
   * @throws CupomEsgotado, LimiteDoCupomPorPessoa
   */
  abstract redeem(cupom: CupomAcordado, reservaId: string, clienteId: string): Promise<void>;

  /** What the coupon of a booking gives it, as it was agreed; undefined when it has none. */
  abstract agreed(reservaId: string): Promise<DescontoAcordado | undefined>;

  /** Gives the use of a booking back, if it had one that stands. */
  abstract giveBack(reservaId: string): Promise<void>;

  /**
   * Takes again the use that was given back, for a booking that comes back to life.
   * @throws CupomEsgotado, LimiteDoCupomPorPessoa
   */
  abstract redeemAgain(reservaId: string): Promise<void>;
}

export abstract class CotaRepository {
  /** What the person holds unpaid now. Takes the person's lock, if in a transaction. */
  abstract holds(clienteId: string): Promise<Retencoes>;

  /**
   * What the person has of a space, leaving `exceto` aside: bookings not over, and time in the week [semana) by their
   * start. Decides only under the person's lock (`OcupacaoRepository.occupy`).
   */
  abstract usage(espacoId: string, clienteId: string, semana: Intervalo, exceto: string | null): Promise<UsoDaPessoa>;
}
