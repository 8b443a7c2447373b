import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { dia, type FeriadoHttp, type FeriadosHttp, type NovoFeriadoHttp } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { formaDoLugar } from '../domain/forma-de-busca.js';
import { FeriadoInexistente, FeriadoRepetido } from '../domain/errors.js';
import { TempoLiberado } from './tempo-liberado.js';

export interface FiltroDeFeriados {
  readonly cidade?: string | undefined;
  readonly de?: string | undefined;
  readonly ate?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limite: number;
}

/* The days that all spaces of a city, or all of them, treat as holidays: a list that admins keep. */

export class AcrescentarFeriado extends Command<FeriadoHttp> {
  constructor(readonly feriado: NovoFeriadoHttp) {
    super();
  }
}

@CommandHandler(AcrescentarFeriado)
export class AcrescentarFeriadoHandler implements ICommandHandler<AcrescentarFeriado> {
  constructor(
    private readonly database: Database,
    private readonly liberado: TempoLiberado,
  ) {}

  /** Bookings that were made for the day already stay. @throws FeriadoRepetido */
  async execute({ feriado: { data, cidade, nome } }: AcrescentarFeriado): Promise<FeriadoHttp> {
    const id = randomUUIDv7();
    const lugar = cidade === null ? null : formaDoLugar(cidade);
    await this.database.transaction(async () => {
      // One after the other: an index cannot tell that two ways of writing a city are one.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('feriados', 0))`);
      const added = await this.database.change(
        `INSERT INTO feriados (id, data, cidade, nome, cidade_buscada) SELECT $1::uuid, $2::date, $3, $4, $5
          WHERE NOT EXISTS (SELECT FROM feriados
                             WHERE data = $2 AND coalesce(cidade_buscada, cidade) IS NOT DISTINCT FROM $5)
         ON CONFLICT DO NOTHING`,
        [id, data, cidade, nome, lugar],
      );
      if (added === 0) throw new FeriadoRepetido();
      await this.liberado.dayChanged(data, lugar);
    });
    return { id, data, cidade, nome };
  }
}

export class RemoverFeriado extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RemoverFeriado)
export class RemoverFeriadoHandler implements ICommandHandler<RemoverFeriado> {
  constructor(
    private readonly database: Database,
    private readonly liberado: TempoLiberado,
  ) {}

  /** @throws FeriadoInexistente */
  async execute({ id }: RemoverFeriado): Promise<void> {
    await this.database.transaction(async () => {
      const [removed] = await this.database.query<{ data: string; cidade: string | null }>(
        'DELETE FROM feriados WHERE id = $1 RETURNING data::text, cidade',
        [id],
      );
      if (!removed) throw new FeriadoInexistente();
      await this.liberado.dayChanged(removed.data, removed.cidade === null ? null : formaDoLugar(removed.cidade));
    });
  }
}

export class ListarFeriados extends Query<FeriadosHttp> {
  constructor(readonly filtro: FiltroDeFeriados) {
    super();
  }
}

@QueryHandler(ListarFeriados)
export class ListarFeriadosHandler implements IQueryHandler<ListarFeriados> {
  constructor(private readonly database: Database) {}

  /** By date; those of the city and those of everywhere. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { cidade, de, ate, cursor, limite } }: ListarFeriados): Promise<FeriadosHttp> {
    const [data, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([dia, z.uuid()]));
    const rows = await this.database.read<FeriadoHttp>(
      `SELECT id, data::text, cidade, nome FROM feriados
        WHERE ($1::text IS NULL OR cidade IS NULL OR cidade_buscada = $1)
          AND ($2::date IS NULL OR data >= $2) AND ($3::date IS NULL OR data <= $3)
          AND ($4::date IS NULL OR (data, id) > ($4, $5::uuid))
        ORDER BY feriados.data, id LIMIT $6`,
      [cidade === undefined ? null : formaDoLugar(cidade), de ?? null, ate ?? null, data, id, limite + 1],
    );
    return pageOf(
      rows,
      limite,
      (row) => row,
      (item) => [item.data, item.id],
    );
  }
}
