import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type NovaSerie, type OcorrenciaDaSerie, SerieRepository } from '../application/ports.js';

@Injectable()
export class PgSerieRepository extends SerieRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async insert({ id, clienteId, espacoId, regra, inicio, fim, fuso, cobranca, excecoes }: NovaSerie) {
    await this.database.change(
      `INSERT INTO series (id, cliente_id, espaco_id, regra, inicio, fim, fuso, cobranca, excecoes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, clienteId, espacoId, regra, inicio, fim, fuso, cobranca, excecoes],
    );
  }

  override async find(id: string) {
    const [serie] = await this.database.query<{ clienteId: string; fuso: string }>(
      'SELECT cliente_id AS "clienteId", fuso FROM series WHERE id = $1',
      [id],
    );
    if (!serie) return undefined;
    const ocorrencias = await this.database.query<OcorrenciaDaSerie>(
      `SELECT id, cobranca_id AS "cobrancaId", inicio, fim, viva, viva AND inicio > now() AS "porVir"
         FROM (SELECT *, status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA') AS viva
                 FROM reservas WHERE serie_id = $1) r
        ORDER BY inicio, id`,
      [id],
    );
    return { ...serie, ocorrencias };
  }
}
