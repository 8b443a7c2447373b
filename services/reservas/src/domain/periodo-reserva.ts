import { PeriodoInvalido } from './errors.js';

export const MINUTO_MS = 60_000;
export const HORA_MS = 60 * MINUTO_MS;

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
