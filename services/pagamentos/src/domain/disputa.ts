import { disputa as movimentoDeDisputa, type Movimento, taxa } from './lancamento.js';

export type SituacaoDaDisputa = 'ABERTA' | 'GANHA' | 'PERDIDA';

/** A dispute as the provider shows it (Stripe's API, /v1/disputes), with all the money that it has moved. */
export interface DisputaNoProvedor {
  readonly provedorId: string;
  readonly valorCentavos: number;
  readonly situacao: SituacaoDaDisputa;
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

/** What to tell others; an end is final, whatever is seen after it. */
export function contar(antes: SituacaoDaDisputa | undefined, agora: SituacaoDaDisputa): SituacaoDaDisputa | undefined {
  if (antes === undefined) return agora;
  return antes === 'ABERTA' && agora !== 'ABERTA' ? agora : undefined;
}
