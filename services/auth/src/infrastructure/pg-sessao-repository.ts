import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type SessaoRenovada, SessaoRepository } from '../application/ports.js';
import { type Renovacao, type Sessao, type TokenRenovacao, VALIDADE_SESSAO_MS } from '../domain/sessao.js';

interface SessaoRow {
  readonly id: string;
  readonly usuario_id: string;
  readonly expira_em: Date;
  readonly encerrada_em: Date | null;
}

interface TokenRow {
  readonly usado_em: Date | null;
  readonly repetido: boolean;
  readonly sucessor_usado: boolean;
  readonly agora: Date;
}

const toSessao = ({ id, usuario_id, expira_em, encerrada_em }: SessaoRow): Sessao => ({
  id,
  usuarioId: usuario_id,
  expiraEm: expira_em,
  encerrada: encerrada_em !== null,
});

const toToken = ({ usado_em, repetido, sucessor_usado }: TokenRow): TokenRenovacao =>
  usado_em ? { estado: 'USADO', usadoEm: usado_em, repetido, sucessorUsado: sucessor_usado } : { estado: 'NOVO' };

@Injectable()
export class PgSessaoRepository extends SessaoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert({ id, usuarioId, hash }: { id: string; usuarioId: string; hash: Buffer }): Promise<Sessao> {
    const [row] = await this.database.query<SessaoRow>(
      `WITH sessao AS (
         INSERT INTO sessoes (id, usuario_id, expira_em) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
         RETURNING id, usuario_id, expira_em, encerrada_em
       ), token AS (
         INSERT INTO tokens_renovacao (hash, sessao_id) SELECT $4, id FROM sessao
       ) SELECT * FROM sessao`,
      [id, usuarioId, VALIDADE_SESSAO_MS, hash],
    );
    if (!row) throw new Error('A sessão não foi gravada');
    return toSessao(row);
  }

  present(
    hash: Buffer,
    sucessor: Buffer,
    decidir: (sessao: Sessao, token: TokenRenovacao, agora: Date) => Renovacao,
  ): Promise<SessaoRenovada | undefined> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<SessaoRow>(
        `SELECT id, usuario_id, expira_em, encerrada_em FROM sessoes
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
    await this.database.change(
      `UPDATE sessoes SET encerrada_em = now(), motivo = 'SAIDA'
        WHERE id = (SELECT sessao_id FROM tokens_renovacao WHERE hash = $1) AND encerrada_em IS NULL`,
      [hash],
    );
  }

  purge(): Promise<number> {
    return this.database.change(
      `DELETE FROM sessoes WHERE id IN
         (SELECT id FROM sessoes WHERE expira_em < now() - interval '1 day' LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    );
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
        return;
      case 'REPETIR':
        await this.database.change('UPDATE tokens_renovacao SET repetido = true WHERE hash = $1', [hash]);
        return;
      case 'REUSO':
        await this.database.change(`UPDATE sessoes SET encerrada_em = $2, motivo = 'REUSO' WHERE id = $1`, [
          sessao.id,
          agora,
        ]);
        return;
      case 'CONCORRENTE':
      case 'RECUSAR':
        return;
    }
  }
}
