import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type SerieHttp, type SeriesHttp, pode } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { SerieInexistente } from '../domain/errors.js';
import { Acessos } from './acessos.js';

type Row = Omit<SerieHttp, 'inicio' | 'fim' | 'criadaEm'> & { inicio: Date; fim: Date; criadaEm: Date };

/** Who made all bookings of the series `s`, when that is not whom they are for. */
export const FEITA_POR = `(SELECT d.feita_por FROM reservas r JOIN reserva_ditos d ON d.reserva_id = r.id WHERE r.serie_id = s.id LIMIT 1)`;

const SELECT = `
  SELECT s.id, s.cliente_id AS "clienteId", s.espaco_id AS "espacoId", s.regra, s.excecoes, s.inicio, s.fim, s.fuso, s.cobranca,
         s.criada_em AS "criadaEm",
         ARRAY(SELECT r.id FROM reservas r WHERE r.serie_id = s.id ORDER BY r.inicio, r.id) AS reservas
    FROM series s`;

const toHttp = ({ inicio, fim, criadaEm, ...serie }: Row): SerieHttp => ({
  ...serie,
  inicio: inicio.toISOString(),
  fim: fim.toISOString(),
  criadaEm: criadaEm.toISOString(),
});

const podeVerTodas = (usuario: Usuario) => pode(usuario, 'reservas.ver:todos');

/* Reads of series; a client sees its own only. */

export class ConsultarSerie extends Query<SerieHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarSerie)
export class ConsultarSerieHandler implements IQueryHandler<ConsultarSerie> {
  constructor(
    private readonly database: Database,
    private readonly acessos: Acessos,
  ) {}

  /** @throws SerieInexistente also for somebody else's */
  async execute({ id, usuario }: ConsultarSerie): Promise<SerieHttp> {
    const [row] = await this.database.query<Row & { feita_por: string | null }>(
      `SELECT x.*, ${FEITA_POR} AS feita_por FROM (${SELECT} WHERE s.id = $1) x JOIN series s USING (id)`,
      [id],
    );
    if (!row) throw new SerieInexistente();
    const { feita_por: feitaPorId, ...serie } = row;
    const dela = serie.clienteId === usuario.id || feitaPorId === usuario.id;
    if (!dela && !podeVerTodas(usuario) && !(await this.acessos.tem(serie.espacoId, usuario, 'APROVAR')))
      throw new SerieInexistente();
    return toHttp(serie);
  }
}

export class ListarSeries extends Query<SeriesHttp> {
  constructor(
    readonly pagina: { readonly cursor?: string | undefined; readonly limite: number },
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarSeries)
export class ListarSeriesHandler implements IQueryHandler<ListarSeries> {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async execute({ pagina: { cursor, limite }, usuario }: ListarSeries): Promise<SeriesHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE ($1::uuid IS NULL OR s.cliente_id = $1) AND ($2::uuid IS NULL OR s.id < $2)
        ORDER BY s.id DESC LIMIT $3`,
      [podeVerTodas(usuario) ? null : usuario.id, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }
}
