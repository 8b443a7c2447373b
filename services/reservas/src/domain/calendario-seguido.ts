import { unir } from './disponibilidade.js';
import { BLOQUEIO_MAXIMO_DIAS, DIA_MS, type Intervalo } from './periodo-reserva.js';

/** As many stretches of a unit's time as one calendar takes. */
const MAXIMO_DE_TRECHOS = 10_000;

/**
 * When a calendar says that a space is taken: its events joined, for what overlaps takes its time once. What does not end
 * is taken for as long as a blackout may last, to the day, so that it is the same all day long.
 * @param agora ms
 * @returns undefined when it would take more than one calendar may, in so many units
 */
export function tomadoPor(
  eventos: readonly Intervalo[],
  unidades: number,
  agora: number,
): readonly Intervalo[] | undefined {
  const ate = (Math.floor(agora / DIA_MS) + BLOQUEIO_MAXIMO_DIAS) * DIA_MS;
  const tomado = unir(eventos.map(({ inicio, fim }) => ({ inicio, fim: Math.min(fim, ate) })));
  return tomado.length * unidades > MAXIMO_DE_TRECHOS ? undefined : tomado;
}
