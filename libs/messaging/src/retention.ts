import { type Database, type Logger, metrics, Worker } from '@plataforma/platform';

const EVERY_MS = 3_600_000;
const BATCH = 5_000;
/** How often the whole history is gone through for what is past; it has no index for that, for every event would pay for it. */
const PASS_EVERY_MS = 86_400_000;
/** No stream is past sooner (see `fluxos_passageiros`), days. */
const LEAST_DAYS = 30;

/** Rows that only have to be remembered for a while. All but `days` is SQL of ours, never of anybody else. */
export interface RetentionRule {
  /** With an alias when `where` needs one. */
  readonly table: string;
  /** Since when a row is of no more use, by an index. */
  readonly since: string;
  readonly days: number;
  /** Which rows; $1 = days. */
  readonly where?: string;
  /** What is emptied, of rows that stay themselves; then `where` must leave out what is empty already. */
  readonly empties?: string;
}

/**
 * Of what every service has: that a message was handled (a duplicate may come as late as the longest delay that the
 * platform promises to survive, eight days), what a POST was answered, and what was said of people.
 */
export const COMMON_RULES: readonly RetentionRule[] = [
  { table: 'inbox', since: 'recebida_em', days: 30 },
  { table: 'inbox_suspeitas', since: 'desde', days: 30 },
  { table: 'idempotencia', since: 'criado_em', days: 7 },
  { table: 'mensagens_pessoais', since: 'publicado_em', days: 7 },
];

/** The rows that a rule is over for, in SQL; $1 = its days. */
export const duePerRule = ({ table, since, where = 'true' }: RetentionRule): string =>
  `SELECT ctid FROM ${table} WHERE ${since} < now() - make_interval(days => $1) AND (${where}) LIMIT ${BATCH}`;

/**
 * Forgets what is older than anybody may come back for, in small batches: by the service's rules, and the events of
 * streams that are only an outbox. Any number of instances may run it.
 */
export class Retention extends Worker {
  constructor(database: Database, rules: readonly RetentionRule[], logger: Logger) {
    const history = new PastEvents(database);
    const drain = async (): Promise<number> => {
      let done = await history.step();
      for (const rule of [...COMMON_RULES, ...rules]) done += await forget(database, rule);
      return done;
    };
    super({ name: 'expurgo', floorMs: EVERY_MS, drain }, logger);
  }
}

async function forget(database: Database, rule: RetentionRule): Promise<number> {
  const { table, empties, days } = rule;
  const verb = empties === undefined ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${empties}`;
  const forgotten = await database.change(`${verb} WHERE ctid = ANY(ARRAY(${duePerRule(rule)}))`, [days]);
  const [name = table] = table.split(' ');
  metrics.forgotten.inc({ regra: empties === undefined ? name : `${name}: ${empties}` }, forgotten);
  return forgotten;
}

/** Goes through the history from its beginning, a bounded piece at a time, once a day. */
class PastEvents {
  private seenUpTo = '0';
  /** By `performance.now()`. */
  private nextPass = 0;

  constructor(private readonly database: Database) {}

  /** How many events it looked at; zero when the pass is over. */
  async step(): Promise<number> {
    if (performance.now() < this.nextPass) return 0;
    const [piece] = await this.database.query<{
      ate: string | null;
      vistos: number;
      velhos: boolean;
      apagados: number;
    }>(
      `WITH trecho AS (SELECT posicao, fluxo, versao, ocorrido_em, publicado_em FROM eventos
                        WHERE posicao > $1 ORDER BY posicao LIMIT ${BATCH}),
            apagados AS (DELETE FROM eventos WHERE posicao = ANY(ARRAY(
                           SELECT posicao FROM trecho WHERE evento_e_passado(fluxo, versao, ocorrido_em, publicado_em)))
                         RETURNING posicao)
       SELECT max(posicao) AS ate, count(*)::int AS vistos,
              coalesce(max(ocorrido_em) < now() - make_interval(days => $2), false) AS velhos,
              (SELECT count(*) FROM apagados)::int AS apagados FROM trecho`,
      [this.seenUpTo, LEAST_DAYS],
    );
    const { ate, vistos, velhos, apagados } = piece ?? { ate: null, vistos: 0, velhos: false, apagados: 0 };
    metrics.forgotten.inc({ regra: 'eventos' }, apagados);
    this.seenUpTo = ate ?? '0';
    if (velhos && vistos === BATCH) return vistos;
    [this.seenUpTo, this.nextPass] = ['0', performance.now() + PASS_EVERY_MS];
    return apagados;
  }
}
