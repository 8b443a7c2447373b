import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { TITULO } from '../application/levar-planilha.js';
import { type Bloqueio, BloqueioRepository } from '../application/ports.js';
import { TempoLiberado, TRECHO, type Trecho } from '../application/tempo-liberado.js';
import { BloqueioDeCalendario, BloqueioEmConflito, BloqueioInexistente } from '../domain/errors.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import { findObstacles } from './obstaculos.js';

@Injectable()
export class PgBloqueioRepository extends BloqueioRepository {
  constructor(
    private readonly database: Database,
    private readonly liberado: TempoLiberado,
    private readonly events: EventStore,
  ) {
    super();
  }

  /** Units are taken as bookings take them: in the order of their ids, giving way to whoever is ahead. */
  override async insert({ id, espacoId, periodo, motivo, unidades, autorId }: Bloqueio): Promise<void> {
    const range = `tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000))`;
    await this.database.transaction(async () => {
      await this.database.change(
        `INSERT INTO bloqueios (id, espaco_id, inicio, fim, motivo, autor_id) VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, espacoId, new Date(periodo.inicio), new Date(periodo.fim), motivo, autorId],
      );
      const taken = await this.database.query(
        `INSERT INTO ocupacoes (unidade_id, periodo, origem, bloqueio_id)
         SELECT u, ${range}, 'BLOQUEIO', $4 FROM unnest($1::uuid[]) AS u ORDER BY u
         ON CONFLICT DO NOTHING RETURNING unidade_id`,
        [unidades, periodo.inicio, periodo.fim, id],
      );
      if (taken.length === unidades.length)
        return this.tell(id, espacoId, new Date(periodo.inicio), new Date(periodo.fim));
      throw new BloqueioEmConflito(
        await findObstacles(
          this.database,
          `o.unidade_id = ANY($1::uuid[]) AND o.periodo && ${range} AND o.bloqueio_id IS DISTINCT FROM $4::uuid`,
          [unidades, periodo.inicio, periodo.fim, id],
        ),
      );
    });
  }

  override async findFree(unidades: readonly string[], { inicio, fim }: Intervalo): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT u.id FROM unnest($1::uuid[]) AS u(id)
        WHERE NOT EXISTS (SELECT FROM ocupacoes o WHERE o.unidade_id = u.id AND o.periodo && tstzrange($2, $3))
        ORDER BY u.id LIMIT 1`,
      [unidades, new Date(inicio), new Date(fim)],
    );
    return row?.id;
  }

  override async count(espacoId: string, { inicio, fim }: Intervalo, titulo: string): Promise<number> {
    const [row] = await this.database.query<{ quantos: number }>(
      `SELECT ((SELECT count(*) FROM bloqueios WHERE espaco_id = $1 AND inicio = $2 AND fim = $3 AND motivo = $4)
             + (SELECT count(*) FROM reservas r LEFT JOIN reserva_ditos d ON d.reserva_id = r.id
                 WHERE r.espaco_id = $1 AND r.inicio = $2 AND r.fim = $3 AND r.status <> 'CANCELADA' AND ${TITULO} = $4))::int AS quantos`,
      [espacoId, new Date(inicio), new Date(fim), titulo],
    );
    return row?.quantos ?? 0;
  }

  override async remove(espacoId: string, id: string): Promise<void> {
    await this.database.transaction(async () => {
      const [found] = await this.database.query<{ calendario_id: string | null }>(
        'SELECT calendario_id FROM bloqueios WHERE id = $1 AND espaco_id = $2 FOR UPDATE',
        [id, espacoId],
      );
      if (found && found.calendario_id !== null) throw new BloqueioDeCalendario();
      const trechos = await this.database.query<Trecho>(
        `DELETE FROM ocupacoes WHERE bloqueio_id = (SELECT id FROM bloqueios WHERE id = $1 AND espaco_id = $2) RETURNING ${TRECHO}`,
        [id, espacoId],
      );
      const [removed] = await this.database.query<{ inicio: Date; fim: Date }>(
        'DELETE FROM bloqueios WHERE id = $1 AND espaco_id = $2 RETURNING inicio, fim',
        [id, espacoId],
      );
      if (!removed) throw new BloqueioInexistente();
      this.liberado.tell(trechos);
      await this.tell(id, espacoId, removed.inicio, removed.fim);
    });
  }

  private async tell(id: string, espacoId: string, inicio: Date, fim: Date): Promise<void> {
    await this.events.append(`bloqueio/${id}`, [
      {
        type: 'espaco.bloqueio-alterado.v1',
        data: { espacoId, inicio: inicio.toISOString(), fim: fim.toISOString() },
      },
    ]);
  }
}
