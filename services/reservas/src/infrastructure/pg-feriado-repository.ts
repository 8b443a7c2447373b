import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Feriado, FeriadoRepository } from '../application/ports.js';
import { TempoLiberado } from '../application/tempo-liberado.js';
import { FeriadoInexistente, FeriadoRepetido } from '../domain/errors.js';
import { formaDoLugar } from '../domain/forma-de-busca.js';

@Injectable()
export class PgFeriadoRepository extends FeriadoRepository {
  constructor(
    private readonly database: Database,
    private readonly liberado: TempoLiberado,
  ) {
    super();
  }

  override async insert({ id, data, cidade, nome }: Feriado): Promise<void> {
    const lugar = cidade === null ? null : formaDoLugar(cidade);
    await this.database.transaction(async () => {
      // One after the other: an index cannot tell that two ways of writing a city are one.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('feriados', 0))`);
      const added = await this.database.change(
        `INSERT INTO feriados (id, data, cidade, nome, cidade_buscada) SELECT $1::uuid, $2::date, $3, $4, $5
          WHERE NOT EXISTS (SELECT FROM feriados
                             WHERE data = $2 AND coalesce(cidade_buscada, cidade) IS NOT DISTINCT FROM $5)
         ON CONFLICT DO NOTHING`,
        [id, data, cidade, nome, lugar],
      );
      if (added === 0) throw new FeriadoRepetido();
      await this.liberado.dayChanged(data, lugar);
    });
  }

  override async remove(id: string): Promise<void> {
    await this.database.transaction(async () => {
      const [removed] = await this.database.query<{ data: string; cidade: string | null }>(
        'DELETE FROM feriados WHERE id = $1 RETURNING data::text, cidade',
        [id],
      );
      if (!removed) throw new FeriadoInexistente();
      await this.liberado.dayChanged(removed.data, removed.cidade === null ? null : formaDoLugar(removed.cidade));
    });
  }
}
