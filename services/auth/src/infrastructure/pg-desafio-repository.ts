import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Desafio, DesafioRepository, type UsoDoDesafio } from '../application/ports.js';
import { VALIDADE_DESAFIO_SEGUNDOS } from '../domain/sessao.js';
import type { Papel } from '../domain/usuario.js';

interface Row {
  readonly usuario_id: string | null;
  readonly senha_hash: string | null;
  readonly provedor: string | null;
  readonly governados: Papel[] | null;
  readonly dados: Papel[] | null;
}

/** So often may one be answered wrongly. */
const TENTATIVAS = 5;

@Injectable()
export class PgDesafioRepository extends DesafioRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert({ hash, uso, usuarioId, rede, senhaHash, papeis }: Desafio): Promise<void> {
    await this.database.query(
      `INSERT INTO desafios (hash, uso, usuario_id, rede, senha_hash, provedor, governados, dados, expira_em)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`,
      [
        hash,
        uso,
        usuarioId ?? null,
        rede,
        senhaHash ?? null,
        papeis?.provedor ?? null,
        papeis?.governados ?? null,
        papeis?.dados ?? null,
        VALIDADE_DESAFIO_SEGUNDOS,
      ],
    );
  }

  async try(hash: Buffer, uso: UsoDoDesafio, rede: string): Promise<Desafio | undefined> {
    const [row] = await this.database.query<Row>(
      `WITH tentado AS (
         UPDATE desafios SET tentativas = tentativas + 1
          WHERE hash = $1 AND uso = $2 AND rede = $3 AND expira_em > now() AND tentativas < $4
         RETURNING usuario_id, senha_hash, provedor, governados, dados
       ) SELECT * FROM tentado`,
      [hash, uso, rede, TENTATIVAS],
    );
    if (!row) return undefined;
    const { usuario_id, senha_hash, provedor, governados, dados } = row;
    return {
      hash,
      uso,
      rede,
      usuarioId: usuario_id ?? undefined,
      senhaHash: senha_hash ?? undefined,
      ...(provedor !== null && { papeis: { provedor, governados: governados ?? [], dados: dados ?? [] } }),
    };
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
