import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Desafio, DesafioRepository, type UsoDoDesafio } from '../application/ports.js';
import { VALIDADE_DESAFIO_SEGUNDOS } from '../domain/sessao.js';

/** So often may one be answered wrongly. */
const TENTATIVAS = 5;

@Injectable()
export class PgDesafioRepository extends DesafioRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert({ hash, uso, usuarioId, rede, senhaHash }: Desafio): Promise<void> {
    await this.database.query(
      `INSERT INTO desafios (hash, uso, usuario_id, rede, senha_hash, expira_em)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
      [hash, uso, usuarioId ?? null, rede, senhaHash ?? null, VALIDADE_DESAFIO_SEGUNDOS],
    );
  }

  async try(hash: Buffer, uso: UsoDoDesafio, rede: string): Promise<Desafio | undefined> {
    const [row] = await this.database.query<{ usuario_id: string | null; senha_hash: string | null }>(
      `WITH tentado AS (
         UPDATE desafios SET tentativas = tentativas + 1
          WHERE hash = $1 AND uso = $2 AND rede = $3 AND expira_em > now() AND tentativas < $4
         RETURNING usuario_id, senha_hash
       ) SELECT * FROM tentado`,
      [hash, uso, rede, TENTATIVAS],
    );
    return row && { hash, uso, rede, usuarioId: row.usuario_id ?? undefined, senhaHash: row.senha_hash ?? undefined };
  }

  async use(hash: Buffer): Promise<boolean> {
    return (await this.database.change('DELETE FROM desafios WHERE hash = $1', [hash])) > 0;
  }

  purge(): Promise<number> {
    return this.database.change(
      `DELETE FROM desafios WHERE hash IN
         (SELECT hash FROM desafios WHERE expira_em < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    );
  }
}
