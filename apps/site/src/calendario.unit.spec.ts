import { expect, it } from '@jest/globals';
import type { ReservaHttp } from '@plataforma/contracts';
import ICAL from 'ical.js';
import { icsDe } from './calendario.js';

const RESERVA = {
  id: '0192f0c4-0000-7000-8000-0000000000a1',
  inicio: '2026-12-01T13:00:00.000Z',
  fim: '2026-12-01T14:30:00.000Z',
  criadaEm: '2026-11-22T15:00:00.000Z',
  versao: 2,
  espaco: {
    id: '071b2b23-585f-863e-9ef6-8f8adaa0bf23',
    nome: 'Salão; "das Águas", \\ com um nome tão comprido que não cabe em setenta e cinco octetos de linha',
    cidade: 'São Paulo',
    endereco: 'Avenida Paulista, 1578',
    fotos: [],
  },
} satisfies Partial<ReservaHttp> as unknown as ReservaHttp;

it('outro programa lê do calendário o que a reserva diz, qualquer que seja o nome do espaço', () => {
  const ics = icsDe(RESERVA, 'https://reservas.exemplo.com/reservas/1');
  for (const linha of ics.split('\r\n')) expect(new TextEncoder().encode(linha).length).toBeLessThanOrEqual(75);
  const evento = new ICAL.Event(
    new ICAL.Component(ICAL.parse(ics) as unknown[]).getFirstSubcomponent('vevent') ?? undefined,
  );
  expect([evento.uid, evento.summary, evento.location]).toEqual([
    RESERVA.id,
    RESERVA.espaco.nome,
    'Avenida Paulista, 1578, São Paulo',
  ]);
  expect([evento.startDate.toJSDate().toISOString(), evento.endDate.toJSDate().toISOString()]).toEqual([
    RESERVA.inicio,
    RESERVA.fim,
  ]);
});
