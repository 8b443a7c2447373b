import { randomUUIDv7 } from 'node:crypto';
import { type CloudEvent, isAboutPerson, type Message, messageContract, type MessageType } from '@plataforma/contracts';
import { context, trace } from '@opentelemetry/api';
import {
  about,
  currentContext,
  type Database,
  origins,
  sqlState,
  subjectOf,
  traceparentOf,
  violatedConstraint,
} from '@plataforma/platform';

/** Someone else wrote to the stream since it was read. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  static readonly code = 'concorrencia.conflito';
  static readonly natureza = 'CONFLITO';
  readonly code = ConcurrencyError.code;
}

export interface RecordedEvent {
  readonly versao: number;
  readonly tipo: MessageType;
  readonly dados: Message['data'];
  readonly ocorridoEm: Date;
}

/** What the relay publishes from: the history, and the messages about people, which are deleted some days after. */
export const OUTBOXES = ['eventos', 'mensagens_pessoais'] as const;

/** The data of an event `e`, with the words that were written with it, unless they were erased since. */
export const EVENT_DATA = `e.dados || coalesce((SELECT p.palavras FROM palavras_de_eventos p WHERE p.evento_id = e.id), '{}') AS dados`;

/** Columns of an outbox that make a CloudEvent. */
export interface EventRow {
  readonly posicao: string;
  readonly id: string;
  readonly fluxo: string;
  readonly versao: number;
  readonly tipo: MessageType;
  readonly dados: unknown;
  readonly metadados: { readonly correlationid: string; readonly causationid?: string; readonly traceparent?: string };
  readonly ocorrido_em: Date;
}

export const toCloudEvent = (service: string, row: EventRow): CloudEvent =>
  ({
    specversion: '1.0',
    id: row.id,
    source: `/servicos/${service}`,
    type: row.tipo,
    subject: row.fluxo,
    time: row.ocorrido_em.toISOString(),
    datacontenttype: 'application/json',
    sequence: String(row.versao),
    correlationid: row.metadados.correlationid,
    ...(row.metadados.causationid && { causationid: row.metadados.causationid }),
    data: row.dados,
  }) as CloudEvent;

/** Whether all that is said is in what was made of it; what is undefined is not said. */
const keeps = (made: unknown, said: unknown): boolean =>
  made === said ||
  (typeof said === 'object' &&
    said !== null &&
    typeof made === 'object' &&
    made !== null &&
    Object.entries(said).every(
      ([field, value]) => value === undefined || keeps((made as Readonly<Record<string, unknown>>)[field], value),
    ));

/** By what, and on whose behalf, it is said: out of any span, as in a batch, by what was last done about the same booking. */
function metadataOf(data: unknown): EventRow['metadados'] {
  const { correlationId = randomUUIDv7(), causationId } = currentContext() ?? {};
  const active = context.active();
  const subject = origins.on && !trace.getSpan(active) ? subjectOf(data) : undefined;
  const from = (subject === undefined ? undefined : origins.contextOf(subject)) ?? active;
  return { correlationid: correlationId, ...(causationId && { causationid: causationId }), ...traceparentOf(from) };
}

/**
 * What is published, and kept for ever, is what the sender said: a field that the contract does not know would be lost
 * without a word. Whoever receives a message is not so strict.
 */
function exactly(type: MessageType, data: unknown): unknown {
  const parsed = messageContract(type).schema.parse(data);
  if (!keeps(parsed, data) || !keeps(data, parsed))
    // Names of fields only: what is in them may be somebody's, and an error ends in a log.
    throw new Error(
      `o contrato de ${type} não descreve tudo o que se quer dizer: ${Object.keys(data ?? {}).join(', ')}`,
    );
  return parsed;
}

/**
 * Appends messages to streams, inside the caller's transaction; the relay publishes them once it has committed. Both
 * the events of an event-sourced aggregate and the outgoing messages of everything else.
 */
export class EventStore {
  constructor(
    private readonly database: Database,
    /** Told after the commit of every transaction that appended. */
    private readonly onAppended: () => void,
  ) {}

  /**
   * Appends in order. `expectedVersion` is the version that the stream had when it was read (0 = new); without it the
   * messages go to the end, whatever it is: then the caller must hold a lock that orders the stream. Messages about
   * people are forgotten after a while, and with them how many there were: who says more than one keeps the version.
   * @throws ConcurrencyError when the stream has moved on; inside a transaction that fails with it at its end
   */
  append(fluxo: string, appended: readonly Message[], expectedVersion?: number): Promise<void> {
    return this.appendAll([[fluxo, appended]], expectedVersion);
  }

  /** The same for many streams at once, each of them named once, all about people or none. */
  async appendAll(
    streams: readonly (readonly [fluxo: string, appended: readonly Message[]])[],
    expectedVersion?: number,
  ): Promise<void> {
    const [type] = streams.flatMap(([, appended]) => appended.map(({ type }) => type));
    if (type === undefined) return;
    const rows = streams.flatMap(([fluxo, appended]) => {
      const [first] = appended;
      const metadados = metadataOf(first?.data);
      about(first?.data);
      return appended.map(({ type: tipo, data }, index) => {
        if (isAboutPerson(tipo) !== isAboutPerson(type))
          throw new Error(`o fluxo ${fluxo} mistura mensagens sobre pessoas com a história`);
        return { id: randomUUIDv7(), fluxo, ordem: index + 1, tipo, dados: exactly(tipo, data), metadados };
      });
    });
    const outbox: (typeof OUTBOXES)[number] = isAboutPerson(type) ? 'mensagens_pessoais' : 'eventos';
    await this.database.write(
      `INSERT INTO ${outbox} (id, fluxo, versao, tipo, dados, metadados)
       SELECT e.id, e.fluxo, coalesce($1::int, (SELECT max(versao) FROM ${outbox} o WHERE o.fluxo = e.fluxo), 0) + e.ordem,
              e.tipo, e.dados, e.metadados
         FROM jsonb_to_recordset($2::jsonb) AS e(id uuid, fluxo text, ordem int, tipo text, dados jsonb, metadados jsonb)
        ORDER BY e.fluxo, e.ordem`,
      [expectedVersion ?? null, JSON.stringify(rows)],
      (error) =>
        sqlState(error) === '23505' && violatedConstraint(error) === `${outbox}_fluxo_versao_key`
          ? new ConcurrencyError('O registro mudou enquanto era alterado; tente de novo', { cause: error })
          : error,
    );
    this.database.afterCommit(this.onAppended);
  }

  /** The events of a stream of the history, oldest first; up to and including `until` when given. */
  async read(fluxo: string, until?: Date): Promise<RecordedEvent[]> {
    const rows = await this.database.query<EventRow>(
      `SELECT versao, tipo, ${EVENT_DATA}, ocorrido_em FROM eventos e
        WHERE fluxo = $1 AND ($2::timestamptz IS NULL OR ocorrido_em <= $2) ORDER BY versao`,
      [fluxo, until ?? null],
    );
    return rows.map(recorded);
  }

  /** The events of many streams by their names, each oldest first, in one statement. */
  async readAll(fluxos: readonly string[]): Promise<Map<string, RecordedEvent[]>> {
    const rows = await this.database.query<EventRow>(
      `SELECT fluxo, versao, tipo, ${EVENT_DATA}, ocorrido_em FROM eventos e WHERE fluxo = ANY($1) ORDER BY fluxo, versao`,
      [fluxos],
    );
    const streams = new Map<string, RecordedEvent[]>(fluxos.map((fluxo) => [fluxo, []]));
    for (const row of rows) streams.get(row.fluxo)?.push(recorded(row));
    return streams;
  }
}

const recorded = ({ versao, tipo, dados, ocorrido_em }: EventRow): RecordedEvent => ({
  versao,
  tipo,
  dados: dados as Message['data'],
  ocorridoEm: ocorrido_em,
});
