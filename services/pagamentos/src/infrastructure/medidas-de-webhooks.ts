import { Injectable } from '@nestjs/common';
import { Database, Logger, Measures, metrics } from '@plataforma/platform';

const MOST = 10_000;

/** Of each state by an index of its own. */
const POR_FAZER = [
  ['PENDENTE', 'proxima_em IS NOT NULL AND', 'proxima_em'],
  ['ESTACIONADO', '', 'recebido_em'],
  ['INESPERADO', '', 'recebido_em'],
]
  .map(
    ([estado, indexado, ordem]) =>
      `SELECT '${estado}' AS estado, count(*)::int AS total, coalesce(extract(epoch FROM now() - min(recebido_em)), 0)::float8 AS idade
         FROM (SELECT recebido_em FROM webhooks WHERE ${indexado} estado = '${estado}' ORDER BY ${ordem} LIMIT ${MOST}) AS w`,
  )
  .join(' UNION ALL ');

/** What the provider has told us and that has had no effect so far. */
@Injectable()
export class MedidasDeWebhooks extends Measures {
  constructor(database: Database, logger: Logger) {
    super(
      'webhooks',
      async () => {
        const rows = await database.read<{ estado: string; total: number; idade: number }>(POR_FAZER);
        metrics.webhooksPorFazer.measured(rows.map(({ estado, total }) => [{ estado }, total]));
        metrics.webhookMaisAntigo.measured(rows.map(({ estado, idade }) => [{ estado }, idade]));
      },
      logger,
    );
  }
}
