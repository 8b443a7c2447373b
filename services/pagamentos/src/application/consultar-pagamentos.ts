import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type FiltroDePagamentosHttp, type PagamentoHttp, type PagamentosHttp, pode } from '@plataforma/contracts';
import { Database, decodeCursor, pageOf, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { PagamentoInexistente } from '../domain/errors.js';
import { CHARGED_UNDER } from './consultar-razao.js';

interface Row {
  id: string;
  reserva_id: string;
  parcela: number;
  finalidade: PagamentoHttp['finalidade'];
  cliente_id: string;
  estado: 'A_ABRIR' | 'ABERTA' | 'APROVADA' | 'CANCELADA';
  valor_centavos: string;
  estornado_centavos: string;
  provedor_id: string | null;
  client_secret: string | null;
  ultima_recusa: string | null;
  criada_em: Date;
}

const SELECT = `
  SELECT c.*, (SELECT coalesce(sum(valor_centavos), 0) FROM estornos e
                WHERE e.cobranca_id = c.id AND e.estado = 'CONCLUIDO') AS estornado_centavos
    FROM cobrancas c`;

/** A page of $4 before the charge $3, of what booking $1 is charged under and of client $2; null: any. */
export const LISTA_DE_PAGAMENTOS = `${SELECT}
   WHERE ($2::uuid IS NULL OR c.cliente_id = $2) AND ($1::uuid IS NULL OR c.reserva_id IN ${CHARGED_UNDER})
     AND ($3::uuid IS NULL OR c.id < $3) ORDER BY c.id DESC LIMIT $4`;

const STATUS = { A_ABRIR: 'PENDENTE', ABERTA: 'PENDENTE', APROVADA: 'APROVADO', CANCELADA: 'CANCELADO' } as const;

/** Who administers or operates sees everybody's payments. */
export const podeVerTodos = (usuario: Usuario): boolean => pode(usuario, 'pagamentos.ver:todos');

/* Reads of charges; a client sees its own only. */

export class ConsultarPagamento extends Query<PagamentoHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarPagamento)
export class ConsultarPagamentoHandler implements IQueryHandler<ConsultarPagamento> {
  constructor(private readonly database: Database) {}

  /** @throws PagamentoInexistente also for somebody else's */
  async execute({ id, usuario }: ConsultarPagamento): Promise<PagamentoHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE c.id = $1`, [id]);
    if (!row || !(row.cliente_id === usuario.id || podeVerTodos(usuario))) throw new PagamentoInexistente();
    return toHttp(row, usuario);
  }
}

export class ListarPagamentos extends Query<PagamentosHttp> {
  constructor(
    readonly filtro: FiltroDePagamentosHttp,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarPagamentos)
export class ListarPagamentosHandler implements IQueryHandler<ListarPagamentos> {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { reservaId, cursor, limite }, usuario }: ListarPagamentos): Promise<PagamentosHttp> {
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
    const rows = await this.database.query<Row>(LISTA_DE_PAGAMENTOS, [
      reservaId ?? null,
      podeVerTodos(usuario) ? null : usuario.id,
      antesDe,
      limite + 1,
    ]);
    return pageOf(
      rows,
      limite,
      (row) => toHttp(row, usuario),
      (item) => [item.id],
    );
  }
}

const toHttp = (row: Row, usuario: Usuario): PagamentoHttp => ({
  id: row.id,
  reservaId: row.reserva_id,
  parcela: row.parcela,
  finalidade: row.finalidade,
  status: STATUS[row.estado],
  valorCentavos: Number(row.valor_centavos),
  estornadoCentavos: Number(row.estornado_centavos),
  moeda: 'BRL',
  metodos: ['CARTAO', 'PIX'],
  provedor:
    row.provedor_id === null
      ? null
      : {
          paymentIntentId: row.provedor_id,
          // Whoever has the secret can pay: only the client needs it, and only while there is something to pay.
          clientSecret: row.cliente_id === usuario.id && row.estado === 'ABERTA' ? row.client_secret : null,
        },
  ultimaRecusa: row.ultima_recusa,
  criadoEm: row.criada_em.toISOString(),
});
