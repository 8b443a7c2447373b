import type { Query, Sources } from './sources.ts';

/** Money of one booking as pagamentos has it, centavos: the charge, and what its ledger says. */
export interface Charge {
  pagamentoId: string;
  reservaId: string;
  parcela: number;
  estado: string;
  valorCentavos: number;
  /** Of its own intent, and of any other that was made for it: those give everything back. */
  capturadoCentavos: number;
  proprioCentavos: number;
  estornadoCentavos: number;
}

/** What is charged together: one booking, or a series that is paid at once. */
export interface Purchase {
  cobrancaId: string;
  /** Of its bookings: one at least stands or was used; all were cancelled; else they wait. */
  situacao: 'VALE' | 'CANCELADA' | 'ESPERA';
  /** What the bookings believe that their client has paid and not got back: while cancelled, what the policy keeps. */
  pagoCentavos: number;
  /** Payments by which its bookings were confirmed; null stands for one that costs something and names none. */
  pagamentos: (string | null)[];
  /** Of cancelled bookings that were never confirmed. */
  pagoSemConfirmacaoCentavos: number;
}

const CHARGES = `
  SELECT c.id AS "pagamentoId", c.reserva_id AS "reservaId", c.parcela, c.estado, c.valor_centavos::float8 AS "valorCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.origem LIKE 'captura/%'), 0)::float8 AS "capturadoCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.origem = 'captura/' || c.provedor_id), 0)::float8 AS "proprioCentavos",
         coalesce(-sum(l.valor_centavos) FILTER (WHERE l.origem LIKE 'estorno%'), 0)::float8 AS "estornadoCentavos"
    FROM cobrancas c LEFT JOIN lancamentos l ON l.cobranca_id = c.id AND l.conta = 'RECEBIVEL'
   GROUP BY c.id`;

const PURCHASES = `
  SELECT cobranca_id AS "cobrancaId",
         CASE WHEN bool_or(status IN ('CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU')) THEN 'VALE'
              WHEN bool_and(status = 'CANCELADA') THEN 'CANCELADA' ELSE 'ESPERA' END AS situacao,
         sum(pago_centavos)::float8 AS "pagoCentavos",
         coalesce(sum(pago_centavos) FILTER (WHERE status = 'CANCELADA' AND pagamento_id IS NULL), 0)::float8 AS "pagoSemConfirmacaoCentavos",
         coalesce(array_agg(DISTINCT pagamento_id) FILTER (WHERE valor_centavos > 0 AND status IN ('CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU')), '{}') AS pagamentos
    FROM reservas GROUP BY cobranca_id`;

export const charges = (pagamentos: Query): Promise<Charge[]> => pagamentos<Charge>(CHARGES);

/** Every purchase with its charges, either of which may be missing. */
export async function accounts({
  databases,
}: Pick<Sources, 'databases'>): Promise<{ purchase?: Purchase; charges: Charge[] }[]> {
  const [ours, theirs] = await Promise.all([databases.reservas<Purchase>(PURCHASES), charges(databases.pagamentos)]);
  const byPurchase = new Map<string, Charge[]>();
  for (const charge of theirs) byPurchase.set(charge.reservaId, [...(byPurchase.get(charge.reservaId) ?? []), charge]);
  const known = new Set(ours.map(({ cobrancaId }) => cobrancaId));
  return [
    ...ours.map((purchase) => ({ purchase, charges: byPurchase.get(purchase.cobrancaId) ?? [] })),
    ...[...byPurchase].filter(([id]) => !known.has(id)).map(([, unclaimed]) => ({ charges: unclaimed })),
  ];
}

export const net = (of: readonly Charge[]): number =>
  of.reduce((sum, { capturadoCentavos, estornadoCentavos }) => sum + capturadoCentavos - estornadoCentavos, 0);
