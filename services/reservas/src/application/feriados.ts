import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { dia, type FeriadoHttp, type FeriadosHttp, type NovoFeriadoHttp } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { formaDoLugar } from '../domain/forma-de-busca.js';
import { FeriadoRepository } from './ports.js';

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
  constructor(private readonly feriados: FeriadoRepository) {}

  /** Bookings that were made for the day already stay. @throws FeriadoRepetido */
  async execute({ feriado }: AcrescentarFeriado): Promise<FeriadoHttp> {
    const { data, cidade, nome } = feriado;
    const acrescentado = { id: randomUUIDv7(), data, cidade, nome };
    await this.feriados.insert(acrescentado);
    return acrescentado;
  }
}

export class RemoverFeriado extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RemoverFeriado)
export class RemoverFeriadoHandler implements ICommandHandler<RemoverFeriado> {
  constructor(private readonly feriados: FeriadoRepository) {}

  /** @throws FeriadoInexistente */
  execute({ id }: RemoverFeriado): Promise<void> {
    return this.feriados.remove(id);
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
    const rows = await this.database.query<FeriadoHttp>(
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
