import { describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import type { Aviso, Avisos, Contato } from '../domain/entrega.js';
import { convite } from './convite.js';

const ORGANIZADOR = 'reservas@exemplo.com';
const contato: Contato = {
  usuarioId: 'u',
  nome: 'Ana "Bia"\r\nATTENDEE:mailto:x@y.z',
  email: 'ana@exemplo.com',
  idioma: 'pt-BR',
};
const reserva = {
  reservaId: '0192f0c4-0000-7000-8000-000000000001',
  versao: 2,
  espacoNome: 'Sala Ipê; "2º andar", ala\nnorte',
  cidade: 'Manaus',
  inicio: '2026-12-04T13:00:00Z',
  fim: '2026-12-04T15:00:00Z',
  fuso: 'America/Manaus',
  valorCentavos: 12_000,
  moeda: 'BRL',
};
const confirmada: Aviso = { tipo: 'RESERVA_CONFIRMADA', reserva, pagoCentavos: 12_000, convite: true };
const remarcada: Aviso = {
  tipo: 'RESERVA_REMARCADA',
  reserva: { ...reserva, versao: 4, inicio: '2026-12-05T13:00:00Z', fim: '2026-12-05T15:00:00Z' },
  anterior: { ...reserva },
  reembolsoCentavos: 0,
  convite: true,
};
const cancelada: Aviso = {
  tipo: 'RESERVA_CANCELADA',
  reserva: { ...remarcada.reserva, versao: 5 },
  motivo: 'CLIENTE',
  reembolsoCentavos: 0,
  convite: true,
};

/** What two programs that know nothing of each other make of it. */
function lido(avisos: Avisos) {
  const { ics = '', metodo } = convite(avisos, contato, ORGANIZADOR) ?? {};
  const componente = new ICAL.Component(ICAL.parse(ics) as unknown[]);
  for (const zona of componente.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zona);
  const umas = componente.getAllSubcomponents('vevent').map((evento) => {
    const { uid, sequence, startDate, endDate, summary, attendees } = new ICAL.Event(evento);
    const status = String(evento.getFirstPropertyValue('status'));
    return {
      uid,
      sequence,
      inicio: startDate.toJSDate().toISOString(),
      fim: endDate.toJSDate().toISOString(),
      summary,
      status,
      convidados: attendees.length,
    };
  });
  const outras = Object.values(nodeIcal.sync.parseICS(ics)).flatMap((evento) =>
    evento?.type === 'VEVENT'
      ? [
          {
            uid: evento.uid,
            sequence: Number(evento.sequence),
            inicio: new Date(evento.start).toISOString(),
            fim: new Date(evento.end ?? 0).toISOString(),
            summary: evento.summary as string,
            status: String(evento.status),
          },
        ]
      : [],
  );
  expect(outras).toEqual(umas.map(({ convidados: _, ...uma }) => uma));
  expect(String(componente.getFirstPropertyValue('method'))).toBe(metodo);
  for (const linha of ics.split('\r\n')) expect(Buffer.byteLength(linha)).toBeLessThanOrEqual(75);
  return { metodo, ics, eventos: umas };
}

describe('O convite que vai com uma carta', () => {
  it('entra na agenda, muda nela e sai dela: um só UID, e SEQUENCE que sobe', () => {
    const historia = [confirmada, remarcada, cancelada].map((aviso) => lido([aviso]));
    expect(historia.map(({ metodo }) => metodo)).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
    const eventos = historia.flatMap(({ eventos: e }) => e);
    expect(new Set(eventos.map(({ uid }) => uid))).toEqual(new Set([`${reserva.reservaId}@plataforma-de-reservas`]));
    expect(eventos.map(({ sequence, status }) => [sequence, status])).toEqual([
      [2, 'CONFIRMED'],
      [4, 'CONFIRMED'],
      [5, 'CANCELLED'],
    ]);
    expect(eventos.map(({ inicio }) => inicio.slice(0, 13))).toEqual([
      '2026-12-04T13',
      '2026-12-05T13',
      '2026-12-05T13',
    ]);
  });

  it('diz a hora no fuso do espaço, que descreve', () => {
    const { ics } = lido([confirmada]);
    expect(ics).toContain('DTSTART;TZID=America/Manaus:20261204T090000');
    expect(ics).toContain('BEGIN:VTIMEZONE');
    expect(ics).toMatch(/DTSTAMP:\d{8}T\d{6}Z/);
  });

  it('não deixa que o nome de alguém ou de um espaço vire outra linha', () => {
    const { eventos, ics } = lido([confirmada]);
    expect(eventos).toMatchObject([{ convidados: 1, summary: 'Sala Ipê; "2º andar", ala norte' }]);
    expect(ics.replace(/\r\n /g, '').match(/^ATTENDEE/gm)).toHaveLength(1);
    expect(ics.replace(/\r\n /g, '')).toMatch(/^ATTENDEE.*mailto:ana@exemplo\.com/im);
  });

  it('de várias ocorrências de uma série é uma publicação, que não tem convidados', () => {
    const outra: Aviso = { ...confirmada, reserva: { ...reserva, reservaId: '0192f0c4-0000-7000-8000-000000000002' } };
    const { metodo, eventos } = lido([confirmada, outra]);
    expect(metodo).toBe('PUBLISH');
    expect(eventos.map(({ convidados }) => convidados)).toEqual([0, 0]);
    expect(new Set(eventos.map(({ uid }) => uid)).size).toBe(2);
  });

  it('não há onde nada entra na agenda nem sai dela', () => {
    const { convite: _, ...semConvite } = cancelada;
    expect(convite([semConvite], contato, ORGANIZADOR)).toBeUndefined();
    expect(convite([{ tipo: 'RESERVA_EXPIRADA', reserva }], contato, ORGANIZADOR)).toBeUndefined();
  });
});
