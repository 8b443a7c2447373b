import { Temporal } from 'temporal-polyfill';
import type { Espaco, Funcionamento, HorarioDoDia } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';

const aposMeiaNoite = ({ abre, fecha }: HorarioDoDia) => fecha <= abre;

/**
 * The first instant (ms) at which clocks in `fuso` show `hora` of `data`, or later: a local time that does not exist
 * is the moment at which clocks leap over it, and of one that exists twice the first counts.
 */
function instante(data: Temporal.PlainDate, hora: string, fuso: string): number {
  const local = data.toPlainDateTime(Temporal.PlainTime.from(hora));
  const primeiro = local.toZonedDateTime(fuso, { disambiguation: 'earlier' });
  if (primeiro.toPlainDateTime().equals(local)) return primeiro.epochMilliseconds;
  return (primeiro.getTimeZoneTransition('next') ?? primeiro).epochMilliseconds;
}

/** The hours of a date: its exception's, else the holidays', else its weekday's. */
function horariosDe(
  data: Temporal.PlainDate,
  { horarios, excecoes, horariosEmFeriado }: Funcionamento,
  feriados: ReadonlySet<string>,
): readonly HorarioDoDia[] {
  const texto = data.toString();
  const excecao = excecoes.find((candidata) => candidata.data === texto);
  if (excecao) return excecao.horarios;
  if (horariosEmFeriado !== null && feriados.has(texto)) return horariosEmFeriado;
  return horarios.filter(({ diaSemana }) => diaSemana === data.dayOfWeek);
}

/**
 * The opening intervals of a space that touch [de, ate) (ms), in order, from its wall-clock hours. An opening that
 * crosses midnight belongs to the day that it begins in, whatever the next day is.
 */
export function intervalosAbertos(
  espaco: Funcionamento & Pick<Espaco, 'feriados'>,
  { inicio: de, fim: ate }: Intervalo,
): Intervalo[] {
  const { fuso } = espaco;
  const feriados = new Set(espaco.feriados);
  const dia = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso).toPlainDate();
  const ultimo = dia(ate);
  const abertos: Intervalo[] = [];
  // From the day before, whose opening may cross midnight.
  for (
    let data = dia(de).subtract({ days: 1 });
    Temporal.PlainDate.compare(data, ultimo) <= 0;
    data = data.add({ days: 1 })
  )
    for (const horario of horariosDe(data, espaco, feriados)) {
      const fechamento = aposMeiaNoite(horario) ? data.add({ days: 1 }) : data;
      const intervalo = {
        inicio: instante(data, horario.abre, fuso),
        fim: instante(fechamento, horario.fecha, fuso),
      };
      // Hours that clocks leap over, all of them, are no opening.
      if (intervalo.inicio < intervalo.fim && intervalo.inicio < ate && intervalo.fim > de) abertos.push(intervalo);
    }
  return abertos.sort((a, b) => a.inicio - b.inicio);
}
