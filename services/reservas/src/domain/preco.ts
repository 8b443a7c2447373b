import { PrecoAcimaDoLimite } from './errors.js';
import { DIA_MS, HORA_MS } from './periodo-reserva.js';

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
  readonly unidadeDuracao: 'MINUTO' | 'DIA';
  readonly precoHoraCentavos: number;
  /** What a day costs, however long it is, where `unidadeDuracao` is the day. */
  readonly precoDiaCentavos: number | null;
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

/**
 * A stretch of a stay throughout which the same rules apply; `relogio` is its beginning. Where the day is what is paid
 * for, each is one day, and 24 hours long however long the day is.
 */
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

const valeNoDia = (regra: RegraDePreco, data: string, diaSemana: number): boolean =>
  (regra.diasSemana?.includes(diaSemana) ?? true) &&
  (regra.dataDe === undefined || data >= regra.dataDe) &&
  (regra.dataAte === undefined || data <= regra.dataAte);

/** A rule as it is on a day, and on its eve, whatever the hour; hours in minutes since midnight. */
interface RegraNoDia {
  readonly de: number;
  readonly ate: number;
  /** Added, hundredths of a per cent. */
  readonly acrescimo: number;
  readonly noDia: boolean;
  readonly naVespera: boolean;
}

const minutosDe = (hora: string): number => Number(hora.slice(0, 2)) * 60 + Number(hora.slice(3));

const noDiaDe = (regra: RegraDePreco, { data, vespera, diaSemana }: RelogioDeParede): RegraNoDia => ({
  de: minutosDe(regra.de ?? '00:00'),
  ate: minutosDe(regra.ate ?? '24:00'),
  acrescimo: Math.round(regra.percentual * CENTESIMOS_POR_CENTO),
  noDia: valeNoDia(regra, data, diaSemana),
  naVespera: valeNoDia(regra, vespera, diaSemana === 1 ? 7 : diaSemana - 1),
});

const valeNaHora = ({ de, ate, noDia, naVespera }: RegraNoDia, minuto: number): boolean =>
  de < ate ? noDia && de <= minuto && minuto < ate : (noDia && de <= minuto) || (naVespera && minuto < ate);

export const regraVale = (regra: RegraDePreco, relogio: RelogioDeParede): boolean =>
  valeNaHora(noDiaDe(regra, relogio), minutosDe(relogio.hora));

/**
 * Adds to `pesos` what each rule adds to the base in a slice, ms × hundredths of a per cent. Surcharges come first;
 * discounts then take what is left at most, in the order of the rules, so that no minute ever costs less than nothing.
 */
function somarAcrescimos(pesos: number[], regras: readonly RegraNoDia[], minuto: number, duracaoMs: number): void {
  let resta = CEM_POR_CENTO;
  for (const regra of regras) if (regra.acrescimo > 0 && valeNaHora(regra, minuto)) resta += regra.acrescimo;
  for (const [indice, regra] of regras.entries()) {
    if (!valeNaHora(regra, minuto)) continue;
    const acrescimo = Math.max(regra.acrescimo, -resta);
    if (acrescimo < 0) resta += acrescimo;
    pesos[indice] = (pesos[indice] ?? 0) + duracaoMs * acrescimo;
  }
}

/** Rounds a fraction up. Exact where a float would not be: centavos × ms × per cent pass 2^53. */
function teto(numerador: bigint, denominador: bigint): number {
  const quociente = numerador / denominador;
  return Number(numerador % denominador > 0n ? quociente + 1n : quociente);
}

/**
 * The lines of a stay before coupons: base, rules, minimum. Their sum is the exact price rounded up to a whole centavo
 * once: each line is what it adds to the rounded sum of those before it, so that no rounding adds to another.
 */
export function linhasDaEstada(tabela: TabelaDePreco, fatias: readonly Fatia[]): LinhaDePreco[] {
  const { regrasDePreco: regras, precoMinimoCentavos } = tabela;
  const porDia = tabela.unidadeDuracao === 'DIA';
  const precoCentavos = porDia ? (tabela.precoDiaCentavos ?? 0) : tabela.precoHoraCentavos;
  /** ms × hundredths of a per cent, of each rule and of the base: of a month of tenfold prices, far from 2^53. */
  const pesos = regras.map(() => 0);
  let base = 0;
  let data = '';
  let doDia: RegraNoDia[] = [];
  for (const { duracaoMs, relogio } of fatias) {
    // A month of rules by the hour has thousands of slices: what depends on the day is found out once for each.
    if (relogio.data !== data) {
      data = relogio.data;
      doDia = regras.map((regra) => noDiaDe(regra, relogio));
    }
    base += duracaoMs * CEM_POR_CENTO;
    somarAcrescimos(pesos, doDia, minutosDe(relogio.hora), duracaoMs);
  }
  /** Of the base and so many rules. */
  const acumulado = (quantas: number) =>
    teto(
      BigInt(pesos.slice(0, quantas).reduce((soma, peso) => soma + peso, base)) * BigInt(precoCentavos),
      BigInt(porDia ? DIA_MS : HORA_MS) * BigInt(CEM_POR_CENTO),
    );
  const descricaoDaBase = porDia ? 'Preço por dia' : 'Preço por hora';
  const linhas: LinhaDePreco[] = [{ tipo: 'BASE', descricao: descricaoDaBase, valorCentavos: acumulado(0) }];
  for (const [indice, { tipo, descricao }] of regras.entries()) {
    const valorCentavos = acumulado(indice + 1) - acumulado(indice);
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
