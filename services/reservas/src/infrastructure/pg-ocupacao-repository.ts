import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import {
  type OcupacaoFeita,
  OcupacaoRepository,
  type OpcoesDeOcupacao,
  type ReservaCarregada,
} from '../application/ports.js';
import { TempoLiberado, TRECHO, type Trecho } from '../application/tempo-liberado.js';
import { subtrair } from '../domain/disponibilidade.js';
import { type Retencoes, SEM_RETENCOES } from '../domain/cota.js';
import { EspacoIndisponivel } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import { ocupacoesDevidas } from '../domain/reserva.js';

/**
 * Occupies by inserting under the exclusion constraint. `ON CONFLICT DO NOTHING` waits for whoever is ahead and then
 * gives way; a bare INSERT among many deadlocks. Units are always taken in the order of their ids.
 */
@Injectable()
export class PgOcupacaoRepository extends OcupacaoRepository {
  constructor(
    private readonly database: Database,
    private readonly liberado: TempoLiberado,
  ) {
    super();
  }

  override async occupy(
    { unidades, ocupa }: Pick<Espaco, 'unidades' | 'ocupa'>,
    ocupacao: Intervalo,
    reservaId: string,
    { juntoCom = [], pessoa }: OpcoesDeOcupacao = {},
  ): Promise<OcupacaoFeita> {
    const held = await this.held(juntoCom);
    const alternatives =
      ocupa === 'TODAS' ? [unidades] : await this.candidates(unidades, ocupacao, reservaId, juntoCom);
    for (const alternative of alternatives) {
      const taken = await this.insert(alternative, ocupacao, reservaId, held, pessoa);
      if (taken) return { unidades: [...alternative], retencoes: taken };
    }
    throw new EspacoIndisponivel();
  }

  override async settle(reservas: readonly ReservaCarregada[]): Promise<void> {
    await this.release(reservas.map(({ id }) => id));
    for (const { id, reserva } of reservas)
      for (const { unidades, ocupacao } of ocupacoesDevidas(reserva)) {
        const periodo = { inicio: Date.parse(ocupacao.inicio), fim: Date.parse(ocupacao.fim) };
        if (!(await this.insert(unidades, periodo, id))) throw new Error(`o horário da reserva ${id} não era dela`);
      }
  }

  override async release(reservaIds: readonly string[]): Promise<void> {
    this.liberado.tell(
      await this.database.query<Trecho>(`DELETE FROM ocupacoes WHERE reserva_id = ANY($1) RETURNING ${TRECHO}`, [
        reservaIds,
      ]),
    );
  }

  /** Each a unit that looks free, starting at a different one for each booking, so that those who come together spread out. */
  private async candidates(
    unidades: readonly string[],
    ocupacao: Intervalo,
    reservaId: string,
    juntoCom: readonly string[],
  ): Promise<readonly (readonly string[])[]> {
    if (unidades.length === 1) return [unidades];
    const rows = await this.database.query<{ id: string }>(
      `SELECT u.id FROM unnest($1::uuid[]) AS u(id)
        WHERE NOT EXISTS (SELECT FROM ocupacoes o WHERE o.unidade_id = u.id AND o.periodo && ${PERIODO}
                             AND (o.reserva_id IS NULL OR o.reserva_id <> ALL ($5::uuid[])))
        ORDER BY hashtextextended(u.id::text || $4, 0)`,
      [unidades, ocupacao.inicio, ocupacao.fim, reservaId, juntoCom],
    );
    return rows.map(({ id }) => [id]);
  }

  /** What these bookings hold, by unit. */
  private async held(reservaIds: readonly string[]): Promise<Map<string, Intervalo[]>> {
    const held = new Map<string, Intervalo[]>();
    if (reservaIds.length === 0) return held;
    const rows = await this.database.query<{ unidade_id: string; inicio: Date; fim: Date }>(
      `SELECT unidade_id, lower(periodo) AS inicio, upper(periodo) AS fim FROM ocupacoes WHERE reserva_id = ANY($1)`,
      [reservaIds],
    );
    for (const { unidade_id, inicio, fim } of rows)
      held.set(unidade_id, [...(held.get(unidade_id) ?? []), { inicio: inicio.getTime(), fim: fim.getTime() }]);
    return held;
  }

  /**
   * Takes all of these units for what of `ocupacao` is not held already; undefined when any of it is another's. The
   * person's lock comes when all units have been taken (the aggregate sees to that): taken between two of them, it
   * would let bookings of one person for a hall and for one of its halves wait for each other.
   */
  private async insert(
    unidades: readonly string[],
    ocupacao: Intervalo,
    reservaId: string,
    held: ReadonlyMap<string, readonly Intervalo[]> = new Map(),
    pessoa?: OpcoesDeOcupacao['pessoa'],
  ): Promise<Retencoes | undefined> {
    const pieces = unidades.flatMap((unidade) =>
      subtrair([ocupacao], held.get(unidade) ?? []).map(({ inicio, fim }) => ({ unidade, inicio, fim })),
    );
    if (pieces.length === 0) return SEM_RETENCOES;
    const [row] = await this.database.query<{ ids: string[] | null; retencoes: Retencoes | null }>(
      `WITH tomadas AS (
         INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
         SELECT p.unidade, tstzrange(to_timestamp(p.inicio / 1000), to_timestamp(p.fim / 1000)), 'RESERVA', $2
           FROM jsonb_to_recordset($1::jsonb) AS p(unidade uuid, inicio float8, fim float8) ORDER BY p.unidade, p.inicio
         ON CONFLICT DO NOTHING RETURNING id)
       SELECT ids, CASE WHEN ids IS NOT NULL AND $3::uuid IS NOT NULL THEN retencoes_da_pessoa_e_series($3, $4) END AS retencoes
         FROM (SELECT array_agg(id) AS ids FROM tomadas) AS todas`,
      [JSON.stringify(pieces), reservaId, pessoa?.retemId ?? null, pessoa?.serieId ?? null],
    );
    if (row?.ids?.length === pieces.length) return row.retencoes ?? SEM_RETENCOES;
    if (row?.ids) await this.database.change('DELETE FROM ocupacoes WHERE id = ANY($1)', [row.ids]);
    return undefined;
  }
}

/** [$2, $3) in ms since the epoch, as a range. */
const PERIODO = `tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000))`;
