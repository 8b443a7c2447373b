import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { AparelhoRepository } from '../application/ports.js';
import type { Origem } from '../domain/sessao.js';

/** For how long a place is known, and how many of them. */
const CONHECIDO_DIAS = 90;
const POR_PESSOA = 50;

@Injectable()
export class PgAparelhoRepository extends AparelhoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async see(usuarioId: string, { aparelho, rede }: Origem): Promise<'CONHECIDO' | 'NOVO' | 'PRIMEIRO'> {
    await this.database.change(
      `DELETE FROM aparelhos WHERE usuario_id = $1 AND (visto_em < now() - make_interval(days => $2) OR (aparelho, rede) IN
         (SELECT aparelho, rede FROM aparelhos WHERE usuario_id = $1 ORDER BY visto_em DESC OFFSET $3))`,
      [usuarioId, CONHECIDO_DIAS, POR_PESSOA - 1],
    );
    const [row] = await this.database.query<{ conhecido: boolean; outros: boolean }>(
      `WITH antes AS (SELECT aparelho, rede FROM aparelhos WHERE usuario_id = $1), visto AS (
         INSERT INTO aparelhos (usuario_id, aparelho, rede) VALUES ($1, $2, $3)
         ON CONFLICT (usuario_id, aparelho, rede) DO UPDATE SET visto_em = now()
       ) SELECT EXISTS (SELECT FROM antes WHERE aparelho = $2 AND rede = $3) AS conhecido,
                EXISTS (SELECT FROM antes) AS outros`,
      [usuarioId, aparelho, rede],
    );
    if (row?.conhecido) return 'CONHECIDO';
    return row?.outros ? 'NOVO' : 'PRIMEIRO';
  }

  purge(): Promise<number> {
    return this.database.change(
      `DELETE FROM aparelhos WHERE (usuario_id, aparelho, rede) IN
         (SELECT usuario_id, aparelho, rede FROM aparelhos WHERE visto_em < now() - make_interval(days => $1)
           LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
      [CONHECIDO_DIAS],
    );
  }
}
