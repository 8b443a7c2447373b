import { Temporal } from 'temporal-polyfill';
import { DIA_MS, HORA_MS, type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/**
 * Wall clocks. What a clock shows is told as a number too: the ms since 1970 of a clock that was never changed, so that
 * local dates and hours are plain arithmetic. The zone is only asked when clocks change, which is slow, and what it says
 * is kept.
 */

/** A stretch in which the clocks of a zone are not changed; `deslocamento` is what they are ahead of UTC, ms. */
interface Trecho extends Intervalo {
  readonly deslocamento: number;
}
const conhecidos = new Map<string, Trecho[]>();
/** Of each zone: many more than there are in the years that can be booked. */
const MAX_TRECHOS = 64;

function trechoEm(fuso: string, ms: number): Trecho {
  let doFuso = conhecidos.get(fuso);
  if (!doFuso || doFuso.length >= MAX_TRECHOS) conhecidos.set(fuso, (doFuso = []));
  for (const conhecido of doFuso) if (conhecido.inicio <= ms && ms < conhecido.fim) return conhecido;
  const momento = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(fuso);
  const trecho = {
    deslocamento: momento.offsetNanoseconds / 1e6,
    inicio: momento.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    fim: momento.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
  };
  doFuso.push(trecho);
  return trecho;
}

/** What clocks show at an instant (ms). */
export const parede = (fuso: string, ms: number): number => ms + trechoEm(fuso, ms).deslocamento;

/** When clocks are next changed after an instant (ms); Infinity when never. */
export const proximaMudanca = (fuso: string, ms: number): number => trechoEm(fuso, ms).fim;

/**
 * What clocks may be said to show at an instant, both ends included: at the very moment of a change also what they are
 * changed from, and whatever they leap over.
 */
function leituras(fuso: string, ms: number): Intervalo[] {
  const { inicio, deslocamento } = trechoEm(fuso, ms);
  const agora = ms + deslocamento;
  const antes = inicio === ms ? ms + trechoEm(fuso, ms - 1).deslocamento : agora;
  if (antes <= agora) return [{ inicio: antes, fim: agora }];
  return [agora, antes].map((local) => ({ inicio: local, fim: local }));
}

/** Of what a clock may be said to show, midnight if that is among it (the last one, after a day that was left out), else the end. */
function escolher({ inicio, fim }: Intervalo): number {
  const meiaNoite = Math.floor(fim / DIA_MS) * DIA_MS;
  return meiaNoite >= inicio ? meiaNoite : fim;
}

/** No zone is further from UTC. */
const MAIOR_DESLOCAMENTO_MS = 16 * HORA_MS;

/**
 * The first instant (ms) at which clocks show `local`, or later: a local time that does not exist is the moment at which
 * clocks leap over it, and of one that exists twice the first counts.
 */
export function instanteDe(fuso: string, local: number): number {
  const antes = trechoEm(fuso, local - MAIOR_DESLOCAMENTO_MS).deslocamento;
  const depois = trechoEm(fuso, local + MAIOR_DESLOCAMENTO_MS).deslocamento;
  const maior = Math.max(antes, depois);
  for (const deslocamento of [maior, Math.min(antes, depois)])
    if (trechoEm(fuso, local - deslocamento).deslocamento === deslocamento) return local - deslocamento;
  return trechoEm(fuso, local - maior).fim;
}

/** Days are counted from 1970-01-01, a Thursday. */
export const diaDe = (local: number): number => Math.floor(local / DIA_MS);
/** 'YYYY-MM-DD' */
export const dataDe = (dia: number): string => new Date(dia * DIA_MS).toISOString().slice(0, 10);
/** 1 = Monday … 7 = Sunday. */
export const diaDaSemana = (dia: number): number => ((((dia + 3) % 7) + 7) % 7) + 1;
/** 'HH:MM' */
export function horaDe(local: number): string {
  const minuto = Math.floor((local - diaDe(local) * DIA_MS) / MINUTO_MS);
  return `${doisAlgarismos(Math.floor(minuto / 60))}:${doisAlgarismos(minuto % 60)}`;
}
const doisAlgarismos = (numero: number): string => (numero < 10 ? `0${numero}` : String(numero));

/** A period as wall clocks have it. */
export interface Parede extends Intervalo {
  /** It goes from an hour of a day to the same hour of another. */
  readonly diasInteiros: boolean;
}

/** Whole days are found also where clocks leap over the hour at which they begin or end. */
export function paredeDe(fuso: string, { inicio, fim }: Intervalo): Parede {
  for (const ate of leituras(fuso, fim))
    for (const de of leituras(fuso, inicio)) {
      const dias = Math.max(1, Math.ceil((ate.inicio - de.fim) / DIA_MS)) * DIA_MS;
      if (dias > ate.fim - de.inicio) continue;
      const local = escolher({
        inicio: Math.max(de.inicio, ate.inicio - dias),
        fim: Math.min(de.fim, ate.fim - dias),
      });
      return { inicio: local, fim: local + dias, diasInteiros: true };
    }
  const de = parede(fuso, inicio);
  const ate = parede(fuso, fim);
  // Clocks that were put back may show an end that comes before the start: then what passes counts.
  return { inicio: de, fim: ate > de ? ate : de + fim - inicio, diasInteiros: false };
}

/** The period that clocks show as `local`; null when they show nothing of it, or leap over its start within a day. */
export function periodoDe(fuso: string, { inicio: de, fim: ate, diasInteiros }: Parede): Intervalo | null {
  const inicio = instanteDe(fuso, de);
  const fim = instanteDe(fuso, ate);
  const existe = diasInteiros || parede(fuso, inicio) === de;
  return existe && inicio < fim ? { inicio, fim } : null;
}

/** When what lasts `duracaoMs` from `inicio` on ends: whole days end at the hour they begin at, however long they are. */
export function fimDe(fuso: string, inicio: number, duracaoMs: number): number {
  if (duracaoMs % DIA_MS !== 0) return inicio + duracaoMs;
  const trecho = trechoEm(fuso, inicio);
  if (trecho.inicio !== inicio) return instanteDe(fuso, inicio + trecho.deslocamento + duracaoMs);
  const [local = { inicio, fim: inicio }] = leituras(fuso, inicio);
  return instanteDe(fuso, escolher(local) + duracaoMs);
}

/** The week (Monday to Sunday, ISO 8601) of an instant, as the wall clock of the zone has it. */
export function semanaLocal(fuso: string, instante: number): Intervalo {
  const dia = Temporal.Instant.fromEpochMilliseconds(instante).toZonedDateTimeISO(fuso).toPlainDate();
  const segunda = dia.subtract({ days: dia.dayOfWeek - 1 });
  const em = (data: Temporal.PlainDate) => data.toZonedDateTime(fuso).epochMilliseconds;
  return { inicio: em(segunda), fim: em(segunda.add({ days: 7 })) };
}
