import type { RespostaDeConvidado } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';
import {
  A_RESPONDER,
  type Anfitrioes,
  type Convidado,
  ConvidadoRepository,
  type Convite,
} from '../application/ports.js';

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

  async remove(convidados: readonly Convidado[], reservaId: string): Promise<void> {
    await this.database.change('UPDATE convidados SET removido_em = now() WHERE id = ANY($1) AND reserva_id = $2', [
      convidados.map(({ id }) => id),
      reservaId,
    ]);
  }

  invitedBy(anfitriao: string, reservas: readonly string[]): Promise<Convidado[]> {
    return this.database.query<Convidado>(
      `SELECT DISTINCT g.id, g.email FROM convidados g
        WHERE g.anfitriao = $1 AND g.reserva_id = ANY($2)
          AND NOT EXISTS (SELECT FROM convidados s WHERE s.id = g.id AND s.removido_em IS NOT NULL)`,
      [anfitriao, reservas],
    );
  }

  async ask(convidados: readonly string[], reservaId: string, versao: number): Promise<void> {
    await this.database.change(
      `UPDATE convidados SET pergunta = $3, resposta = NULL, respondida_em = NULL
        WHERE id = ANY($1) AND reserva_id = $2 AND (pergunta IS NULL OR pergunta < $3)`,
      [convidados, reservaId, versao],
    );
  }

  async answer({ convidadoId, reservaId, versao }: Convite, resposta: RespostaDeConvidado): Promise<boolean> {
    const mudadas = await this.database.change(
      `WITH perguntado AS (
         SELECT id FROM convidados
          WHERE id = $1 AND reserva_id = $2 AND pergunta = $3 AND resposta IS NULL AND removido_em IS NULL FOR UPDATE)
       UPDATE convidados g SET resposta = $4, respondida_em = now()
         FROM perguntado p, reservas_conhecidas r
        WHERE g.id = p.id AND r.reserva_id = g.reserva_id AND ${A_RESPONDER}`,
      [convidadoId, reservaId, versao, resposta],
    );
    return mudadas > 0;
  }

  async countOfDay(anfitriao: string): Promise<number> {
    const [row] = await this.database.query<{ quantos: number }>(
      `SELECT count(DISTINCT id)::int AS quantos FROM convidados WHERE anfitriao = $1 AND criado_em > now() - interval '1 day'`,
      [anfitriao],
    );
    return row?.quantos ?? 0;
  }
}
