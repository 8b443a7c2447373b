import { PeriodoInvalido } from './errors.js';

export const MINUTO_MS = 60_000;
export const HORA_MS = 60 * MINUTO_MS;
export const DIA_MS = 24 * HORA_MS;

/** Nobody books for longer, nor later than so many days of 24 h from now, whatever a space says. */
export const DURACAO_MAXIMA_MINUTOS = 31 * 24 * 60;
export const HORIZONTE_MAXIMO_DIAS = 1_826;
/** Twice as far as anybody books: what is closed for longer is closed for good. */
export const BLOQUEIO_MAXIMO_DIAS = 2 * HORIZONTE_MAXIMO_DIAS;
/** More than any booking lasts: 31 local days and what clocks may be put back in them. */
const ALCANCE_MS = 32 * DIA_MS;

/** What of a period has to be looked at to judge it: one that is longer is refused for that. */
export const aoAlcance = ({ inicio, fim }: Intervalo): Intervalo => ({
  inicio,
  fim: Math.min(fim, inicio + ALCANCE_MS),
});

/** A half-open stretch of time [inicio, fim), in ms since the epoch. */
export interface Intervalo {
  readonly inicio: number;
  readonly fim: number;
}

/** The period that is booked. Instants; the zone only matters for opening hours and for showing it. */
export class PeriodoReserva implements Intervalo {
  private constructor(
    readonly inicio: number,
    readonly fim: number,
  ) {}

  /** @throws PeriodoInvalido unless both are instants and the end comes after the start */
  static de(inicio: Date, fim: Date): PeriodoReserva {
    const [de, ate] = [inicio.getTime(), fim.getTime()];
    if (!(de < ate)) throw new PeriodoInvalido();
    return new PeriodoReserva(de, ate);
  }

  get minutos(): number {
    return (this.fim - this.inicio) / MINUTO_MS;
  }

  /** The time that is really taken away: the period and the space's buffers around it (minutes). */
  comFolgas(antesMinutos: number, depoisMinutos: number): Intervalo {
    return { inicio: this.inicio - antesMinutos * MINUTO_MS, fim: this.fim + depoisMinutos * MINUTO_MS };
  }
}
