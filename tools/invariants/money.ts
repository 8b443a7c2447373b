import { OVERDUE_REFUND } from './i5-nada-parado.ts';
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
  /** By the provider. */
  estornadoCentavos: number;
  /** By other means than the provider. */
  porForaCentavos: number;
  /** What banks have, held or taken; and what of it they took for good. */
  disputadoCentavos: number;
  perdidoCentavos: number;
  /** Of the disputes that we know: what their own rows say that banks have. */
  retidoCentavos: number;
  /** Refunds on their way that the booking already counts as given back; that they arrive is what I5 watches. */
  esperandoCentavos: number;
  /** Every refund that is not over, on its way or not. */
  estornosEmAberto: { id: string; provedorId: string | null; estado: string; origem: string; valorCentavos: number }[];
}

/** What is charged together: one booking, or a series that is paid at once. */
export interface Purchase {
  cobrancaId: string;
  reservas: string[];
  /** Of its bookings: one at least stands or was used; all were cancelled; else they wait. */
  situacao: 'VALE' | 'CANCELADA' | 'ESPERA';
  /** What the bookings believe that their client has paid and not got back: while cancelled, what the policy keeps. */
  pagoCentavos: number;
  /** Payments by which its bookings were confirmed; null stands for one that costs something and names none. */
  pagamentos: (string | null)[];
  /** Of cancelled bookings that were never confirmed, and whose money nobody decided to keep. */
  pagoSemConfirmacaoCentavos: number;
}

const CHARGES = `
  SELECT c.id AS "pagamentoId", c.reserva_id AS "reservaId", c.parcela, c.estado, c.valor_centavos::float8 AS "valorCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.conta = 'RECEBIVEL' AND l.origem LIKE 'captura/%'), 0)::float8 AS "capturadoCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.conta = 'RECEBIVEL' AND l.origem = 'captura/' || c.provedor_id), 0)::float8 AS "proprioCentavos",
         coalesce(-sum(l.valor_centavos) FILTER (WHERE l.conta = 'RECEBIVEL' AND l.origem LIKE 'estorno%'), 0)::float8 AS "estornadoCentavos",
         coalesce(-sum(l.valor_centavos) FILTER (WHERE l.conta = 'CAIXA'), 0)::float8 AS "porForaCentavos",
         coalesce(sum(l.valor_centavos) FILTER (WHERE l.conta = 'DISPUTAS'), 0)::float8 AS "disputadoCentavos",
         (SELECT coalesce(sum(d.retido_centavos) FILTER (WHERE d.situacao = 'PERDIDA'), 0) FROM disputas d WHERE d.cobranca_id = c.id)::float8 AS "perdidoCentavos",
         (SELECT coalesce(sum(d.retido_centavos), 0) FROM disputas d WHERE d.cobranca_id = c.id)::float8 AS "retidoCentavos",
         (SELECT coalesce(sum(e.valor_centavos), 0) FROM estornos e
           WHERE e.cobranca_id = c.id AND e.estado IN ('A_FAZER', 'EM_PROCESSAMENTO') AND NOT ${OVERDUE_REFUND}
             AND (e.origem = 'RESERVA' OR e.contado_em IS NOT NULL))::float8 AS "esperandoCentavos",
         (SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'provedorId', e.provedor_id, 'estado', e.estado, 'origem', e.origem,
                                                       'valorCentavos', e.valor_centavos)), '[]') FROM estornos e
           WHERE e.cobranca_id = c.id AND e.estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO')) AS "estornosEmAberto"
    FROM cobrancas c LEFT JOIN lancamentos l ON l.cobranca_id = c.id
   GROUP BY c.id`;

const PURCHASES = `
  SELECT cobranca_id AS "cobrancaId", array_agg(id) AS reservas,
         CASE WHEN bool_or(status IN ('CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU')) THEN 'VALE'
              WHEN bool_and(status = 'CANCELADA') THEN 'CANCELADA' ELSE 'ESPERA' END AS situacao,
         sum(pago_centavos)::float8 AS "pagoCentavos",
         coalesce(sum(pago_centavos) FILTER (WHERE status = 'CANCELADA' AND pagamento_id IS NULL AND NOT EXISTS (
           SELECT FROM eventos e WHERE e.fluxo = 'reserva/' || r.id AND e.tipo = 'reserva.reembolso-baixado.v1')), 0)::float8 AS "pagoSemConfirmacaoCentavos",
         coalesce(array_agg(DISTINCT pagamento_id) FILTER (WHERE valor_centavos > 0 AND status IN ('CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU')), '{}') AS pagamentos
    FROM reservas r GROUP BY cobranca_id`;

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

/** What stays paid: captured, not given back or on its way to be, and taken by no bank. Who got it twice does not owe it here. */
export const net = (of: readonly Charge[]): number =>
  of.reduce((sum, charge) => {
    const atProvider = charge.capturadoCentavos - charge.estornadoCentavos;
    const elsewhere = charge.perdidoCentavos + charge.porForaCentavos + charge.esperandoCentavos;
    return sum + atProvider - Math.min(elsewhere, Math.max(0, atProvider));
  }, 0);
