import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type EstornoHttp, type EstornosHttp, instante } from '@plataforma/contracts';
import { Database, decodeCursor, encodeCursor, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { PagamentoInexistente } from '../domain/errors.js';
import type { Estorno } from '../domain/estorno.js';
import { podeVerTodos } from './consultar-pagamentos.js';

interface Row {
  id: string;
  cobranca_id: string;
  reserva_id: string;
  cliente_id: string;
  parcela: number;
  origem: EstornoHttp['origem'];
  estado: Estorno['estado'];
  por_fora: boolean;
  espera_disputa: boolean;
  valor_centavos: string;
  valor_pedido_centavos: string;
  tentativas: number;
  proxima_acao_em: Date | null;
  ultima_falha: string | null;
  motivo: string;
  autor_id: string | null;
  criado_em: Date;
  concluido_em: Date | null;
}

const SELECT = `
  SELECT e.*, c.reserva_id, c.parcela, c.cliente_id, a.autor_id
    FROM estornos e JOIN cobrancas c ON c.id = e.cobranca_id LEFT JOIN auditoria_estornos a ON a.estorno_id = e.id`;

/* Reads of refunds. */

export class ListarEstornosDoPagamento extends Query<EstornosHttp> {
  constructor(
    readonly pagamentoId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarEstornosDoPagamento)
export class ListarEstornosDoPagamentoHandler implements IQueryHandler<ListarEstornosDoPagamento> {
  constructor(private readonly database: Database) {}

  /** The refunds of a payment, oldest first. @throws PagamentoInexistente also for somebody else's */
  async execute({ pagamentoId, usuario }: ListarEstornosDoPagamento): Promise<EstornosHttp> {
    const [dono] = await this.database.query<{ cliente_id: string }>('SELECT cliente_id FROM cobrancas WHERE id = $1', [
      pagamentoId,
    ]);
    if (!dono || !(dono.cliente_id === usuario.id || podeVerTodos(usuario))) throw new PagamentoInexistente();
    const rows = await this.database.query<Row>(`${SELECT} WHERE e.cobranca_id = $1 ORDER BY e.criado_em, e.id`, [
      pagamentoId,
    ]);
    return { itens: rows.map((row) => toHttp(row, usuario)), proximo: null };
  }
}

export class ConsultarEstorno extends Query<EstornoHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarEstorno)
export class ConsultarEstornoHandler implements IQueryHandler<ConsultarEstorno> {
  constructor(private readonly database: Database) {}

  async execute({ id, usuario }: ConsultarEstorno): Promise<EstornoHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE e.id = $1`, [id]);
    if (!row) throw new PagamentoInexistente();
    return toHttp(row, usuario);
  }
}

export class ListarEstornosPendentes extends Query<EstornosHttp> {
  constructor(
    readonly pagina: { readonly cursor?: string | undefined; readonly limite: number },
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarEstornosPendentes)
export class ListarEstornosPendentesHandler implements IQueryHandler<ListarEstornosPendentes> {
  constructor(private readonly database: Database) {}

  /** Those that are not concluded, the longest waiting first, for operators. @throws Problem 400 for a foreign cursor */
  async execute({ pagina: { cursor, limite }, usuario }: ListarEstornosPendentes): Promise<EstornosHttp> {
    const [em, depoisDe] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([instante, z.uuid()]));
    const rows = await this.database.query<Row & { em: string }>(
      `SELECT *, to_char(criado_em AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS em FROM (${SELECT} WHERE e.estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO')) p
        WHERE $1::timestamptz IS NULL OR (criado_em, id) > ($1::timestamptz, $2::uuid)
        ORDER BY criado_em, id LIMIT $3`,
      [em, depoisDe, limite + 1],
    );
    const page = rows.slice(0, limite);
    const last = page.at(-1);
    return {
      itens: page.map((row) => toHttp(row, usuario)),
      proximo: rows.length > limite && last ? encodeCursor(last.em, last.id) : null,
    };
  }
}

function toHttp(row: Row, usuario: Usuario): EstornoHttp {
  const interno = podeVerTodos(usuario);
  return {
    id: row.id,
    pagamentoId: row.cobranca_id,
    reservaId: row.reserva_id,
    parcela: row.parcela,
    origem: row.origem,
    status: row.estado === 'A_FAZER' ? 'PENDENTE' : row.estado,
    valorCentavos: Number(row.valor_centavos),
    valorPedidoCentavos: Number(row.valor_pedido_centavos),
    moeda: 'BRL',
    porFora: row.por_fora,
    esperaDisputa: row.espera_disputa,
    tentativas: row.tentativas,
    proximaTentativaEm: row.proxima_acao_em?.toISOString() ?? null,
    ultimaFalha: interno ? row.ultima_falha : null,
    motivo: interno ? row.motivo : null,
    autorId: interno ? row.autor_id : null,
    criadoEm: row.criado_em.toISOString(),
    concluidoEm: row.concluido_em?.toISOString() ?? null,
  };
}
