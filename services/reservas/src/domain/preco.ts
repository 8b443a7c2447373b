const MINUTOS_POR_HORA = 60;

/**
 * Raises or lowers the price of the minutes that it covers: on these weekdays (1 = Monday … 7 = Sunday), between these
 * local hours ('HH:MM'; `ate` ≤ `de` crosses midnight), within these local dates ('YYYY-MM-DD', both included). What is
 * not said does not restrict.
 */
export interface RegraDePreco {
  readonly tipo: 'PICO' | 'TEMPORADA' | 'FIM_DE_SEMANA';
  readonly descricao: string;
  /** Added to the base price, per cent; negative for a discount. */
  readonly percentual: number;
  readonly diasSemana?: readonly number[];
  readonly de?: string;
  readonly ate?: string;
  readonly dataDe?: string;
  readonly dataAte?: string;
}

/** A line of a price; discounts are negative. */
export interface LinhaDePreco {
  readonly tipo: 'BASE' | 'PICO' | 'TEMPORADA' | 'FIM_DE_SEMANA' | 'CUPOM' | 'MINIMO' | 'ARREDONDAMENTO';
  readonly descricao: string;
  readonly valorCentavos: number;
}

/** What a stay costs: the lines sum to the total. */
export interface Orcamento {
  readonly linhas: readonly LinhaDePreco[];
  readonly totalCentavos: number;
  /** What is paid at once, when that is not everything; the rest is due at `saldoVenceEm` (ISO 8601). */
  readonly sinal: { readonly sinalCentavos: number; readonly saldoVenceEm: string } | null;
}

/** Price of a stay: by the hour, to the minute, rounded up to a whole centavo. */
export const precoCentavos = (precoHoraCentavos: number, minutos: number): number =>
  Math.ceil((precoHoraCentavos * minutos) / MINUTOS_POR_HORA);
