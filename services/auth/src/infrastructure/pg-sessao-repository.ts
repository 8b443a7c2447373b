import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import {
  type NovaSessao,
  type SessaoRenovada,
  SessaoRepository,
  type SessaoVista,
  type SessoesDe,
} from '../application/ports.js';
import { CredenciaisInvalidas, RenovacaoInvalida } from '../domain/errors.js';
import {
  type MotivoDoFim,
  type Renovacao,
  type Sessao,
  SESSOES_POR_PESSOA,
  type TokenRenovacao,
  VALIDADE_SESSAO_MS,
} from '../domain/sessao.js';
import { Divulgador } from './divulgador.js';

interface SessaoRow {
  readonly id: string;
  readonly usuario_id: string;
  readonly expira_em: Date;
  readonly encerrada_em: Date | null;
  readonly amr: string[];
  readonly autenticada_em: Date;
}

const COLUMNS = 'id, usuario_id, expira_em, encerrada_em, amr, coalesce(autenticada_em, criada_em) AS autenticada_em';
/** Neither ended nor over. */
const ALIVE = 'encerrada_em IS NULL AND expira_em > now()';

/** Not of an API key (AMR_DE_CHAVE). */
const OF_A_PERSON = `amr <> '{swk}'`;

interface TokenRow {
  readonly usado_em: Date | null;
  readonly repetido: boolean;
  readonly sucessor_usado: boolean;
  readonly agora: Date;
}

const toSessao = ({ id, usuario_id, expira_em, encerrada_em, amr, autenticada_em }: SessaoRow): Sessao => ({
  id,
  usuarioId: usuario_id,
  expiraEm: expira_em,
  encerrada: encerrada_em !== null,
  amr,
  autenticadaEm: autenticada_em,
});

const toToken = ({ usado_em, repetido, sucessor_usado }: TokenRow): TokenRenovacao =>
  usado_em ? { estado: 'USADO', usadoEm: usado_em, repetido, sucessorUsado: sucessor_usado } : { estado: 'NOVO' };

@Injectable()
export class PgSessaoRepository extends SessaoRepository {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly divulgador: Divulgador,
  ) {
    super();
  }

  insert({ id, usuarioId, hash, amr, aparelho, rede, senhaHash }: NovaSessao): Promise<Sessao> {
    return this.database.transaction(async () => {
      // One after the other for each person, and none beside what disables them or ends all their sessions.
      const [conta] = await this.database.query<{ entra: boolean }>(
        `SELECT desativado_em IS NULL AND senha_hash = coalesce($2, senha_hash) AS entra
           FROM usuarios WHERE id = $1 FOR NO KEY UPDATE`,
        [usuarioId, senhaHash ?? null],
      );
      if (!conta?.entra) throw new CredenciaisInvalidas();
      const [row] = await this.database.query<SessaoRow>(
        `WITH sessao AS (
           INSERT INTO sessoes (id, usuario_id, expira_em, amr, aparelho, rede)
           VALUES ($1, $2, now() + $3 * interval '1 millisecond', $5, $6, $7) RETURNING *
         ), token AS (
           INSERT INTO tokens_renovacao (hash, sessao_id) SELECT $4, id FROM sessao
         ) SELECT ${COLUMNS} FROM sessao`,
        [id, usuarioId, VALIDADE_SESSAO_MS, hash, amr, aparelho, rede],
      );
      if (!row) throw new Error('A sessão não foi gravada');
      await this.endWhere(
        `id IN (SELECT id FROM sessoes WHERE usuario_id = $2 AND ${ALIVE} AND ${OF_A_PERSON} ORDER BY criada_em DESC, id DESC OFFSET $3)`,
        'EXCESSO',
        [usuarioId, SESSOES_POR_PESSOA],
      );
      return toSessao(row);
    });
  }

  present(
    hash: Buffer,
    sucessor: Buffer,
    decidir: (sessao: Sessao, token: TokenRenovacao, agora: Date) => Renovacao,
  ): Promise<SessaoRenovada | undefined> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<SessaoRow>(
        `SELECT ${COLUMNS} FROM sessoes
          WHERE id = (SELECT sessao_id FROM tokens_renovacao WHERE hash = $1) FOR UPDATE`,
        [hash],
      );
      if (!row) return undefined;
      // A statement of its own: only one that begins after the lock was had sees what the holder before left.
      const [token] = await this.database.query<TokenRow>(
        `SELECT t.usado_em, t.repetido, s.usado_em IS NOT NULL AS sucessor_usado, clock_timestamp() AS agora
           FROM tokens_renovacao t LEFT JOIN tokens_renovacao s ON s.hash = t.sucessor WHERE t.hash = $1`,
        [hash],
      );
      if (!token) return undefined;
      const sessao = toSessao(row);
      const decisao = decidir(sessao, toToken(token), token.agora);
      await this.write(decisao, sessao, hash, sucessor, token.agora);
      return { decisao, sessao };
    });
  }

  async end(hash: Buffer): Promise<void> {
    await this.database.transaction(() =>
      this.endWhere('id = (SELECT sessao_id FROM tokens_renovacao WHERE hash = $2)', 'SAIDA', [hash]),
    );
  }

  endOf({ usuarioId, so, menos }: SessoesDe, motivo: MotivoDoFim): Promise<number> {
    return this.database.transaction(async () => {
      await this.database.query('SELECT 1 FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuarioId]);
      return this.endWhere(
        // Keys of integrations outlive a change of password; what their account may or may not, they do not.
        `usuario_id = $2 AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4)
         AND ($1 = 'CONTA' OR id = $3 OR ${OF_A_PERSON})`,
        motivo,
        [usuarioId, so ?? null, menos ?? null],
      );
    });
  }

  async alive(id: string, usuarioId: string): Promise<boolean> {
    const sql = `SELECT FROM sessoes WHERE id = $1 AND usuario_id = $2 AND ${ALIVE}`;
    return (await this.database.query(sql, [id, usuarioId])).length > 0;
  }

  async sessionOf(hash: Buffer): Promise<string | undefined> {
    const [row] = await this.database.query<{ sessao_id: string }>(
      'SELECT sessao_id FROM tokens_renovacao WHERE hash = $1',
      [hash],
    );
    return row?.sessao_id;
  }

  list(usuarioId: string): Promise<SessaoVista[]> {
    return this.database.query<SessaoVista>(
      `SELECT id, criada_em AS "criadaEm", coalesce(usada_em, criada_em) AS "usadaEm", expira_em AS "expiraEm",
              aparelho, rede, amr
         FROM sessoes WHERE usuario_id = $1 AND ${ALIVE} AND ${OF_A_PERSON} ORDER BY coalesce(usada_em, criada_em) DESC, id LIMIT $2`,
      [usuarioId, SESSOES_POR_PESSOA],
    );
  }

  async elevate(id: string, usuarioId: string, amr: readonly string[]): Promise<Sessao> {
    const [row] = await this.database.query<SessaoRow>(
      `WITH elevada AS (
         UPDATE sessoes SET autenticada_em = now(), amr = ARRAY(SELECT DISTINCT unnest(amr || $3::text[]) ORDER BY 1 DESC)
          WHERE id = $1 AND usuario_id = $2 AND ${ALIVE} RETURNING *
       ) SELECT ${COLUMNS} FROM elevada`,
      [id, usuarioId, amr],
    );
    if (!row) throw new RenovacaoInvalida();
    return toSessao(row);
  }

  purge(): Promise<number> {
    return this.database.change(
      `DELETE FROM sessoes WHERE id IN
         (SELECT id FROM sessoes WHERE expira_em < now() - interval '1 day' LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    );
  }

  /**
   * Ends those that are alive and meet the condition, and announces each in the caller's transaction.
   * @param parameters from $2 on; the reason is $1
   */
  private async endWhere(condition: string, motivo: MotivoDoFim, parameters: readonly unknown[]): Promise<number> {
    const rows = await this.database.query<{ id: string; usuario_id: string; encerrada_em: Date }>(
      `UPDATE sessoes SET encerrada_em = clock_timestamp(), motivo = $1 WHERE ${condition} AND ${ALIVE}
       RETURNING id, usuario_id, encerrada_em`,
      [motivo, ...parameters],
    );
    for (const { id, usuario_id, encerrada_em } of rows) {
      const data = {
        sessaoId: id,
        usuarioId: usuario_id,
        motivo,
        revogadaEm: encerrada_em.toISOString(),
        tokensAte: this.divulgador.tokensUntil(encerrada_em).toISOString(),
      };
      await this.eventos.append(`sessao/${id}`, [{ type: 'sessao.revogada.v1', data }], 0);
    }
    if (rows.length > 0) this.database.afterCommit(() => this.divulgador.ended(rows));
    return rows.length;
  }

  private async write(decisao: Renovacao, sessao: Sessao, hash: Buffer, sucessor: Buffer, agora: Date): Promise<void> {
    switch (decisao) {
      case 'RENOVAR':
        await this.database.change('UPDATE tokens_renovacao SET usado_em = $2, sucessor = $3 WHERE hash = $1', [
          hash,
          agora,
          sucessor,
        ]);
        await this.database.change('INSERT INTO tokens_renovacao (hash, sessao_id, emitido_em) VALUES ($1, $2, $3)', [
          sucessor,
          sessao.id,
          agora,
        ]);
        await this.database.change('UPDATE sessoes SET usada_em = $2 WHERE id = $1', [sessao.id, agora]);
        return;
      case 'REPETIR':
        await this.database.change('UPDATE tokens_renovacao SET repetido = true WHERE hash = $1', [hash]);
        return;
      case 'REUSO':
        await this.endWhere('id = $2', 'REUSO', [sessao.id]);
        return;
      case 'CONCORRENTE':
      case 'RECUSAR':
        return;
    }
  }
}
