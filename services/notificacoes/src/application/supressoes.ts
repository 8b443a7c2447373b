import { randomUUIDv7 } from 'node:crypto';
import type { FiltroDeSupressoesHttp, NovaSupressaoHttp, SupressaoHttp, SupressoesHttp } from '@plataforma/contracts';
import type { Auditoria } from '@plataforma/messaging';
import { type Database, pageOf } from '@plataforma/platform';

interface Row extends Omit<SupressaoHttp, 'desde'> {
  readonly desde: Date;
}
const COLUMNS = 'id, canal, endereco, motivo, desde';
const toHttp = ({ desde, ...row }: Row): SupressaoHttp => ({ ...row, desde: desde.toISOString() });

/** To the millisecond, which is what a cursor tells; in UTC, so that an index may have it. */
const DESDE = `date_trunc('milliseconds', desde AT TIME ZONE 'UTC')`;
/** A page of $4 before the one of $1 and $2, of an address $3; null: from the newest, of any. */
export const LISTA_DE_SUPRESSOES = `
  SELECT ${COLUMNS} FROM supressoes
   WHERE retirada_em IS NULL AND ($1::timestamptz IS NULL OR (${DESDE}, id) < ($1::timestamptz AT TIME ZONE 'UTC', $2::uuid))
     AND ($3::text IS NULL OR lower(endereco) = lower($3))
   ORDER BY ${DESDE} DESC, id DESC LIMIT $4`;

/** Addresses to which nothing is sent: what providers say of them, and what an administrator decides. */
export class Supressoes {
  constructor(
    private readonly database: Database,
    private readonly auditoria: Auditoria,
  ) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async list({ endereco, cursor, limite }: FiltroDeSupressoesHttp): Promise<SupressoesHttp> {
    const [desde, id] = cursor?.split('~') ?? [];
    const rows = await this.database.query<Row>(LISTA_DE_SUPRESSOES, [
      desde ?? null,
      id ?? null,
      endereco ?? null,
      limite + 1,
    ]);
    return pageOf(rows, limite, toHttp, (item) => [item.desde, item.id]);
  }

  /** Whether nothing is to be sent to an e-mail address. */
  async has(endereco: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM supressoes WHERE canal = 'EMAIL' AND lower(endereco) = lower($1) AND retirada_em IS NULL`,
      [endereco],
    );
    return rows.length > 0;
  }

  add(nova: NovaSupressaoHttp): Promise<SupressaoHttp> {
    return this.database.transaction(async () => {
      const nascida = await this.insert({ ...nova, motivo: 'MANUAL', em: undefined });
      if (nascida) await this.auditoria.record('supressao.incluida', { alvo: `supressao/${nascida.id}` });
      const [row] = nascida
        ? [nascida]
        : await this.database.query<Row>(
            `SELECT ${COLUMNS} FROM supressoes WHERE canal = $1 AND lower(endereco) = lower($2)`,
            [nova.canal, nova.endereco],
          );
      if (!row) throw new Error('a supressão que se incluiu não está na lista');
      return toHttp(row);
    });
  }

  /** What a provider tells of an address; inside the caller's transaction. */
  async told(canal: 'EMAIL' | 'SMS', endereco: string, motivo: 'REJEITADO' | 'QUEIXA', em: Date): Promise<void> {
    await this.insert({ canal, endereco, motivo, em });
  }

  remove(id: string): Promise<void> {
    return this.database.transaction(async () => {
      const retiradas = await this.database.change(
        'UPDATE supressoes SET retirada_em = clock_timestamp() WHERE id = $1 AND retirada_em IS NULL',
        [id],
      );
      if (retiradas > 0) await this.auditoria.record('supressao.retirada', { alvo: `supressao/${id}` });
    });
  }

  /** The row, when it was not there; what happened before it was taken off does not bring it back. */
  private async insert(nova: {
    canal: string;
    endereco: string;
    motivo: string;
    em: Date | undefined;
  }): Promise<Row | undefined> {
    const [row] = await this.database.query<Row>(
      `INSERT INTO supressoes AS s (id, canal, endereco, motivo, desde, usuario_id)
       VALUES ($1, $2, $3, $4, least(coalesce($5::timestamptz, clock_timestamp()), clock_timestamp()),
               CASE $2 WHEN 'EMAIL' THEN (SELECT usuario_id FROM contatos WHERE lower(email) = lower($3) LIMIT 1)
                       ELSE (SELECT usuario_id FROM destinos WHERE endereco = $3 AND meio = 'TELEFONE' LIMIT 1) END)
       ON CONFLICT (canal, lower(endereco)) DO UPDATE
          SET motivo = excluded.motivo, desde = excluded.desde, retirada_em = NULL, usuario_id = excluded.usuario_id
        WHERE s.retirada_em < excluded.desde
       RETURNING ${COLUMNS}`,
      [randomUUIDv7(), nova.canal, nova.endereco, nova.motivo, nova.em ?? null],
    );
    return row;
  }
}
