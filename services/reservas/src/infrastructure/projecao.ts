import { fusoLido } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';
import { presencaVenceEm, reembolsoRetido, type Reserva } from '../domain/reserva.js';

/**
 * The row of `reservas` that a booking projects to, but for `criada_em` (when its first event happened). The live rows
 * and those that a rebuild makes from the events alone both come from here.
 */
export function rowOf(reserva: Exclude<Reserva, { status: 'INEXISTENTE' }>, versao: number) {
  const { dados, retencao, status, saldo, contestacao } = reserva;
  const { preco, cupom, checkin, espacoVersao } = retencao;
  const cancelada = status === 'CANCELADA' ? reserva : null;
  const confirmada = status === 'CONFIRMADA' ? reserva : null;
  return {
    id: dados.reservaId,
    cliente_id: dados.clienteId,
    espaco_id: dados.espacoId,
    status,
    motivo: cancelada?.motivo ?? null,
    justificativa: cancelada?.justificativa ?? null,
    inicio: dados.inicio,
    fim: dados.fim,
    fuso: fusoLido(dados.fuso),
    valor_centavos: dados.valorCentavos,
    pago_centavos: reserva.pagoCentavos,
    reembolso_centavos: cancelada?.reembolsoCentavos ?? 0,
    reembolso_retido_centavos: cancelada ? reembolsoRetido(cancelada) : 0,
    perdido_centavos: contestacao.perdidoCentavos,
    retido_centavos: contestacao.retidoCentavos,
    indisponivel_centavos: contestacao.indisponivelCentavos,
    moeda: dados.moeda,
    expira_em: retencao.expiraEm,
    conferindo: status === 'PENDENTE_PAGAMENTO' && retencao.conferindo === true,
    pagamento_id: reserva.pagamentoId,
    versao,
    serie_id: dados.serieId ?? null,
    cobranca_id: retencao.cobrancaId ?? dados.reservaId,
    saldo,
    remarcacao: confirmada?.remarcacao ?? null,
    espaco_versao: espacoVersao ?? null,
    preco: preco ?? null,
    cupom: cupom ?? null,
    checkin: checkin ?? null,
    iniciada: confirmada?.iniciada ?? false,
    presenca_vence_em: confirmada && new Date(presencaVenceEm(confirmada)).toISOString(),
  };
}

type Row = ReturnType<typeof rowOf>;

const INSERT = `INSERT INTO reservas
     SELECT r.* FROM jsonb_populate_record(NULL::reservas, $1::jsonb || jsonb_build_object('criada_em',
            (SELECT ocorrido_em FROM eventos WHERE fluxo = 'reserva/' || ($1::jsonb ->> 'id') AND versao = 1))) AS r`;

/** Writes the row that queries read, in the caller's transaction. */
export async function upsertRow(database: Database, row: Row): Promise<void> {
  const assignments = [...Object.keys(row), 'criada_em'].map((column) => `${column} = excluded.${column}`).join(', ');
  await database.write(`${INSERT} ON CONFLICT (id) DO UPDATE SET ${assignments}`, [JSON.stringify(row)]);
}

/** As `upsertRow`, of a booking that is new. */
export const insertRow = (database: Database, row: Row): Promise<void> => database.write(INSERT, [JSON.stringify(row)]);
