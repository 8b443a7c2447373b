import type { Database } from '@plataforma/platform';
import type { Obstaculo } from '../domain/errors.js';

const iso = (expression: string) => `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Bookings and blackouts, at most a hundred and the first ones first, whose occupations `o` meet `condition`. */
export const findObstacles = (
  database: Database,
  condition: string,
  parameters: readonly unknown[],
): Promise<Obstaculo[]> =>
  database.query<Obstaculo>(
    `SELECT DISTINCT o.origem AS tipo, coalesce(o.reserva_id, o.bloqueio_id) AS id,
            ${iso('coalesce(r.inicio, b.inicio, lower(o.periodo))')} AS inicio,
            ${iso('coalesce(r.fim, b.fim, upper(o.periodo))')} AS fim
       FROM ocupacoes o LEFT JOIN reservas r ON r.id = o.reserva_id LEFT JOIN bloqueios b ON b.id = o.bloqueio_id
      WHERE o.origem <> 'RETIRADA' AND ${condition}
      ORDER BY inicio, fim LIMIT 100`,
    parameters,
  );
