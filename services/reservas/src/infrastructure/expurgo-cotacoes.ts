import { Injectable } from '@nestjs/common';
import { Database, Logger, Worker } from '@plataforma/platform';

const EVERY_MS = 3_600_000;
const BATCH = 5_000;
const DAYS = 30;

/** Forgets quotes long expired, in small batches: what a booking was made under is in the booking's own events. */
@Injectable()
export class ExpurgoDeCotacoes extends Worker {
  constructor(database: Database, logger: Logger) {
    const drain = () =>
      database.change(
        `DELETE FROM cotacoes WHERE ctid = ANY(ARRAY(
           SELECT ctid FROM cotacoes WHERE expira_em < now() - make_interval(days => $1) LIMIT ${BATCH}))`,
        [DAYS],
      );
    super({ name: 'expurgo de cotações', floorMs: EVERY_MS, drain }, logger);
  }
}
