import { EVENT_DATA, type RecordedEvent } from '@plataforma/messaging';
import type { Database } from '@plataforma/platform';
import { ocupacoesDevidas, type Reserva } from '../domain/reserva.js';
import { fold } from './pg-reserva-repository.js';
import { rowOf, upsertRow } from './projecao.js';

const BATCH = 200;

/** What a booking's events say otherwise than the live projection does. */
export interface Diferenca {
  readonly reservaId: string;
  readonly coluna: string;
  readonly viva: unknown;
  readonly esperada: unknown;
}

export interface Resultado {
  readonly reservas: number;
  readonly eventos: number;
  readonly diferencas: readonly Diferenca[];
}

type Existente = Exclude<Reserva, { status: 'INEXISTENTE' }>;

/** Makes the projections of bookings (their rows, and the time that they occupy) anew, from their events alone. */
export class Reconstrucao {
  constructor(private readonly database: Database) {}

  /**
   * Compares every booking with what its events say, batch by batch; each batch is locked while it is looked at, so
   * that the platform may go on meanwhile. With `aplicar`, what differs is written anew.
   */
  async run(aplicar: boolean): Promise<Resultado> {
    const diferencas: Diferenca[] = [];
    let reservas = 0;
    let eventos = 0;
    let after = '';
    for (;;) {
      const batch = await this.database.transaction(() => this.batch(after, aplicar));
      if (batch.streams === 0) return { reservas, eventos, diferencas };
      diferencas.push(...batch.diferencas);
      reservas += batch.streams;
      eventos += batch.eventos;
      after = batch.last;
    }
  }

  private async batch(after: string, aplicar: boolean) {
    const streams = await this.database.query<{ fluxo: string }>(
      `SELECT DISTINCT fluxo FROM eventos WHERE fluxo LIKE 'reserva/%' AND fluxo > $1 ORDER BY fluxo LIMIT $2`,
      [after, BATCH],
    );
    const fluxos = streams.map(({ fluxo }) => fluxo);
    const ids = fluxos.map((fluxo) => fluxo.slice('reserva/'.length));
    await this.database.query('SELECT FROM reservas WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
    const rows = await this.database.query<Pick<RecordedEvent, 'versao' | 'tipo' | 'dados'> & { fluxo: string }>(
      `SELECT fluxo, versao, tipo, ${EVENT_DATA} FROM eventos e WHERE fluxo = ANY($1) ORDER BY fluxo, versao`,
      [fluxos],
    );
    const expected = fluxos.map((fluxo) => {
      const own = rows.filter((row) => row.fluxo === fluxo);
      const reserva = fold(own) as Existente;
      return { reserva, linha: rowOf(reserva, own.at(-1)?.versao ?? 0) };
    });
    const diferencas = [
      ...(await this.compareRows(expected.map(({ linha }) => linha))),
      ...(await this.compareOccupations(expected.map(({ reserva }) => reserva))),
    ];
    if (aplicar) await this.apply(expected, new Set(diferencas.map(({ reservaId }) => reservaId)));
    return { streams: fluxos.length, eventos: rows.length, diferencas, last: fluxos.at(-1) ?? after };
  }

  private compareRows(linhas: readonly object[]): Promise<Diferenca[]> {
    return this.database.query<Diferenca>(
      `SELECT j ->> 'id' AS "reservaId", coluna.key AS coluna, to_jsonb(r) -> coluna.key AS viva, coluna.value AS esperada
         FROM jsonb_array_elements($1::jsonb) AS j
        CROSS JOIN LATERAL jsonb_populate_record(NULL::reservas, j || jsonb_build_object('criada_em',
              (SELECT ocorrido_em FROM eventos WHERE fluxo = 'reserva/' || (j ->> 'id') AND versao = 1))) AS e
         LEFT JOIN reservas r ON r.id = e.id
        CROSS JOIN LATERAL jsonb_each(to_jsonb(e)) AS coluna
        WHERE to_jsonb(r) -> coluna.key IS DISTINCT FROM coluna.value`,
      [JSON.stringify(linhas)],
    );
  }

  /** Stretches of a unit that touch count as one. */
  private compareOccupations(reservas: readonly Existente[]): Promise<Diferenca[]> {
    const due = reservas.flatMap((reserva) =>
      ocupacoesDevidas(reserva).flatMap(({ unidades, ocupacao }) =>
        unidades.map((unidade) => ({ reserva: reserva.dados.reservaId, unidade, ...ocupacao })),
      ),
    );
    return this.database.query<Diferenca>(
      `WITH esperada AS (
         SELECT reserva, unidade, range_agg(tstzrange(inicio, fim)) AS periodo
           FROM jsonb_to_recordset($1::jsonb) AS d(reserva uuid, unidade uuid, inicio timestamptz, fim timestamptz) GROUP BY 1, 2),
       viva AS (
         SELECT reserva_id AS reserva, unidade_id AS unidade, range_agg(periodo) AS periodo
           FROM ocupacoes WHERE reserva_id = ANY($2) GROUP BY 1, 2)
       SELECT reserva AS "reservaId", 'ocupacoes' AS coluna, to_jsonb(viva.periodo) AS viva, to_jsonb(esperada.periodo) AS esperada
         FROM esperada FULL JOIN viva USING (reserva, unidade) WHERE viva.periodo IS DISTINCT FROM esperada.periodo`,
      [JSON.stringify(due), reservas.map(({ dados }) => dados.reservaId)],
    );
  }

  /** Writes those that differ. Time that somebody else has taken meanwhile cannot be taken back: then all of it fails. */
  private async apply(
    expected: readonly { reserva: Existente; linha: ReturnType<typeof rowOf> }[],
    different: ReadonlySet<string>,
  ): Promise<void> {
    for (const { reserva, linha } of expected) {
      const id = reserva.dados.reservaId;
      if (!different.has(id)) continue;
      await upsertRow(this.database, linha);
      await this.database.change('DELETE FROM ocupacoes WHERE reserva_id = $1', [id]);
      await this.database.change(
        `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
         SELECT unidade, unnest(range_agg(tstzrange(inicio, fim))), 'RESERVA', $2
           FROM jsonb_to_recordset($1::jsonb) AS d(unidade uuid, inicio timestamptz, fim timestamptz) GROUP BY unidade ORDER BY unidade`,
        [
          JSON.stringify(
            ocupacoesDevidas(reserva).flatMap(({ unidades, ocupacao }) =>
              unidades.map((unidade) => ({ unidade, ...ocupacao })),
            ),
          ),
          id,
        ],
      );
    }
  }
}
