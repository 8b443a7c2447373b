import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { WebhookRepository } from '../application/ports.js';
import { WebhookInexistente, WebhookNaoParado } from '../domain/errors.js';

const PARADOS: readonly string[] = ['ESTACIONADO', 'INESPERADO'];

@Injectable()
export class PgWebhookRepository extends WebhookRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override drop(id: string, motivo: string, autorId: string): Promise<{ tipo: string }> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<{ tipo: string; estado: string }>(
        'SELECT tipo, estado FROM webhooks WHERE evento_id = $1 FOR UPDATE',
        [id],
      );
      if (!row) throw new WebhookInexistente();
      if (!PARADOS.includes(row.estado)) throw new WebhookNaoParado(row.estado);
      await this.database.change(
        `UPDATE webhooks SET estado = 'DESCARTADO', descartado_por = $2, descarte_motivo = $3, descartado_em = now(), proxima_em = NULL
          WHERE evento_id = $1`,
        [id, autorId, motivo],
      );
      return { tipo: row.tipo };
    });
  }
}
