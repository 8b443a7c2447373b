import type { Database } from '@plataforma/platform';
import type { Movimento } from '../domain/lancamento.js';

/** Writes a movement into the ledger, inside the caller's transaction; one that is there already changes nothing. */
export async function recordMovement(
  database: Database,
  cobrancaId: string,
  { origem, lancamentos }: Movimento,
): Promise<void> {
  await database.change(
    `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos)
     SELECT $1, $2, l.conta, l."valorCentavos" FROM jsonb_to_recordset($3::jsonb) AS l(conta text, "valorCentavos" bigint)
     ON CONFLICT (origem, conta) DO NOTHING`,
    [origem, cobrancaId, JSON.stringify(lancamentos)],
  );
}
