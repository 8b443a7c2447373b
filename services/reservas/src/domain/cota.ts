import { CotaDeHoras, CotaDeReservas, type ErroDeReserva } from './errors.js';
import { HORA_MS, type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/** What a space allows one person; null does not restrict. */
export interface CotasDoEspaco {
  readonly cotaReservasAtivas: number | null;
  readonly cotaHorasSemana: number | null;
}

/** What the person has of the space already: bookings not over, and time booked in the week of the new one. */
export interface UsoDaPessoa {
  readonly reservasAtivas: number;
  readonly semanaMs: number;
}

/** What a person holds unpaid on the whole platform: in all, a series counting once, and occurrences of series. */
export type Retencoes = readonly [retencoes: number, ocorrencias: number];
export const SEM_RETENCOES: Retencoes = [0, 0];

export const temCota = ({ cotaReservasAtivas, cotaHorasSemana }: CotasDoEspaco): boolean =>
  cotaReservasAtivas !== null || cotaHorasSemana !== null;

/** Why one more booking of this length would be too much for the person, with how much is left; null when it is not. */
export function cotaExcedida(
  { cotaReservasAtivas: reservas, cotaHorasSemana: horas }: CotasDoEspaco,
  uso: UsoDaPessoa,
  periodo: Intervalo,
): ErroDeReserva | null {
  if (reservas !== null && uso.reservasAtivas >= reservas) return new CotaDeReservas(reservas);
  if (horas === null) return null;
  const restaMs = Math.max(0, horas * HORA_MS - uso.semanaMs);
  return periodo.fim - periodo.inicio > restaMs ? new CotaDeHoras(horas, Math.floor(restaMs / MINUTO_MS)) : null;
}
