import type { FiltroDeHistoricoDeAvisosHttp, HistoricoDeAvisosHttp } from '@plataforma/contracts';
import { type Database, pageOf } from '@plataforma/platform';
import { FonteDoHistorico, Historico, type RegistroDeHistorico } from '../application/ports-historico.js';

interface Row extends Omit<RegistroDeHistorico, 'criadaEm' | 'enviadaEm'> {
  readonly criadaEm: Date;
  readonly enviadaEm: Date | null;
}

const COLUNAS = [
  ['id', 'id', 'uuid'],
  ['criadaEm', 'criada_em', 'timestamptz'],
  ['usuarioId', 'usuario_id', 'uuid'],
  ['reservaId', 'reserva_id', 'uuid'],
  ['tipo', 'tipo', 'text'],
  ['canal', 'canal', 'text'],
  ['estado', 'estado', 'text'],
  ['assunto', 'assunto', 'text'],
  ['motivo', 'motivo', 'text'],
  ['provedor', 'provedor', 'text'],
  ['referencia', 'referencia', 'text'],
  ['situacao', 'situacao', 'text'],
  ['tentativas', 'tentativas', 'int'],
  ['enviadaEm', 'enviada_em', 'timestamptz'],
] as const satisfies readonly (readonly [keyof RegistroDeHistorico, string, string])[];
const SELECT = COLUNAS.map(([campo, coluna]) => `${coluna} AS "${campo}"`).join(', ');
const MUDAM = ['estado', 'assunto', 'motivo', 'provedor', 'referencia', 'situacao', 'tentativas', 'enviada_em'];

const toRegistro = ({ criadaEm, enviadaEm, ...row }: Row): RegistroDeHistorico => ({
  ...row,
  criadaEm: criadaEm.toISOString(),
  enviadaEm: enviadaEm?.toISOString() ?? null,
});

/** The history in this service's own database, a table for each month. */
export class PgHistorico extends Historico {
  /** @param dias how long it is kept */
  constructor(
    private readonly database: Database,
    private readonly dias: number,
  ) {
    super();
  }

  override async save(registros: readonly RegistroDeHistorico[]): Promise<void> {
    const meses = new Set(registros.map(({ criadaEm }) => `${criadaEm.slice(0, 7)}-01`));
    for (const mes of meses) await this.database.query('SELECT historico_preparar($1::date)', [mes]);
    await this.database.query(
      `INSERT INTO historico (${COLUNAS.map(([, coluna]) => coluna).join(', ')})
       SELECT ${COLUNAS.map(([campo]) => `"${campo}"`).join(', ')}
         FROM jsonb_to_recordset($1) AS r (${COLUNAS.map(([campo, , tipo]) => `"${campo}" ${tipo}`).join(', ')})
       ON CONFLICT (criada_em, id) DO UPDATE SET ${MUDAM.map((coluna) => `${coluna} = excluded.${coluna}`).join(', ')}`,
      [JSON.stringify(registros)],
    );
  }

  override async list({ cursor, limite, ...filtro }: FiltroDeHistoricoDeAvisosHttp): Promise<HistoricoDeAvisosHttp> {
    const [antes, id] = cursor?.split('~') ?? [];
    const rows = await this.database.read<Row>(
      `SELECT ${SELECT} FROM historico
        WHERE criada_em >= greatest(now() - make_interval(days => $1), $2::timestamptz)
          AND criada_em < coalesce($3::timestamptz, 'infinity')
          AND ($4::timestamptz IS NULL OR (criada_em, id) < ($4, $5::uuid))
          AND ($6::uuid IS NULL OR usuario_id = $6) AND ($7::uuid IS NULL OR reserva_id = $7)
          AND ($8::text IS NULL OR canal = $8) AND ($9::text IS NULL OR tipo = $9) AND ($10::text IS NULL OR estado = $10)
        ORDER BY criada_em DESC, id DESC LIMIT $11`,
      [
        this.dias,
        filtro.de ?? null,
        filtro.ate ?? null,
        antes ?? null,
        id ?? null,
        filtro.usuarioId ?? null,
        filtro.reservaId ?? null,
        filtro.canal ?? null,
        filtro.tipo ?? null,
        filtro.estado ?? null,
        limite + 1,
      ],
    );
    return pageOf(rows, limite, toRegistro, (item) => [item.criadaEm, item.id]);
  }

  /** The database's own function has done so, in the transaction that erased the rest. */
  override async erase(): Promise<void> {
    // Nothing is left.
  }

  override async expire(): Promise<void> {
    await this.database.query('SELECT historico_expurgar($1)', [this.dias]);
  }
}

/** `tipo` and the like of both queues, as the history has them. */
const FONTES = [
  [
    'entregas',
    `id, date_trunc('milliseconds', criada_em) AS "criadaEm", usuario_id AS "usuarioId", reserva_id AS "reservaId", tipo, canal, estado,
     assunto, motivo, provedor, referencia, situacao, tentativas, date_trunc('milliseconds', enviada_em) AS "enviadaEm"`,
    `estado IN ('ENVIADA', 'FALHOU', 'SUPERADA')`,
  ],
  [
    'cartas_de_conta',
    `id, date_trunc('milliseconds', criada_em) AS "criadaEm", CASE WHEN fato IS NULL THEN usuario_id END AS "usuarioId", NULL AS "reservaId",
     tipo, 'EMAIL' AS canal, estado, NULL AS assunto, motivo, NULL AS provedor, NULL AS referencia, NULL AS situacao, tentativas,
     date_trunc('milliseconds', enviada_em) AS "enviadaEm"`,
    `estado <> 'PENDENTE'`,
  ],
] as const;

export class PgFonteDoHistorico extends FonteDoHistorico {
  constructor(private readonly database: Database) {
    super();
  }

  override async waits(): Promise<boolean> {
    const unmarked = FONTES.map(
      ([tabela, , terminada]) => `EXISTS (SELECT FROM ${tabela} WHERE historico_em IS NULL AND ${terminada})`,
    );
    const [row] = await this.database.query<{ ha: boolean }>(
      `SELECT EXISTS (SELECT FROM historico_a_apagar) OR ${unmarked.join(' OR ')} AS ha`,
    );
    return row?.ha === true;
  }

  override async take(
    limite: number,
    save: (registros: readonly RegistroDeHistorico[]) => Promise<void>,
  ): Promise<number> {
    let taken = 0;
    for (const [tabela, colunas, terminada] of FONTES)
      taken += await this.from(tabela, colunas, terminada, limite, save);
    return taken;
  }

  private from(
    tabela: string,
    colunas: string,
    terminada: string,
    limite: number,
    save: (registros: readonly RegistroDeHistorico[]) => Promise<void>,
  ): Promise<number> {
    return this.database.transaction(async () => {
      // Before anything is read: whoever erases a person waits for us, or we for them (`apagar_pessoa_historico`).
      await this.database.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('historico', 8))`);
      const rows = await this.database.query<Row & { readonly apagada: boolean }>(
        `SELECT ${colunas}, EXISTS (SELECT FROM pessoas_apagadas p WHERE p.pessoa_id = usuario_id) AS apagada
           FROM ${tabela} WHERE historico_em IS NULL AND ${terminada}
          ORDER BY criada_em LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`,
        [limite],
      );
      const registros = rows.filter(({ apagada }) => !apagada).map(({ apagada: _, ...row }) => toRegistro(row));
      if (registros.length > 0) await save(registros);
      if (rows.length > 0)
        await this.database.query(`UPDATE ${tabela} SET historico_em = now() WHERE id = ANY($1)`, [
          rows.map(({ id }) => id),
        ]);
      return rows.length;
    });
  }

  override takeErased(erase: (pessoas: readonly string[]) => Promise<void>): Promise<number> {
    return this.database.transaction(async () => {
      const rows = await this.database.query<{ pessoa_id: string }>(
        'DELETE FROM historico_a_apagar WHERE pessoa_id IN (SELECT pessoa_id FROM historico_a_apagar LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING pessoa_id',
      );
      if (rows.length > 0) await erase(rows.map(({ pessoa_id }) => pessoa_id));
      return rows.length;
    });
  }
}
