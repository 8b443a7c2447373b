import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { FEITA_POR } from '../application/consultar-series.js';
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
    const [serie] = await this.database.query<{
      clienteId: string;
      feitaPorId: string | null;
      espacoId: string;
      fuso: string;
    }>(
      `SELECT s.cliente_id AS "clienteId", ${FEITA_POR} AS "feitaPorId", s.espaco_id AS "espacoId", s.fuso
         FROM series s WHERE s.id = $1`,
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
