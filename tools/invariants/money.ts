import type { Query, Sources } from './sources.ts';

/** Money of one booking as pagamentos has it, centavos: the charge, and what its ledger says. */
export interface Charge {
  pagamentoId: string;
  reservaId: string;
  estado: string;
  valorCentavos: number;
  capturadoCentavos: number;
  estornadoCentavos: number;
}

export interface Booking {
  reservaId: string;
  status: string;
  valorCentavos: number;
  pagamentoId: string | null;
  /** What is to stay with us of its money, by its events: all of it while it is confirmed, the rest of the refund after. */
  retidoCentavos: number;
}

const CHARGES = `
  SELECT c.id AS "pagamentoId", c.reserva_id AS "reservaId", c.estado, c.valor_centavos::float8 AS "valorCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.origem LIKE 'captura/%'), 0)::float8 AS "capturadoCentavos",
         coalesce(-sum(l.valor_centavos) FILTER (WHERE l.origem LIKE 'estorno%'), 0)::float8 AS "estornadoCentavos"
    FROM cobrancas c LEFT JOIN lancamentos l ON l.cobranca_id = c.id AND l.conta = 'RECEBIVEL'
   GROUP BY c.id`;

/** A cancellation keeps something only of a booking that was confirmed just before. */
const BOOKINGS = `
  SELECT r.id AS "reservaId", r.status, r.valor_centavos::float8 AS "valorCentavos", r.pagamento_id AS "pagamentoId",
         CASE WHEN r.status = 'CONFIRMADA' THEN r.valor_centavos
              WHEN fim.tipo = 'reserva.cancelada.v1' AND antes.tipo = 'reserva.confirmada.v1'
                THEN r.valor_centavos - (fim.dados ->> 'reembolsoCentavos')::bigint
              ELSE 0 END::float8 AS "retidoCentavos"
    FROM reservas r
    JOIN LATERAL (SELECT versao, tipo, dados FROM eventos WHERE fluxo = 'reserva/' || r.id ORDER BY versao DESC LIMIT 1) fim ON true
    LEFT JOIN eventos antes ON antes.fluxo = 'reserva/' || r.id AND antes.versao = fim.versao - 1`;

export const charges = (pagamentos: Query): Promise<Charge[]> => pagamentos<Charge>(CHARGES);
export const bookings = (reservas: Query): Promise<Booking[]> => reservas<Booking>(BOOKINGS);

/** Every booking with its charge, either of which may be missing. */
export async function pairs({
  databases,
}: Pick<Sources, 'databases'>): Promise<{ booking?: Booking; charge?: Charge }[]> {
  const [ours, theirs] = await Promise.all([bookings(databases.reservas), charges(databases.pagamentos)]);
  const byBooking = new Map(theirs.map((charge) => [charge.reservaId, charge]));
  const known = new Set(ours.map(({ reservaId }) => reservaId));
  return [
    ...ours.map((booking) => {
      const charge = byBooking.get(booking.reservaId);
      return { booking, ...(charge && { charge }) };
    }),
    ...theirs.filter(({ reservaId }) => !known.has(reservaId)).map((charge) => ({ charge })),
  ];
}

export const net = (charge: Charge | undefined): number =>
  charge ? charge.capturadoCentavos - charge.estornadoCentavos : 0;
