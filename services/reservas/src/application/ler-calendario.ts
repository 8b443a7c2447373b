import ICAL from 'ical.js';
import { Folego } from '@plataforma/platform';
import { PlanilhaIlegivel } from '../domain/errors.js';
import { instanteDe } from '../domain/relogio.js';
import { FUSOS } from '@plataforma/contracts';

/** Time that somebody else's calendar says is taken. */
export interface EventoDoCalendario {
  /** Of the file, where it begins. */
  readonly linha: number;
  readonly inicio: number;
  readonly fim: number;
  readonly titulo: string;
}

const DIA_MS = 86_400_000;
/** What recurs for ever is brought for so long. */
const MAX_DIAS = 365;
/** Of all its rules together: one by the second would have no end. */
const MAX_PASSOS = 100_000;

/**
 * What takes time from `agora` (ms) on in a calendar (RFC 5545), with what recurs unrolled. Cancelled events and those that
 * leave their time free are none. Times without a zone, and whole days, are those of the place.
 * @throws PlanilhaIlegivel
 */
export async function lerCalendario(
  texto: string,
  { fuso, agora, maximo }: { fuso: string; agora: number; maximo: number },
): Promise<EventoDoCalendario[]> {
  let eventos: ICAL.Component[];
  let calendario: ICAL.Component;
  try {
    calendario = new ICAL.Component(ICAL.parse(texto) as unknown[] as ConstructorParameters<typeof ICAL.Component>[0]);
    eventos = calendario.getAllSubcomponents('vevent');
  } catch {
    throw new PlanilhaIlegivel('O arquivo não é um calendário (iCal) que se leia');
  }
  if (calendario.name !== 'vcalendar') throw new PlanilhaIlegivel('O arquivo não é um calendário (iCal)');
  const linhas = texto.split('\n').flatMap((linha, i) => (/^BEGIN:VEVENT\s*$/.test(linha) ? [i + 1] : []));
  const folego = new Folego();
  let passos = MAX_PASSOS;
  const achados: EventoDoCalendario[] = [];
  /** Of one end of an event; names of zones that everybody knows are better than what the file says of them. */
  const instante = (time: ICAL.Time, de: ICAL.Component, nomes: readonly string[]): number => {
    const dito = nomes.flatMap((nome) => de.getFirstProperty(nome)?.getFirstParameter('tzid') ?? []).at(0);
    const local = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
    if (dito !== undefined && FUSOS.includes(dito)) return instanteDe(dito, local);
    const { tzid } = time.zone ?? {};
    return tzid === undefined || tzid === 'floating' ? instanteDe(fuso, local) : time.toUnixTime() * 1_000;
  };
  const excecoes = new Map<string, ICAL.Component[]>();
  for (const vevent of eventos)
    if (vevent.hasProperty('recurrence-id')) {
      const uid = String(vevent.getFirstPropertyValue('uid'));
      excecoes.set(uid, [...(excecoes.get(uid) ?? []), vevent]);
    }
  for (const [i, vevent] of eventos.entries()) {
    if (vevent.hasProperty('recurrence-id')) continue;
    const linha = linhas[i] ?? 1;
    try {
      const evento = new ICAL.Event(vevent, {
        exceptions: excecoes.get(String(vevent.getFirstPropertyValue('uid'))) ?? [],
      });
      for (const { item, startDate, endDate } of ocorrencias(evento, agora)) {
        if (--passos < 0) throw new PlanilhaIlegivel('O calendário repete demais');
        await folego.take();
        const livre = [item.component.getFirstPropertyValue('status'), item.component.getFirstPropertyValue('transp')];
        if (livre.includes('CANCELLED') || livre.includes('TRANSPARENT')) continue;
        const inicio = instante(startDate, item.component, ['dtstart']);
        const fim = instante(endDate, item.component, ['dtend', 'dtstart']);
        if (fim <= agora || inicio > agora + MAX_DIAS * DIA_MS || fim <= inicio) continue;
        achados.push({ linha, inicio, fim, titulo: item.summary ?? '' });
        if (achados.length > maximo) throw new PlanilhaIlegivel(`O calendário tem mais de ${maximo} eventos por vir`);
      }
    } catch (error) {
      if (error instanceof PlanilhaIlegivel) throw error;
      throw new PlanilhaIlegivel(`O evento da linha ${linha} não se lê`);
    }
  }
  return achados;
}

interface Ocorrencia {
  readonly item: ICAL.Event;
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
}

function* ocorrencias(evento: ICAL.Event, agora: number): Generator<Ocorrencia> {
  if (!evento.isRecurring()) {
    yield { item: evento, startDate: evento.startDate, endDate: evento.endDate };
    return;
  }
  const vezes = evento.iterator();
  for (;;) {
    const vez = vezes.next() as ICAL.Time | null;
    if (!vez || vez.toUnixTime() * 1_000 > agora + (MAX_DIAS + 1) * DIA_MS) return;
    // Its declared type is one that the package does not export.
    yield evento.getOccurrenceDetails(vez);
  }
}
