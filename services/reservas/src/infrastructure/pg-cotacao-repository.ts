import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Cotacao, CotacaoRepository, type CupomAcordado } from '../application/ports-precos.js';
import { CotacaoDeOutroPedido, CotacaoExpirada, CotacaoInexistente, CotacaoJaUsada } from '../domain/errors.js';
import type { DescontoAcordado } from '../domain/cupom.js';
import type { Orcamento } from '../domain/preco.js';

interface Row {
  id: string;
  cliente_id: string;
  espaco_id: string;
  inicio: Date;
  fim: Date;
  espaco_versao: number;
  linhas: Orcamento['linhas'];
  total_centavos: string;
  sinal: Orcamento['sinal'];
  politica_cancelamento: Cotacao['politicaCancelamento'];
  cupom_id: string | null;
  cupom_acordado: DescontoAcordado | null;
  expira_em: Date;
}

type Uso = Parameters<CotacaoRepository['use']>[1];

@Injectable()
export class PgCotacaoRepository extends CotacaoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(cotacao: Cotacao): Promise<void> {
    const { orcamento, periodo, cupom } = cotacao;
    await this.database.change(
      `INSERT INTO cotacoes (id, cliente_id, espaco_id, inicio, fim, espaco_versao, linhas, total_centavos, sinal,
                             politica_cancelamento, cupom_id, cupom, cupom_acordado, expira_em)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        cotacao.id,
        cotacao.clienteId,
        cotacao.espacoId,
        new Date(periodo.inicio),
        new Date(periodo.fim),
        cotacao.espacoVersao,
        JSON.stringify(orcamento.linhas),
        orcamento.totalCentavos,
        orcamento.sinal && JSON.stringify(orcamento.sinal),
        JSON.stringify(cotacao.politicaCancelamento),
        cupom?.id ?? null,
        cupom?.codigo ?? null,
        cupom && JSON.stringify(descontoDe(cupom)),
        new Date(cotacao.expiraEm),
      ],
    );
  }

  override async use(id: string, uso: Uso): Promise<Cotacao> {
    const { reservaId, clienteId, espacoId, periodo } = uso;
    const [row] = await this.database.query<Row>(
      `UPDATE cotacoes SET reserva_id = $2
        WHERE id = $1 AND cliente_id = $3 AND espaco_id = $4 AND inicio = $5 AND fim = $6
          AND reserva_id IS NULL AND expira_em > now()
       RETURNING *, ${ACORDADO}`,
      [id, reservaId, clienteId, espacoId, new Date(periodo.inicio), new Date(periodo.fim)],
    );
    if (!row) throw await this.refusal(id, uso);
    return toCotacao(row);
  }

  /** Why the update found nothing to use. */
  private async refusal(id: string, { clienteId, espacoId, periodo }: Uso): Promise<Error> {
    const [row] = await this.database.query<Row & { usada: boolean }>(
      `SELECT *, reserva_id IS NOT NULL AS usada, ${ACORDADO} FROM cotacoes WHERE id = $1 AND cliente_id = $2`,
      [id, clienteId],
    );
    if (!row) return new CotacaoInexistente();
    const cotacao = toCotacao(row);
    const mesma =
      cotacao.espacoId === espacoId && cotacao.periodo.inicio === periodo.inicio && cotacao.periodo.fim === periodo.fim;
    if (!mesma) return new CotacaoDeOutroPedido();
    return row.usada ? new CotacaoJaUsada() : new CotacaoExpirada();
  }
}

/** As it was quoted; of quotes that do not say so, as it is. */
const ACORDADO = `coalesce(cupom_acordado, (SELECT desconto_de(c) FROM cupons c WHERE c.id = cupom_id)) AS cupom_acordado`;

const descontoDe = ({ id: _, ...acordado }: CupomAcordado): DescontoAcordado => acordado;

const toCotacao = (row: Row): Cotacao => ({
  id: row.id,
  clienteId: row.cliente_id,
  espacoId: row.espaco_id,
  periodo: { inicio: row.inicio.getTime(), fim: row.fim.getTime() },
  espacoVersao: row.espaco_versao,
  orcamento: { linhas: row.linhas, totalCentavos: Number(row.total_centavos), sinal: row.sinal },
  politicaCancelamento: row.politica_cancelamento,
  cupom: row.cupom_id === null || row.cupom_acordado === null ? null : { id: row.cupom_id, ...row.cupom_acordado },
  expiraEm: row.expira_em.getTime(),
});
