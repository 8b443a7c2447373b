import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type OcupacaoPorPessoa, OcupacaoRepository } from '../application/ports.js';
import { EspacoIndisponivel } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';

/**
 * Occupies by inserting under the exclusion constraint. `ON CONFLICT DO NOTHING` waits for whoever is ahead and then
 * gives way; a bare INSERT among many deadlocks. Units are always taken in the order of their ids.
 */
@Injectable()
export class PgOcupacaoRepository extends OcupacaoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async occupy(
    espaco: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
  ): Promise<string[]> {
    return (await this.take(espaco, ocupacao, reservaId, null)).unidades;
  }

  override occupyFor(
    espaco: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
    clienteId: string,
  ): Promise<OcupacaoPorPessoa> {
    return this.take(espaco, ocupacao, reservaId, clienteId);
  }

  private async take(
    { unidades, ocupa }: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
    clienteId: string | null,
  ): Promise<OcupacaoPorPessoa> {
    if (ocupa === 'TODAS') {
      const taken = await this.insert(unidades, ocupacao, reservaId, clienteId);
      if (taken.unidades.length !== unidades.length) throw new EspacoIndisponivel();
      return taken;
    }
    for (const unidade of await this.candidates(unidades, ocupacao, reservaId)) {
      const taken = await this.insert([unidade], ocupacao, reservaId, clienteId);
      if (taken.unidades.length === 1) return taken;
    }
    throw new EspacoIndisponivel();
  }

  /** Units that look free, starting at a different one for each booking, so that those who come together spread out. */
  private async candidates(
    unidades: readonly string[],
    ocupacao: Intervalo,
    reservaId: string,
  ): Promise<readonly string[]> {
    if (unidades.length === 1) return unidades;
    const rows = await this.database.query<{ id: string }>(
      `SELECT u.id FROM unnest($1::uuid[]) AS u(id)
        WHERE NOT EXISTS (SELECT FROM ocupacoes o WHERE o.unidade_id = u.id AND o.periodo && ${PERIODO})
        ORDER BY hashtextextended(u.id::text || $4, 0)`,
      [unidades, ocupacao.inicio, ocupacao.fim, reservaId],
    );
    return rows.map((row) => row.id);
  }

  /**
   * The person's lock comes when all units have been taken (the aggregate sees to that): taken between two of them, it
   * would let bookings of one person for a hall and for one of its halves wait for each other.
   */
  private async insert(
    unidades: readonly string[],
    ocupacao: Intervalo,
    reservaId: string,
    clienteId: string | null,
  ): Promise<OcupacaoPorPessoa> {
    const [row] = await this.database.query<{ unidades: string[] | null; retencoes: number }>(
      `WITH tomadas AS (
         INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
         SELECT u, ${PERIODO}, 'RESERVA', $4 FROM unnest($1::uuid[]) AS u ORDER BY u
         ON CONFLICT DO NOTHING RETURNING unidade_id)
       SELECT unidades, CASE WHEN unidades IS NULL OR $5::uuid IS NULL THEN 0 ELSE retencoes_da_pessoa($5) END AS retencoes
         FROM (SELECT array_agg(unidade_id) AS unidades FROM tomadas) AS todas`,
      [unidades, ocupacao.inicio, ocupacao.fim, reservaId, clienteId],
    );
    return { unidades: row?.unidades ?? [], retencoes: row?.retencoes ?? 0 };
  }
}

/** [$2, $3) in ms since the epoch, as a range. */
const PERIODO = `tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000))`;
