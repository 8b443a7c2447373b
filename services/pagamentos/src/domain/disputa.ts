import { disputa as movimentoDeDisputa, type Movimento, taxa } from './lancamento.js';

export type SituacaoDaDisputa = 'ABERTA' | 'GANHA' | 'PERDIDA';

/** A dispute as the provider shows it (Stripe's API, /v1/disputes), with all the money that it has moved. */
export interface DisputaNoProvedor {
  readonly provedorId: string;
  readonly valorCentavos: number;
  readonly situacao: SituacaoDaDisputa;
  /** Only a question of the bank: it takes nothing, and the payment may be refunded. */
  readonly consulta: boolean;
  /** The provider refunds the payment in spite of it. */
  readonly estornavel: boolean;
  readonly motivo: string;
  readonly responderAte: Date | null;
  readonly abertaEm: Date;
  readonly movimentos: readonly {
    readonly transacaoId: string;
    /** Taken from us; negative when given back. */
    readonly valorCentavos: number;
    readonly taxaCentavos: number;
  }[];
}

/** What the dispute moved, for the ledger, which knows what it has already. */
export const movimentosDaDisputa = ({ movimentos }: DisputaNoProvedor): Movimento[] =>
  movimentos.flatMap(({ transacaoId, valorCentavos, taxaCentavos }) => [
    ...(valorCentavos === 0 ? [] : [movimentoDeDisputa(transacaoId, valorCentavos)]),
    ...(taxaCentavos === 0 ? [] : [taxa(transacaoId, taxaCentavos)]),
  ]);

/** What the bank has by the dispute now, centavos: held, or taken when it is lost; one that is partly won, the rest. */
export const retidoPor = ({ movimentos }: Pick<DisputaNoProvedor, 'movimentos'>): number =>
  Math.max(
    0,
    movimentos.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0),
  );
