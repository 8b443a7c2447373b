import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { CotaRepository } from '../application/ports-precos.js';
import { type Retencoes, SEM_RETENCOES, type UsoDaPessoa } from '../domain/cota.js';
import type { Intervalo } from '../domain/periodo-reserva.js';

@Injectable()
export class PgCotaRepository extends CotaRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async holds(clienteId: string): Promise<Retencoes> {
    const [row] = await this.database.query<{ holds: Retencoes }>(
      'SELECT retencoes_da_pessoa_e_series($1, NULL) AS holds',
      [clienteId],
    );
    return row?.holds ?? SEM_RETENCOES;
  }

  override async usage(
    espacoId: string,
    clienteId: string,
    semana: Intervalo,
    exceto: string | null,
  ): Promise<UsoDaPessoa> {
    const [row] = await this.database.query<{ ativas: number; semana_ms: number }>(
      `SELECT count(DISTINCT r.id) FILTER (WHERE h.fim > now() AND status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA'))::int AS ativas,
              coalesce(sum(extract(epoch FROM h.fim - h.inicio) * 1000)
                       FILTER (WHERE h.inicio >= to_timestamp($3::float8 / 1000) AND h.inicio < to_timestamp($4::float8 / 1000)), 0)::float8 AS semana_ms
         FROM reservas r
        -- One that waits to be moved has the time that it moves to as well.
        CROSS JOIN LATERAL (
              SELECT r.inicio, r.fim UNION ALL
              SELECT (remarcacao -> 'novo' ->> 'inicio')::timestamptz, (remarcacao -> 'novo' ->> 'fim')::timestamptz
               WHERE remarcacao IS NOT NULL) h
        WHERE cliente_id = $1 AND espaco_id = $2 AND status <> 'CANCELADA'
          AND (r.fim > least(now(), to_timestamp($3::float8 / 1000)) OR remarcacao IS NOT NULL) AND r.id IS DISTINCT FROM $5::uuid`,
      [clienteId, espacoId, semana.inicio, semana.fim, exceto],
    );
    return { reservasAtivas: row?.ativas ?? 0, semanaMs: row?.semana_ms ?? 0 };
  }
}
