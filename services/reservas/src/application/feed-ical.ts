import { Folego } from '@plataforma/platform';
import ical, { ICalCalendar, ICalEventStatus, ICalEventTransparency } from 'ical-generator';

/** A booking as a feed shows it. */
export interface ReservaNoFeed {
  readonly id: string;
  readonly status: string;
  readonly versao: number;
  readonly inicio: Date;
  readonly fim: Date;
  readonly criadaEm: Date;
  /** When it last changed. */
  readonly alteradaEm: Date;
  readonly espaco: string;
  readonly local: string;
  readonly valorCentavos: number;
}

const SITUACAO: Readonly<Record<string, string>> = {
  PENDENTE_APROVACAO: 'à espera de aprovação',
  PENDENTE_PAGAMENTO: 'à espera de pagamento',
  CONFIRMADA: 'confirmada',
  CONCLUIDA: 'concluída',
  NAO_COMPARECEU: 'não compareceu',
  CANCELADA: 'cancelada',
};

const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });

function icalStatus(status: string): ICalEventStatus {
  if (status === 'CANCELADA') return ICalEventStatus.CANCELLED;
  return status.startsWith('PENDENTE_') ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED;
}

const FIM = 'END:VCALENDAR';
/** Bookings that are written before others have their turn. */
const POR_VEZ = 25;

/**
 * A calendar (RFC 5545) of bookings. Times are in UTC: a booking is an instant, and every program shows it in the zone
 * of who looks. Nothing in it depends on when it is asked for, so that an unchanged feed is the same bytes.
 */
export async function feedIcal(
  nome: string,
  reservas: readonly ReservaNoFeed[],
  /** Whether it says what only the person who booked may know. */
  escopo: 'USUARIO' | 'ESPACO',
): Promise<string> {
  const calendario: ICalCalendar = ical({
    name: nome,
    prodId: { company: 'Plataforma de Reservas', product: 'reservas', language: 'PT-BR' },
    ttl: 3_600,
  });
  const inicio = calendario.toString().slice(0, -FIM.length);
  const partes = [inicio];
  const folego = new Folego();
  for (let i = 0; i < reservas.length; i += POR_VEZ) {
    calendario.clear();
    for (const reserva of reservas.slice(i, i + POR_VEZ)) acrescentar(calendario, reserva, escopo);
    partes.push(calendario.toString().slice(inicio.length, -FIM.length));
    await folego.take();
  }
  // Every line ends in CRLF (RFC 5545, 3.1), the last one too.
  return `${partes.join('')}${FIM}\r\n`;
}

function acrescentar(calendario: ICalCalendar, reserva: ReservaNoFeed, escopo: 'USUARIO' | 'ESPACO'): void {
  const cancelada = reserva.status === 'CANCELADA';
  const situacao = SITUACAO[reserva.status] ?? reserva.status;
  calendario.createEvent({
    id: `${reserva.id}@plataforma-de-reservas`,
    sequence: reserva.versao,
    status: icalStatus(reserva.status),
    transparency: cancelada ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    start: reserva.inicio,
    end: reserva.fim,
    created: reserva.criadaEm,
    stamp: reserva.alteradaEm,
    lastModified: reserva.alteradaEm,
    location: reserva.local,
    ...(escopo === 'USUARIO'
      ? {
          summary: reserva.status === 'CONFIRMADA' ? reserva.espaco : `${reserva.espaco} (${situacao})`,
          description: `Reserva ${situacao}\nValor: ${reais.format(reserva.valorCentavos / 100)}`,
        }
      : { summary: cancelada ? 'Reserva cancelada' : 'Reservado' }),
  });
}
