import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import type { Calendario } from '../application/ports.js';
import type { Aviso, Avisos, Contato } from '../domain/entrega.js';
import { umaLinha } from './mensagem-em-arquivo.js';

const naAgenda = (aviso: Aviso): boolean => 'convite' in aviso && aviso.convite === true;

/**
 * The entry of the reader's calendar that a letter makes, moves or takes away (RFC 5545, 5546): one UID for each booking,
 * the one it has in the calendars that people subscribe to, and its version as SEQUENCE. A REQUEST is of one UID alone, so
 * several bookings of a series go as a PUBLISH.
 */
export function convite(avisos: Avisos, contato: Contato, organizador: string): Calendario | undefined {
  const validos = avisos.filter(naAgenda);
  if (validos.length === 0) return undefined;
  const cancela = avisos[0].tipo === 'RESERVA_CANCELADA' || avisos[0].tipo === 'CONVITE_RETIRADO';
  const metodo = validos.length > 1 ? 'PUBLISH' : cancela ? 'CANCEL' : 'REQUEST';
  const calendario = ical({
    method: ICalCalendarMethod[metodo],
    prodId: { company: 'Plataforma de Reservas', product: 'notificacoes', language: contato.idioma.toUpperCase() },
    timezone: { name: null, generator: (zona) => tzlib_get_ical_block(zona)[0] ?? null },
  });
  for (const { reserva } of validos) {
    const { reservaId = '', versao = 0, inicio, fim, fuso, espacoNome, cidade } = reserva;
    const em = (instante: string) => Temporal.Instant.from(instante).toZonedDateTimeISO(fuso);
    const evento = calendario.createEvent({
      id: `${reservaId}@plataforma-de-reservas`,
      sequence: versao,
      status: cancela ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: cancela ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
      start: em(inicio),
      end: em(fim),
      timezone: fuso,
      summary: umaLinha(espacoNome),
      location: umaLinha(`${espacoNome}, ${cidade}`),
      organizer: { name: 'Plataforma de Reservas', email: organizador },
    });
    // What is published has no attendees (RFC 5546, 3.2.1).
    if (metodo !== 'PUBLISH')
      evento.createAttendee({
        name: umaLinha(contato.nome).replaceAll('"', "'"),
        email: contato.email,
        role: ICalAttendeeRole.REQ,
        // Whoever booked comes; a guest has not said so.
        status: contato.convidado ? ICalAttendeeStatus.NEEDSACTION : ICalAttendeeStatus.ACCEPTED,
        rsvp: false,
      });
  }
  return { metodo, ics: `${calendario.toString()}\r\n` };
}
