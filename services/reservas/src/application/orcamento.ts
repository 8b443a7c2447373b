import { Temporal } from 'temporal-polyfill';
import type { Intervalo } from '../domain/periodo-reserva.js';
import {
  type Fatia,
  type LinhaDePreco,
  type Orcamento,
  orcar,
  type RegraDePreco,
  type TabelaDePreco,
} from '../domain/preco.js';

const relogioDe = (momento: Temporal.ZonedDateTime): Fatia['relogio'] => ({
  data: momento.toPlainDate().toString(),
  vespera: momento.toPlainDate().subtract({ days: 1 }).toString(),
  diaSemana: momento.dayOfWeek,
  hora: momento.toPlainTime().toString({ smallestUnit: 'minute' }),
});

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
  const cortes = new Set([inicio, fim]);
  const cortar = ({ epochMilliseconds: ms }: Temporal.ZonedDateTime) => {
    if (inicio < ms && ms < fim) cortes.add(ms);
  };
  const ultimoDia = em(fim).toPlainDate();
  for (let dia = em(inicio).toPlainDate(); Temporal.PlainDate.compare(dia, ultimoDia) <= 0; dia = dia.add({ days: 1 }))
    for (const hora of new Set(['00:00', ...horas])) {
      const local = dia.toPlainDateTime(Temporal.PlainTime.from(hora));
      cortar(local.toZonedDateTime(fuso, { disambiguation: 'earlier' }));
      cortar(local.toZonedDateTime(fuso, { disambiguation: 'later' }));
    }
  let salto = em(inicio).getTimeZoneTransition('next');
  for (; salto && salto.epochMilliseconds < fim; salto = salto.getTimeZoneTransition('next')) cortar(salto);
  const instantes = [...cortes].sort((a, b) => a - b);
  return instantes.slice(1).map((ate, indice) => {
    const de = instantes[indice] ?? inicio;
    return { inicio: de, duracaoMs: ate - de, relogio: relogioDe(em(de)) };
  });
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
