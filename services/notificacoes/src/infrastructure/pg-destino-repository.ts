import type { Database } from '@plataforma/platform';
import { type Destino, DestinoRepository } from '../application/ports.js';

export class PgDestinoRepository extends DestinoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override reachable(usuarioId: string, canal: 'SMS' | 'PUSH'): Promise<Destino[]> {
    return this.database.query<Destino>(
      `SELECT id, meio, endereco, chaves FROM destinos d
        WHERE usuario_id = $1 AND canal = $2 AND verificado_em IS NOT NULL
          AND NOT EXISTS (SELECT FROM supressoes s WHERE s.canal = 'SMS' AND lower(s.endereco) = lower(d.endereco) AND retirada_em IS NULL)
        ORDER BY id`,
      [usuarioId, canal],
    );
  }

  override async forget(ids: readonly string[]): Promise<void> {
    await this.database.change('DELETE FROM destinos WHERE id = ANY($1)', [ids]);
  }
}
