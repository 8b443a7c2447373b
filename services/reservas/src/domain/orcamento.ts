import { DIA_MS, type Intervalo, MINUTO_MS } from './periodo-reserva.js';
import { type Fatia, type LinhaDePreco, type Orcamento, orcar, type TabelaDePreco } from './preco.js';
import { minutosDoDia } from './espaco.js';
import { dataDe, diaDaSemana, diaDe, horaDe, instanteDe, parede, paredeDe, proximaMudanca } from './relogio.js';

function relogioDe(local: number): Fatia['relogio'] {
  const dia = diaDe(local);
  return { data: dataDe(dia), vespera: dataDe(dia - 1), diaSemana: diaDaSemana(dia), hora: horaDe(local) };
}

export interface FatiaDoRelogio extends Fatia {
  /** ms. */
  readonly inicio: number;
}

/**
 * Cuts a period at these local hours ('HH:MM') of each day, at midnight, and where the zone's clock jumps, so that what
 * the wall clock shows at the beginning of a slice tells all of it. A local hour that comes twice gives two slices, and
 * one that does not exist gives none.
 */
export function fatiasDoRelogio(horas: Iterable<string>, fuso: string, { inicio, fim }: Intervalo): FatiaDoRelogio[] {
  const horarios = [...new Set(['00:00', ...horas])]
    .map((hora) => minutosDoDia(hora) * MINUTO_MS)
    .sort((a, b) => a - b);
  const cortes: number[] = [];
  // From one change of clocks to the next a local time is an instant and no other.
  for (let de = inicio; de < fim;) {
    const ate = Math.min(fim, proximaMudanca(fuso, de));
    const deslocamento = parede(fuso, de) - de;
    cortes.push(de);
    for (let dia = diaDe(de + deslocamento); dia * DIA_MS < ate + deslocamento; dia++)
      for (const horario of horarios) {
        const corte = dia * DIA_MS + horario - deslocamento;
        if (corte > de && corte < ate) cortes.push(corte);
      }
    de = ate;
  }
  let [dia, relogio] = [-Infinity, relogioDe(inicio)];
  return cortes.map((de, i) => {
    const local = parede(fuso, de);
    // Dates are costly to write; a day's slices share them.
    relogio = diaDe(local) === dia ? { ...relogio, hora: horaDe(local) } : relogioDe(local);
    dia = diaDe(local);
    return { inicio: de, duracaoMs: (cortes[i + 1] ?? fim) - de, relogio };
  });
}

type EspacoComPreco = TabelaDePreco & { readonly fuso: string };

/** The days of a stay, from the hour it begins at to the next; one that clocks leap over whole is none. */
function* diarias(fuso: string, estada: Intervalo): Generator<Fatia> {
  const { inicio } = paredeDe(fuso, estada);
  let antes = -Infinity;
  for (let local = inicio; ; local += DIA_MS) {
    const instante = instanteDe(fuso, local);
    if (instante >= estada.fim) return;
    if (instante > antes) yield { duracaoMs: DIA_MS, relogio: relogioDe(local) };
    antes = instante;
  }
}

/** Cuts a stay where a rule may begin or cease to apply, or into its days where they are paid for. */
export function fatiar(espaco: EspacoComPreco, estada: Intervalo): Fatia[] {
  const { fuso, regrasDePreco: regras } = espaco;
  if (espaco.unidadeDuracao === 'DIA') return [...diarias(fuso, estada)];
  if (regras.length > 0)
    return fatiasDoRelogio(
      regras.flatMap(({ de, ate }) => [de ?? '00:00', ate ?? '00:00']),
      fuso,
      estada,
    );
  return [{ duracaoMs: estada.fim - estada.inicio, relogio: relogioDe(parede(fuso, estada.inicio)) }];
}

/** What it costs to use the space during `periodo`, asked for at `agora` (ms). @throws the errors of orcar */
export const orcarEstada = (
  espaco: EspacoComPreco,
  periodo: Intervalo,
  agora: number,
  descontar?: (subtotalCentavos: number) => LinhaDePreco,
): Orcamento => orcar(espaco, fatiar(espaco, periodo), { inicio: periodo.inicio, agora }, descontar);
