import type { Database } from '@plataforma/platform';
import type { Movimento } from '../domain/lancamento.js';

/** A movement as rows of `lancamentos`. */
export const ledgerRows = (cobrancaId: string, { origem, lancamentos }: Movimento) =>
  lancamentos.map(({ conta, valorCentavos }) => ({
    origem,
    cobranca_id: cobrancaId,
    conta,
    valor_centavos: valorCentavos,
  }));

/** Writes a movement into the ledger, inside the caller's transaction; one that is there already changes nothing. */
export async function recordMovement(database: Database, cobrancaId: string, movimento: Movimento): Promise<void> {
  await database.change(
    `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos)
     SELECT origem, cobranca_id, conta, valor_centavos FROM jsonb_populate_recordset(NULL::lancamentos, $1::jsonb)
     ON CONFLICT (origem, conta) DO NOTHING`,
    [JSON.stringify(ledgerRows(cobrancaId, movimento))],
  );
}
