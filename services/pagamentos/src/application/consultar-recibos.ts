import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ReciboHttp, RecibosHttp, VerificacaoDeReciboHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { PagamentoInexistente, ReciboInexistente } from '../domain/errors.js';
import type { ConteudoDoRecibo } from '../domain/recibo.js';
import { podeVerTodos } from './consultar-pagamentos.js';

interface Row {
  conteudo: ConteudoDoRecibo;
  valido: boolean;
}

/** A refund that came back from the bank leaves its receipt without effect; nothing else does. */
const SELECT = `
  SELECT r.conteudo, (r.tipo = 'PAGAMENTO' OR (e.estado = 'CONCLUIDO' AND coalesce(e.provedor_id, 'por-fora/' || e.id) = r.provedor_id)) AS valido
    FROM recibos r LEFT JOIN estornos e ON e.id = r.estorno_id`;

/* Reads of receipts; a client sees its own only. */

export class ListarRecibosDoPagamento extends Query<RecibosHttp> {
  constructor(
    readonly pagamentoId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarRecibosDoPagamento)
export class ListarRecibosDoPagamentoHandler implements IQueryHandler<ListarRecibosDoPagamento> {
  constructor(private readonly database: Database) {}

  /** The receipts of a payment and of its refunds, in the order of issue. @throws PagamentoInexistente also for somebody else's */
  async execute({ pagamentoId, usuario }: ListarRecibosDoPagamento): Promise<RecibosHttp> {
    const [dono] = await this.database.query<{ cliente_id: string }>('SELECT cliente_id FROM cobrancas WHERE id = $1', [
      pagamentoId,
    ]);
    if (!dono || !(dono.cliente_id === usuario.id || podeVerTodos(usuario))) throw new PagamentoInexistente();
    const rows = await this.database.query<Row>(`${SELECT} WHERE r.cobranca_id = $1 ORDER BY r.ano, r.sequencia`, [
      pagamentoId,
    ]);
    return { itens: rows.map(toHttp), proximo: null };
  }
}

export class ConsultarRecibo extends Query<{ recibo: ReciboHttp; conteudo: ConteudoDoRecibo }> {
  constructor(
    readonly numero: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ConsultarRecibo)
export class ConsultarReciboHandler implements IQueryHandler<ConsultarRecibo> {
  constructor(private readonly database: Database) {}

  /** @throws ReciboInexistente also for somebody else's */
  async execute({ numero, usuario }: ConsultarRecibo): Promise<{ recibo: ReciboHttp; conteudo: ConteudoDoRecibo }> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE r.numero = $1`, [numero]);
    if (!row || !(row.conteudo.clienteId === usuario.id || podeVerTodos(usuario))) throw new ReciboInexistente();
    return { recibo: toHttp(row), conteudo: row.conteudo };
  }
}

export class VerificarRecibo extends Query<VerificacaoDeReciboHttp> {
  constructor(readonly codigo: string) {
    super();
  }
}

@QueryHandler(VerificarRecibo)
export class VerificarReciboHandler implements IQueryHandler<VerificarRecibo> {
  constructor(private readonly database: Database) {}

  /** What whoever holds a receipt may know: that it is genuine, and whether it still holds. @throws ReciboInexistente */
  async execute({ codigo }: VerificarRecibo): Promise<VerificacaoDeReciboHttp> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE r.codigo = $1`, [codigo]);
    if (!row) throw new ReciboInexistente();
    const { numero, tipo, situacao, emitidoEm, emitente, valorCentavos, moeda } = toHttp(row);
    return { numero, tipo, situacao, emitidoEm, emitente, valorCentavos, moeda };
  }
}

function toHttp({ conteudo: { versao: _versao, ...conteudo }, valido }: Row): ReciboHttp {
  return { ...conteudo, reservas: [...conteudo.reservas], situacao: valido ? 'VALIDO' : 'SEM_EFEITO' };
}
