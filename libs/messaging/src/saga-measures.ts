import { Injectable } from '@nestjs/common';
import { Database, Logger, Measures, metrics } from '@plataforma/platform';

const MOST = 10_000;
/** What a label may be: the words of a newer version as well, but nothing that is none. */
const STEP = /^[A-Z_]{1,40}$/;

interface Row {
  readonly saga: string;
  readonly passo: string | null;
  readonly quantas: number;
  readonly excedido: number;
}

/** How many sagas wait at which step, and for how long past their deadline: those that have one, the longest first. */
@Injectable()
export class SagaMeasures extends Measures {
  constructor(database: Database, logger: Logger) {
    super(
      'sagas',
      async () => {
        const rows = await database.read<Row>(
          `SELECT nome AS saga, estado ->> 'passo' AS passo, count(*)::int AS quantas,
                  greatest(0, extract(epoch FROM now() - min(prazo)))::float8 AS excedido
             FROM (SELECT nome, estado, prazo FROM sagas WHERE prazo IS NOT NULL ORDER BY nome, prazo LIMIT ${MOST}) AS s
            GROUP BY 1, 2`,
        );
        const known = rows.filter(({ passo }) => passo !== null && STEP.test(passo));
        const gauges = (value: (row: Row) => number) =>
          known.map((row) => [{ saga: row.saga, passo: String(row.passo) }, value(row)] as const);
        metrics.sagasUnderWay.measured(gauges(({ quantas }) => quantas));
        metrics.sagaOverdue.measured(gauges(({ excedido }) => excedido));
      },
      logger,
    );
  }
}
