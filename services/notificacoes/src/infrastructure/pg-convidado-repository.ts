import type { Database } from '@plataforma/platform';
import { type Anfitrioes, type Convidado, ConvidadoRepository } from '../application/ports.js';

export class PgConvidadoRepository extends ConvidadoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async lock(reservaId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 9))', [reservaId]);
  }

  list({ reservaId, usuarios }: Anfitrioes): Promise<Convidado[]> {
    return this.database.query<Convidado>(
      `SELECT id, email FROM convidados
        WHERE reserva_id = $1 AND removido_em IS NULL AND (da_casa OR anfitriao = ANY($2)) ORDER BY criado_em, email`,
      [reservaId, usuarios],
    );
  }

  async insert(convidados: readonly Convidado[], reservaId: string, anfitriao: string, daCasa: boolean): Promise<void> {
    await this.database.change(
      `INSERT INTO convidados (id, reserva_id, email, idioma, anfitriao, da_casa)
       SELECT g.id, $2, g.email, coalesce((SELECT idioma FROM preferencias WHERE usuario_id = $3),
              (SELECT idioma FROM contatos WHERE usuario_id = $3), 'pt-BR'), $3, $4
         FROM jsonb_to_recordset($1::jsonb) AS g(id uuid, email text)`,
      [JSON.stringify(convidados), reservaId, anfitriao, daCasa],
    );
  }

  async remove(convidados: readonly Convidado[]): Promise<void> {
    await this.database.change('UPDATE convidados SET removido_em = now() WHERE id = ANY($1)', [
      convidados.map(({ id }) => id),
    ]);
  }

  async countOfDay(anfitriao: string): Promise<number> {
    const [row] = await this.database.query<{ quantos: number }>(
      `SELECT count(*)::int AS quantos FROM convidados WHERE anfitriao = $1 AND criado_em > now() - interval '1 day'`,
      [anfitriao],
    );
    return row?.quantos ?? 0;
  }
}
