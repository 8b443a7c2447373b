import type { PreferenciasHttp } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';
import { PreferenciasRepository } from '../application/ports.js';
import type { Assunto, TipoDeCanal } from '../domain/entrega.js';

export class PgPreferenciasRepository extends PreferenciasRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async of(usuarioId: string): Promise<PreferenciasHttp> {
    const [row] = await this.database.query<PreferenciasHttp>(
      `SELECT p.idioma, CASE WHEN p.fuso IS NOT NULL THEN jsonb_build_object('de', to_char(p.silencio_de, 'HH24:MI'),
                'ate', to_char(p.silencio_ate, 'HH24:MI'), 'fuso', p.fuso) END AS silencio,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('canal', d.canal, 'assunto', d.assunto)
                        ORDER BY d.canal, d.assunto), '[]')
                 FROM avisos_desligados d WHERE d.usuario_id = $1) AS desligados
         FROM (SELECT) AS um LEFT JOIN preferencias p ON p.usuario_id = $1`,
      [usuarioId],
    );
    return row ?? { idioma: null, silencio: null, desligados: [] };
  }

  async save(usuarioId: string, { idioma, silencio, desligados }: PreferenciasHttp): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.query(
        `INSERT INTO preferencias (usuario_id, idioma, silencio_de, silencio_ate, fuso) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (usuario_id) DO UPDATE SET idioma = $2, silencio_de = $3, silencio_ate = $4, fuso = $5`,
        [usuarioId, idioma, silencio?.de ?? null, silencio?.ate ?? null, silencio?.fuso ?? null],
      );
      await this.database.change('DELETE FROM avisos_desligados WHERE usuario_id = $1', [usuarioId]);
      for (const { canal, assunto } of desligados) await this.turnOff(usuarioId, canal, assunto);
    });
  }

  async turnOff(usuarioId: string, canal: TipoDeCanal, assunto: Assunto): Promise<void> {
    await this.database.query(
      'INSERT INTO avisos_desligados (usuario_id, canal, assunto) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [usuarioId, canal, assunto],
    );
  }
}
