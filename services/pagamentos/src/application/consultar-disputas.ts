import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DisputaHttp, DisputasHttp, FiltroDeDisputasHttp } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { DisputaInexistente } from '../domain/errors.js';

interface Row {
  id: string;
  cobranca_id: string;
  reserva_id: string;
  parcela: number;
  provedor_id: string;
  situacao: DisputaHttp['situacao'];
  motivo: string;
  valor_centavos: string;
  retido_centavos: string;
  estornavel: boolean;
  consulta: boolean;
  aberta_em: Date;
  responder_ate: Date | null;
  encerrada_em: Date | null;
}

const SELECT = `SELECT d.*, c.reserva_id, c.parcela FROM disputas d JOIN cobrancas c ON c.id = d.cobranca_id`;

/* Reads of disputes, for who administers or operates. */

export class ConsultarDisputa extends Query<DisputaHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarDisputa)
export class ConsultarDisputaHandler implements IQueryHandler<ConsultarDisputa> {
  constructor(private readonly database: Database) {}

  /** @throws DisputaInexistente */
  async execute({ id }: ConsultarDisputa): Promise<DisputaHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE d.id = $1`, [id]);
    if (!row) throw new DisputaInexistente();
    return toHttp(row);
  }
}

export class ListarDisputas extends Query<DisputasHttp> {
  constructor(readonly filtro: FiltroDeDisputasHttp) {
    super();
  }
}

@QueryHandler(ListarDisputas)
export class ListarDisputasHandler implements IQueryHandler<ListarDisputas> {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { situacao, cursor, limite } }: ListarDisputas): Promise<DisputasHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE ($1::text IS NULL OR d.situacao = $1) AND ($2::uuid IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3`,
      [situacao ?? null, antesDe, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.id]);
  }
}

const toHttp = (row: Row): DisputaHttp => ({
  id: row.id,
  pagamentoId: row.cobranca_id,
  reservaId: row.reserva_id,
  parcela: row.parcela,
  provedorId: row.provedor_id,
  situacao: row.situacao,
  motivo: row.motivo,
  valorCentavos: Number(row.valor_centavos),
  retidoCentavos: Number(row.retido_centavos),
  estornavel: row.estornavel,
  consulta: row.consulta,
  moeda: 'BRL',
  abertaEm: row.aberta_em.toISOString(),
  responderAte: row.responder_ate?.toISOString() ?? null,
  encerradaEm: row.encerrada_em?.toISOString() ?? null,
});
