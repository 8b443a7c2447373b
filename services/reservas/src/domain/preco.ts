import { PrecoAcimaDoLimite } from './errors.js';
import { HORA_MS } from './periodo-reserva.js';

/**
 * Raises or lowers the price of the minutes that it covers: on these weekdays (1 = Monday … 7 = Sunday), between these
 * local hours ('HH:MM'; `ate` ≤ `de` crosses midnight), within these local dates ('YYYY-MM-DD', both included). What is
 * not said does not restrict. The hours after midnight of a rule that crosses it belong to the day before.
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

/** The deposit that is paid at once; the rest is due at `saldoVenceEm` (ISO 8601). */
export interface Sinal {
  readonly sinalCentavos: number;
  readonly saldoVenceEm: string;
}

/** What a stay costs: the lines sum to the total. */
export interface Orcamento {
  readonly linhas: readonly LinhaDePreco[];
  readonly totalCentavos: number;
  /** null when everything is paid at once. */
  readonly sinal: Sinal | null;
}

/** What a space says about its price. */
export interface TabelaDePreco {
  readonly precoHoraCentavos: number;
  readonly regrasDePreco: readonly RegraDePreco[];
  readonly precoMinimoCentavos: number;
  readonly sinalPercentual: number | null;
  readonly saldoHorasAntes: number;
}

/** What the wall clock of the space shows: dates 'YYYY-MM-DD', time 'HH:MM', weekday 1 = Monday … 7 = Sunday. */
export interface RelogioDeParede {
  readonly data: string;
  readonly vespera: string;
  readonly diaSemana: number;
  readonly hora: string;
}

/** A stretch of a stay throughout which the same rules apply; `relogio` is its beginning. */
export interface Fatia {
  readonly duracaoMs: number;
  readonly relogio: RelogioDeParede;
}

/** The least that a card can be charged in BRL (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const COBRANCA_MINIMA_CENTAVOS = 50;
/** The most that can be charged at once (same source); so the most that a booking, or a series paid at once, may cost. */
export const COBRANCA_MAXIMA_CENTAVOS = 99_999_999;
const CENTESIMOS_POR_CENTO = 100;
const CEM_POR_CENTO = 100 * CENTESIMOS_POR_CENTO;

export function regraVale(regra: RegraDePreco, { data, vespera, diaSemana, hora }: RelogioDeParede): boolean {
  const noDia = (dia: string, semana: number) =>
    (regra.diasSemana?.includes(semana) ?? true) &&
    (regra.dataDe === undefined || dia >= regra.dataDe) &&
    (regra.dataAte === undefined || dia <= regra.dataAte);
  const [de, ate] = [regra.de ?? '00:00', regra.ate ?? '24:00'];
  if (de < ate) return de <= hora && hora < ate && noDia(data, diaSemana);
  const semanaDaVespera = diaSemana === 1 ? 7 : diaSemana - 1;
  return (de <= hora && noDia(data, diaSemana)) || (hora < ate && noDia(vespera, semanaDaVespera));
}

/**
 * What each rule adds to the base in a slice, hundredths of a per cent. Surcharges come first; discounts then take what
 * is left at most, in the order of the rules, so that no minute ever costs less than nothing.
 */
function acrescimos(regras: readonly RegraDePreco[], relogio: RelogioDeParede): number[] {
  const pedidos = regras.map((regra) =>
    regraVale(regra, relogio) ? Math.round(regra.percentual * CENTESIMOS_POR_CENTO) : 0,
  );
  let resta = CEM_POR_CENTO + pedidos.reduce((soma, pedido) => soma + Math.max(0, pedido), 0);
  return pedidos.map((pedido) => {
    if (pedido >= 0) return pedido;
    const desconto = Math.min(-pedido, resta);
    resta -= desconto;
    return -desconto;
  });
}

/** Rounds a fraction up. Exact where a float would not be: centavos × ms × per cent pass 2^53. */
function paraCima(numerador: bigint, denominador: bigint): number {
  const quociente = numerador / denominador;
  return Number(numerador % denominador > 0n ? quociente + 1n : quociente);
}

/**
 * The lines of a stay before coupons: base, rules, minimum. Their sum is the exact price rounded up to a whole centavo
 * once: each line is what it adds to the rounded sum of those before it, so that no rounding adds to another.
 */
export function linhasDaEstada(tabela: TabelaDePreco, fatias: readonly Fatia[]): LinhaDePreco[] {
  const { precoHoraCentavos, regrasDePreco: regras, precoMinimoCentavos } = tabela;
  /** ms × hundredths of a per cent, of the base and of each rule. */
  const pesos = [0n, ...regras.map(() => 0n)];
  const somar = (indice: number, peso: bigint) => (pesos[indice] = (pesos[indice] ?? 0n) + peso);
  for (const { duracaoMs, relogio } of fatias) {
    somar(0, BigInt(duracaoMs) * BigInt(CEM_POR_CENTO));
    for (const [indice, acrescimo] of acrescimos(regras, relogio).entries())
      somar(indice + 1, BigInt(duracaoMs) * BigInt(acrescimo));
  }
  const acumulado = (ate: number) =>
    paraCima(
      pesos.slice(0, ate).reduce((soma, peso) => soma + peso, 0n) * BigInt(precoHoraCentavos),
      BigInt(HORA_MS) * BigInt(CEM_POR_CENTO),
    );
  const linhas: LinhaDePreco[] = [{ tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: acumulado(1) }];
  for (const [indice, { tipo, descricao }] of regras.entries()) {
    const valorCentavos = acumulado(indice + 2) - acumulado(indice + 1);
    if (valorCentavos !== 0) linhas.push({ tipo, descricao, valorCentavos });
  }
  const falta = precoMinimoCentavos - somaDe(linhas);
  if (falta > 0) linhas.push({ tipo: 'MINIMO', descricao: 'Complemento do preço mínimo', valorCentavos: falta });
  return linhas;
}

const somaDe = (linhas: readonly LinhaDePreco[]): number =>
  linhas.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0);

/**
 * The price of a stay that starts at `inicio` (ms), asked for at `agora`. `descontar` gives the line of a coupon for
 * what it is told to come off. A total between nothing and what can be charged at least is raised to that.
 * @throws PrecoAcimaDoLimite, and what `descontar` throws
 */
export function orcar(
  tabela: TabelaDePreco,
  fatias: readonly Fatia[],
  { inicio, agora }: { readonly inicio: number; readonly agora: number },
  descontar?: (subtotalCentavos: number) => LinhaDePreco,
): Orcamento {
  const linhas = linhasDaEstada(tabela, fatias);
  if (descontar) linhas.push(descontar(somaDe(linhas)));
  const falta = COBRANCA_MINIMA_CENTAVOS - somaDe(linhas);
  if (falta > 0 && falta < COBRANCA_MINIMA_CENTAVOS)
    linhas.push({ tipo: 'ARREDONDAMENTO', descricao: 'Menor valor que se pode cobrar', valorCentavos: falta });
  const totalCentavos = somaDe(linhas);
  if (totalCentavos > COBRANCA_MAXIMA_CENTAVOS) throw new PrecoAcimaDoLimite();
  return { linhas, totalCentavos, sinal: sinalDe(tabela, totalCentavos, inicio, agora) };
}

/** Everything is paid at once when the rest would be due already, or when a part is too small to be charged. */
function sinalDe(
  { sinalPercentual, saldoHorasAntes }: TabelaDePreco,
  totalCentavos: number,
  inicio: number,
  agora: number,
): Sinal | null {
  if (sinalPercentual === null) return null;
  const vencimento = inicio - saldoHorasAntes * HORA_MS;
  const sinalCentavos = Math.ceil((totalCentavos * sinalPercentual) / 100);
  const menorParte = Math.min(sinalCentavos, totalCentavos - sinalCentavos);
  if (agora >= vencimento || menorParte < COBRANCA_MINIMA_CENTAVOS) return null;
  return { sinalCentavos, saldoVenceEm: new Date(vencimento).toISOString() };
}
