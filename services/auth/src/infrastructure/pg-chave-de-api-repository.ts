import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type ChaveDeApi, ChaveDeApiRepository, type ChaveDeApiVista } from '../application/ports.js';
import { AMR_DE_CHAVE, CHAVES_POR_PESSOA, type SegredoDeChave } from '../application/segredo-de-chave.js';
import { ChaveDeApiInexistente, ChavesDemais, CredenciaisInvalidas } from '../domain/errors.js';
import type { Papel } from '../domain/usuario.js';

type Guardado = Pick<SegredoDeChave, 'prefixo' | 'hash'>;

/** Of a session: neither ended nor over. */
const ALIVE = 's.encerrada_em IS NULL AND s.expira_em > now()';
/** Of a secret of a key that is alive. */
const GOOD = '(g.vale_ate IS NULL OR g.vale_ate > now())';
/** So often it is noted that a key is used. */
const NOTED_EVERY = `interval '1 minute'`;

interface Row extends Omit<ChaveDeApiVista, 'segredos'> {
  readonly segredos: readonly {
    readonly prefixo: string;
    readonly criadoEm: string;
    readonly valeAte: string | null;
  }[];
}

@Injectable()
export class PgChaveDeApiRepository extends ChaveDeApiRepository {
  constructor(private readonly database: Database) {
    super();
  }

  insert(chave: ChaveDeApi, segredo: Guardado, validadeMs: number): Promise<Date> {
    return this.database.transaction(async () => {
      // One after the other for each person, and none beside what disables them.
      const [conta] = await this.database.query<{ ativa: boolean }>(
        'SELECT desativado_em IS NULL AS ativa FROM usuarios WHERE id = $1 FOR NO KEY UPDATE',
        [chave.usuarioId],
      );
      if (!conta?.ativa) throw new CredenciaisInvalidas();
      // A statement of its own: only one that begins after the lock was had sees what the holder before left.
      const [{ tem } = { tem: 0 }] = await this.database.query<{ tem: number }>(
        `SELECT count(*)::int AS tem FROM chaves_de_api JOIN sessoes s USING (id) WHERE s.usuario_id = $1 AND ${ALIVE}`,
        [chave.usuarioId],
      );
      if (tem >= CHAVES_POR_PESSOA) throw new ChavesDemais(CHAVES_POR_PESSOA);
      const [row] = await this.database.query<{ expira_em: Date }>(
        `INSERT INTO sessoes (id, usuario_id, expira_em, amr)
         VALUES ($1, $2, now() + $3 * interval '1 millisecond', $4) RETURNING expira_em`,
        [chave.id, chave.usuarioId, validadeMs, AMR_DE_CHAVE],
      );
      if (!row) throw new Error('A chave não foi gravada');
      await this.database.query(
        'INSERT INTO chaves_de_api (id, nome, escopos, pedidos_por_minuto) VALUES ($1, $2, $3, $4)',
        [chave.id, chave.nome, chave.escopos, chave.pedidosPorMinuto],
      );
      await this.addSecret(chave.id, segredo);
      return row.expira_em;
    });
  }

  rotate({ id, usuarioId }: Pick<ChaveDeApi, 'id' | 'usuarioId'>, segredo: Guardado, overlapMs: number): Promise<Date> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<{ expira_em: Date }>(
        `SELECT s.expira_em FROM chaves_de_api c JOIN sessoes s USING (id)
          WHERE c.id = $1 AND s.usuario_id = $2 AND ${ALIVE} FOR NO KEY UPDATE OF s`,
        [id, usuarioId],
      );
      if (!row) throw new ChaveDeApiInexistente();
      // Those that were on their way out already are out.
      await this.database.change('DELETE FROM segredos_de_chave WHERE chave_id = $1 AND vale_ate IS NOT NULL', [id]);
      await this.database.change(
        `UPDATE segredos_de_chave SET vale_ate = now() + $2 * interval '1 millisecond' WHERE chave_id = $1`,
        [id, overlapMs],
      );
      await this.addSecret(id, segredo);
      return row.expira_em;
    });
  }

  async list(usuarioId: string): Promise<ChaveDeApiVista[]> {
    const rows = await this.database.query<Row>(
      `SELECT c.id, c.nome, c.escopos, c.pedidos_por_minuto AS "pedidosPorMinuto", s.criada_em AS "criadaEm",
              s.expira_em AS "expiraEm", c.usada_em AS "usadaEm", g.segredos
         FROM chaves_de_api c JOIN sessoes s USING (id)
        CROSS JOIN LATERAL (
          SELECT coalesce(jsonb_agg(jsonb_build_object('prefixo', prefixo, 'criadoEm', criado_em, 'valeAte', vale_ate)
                                    ORDER BY criado_em DESC), '[]') AS segredos
            FROM segredos_de_chave g WHERE g.chave_id = c.id AND ${GOOD}) g
        WHERE s.usuario_id = $1 AND ${ALIVE} ORDER BY c.id DESC LIMIT $2`,
      [usuarioId, CHAVES_POR_PESSOA],
    );
    return rows.map(({ segredos, ...chave }) => ({
      ...chave,
      segredos: segredos.map(({ prefixo, criadoEm, valeAte }) => ({
        prefixo,
        criadoEm: new Date(criadoEm),
        valeAte: valeAte === null ? null : new Date(valeAte),
      })),
    }));
  }

  async use(hash: Buffer): Promise<(ChaveDeApi & { readonly papeis: readonly Papel[] }) | undefined> {
    const [row] = await this.database.query<ChaveDeApi & { readonly papeis: Papel[]; readonly anotar: boolean }>(
      `SELECT c.id, s.usuario_id AS "usuarioId", c.nome, c.escopos, c.pedidos_por_minuto AS "pedidosPorMinuto", u.papeis,
              c.usada_em IS NULL OR c.usada_em < now() - ${NOTED_EVERY} AS anotar
         FROM segredos_de_chave g JOIN chaves_de_api c ON c.id = g.chave_id JOIN sessoes s ON s.id = c.id
         JOIN usuarios u ON u.id = s.usuario_id
        WHERE g.hash = $1 AND ${GOOD} AND ${ALIVE} AND u.desativado_em IS NULL`,
      [hash],
    );
    if (row?.anotar)
      await this.database.change(
        `UPDATE chaves_de_api SET usada_em = now()
          WHERE id = $1 AND (usada_em IS NULL OR usada_em < now() - ${NOTED_EVERY})`,
        [row.id],
      );
    return row;
  }

  private async addSecret(id: string, { hash, prefixo }: Guardado): Promise<void> {
    await this.database.query('INSERT INTO segredos_de_chave (hash, chave_id, prefixo) VALUES ($1, $2, $3)', [
      hash,
      id,
      prefixo,
    ]);
  }
}
