import { Temporal } from 'temporal-polyfill';
import { type Espaco, type Funcionamento, type HorarioDoDia, minutosDoDia } from '../domain/espaco.js';
import { HORA_MS, type Intervalo, MINUTO_MS } from '../domain/periodo-reserva.js';

/** Days are counted from 1970-01-01, a Thursday. */
const DIA_MS = 24 * HORA_MS;
const dataDe = (dia: number): string => new Date(dia * DIA_MS).toISOString().slice(0, 10);
const diaDaSemana = (dia: number): number => ((((dia + 3) % 7) + 7) % 7) + 1;

const diaLocal = (ms: number, fuso: string): number => {
  const data = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso).toPlainDate().toString();
  return Date.parse(data) / DIA_MS;
};

/**
 * The first instant (ms) at which clocks in `fuso` show `hora` of the day, or later: a local time that does not exist
 * is the moment at which clocks leap over it, and of one that exists twice the first counts.
 */
function instanteLocal(dia: number, hora: string, fuso: string): number {
  const local = Temporal.PlainDateTime.from(`${dataDe(dia)}T${hora}`);
  const primeiro = local.toZonedDateTime(fuso, { disambiguation: 'earlier' });
  if (primeiro.toPlainDateTime().equals(local)) return primeiro.epochMilliseconds;
  return (primeiro.getTimeZoneTransition('next') ?? primeiro).epochMilliseconds;
}

/** When days begin, by zone and day: asked for again and again, and costly to find out. */
const inicios = new Map<string, number>();
const MAX_INICIOS = 20_000;

function inicioDoDia(dia: number, fuso: string): number {
  const chave = `${fuso} ${dia}`;
  const conhecido = inicios.get(chave);
  if (conhecido !== undefined) return conhecido;
  if (inicios.size >= MAX_INICIOS) inicios.clear();
  const inicio = instanteLocal(dia, '00:00', fuso);
  inicios.set(chave, inicio);
  return inicio;
}

function instante(dia: number, hora: string, fuso: string): number {
  const inicio = inicioDoDia(dia, fuso);
  const mudaDeHora = inicioDoDia(dia + 1, fuso) - inicio !== DIA_MS;
  return mudaDeHora ? instanteLocal(dia, hora, fuso) : inicio + minutosDoDia(hora) * MINUTO_MS;
}

/** The hours of a date: its exception's, else the holidays', else its weekday's. */
function horariosDe(
  dia: number,
  { horarios, excecoes, horariosEmFeriado }: Funcionamento,
  feriados: ReadonlySet<string>,
): readonly HorarioDoDia[] {
  const data = dataDe(dia);
  const excecao = excecoes.find((candidata) => candidata.data === data);
  if (excecao) return excecao.horarios;
  if (horariosEmFeriado !== null && feriados.has(data)) return horariosEmFeriado;
  return horarios.filter(({ diaSemana }) => diaSemana === diaDaSemana(dia));
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
  const ultimo = diaLocal(ate, fuso);
  const abertos: Intervalo[] = [];
  // From the day before, whose opening may cross midnight.
  for (let dia = diaLocal(de, fuso) - 1; dia <= ultimo; dia++)
    for (const { abre, fecha } of horariosDe(dia, espaco, feriados)) {
      const intervalo = {
        inicio: instante(dia, abre, fuso),
        fim: instante(fecha <= abre ? dia + 1 : dia, fecha, fuso),
      };
      // Hours that clocks leap over, all of them, are no opening.
      if (intervalo.inicio < intervalo.fim && intervalo.inicio < ate && intervalo.fim > de) abertos.push(intervalo);
    }
  return abertos.sort((a, b) => a.inicio - b.inicio);
}
