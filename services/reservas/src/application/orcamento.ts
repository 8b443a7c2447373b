import { Temporal } from 'temporal-polyfill';
import { HORA_MS, type Intervalo, MINUTO_MS } from '../domain/periodo-reserva.js';
import {
  type Fatia,
  type LinhaDePreco,
  type Orcamento,
  orcar,
  type RegraDePreco,
  type TabelaDePreco,
} from '../domain/preco.js';

const DIA_MS = 24 * HORA_MS;

const doisAlgarismos = (numero: number): string => String(numero).padStart(2, '0');

function relogioDe(momento: Temporal.ZonedDateTime): Fatia['relogio'] {
  const dia = momento.toPlainDate();
  return {
    data: dia.toString(),
    vespera: dia.subtract({ days: 1 }).toString(),
    diaSemana: dia.dayOfWeek,
    hora: `${doisAlgarismos(momento.hour)}:${doisAlgarismos(momento.minute)}`,
  };
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
  const em = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso);
  const horarios = [...new Set(['00:00', ...horas])].map((hora) => Temporal.PlainTime.from(hora));
  const cortes = [inicio, fim];
  let meiaNoite = em(inicio).startOfDay();
  while (meiaNoite.epochMilliseconds < fim) {
    const seguinte = meiaNoite.add({ days: 1 }).startOfDay();
    cortes.push(...instantesDoDia(meiaNoite, seguinte, horarios));
    meiaNoite = seguinte;
  }
  const instantes = [...new Set(cortes)].filter((ms) => inicio <= ms && ms <= fim).sort((a, b) => a - b);
  return instantes.slice(1).map((ate, indice) => {
    const de = instantes[indice] ?? inicio;
    return { inicio: de, duracaoMs: ate - de, relogio: relogioDe(em(de)) };
  });
}

/** When the clock shows these times between two midnights (once, twice or never), and when it jumps. */
function instantesDoDia(
  meiaNoite: Temporal.ZonedDateTime,
  seguinte: Temporal.ZonedDateTime,
  horarios: readonly Temporal.PlainTime[],
): number[] {
  const { epochMilliseconds: inicio, timeZoneId: fuso } = meiaNoite;
  // Nearly every day: asking the zone for each time would make a year's report a matter of minutes.
  if (meiaNoite.offsetNanoseconds === seguinte.offsetNanoseconds && seguinte.epochMilliseconds - inicio === DIA_MS)
    return horarios.map(({ hour, minute }) => inicio + (hour * 60 + minute) * MINUTO_MS);
  const dia = meiaNoite.toPlainDate();
  const instantes = horarios.flatMap((plainTime) =>
    (['earlier', 'later'] as const).map(
      (disambiguation) => dia.toPlainDateTime(plainTime).toZonedDateTime(fuso, { disambiguation }).epochMilliseconds,
    ),
  );
  const salto = meiaNoite.subtract({ seconds: 1 }).getTimeZoneTransition('next');
  return salto ? [...instantes, salto.epochMilliseconds] : instantes;
}

/** Cuts a stay where a rule may begin or cease to apply; without rules there is nothing to cut. */
export function fatiar(regras: readonly RegraDePreco[], fuso: string, estada: Intervalo): Fatia[] {
  if (regras.length > 0)
    return fatiasDoRelogio(
      regras.flatMap(({ de, ate }) => [de ?? '00:00', ate ?? '00:00']),
      fuso,
      estada,
    );
  const inicio = Temporal.Instant.fromEpochMilliseconds(estada.inicio).toZonedDateTimeISO(fuso);
  return [{ duracaoMs: estada.fim - estada.inicio, relogio: relogioDe(inicio) }];
}

/** What it costs to use the space during `periodo`, asked for at `agora` (ms). @throws the errors of orcar */
export const orcarEstada = (
  espaco: TabelaDePreco & { readonly fuso: string },
  periodo: Intervalo,
  agora: number,
  descontar?: (subtotalCentavos: number) => LinhaDePreco,
): Orcamento =>
  orcar(espaco, fatiar(espaco.regrasDePreco, espaco.fuso, periodo), { inicio: periodo.inicio, agora }, descontar);
