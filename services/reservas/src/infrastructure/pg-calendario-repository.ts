import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { CalendarioRepository, type NovoCalendario } from '../application/ports.js';
import { CalendarioInexistente, CalendariosDemais, EspacoInexistente } from '../domain/errors.js';

@Injectable()
export class PgCalendarioRepository extends CalendarioRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override insert({ id, escopo, donoId, espacoId, tokenHash }: NovoCalendario, maximo: number): Promise<Date> {
    return this.database.transaction(async () => {
      // Two of the same person would both see room for one more.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('calendarios ' || $1, 0))`, [donoId]);
      const [contagem] = await this.database.query<{ tem: number; existe: boolean }>(
        `SELECT (SELECT count(*)::int FROM calendarios WHERE dono_id = $1 AND revogado_em IS NULL) AS tem,
                $2::uuid IS NULL OR EXISTS (SELECT FROM espacos WHERE id = $2) AS existe`,
        [donoId, espacoId],
      );
      if (!contagem?.existe) throw new EspacoInexistente();
      if (contagem.tem >= maximo) throw new CalendariosDemais(maximo);
      const [row] = await this.database.query<{ criado_em: Date }>(
        `INSERT INTO calendarios (id, escopo, dono_id, espaco_id, token_hash) VALUES ($1, $2, $3, $4, $5) RETURNING criado_em`,
        [id, escopo, donoId, espacoId, tokenHash],
      );
      if (!row) throw new CalendarioInexistente();
      return row.criado_em;
    });
  }

  override async revoke(id: string, donoId: string, deEspacos: boolean): Promise<void> {
    const revoked = await this.database.change(
      `UPDATE calendarios SET revogado_em = now()
        WHERE id = $1 AND revogado_em IS NULL AND (dono_id = $2 OR ($3 AND escopo = 'ESPACO'))`,
      [id, donoId, deEspacos],
    );
    if (revoked === 0) throw new CalendarioInexistente();
  }
}
