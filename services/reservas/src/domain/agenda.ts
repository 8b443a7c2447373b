import { conflito, iniciosPossiveis, intervalosLivres, maximais, type Ocupacao, recortar } from './disponibilidade.js';
import { DuracaoForaDoPermitido, EspacoIndisponivel } from './errors.js';
import { type Espaco, iniciosPermitidos, verificarPeriodo } from './espaco.js';
import type { Intervalo, PeriodoReserva } from './periodo-reserva.js';

/** A space within some window: when it is open, and what occupies each of its units. */
export interface Agenda {
  readonly espaco: Espaco;
  /** ms */
  readonly agora: number;
  /** The opening intervals that touch the window. */
  readonly abertos: readonly Intervalo[];
  readonly ocupados: readonly (readonly Ocupacao[])[];
}

/**
 * Whether the period could be booked now: the rules of the space, and room in one of its units or in all.
 * @throws the errors of verificarPeriodo, EspacoIndisponivel
 */
export function verificarAgenda({ espaco, agora, abertos, ocupados }: Agenda, periodo: PeriodoReserva): void {
  verificarPeriodo(espaco, periodo, abertos, agora);
  if (conflito(periodo, ocupados, espaco) !== null) throw new EspacoIndisponivel();
}

/** Free intervals within `janela`. */
export const livresNaAgenda = ({ espaco, abertos, ocupados }: Agenda, janela: Intervalo): Intervalo[] =>
  maximais(recortar(intervalosLivres(abertos, ocupados, espaco), janela));

/**
 * Starts within `janela` from which `duracaoMinutos` can be booked; they may end after it, as far as the agenda goes.
 * @throws DuracaoForaDoPermitido
 */
export function iniciosNaAgenda(
  { espaco, agora, abertos, ocupados }: Agenda,
  duracaoMinutos: number,
  janela: Intervalo,
): number[] {
  const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima } = espaco;
  if (duracaoMinutos < minima || duracaoMinutos > maxima) throw new DuracaoForaDoPermitido(minima, maxima);
  const livres = intervalosLivres(abertos, ocupados, espaco);
  const permitidos = iniciosPermitidos(espaco, agora);
  return iniciosPossiveis(abertos, livres, duracaoMinutos, espaco.passoMinutos, {
    inicio: Math.max(permitidos.inicio, janela.inicio),
    fim: Math.min(permitidos.fim, janela.fim - 1),
  });
}
