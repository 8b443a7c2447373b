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

/**
 * Cuts a period where a rule may begin or end to apply: at the hours that rules name, at midnight, and where the
 * zone's clock jumps, so that each slice is told by what the wall clock shows at its beginning. A local hour that comes
 * twice is priced twice, and one that does not exist is not priced.
 */
export function fatiar(regras: readonly RegraDePreco[], fuso: string, { inicio, fim }: Intervalo): Fatia[] {
  const em = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso);
  const cortes = new Set([inicio, fim]);
  if (regras.length > 0) {
    const cortar = ({ epochMilliseconds: ms }: Temporal.ZonedDateTime) => {
      if (inicio < ms && ms < fim) cortes.add(ms);
    };
    const horas = new Set(['00:00', ...regras.flatMap(({ de, ate }) => [de ?? '00:00', ate ?? '00:00'])]);
    const ultimoDia = em(fim).toPlainDate();
    for (
      let dia = em(inicio).toPlainDate();
      Temporal.PlainDate.compare(dia, ultimoDia) <= 0;
      dia = dia.add({ days: 1 })
    )
      for (const hora of horas) {
        const local = dia.toPlainDateTime(Temporal.PlainTime.from(hora));
        cortar(local.toZonedDateTime(fuso, { disambiguation: 'earlier' }));
        cortar(local.toZonedDateTime(fuso, { disambiguation: 'later' }));
      }
    let salto = em(inicio).getTimeZoneTransition('next');
    for (; salto && salto.epochMilliseconds < fim; salto = salto.getTimeZoneTransition('next')) cortar(salto);
  }
  const instantes = [...cortes].sort((a, b) => a - b);
  return instantes.slice(1).map((ate, indice) => {
    const de = instantes[indice] ?? inicio;
    return { duracaoMs: ate - de, relogio: relogioDe(em(de)) };
  });
}

/** What it costs to use the space during `periodo`, asked for at `agora` (ms). @throws the errors of orcar */
export const orcarEstada = (
  espaco: TabelaDePreco & { readonly fuso: string },
  periodo: Intervalo,
  agora: number,
  descontar?: (subtotalCentavos: number) => LinhaDePreco,
): Orcamento =>
  orcar(espaco, fatiar(espaco.regrasDePreco, espaco.fuso, periodo), { inicio: periodo.inicio, agora }, descontar);
