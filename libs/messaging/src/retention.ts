import { type Database, type Logger, Worker } from '@plataforma/platform';

const EVERY_MS = 3_600_000;
const BATCH = 5_000;

/**
 * What only has to be remembered for a while: that a message was handled (a duplicate may come as late as the longest
 * delay that the platform promises to survive, eight days) and what a POST was answered.
 */
const EXPIRING = [
  { table: 'inbox', column: 'recebida_em', days: 30 },
  { table: 'idempotencia', column: 'criado_em', days: 7 },
] as const;

/** Forgets what is older than anybody may come back for, in small batches. Any number of instances may run it. */
export class Retention extends Worker {
  constructor(database: Database, logger: Logger) {
    super({ name: 'expurgo', floorMs: EVERY_MS, drain: () => forget(database) }, logger);
  }
}

async function forget(database: Database): Promise<number> {
  let forgotten = 0;
  for (const { table, column, days } of EXPIRING)
    forgotten += await database.change(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM ${table} WHERE ${column} < now() - make_interval(days => $1) LIMIT ${BATCH}))`,
      [days],
    );
  return forgotten;
}
