import { Temporal } from 'temporal-polyfill';
import type { HorarioFuncionamento } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';

const aposMeiaNoite = (abre: string, fecha: string) => fecha <= abre;

/**
 * The opening intervals of a space that touch [de, ate) (ms), from its wall-clock hours. Across daylight saving a
 * local time that does not exist moves forward and one that exists twice is the first (RFC 5545 reads both so).
 */
export function intervalosAbertos(
  horarios: readonly HorarioFuncionamento[],
  fuso: string,
  { inicio: de, fim: ate }: Intervalo,
): Intervalo[] {
  const dia = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso).toPlainDate();
  const abertos: Intervalo[] = [];
  // An opening that crosses midnight belongs to the day before.
  for (
    let data = dia(de).subtract({ days: 1 });
    Temporal.PlainDate.compare(data, dia(ate)) <= 0;
    data = data.add({ days: 1 })
  )
    for (const { diaSemana, abre, fecha } of horarios) {
      if (diaSemana !== data.dayOfWeek) continue;
      const em = (quando: Temporal.PlainDate, hora: string) =>
        quando.toZonedDateTime({ timeZone: fuso, plainTime: Temporal.PlainTime.from(hora) }).epochMilliseconds;
      const intervalo = {
        inicio: em(data, abre),
        fim: em(aposMeiaNoite(abre, fecha) ? data.add({ days: 1 }) : data, fecha),
      };
      if (intervalo.inicio < ate && intervalo.fim > de) abertos.push(intervalo);
    }
  return abertos;
}
