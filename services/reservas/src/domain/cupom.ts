import {
  CupomDesconhecido,
  CupomEsgotado,
  CupomForaDaValidade,
  CupomNaoSeAplica,
  LimiteDoCupomPorPessoa,
} from './errors.js';
import type { LinhaDePreco } from './preco.js';

export type Desconto =
  | { readonly tipo: 'PERCENTUAL'; readonly percentual: number }
  | { readonly tipo: 'VALOR'; readonly valorCentavos: number };

/** What a coupon gives and to whom. Instants are ms; null does not restrict. */
export interface Cupom {
  readonly id: string;
  /** Upper case: people may write it as they like. */
  readonly codigo: string;
  readonly ativo: boolean;
  readonly desconto: Desconto;
  readonly vigenteDe: number | null;
  readonly vigenteAte: number | null;
  readonly limiteTotal: number | null;
  readonly limitePorPessoa: number | null;
  readonly espacos: readonly string[] | null;
  readonly tipos: readonly string[] | null;
  /** What the stay must cost, before the coupon. */
  readonly valorMinimoCentavos: number;
}

/** What a coupon gave to the booking that used it: that stands, whatever becomes of the coupon. */
export type DescontoAcordado = Pick<Cupom, 'codigo' | 'desconto' | 'valorMinimoCentavos'>;

/** How often a coupon has been used: by all, and by the person who asks. */
export interface UsosDoCupom {
  readonly total: number;
  readonly daPessoa: number;
}

export const codigoCanonico = (codigo: string): string => codigo.trim().toUpperCase();

/**
 * Whether the coupon serves for a booking of this space at `agora` (ms).
 * @throws CupomDesconhecido, CupomForaDaValidade, CupomNaoSeAplica
 */
export function verificarCupom(
  cupom: Cupom,
  espaco: { readonly id: string; readonly tipo: string },
  agora: number,
): void {
  if (!cupom.ativo) throw new CupomDesconhecido();
  if (agora < (cupom.vigenteDe ?? agora) || agora >= (cupom.vigenteAte ?? Infinity)) throw new CupomForaDaValidade();
  if (cupom.espacos && !cupom.espacos.includes(espaco.id)) throw new CupomNaoSeAplica('ESPACO');
  if (cupom.tipos && !cupom.tipos.includes(espaco.tipo)) throw new CupomNaoSeAplica('TIPO');
}

/** Whether one more use is left. @throws CupomEsgotado, LimiteDoCupomPorPessoa */
export function verificarUsos({ limiteTotal, limitePorPessoa }: Cupom, usos: UsosDoCupom): void {
  if (limiteTotal !== null && usos.total >= limiteTotal) throw new CupomEsgotado();
  if (limitePorPessoa !== null && usos.daPessoa >= limitePorPessoa) throw new LimiteDoCupomPorPessoa(limitePorPessoa);
}

/** The line that the coupon adds to a price; it takes off what there is at most. @throws CupomNaoSeAplica */
export function descontar(
  { codigo, desconto, valorMinimoCentavos }: DescontoAcordado,
  subtotalCentavos: number,
): LinhaDePreco {
  if (subtotalCentavos < valorMinimoCentavos) throw new CupomNaoSeAplica('VALOR_MINIMO', { valorMinimoCentavos });
  const valor =
    desconto.tipo === 'VALOR' ? desconto.valorCentavos : Math.ceil((subtotalCentavos * desconto.percentual) / 100);
  // `0 -`: a discount of nothing is 0, not -0, which JSON and tests tell apart.
  return { tipo: 'CUPOM', descricao: `Cupom ${codigo}`, valorCentavos: 0 - Math.min(valor, subtotalCentavos) };
}
