import { createHash } from 'node:crypto';
import type { AuditoriaHttp, FiltroDeAuditoriaHttp, TipoDeAuditoria } from '@plataforma/contracts';
import { Injectable } from '@nestjs/common';
import { currentContext, Database, Logger, pageOf, Recusas, type Usuario, Worker } from '@plataforma/platform';
import type { EventStore } from './event-store.js';

/** JSON as RFC 8785 has it: one text for each value, whoever writes it. Of what JSON.parse gives. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

export interface FatoAuditado {
  /** Who did it: without it, whoever asks in the request under way. */
  readonly autorId?: string | undefined;
  readonly pessoaId?: string | undefined;
  readonly alvo?: string | undefined;
  /** Never names, addresses or words of people. */
  readonly dados?: Readonly<Record<string, unknown>>;
}

/** The audit log of a service: what is recorded commits with what it tells, and is never changed. */
@Injectable()
export class Auditoria {
  constructor(private readonly database: Database) {}

  async record(tipo: TipoDeAuditoria, { autorId, pessoaId, alvo, dados = {} }: FatoAuditado): Promise<void> {
    const { autorId: quem, correlationId } = currentContext() ?? {};
    await this.database.query(
      'INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados, correlacao) VALUES ($1, $2, $3, $4, $5, $6)',
      [tipo, autorId ?? quem ?? null, pessoaId ?? null, alvo ?? null, JSON.stringify(dados), correlationId ?? null],
    );
  }

  async list({ cursor, limite, pessoa, tipo, de, ate }: FiltroDeAuditoriaHttp): Promise<AuditoriaHttp> {
    const [antesDe, id] = cursor?.split('~') ?? [];
    const rows = await this.database.read<Row>(
      `SELECT ${COLUMNS}, c.posicao, c.hash FROM auditoria a LEFT JOIN auditoria_corrente c ON c.registro_id = a.id
        WHERE ($1::timestamptz IS NULL OR (a.ocorrido_em, a.id) < ($1, $2::uuid))
          AND ($3::uuid IS NULL OR a.autor_id = $3 OR a.pessoa_id = $3) AND ($4::text IS NULL OR a.tipo = $4)
          AND ($5::timestamptz IS NULL OR a.ocorrido_em >= $5) AND ($6::timestamptz IS NULL OR a.ocorrido_em < $6)
        ORDER BY a.ocorrido_em DESC, a.id DESC LIMIT $7`,
      [antesDe ?? null, id ?? null, pessoa ?? null, tipo ?? null, de ?? null, ate ?? null, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.ocorridoEm, item.id]);
  }
}

/** Of one person at one route at most one refusal is recorded in so long, ms: what costs nothing must fill no table. */
const REFUSAL_EVERY_MS = 60_000;
const REFUSALS = 1_000;

/** Records who asked for what their role does not permit. */
@Injectable()
export class RecusasAuditadas extends Recusas {
  private readonly recent = new Map<string, number>();

  constructor(
    private readonly auditoria: Auditoria,
    private readonly logger: Logger,
  ) {
    super();
  }

  async refused({ id, papeis }: Usuario, rota: string): Promise<void> {
    const [key, now] = [`${id} ${rota}`, performance.now()];
    if (now - (this.recent.get(key) ?? -REFUSAL_EVERY_MS) < REFUSAL_EVERY_MS) return;
    if (this.recent.size >= REFUSALS) this.recent.clear();
    this.recent.set(key, now);
    await this.auditoria
      .record('acesso.recusado', { autorId: id, dados: { rota, papeis } })
      .catch((error: unknown) => this.logger.error('Recusa não auditada', { rota, error }));
  }
}

interface Registro {
  readonly id: string;
  readonly ocorrido_em: Date;
  readonly tipo: string;
  readonly autor_id: string | null;
  readonly pessoa_id: string | null;
  readonly alvo: string | null;
  readonly dados: Record<string, unknown>;
  readonly correlacao: string | null;
}
interface Row extends Registro {
  readonly posicao: string | null;
  readonly hash: Buffer | null;
}

const COLUMNS = 'a.id, a.ocorrido_em, a.tipo, a.autor_id, a.pessoa_id, a.alvo, a.dados, a.correlacao';

const told = ({ id, ocorrido_em, tipo, autor_id, pessoa_id, alvo, dados, correlacao }: Registro) => ({
  id,
  ocorridoEm: ocorrido_em.toISOString(),
  tipo,
  autorId: autor_id,
  pessoaId: pessoa_id,
  alvo,
  dados,
  correlacao,
});
const toHttp = ({ posicao, hash, ...record }: Row): AuditoriaHttp['itens'][number] => ({
  ...told(record),
  posicao: posicao === null ? null : Number(posicao),
  hash: hash?.toString('hex') ?? null,
});

/** Before the first. */
const GENESIS: Buffer = Buffer.alloc(32);
const link = (before: Buffer, posicao: number, record: Registro): Buffer =>
  createHash('sha256')
    .update(before)
    .update(canonicalJson({ posicao, ...told(record) }))
    .digest();

const FLOOR_MS = 5_000;
const BATCH = 500;
/** No anchor of a service is younger than the one before by less than this. */
const ANCHOR_EVERY = `interval '60 s'`;

/**
 * Puts what was recorded into the chain, one batch at a time whichever instance comes, and announces its head
 * (`auditoria.ancorada.v1`): others keep it, and the log has it.
 */
export class EncadearAuditoria extends Worker {
  constructor(
    private readonly service: string,
    private readonly database: Database,
    private readonly eventos: EventStore,
    logger: Logger,
  ) {
    super({ name: 'corrente da auditoria', floorMs: FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const [state] = await this.database.query<{ pending: boolean; unanchored: boolean }>(
      `SELECT EXISTS (SELECT FROM auditoria_a_encadear) AS pending, ${UNANCHORED} AS unanchored`,
      [this.service],
    );
    if (!state?.pending && !state?.unanchored) return 0;
    return this.database.transaction(async () => {
      const [lock] = await this.database.query<{ held: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('auditoria', 6)) AS held`,
      );
      if (!lock?.held) return 0;
      const chained = await this.chain();
      await this.anchor();
      return chained;
    });
  }

  private async chain(): Promise<number> {
    const rows = await this.database.query<Registro>(
      `SELECT ${COLUMNS} FROM auditoria_a_encadear e JOIN auditoria a ON a.id = e.registro_id
        ORDER BY a.ocorrido_em, a.id LIMIT ${BATCH}`,
    );
    if (rows.length === 0) return 0;
    const [last] = await this.database.query<Head>(
      'SELECT posicao, hash FROM auditoria_corrente ORDER BY posicao DESC LIMIT 1',
    );
    let posicao = Number(last?.posicao ?? 0);
    let hash = last?.hash ?? GENESIS;
    const links = rows.map((record) => {
      hash = link(hash, ++posicao, record);
      return { posicao, id: record.id, hash: hash.toString('hex') };
    });
    await this.database.query(
      `INSERT INTO auditoria_corrente (posicao, registro_id, hash)
       SELECT l.posicao, l.id, decode(l.hash, 'hex') FROM jsonb_to_recordset($1::jsonb) AS l(posicao bigint, id uuid, hash text)`,
      [JSON.stringify(links)],
    );
    await this.database.change('DELETE FROM auditoria_a_encadear WHERE registro_id = ANY($1)', [
      rows.map(({ id }) => id),
    ]);
    return rows.length;
  }

  private async anchor(): Promise<void> {
    const [head] = await this.database.query<Head>(
      `INSERT INTO auditoria_ancoras (servico, posicao, hash)
       SELECT $1, posicao, hash FROM auditoria_corrente WHERE ${UNANCHORED} ORDER BY posicao DESC LIMIT 1
       ON CONFLICT DO NOTHING RETURNING posicao, hash`,
      [this.service],
    );
    if (!head) return;
    const data = { servico: this.service, posicao: Number(head.posicao), hash: head.hash.toString('hex') };
    // The lock that we hold orders the stream.
    await this.eventos.append(`auditoria/${this.service}`, [{ type: 'auditoria.ancorada.v1', data }]);
    this.database.afterCommit(() => this.logger.log('Auditoria ancorada', data));
  }
}

interface Head {
  readonly posicao: string;
  readonly hash: Buffer;
}

/** Whether the chain of the service $1 is longer than its last anchor says, and that is not of just now. */
const UNANCHORED = `coalesce((SELECT max(posicao) FROM auditoria_corrente) > coalesce(
    (SELECT CASE WHEN ancorada_em > now() - ${ANCHOR_EVERY} THEN 9223372036854775807 ELSE posicao END
       FROM auditoria_ancoras WHERE servico = $1 ORDER BY posicao DESC LIMIT 1), 0), false)`;

/** Keeps the heads that other services announce; what was kept stays, whatever is announced of the same place later. */
export async function keepAnchor(
  database: Database,
  { servico, posicao, hash }: { readonly servico: string; readonly posicao: number; readonly hash: string },
): Promise<void> {
  await database.query(
    `INSERT INTO auditoria_ancoras (servico, posicao, hash) VALUES ($1, $2, decode($3, 'hex')) ON CONFLICT DO NOTHING`,
    [servico, posicao, hash],
  );
}

export interface AuditoriaConferida {
  readonly conferidos: number;
  readonly ancoras: number;
  /** Recorded and not in the chain yet. */
  readonly aEncadear: number;
  /** The first that is not as it was. */
  readonly quebra?: { readonly posicao: number | null; readonly registroId: string | null; readonly motivo: string };
}

type Query = <R>(sql: string, parameters?: readonly unknown[]) => Promise<R[]>;
const PAGE = 1_000;
/** The chain takes up within seconds what was recorded; this long it may stand still. */
const LATE = `interval '15 minutes'`;

/**
 * Goes through the chain of `servico` from its beginning, a page at a time, holding it against the heads that were kept
 * in any of `guardas` (the databases of all services, its own included).
 */
export async function verificarAuditoria(
  servico: string,
  query: Query,
  guardas: readonly Query[],
): Promise<AuditoriaConferida> {
  const anchors = new Map<number, Set<string>>();
  for (const guarda of guardas)
    for (const { posicao, hash } of await guarda<Head>(
      'SELECT posicao, hash FROM auditoria_ancoras WHERE servico = $1',
      [servico],
    ))
      anchors.set(Number(posicao), (anchors.get(Number(posicao)) ?? new Set()).add(hash.toString('hex')));
  const [pending] = await query<{ n: string }>('SELECT count(*) AS n FROM auditoria_a_encadear');
  const seen = { ancoras: anchors.size, aEncadear: Number(pending?.n ?? 0) };

  let posicao = 0;
  let before = GENESIS;
  for (;;) {
    const rows = await query<Registro & Head & { registro_id: string }>(
      `SELECT c.posicao, c.registro_id, c.hash, ${COLUMNS} FROM auditoria_corrente c
         LEFT JOIN auditoria a ON a.id = c.registro_id WHERE c.posicao > $1 ORDER BY c.posicao LIMIT ${PAGE}`,
      [posicao],
    );
    for (const row of rows) {
      const broken = (motivo: string): AuditoriaConferida => ({
        ...seen,
        conferidos: posicao,
        quebra: { posicao: posicao + 1, registroId: row.registro_id, motivo },
      });
      if (Number(row.posicao) !== posicao + 1) return broken('um elo da corrente foi retirado');
      if ((row.id as string | null) === null) return broken('o registro foi retirado');
      before = link(before, posicao + 1, row);
      if (!before.equals(row.hash)) return broken('o registro, ou o seu elo, não é o que foi gravado');
      const kept = anchors.get(posicao + 1);
      if (kept && (kept.size > 1 || !kept.has(before.toString('hex'))))
        return broken('a corrente foi refeita: não é a que outro serviço viu');
      posicao++;
    }
    if (rows.length < PAGE) break;
  }
  const missing = Math.max(0, ...anchors.keys());
  if (missing > posicao)
    return {
      ...seen,
      conferidos: posicao,
      quebra: { posicao: posicao + 1, registroId: null, motivo: `a corrente foi cortada: ia até ${missing}` },
    };
  const [loose] = await query<{ id: string }>(
    `SELECT id FROM auditoria a WHERE ocorrido_em < now() - ${LATE}
        AND NOT EXISTS (SELECT FROM auditoria_corrente c WHERE c.registro_id = a.id) ORDER BY ocorrido_em, id LIMIT 1`,
  );
  return {
    ...seen,
    conferidos: posicao,
    ...(loose && { quebra: { posicao: null, registroId: loose.id, motivo: 'o registro está fora da corrente' } }),
  };
}
