import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FiltroDoRazaoHttp, RazaoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import type { Conta } from '../domain/lancamento.js';

interface Row {
  id: string;
  parcela: number;
  finalidade: RazaoHttp['cobrancas'][number]['finalidade'];
  origem: string | null;
  conta: Conta;
  valor_centavos: string;
  lancado_em: Date;
}

type Cobranca = RazaoHttp['cobrancas'][number];
type Resumo = Pick<
  Cobranca,
  'saldos' | 'capturadoCentavos' | 'estornadoCentavos' | 'disputadoCentavos' | 'liquidoCentavos'
>;

const vazio = (): Resumo => ({
  saldos: { CLIENTE: 0, RECEBIVEL: 0, ESTORNOS: 0, TAXAS: 0, DISPUTAS: 0, CAIXA: 0 },
  capturadoCentavos: 0,
  estornadoCentavos: 0,
  disputadoCentavos: 0,
  liquidoCentavos: 0,
});

/** Under which ids booking $1 is charged: its own, or that of the series that it is an occurrence of. */
export const CHARGED_UNDER =
  '(SELECT $1::uuid UNION SELECT cobrada_sob FROM reservas_vistas WHERE reserva_id = $1::uuid)';

/** The ledger of a booking as it was at a moment. */
export class ConsultarRazao extends Query<RazaoHttp> {
  constructor(readonly filtro: FiltroDoRazaoHttp) {
    super();
  }
}

@QueryHandler(ConsultarRazao)
export class ConsultarRazaoHandler implements IQueryHandler<ConsultarRazao> {
  constructor(private readonly database: Database) {}

  async execute({ filtro: { reservaId, em } }: ConsultarRazao): Promise<RazaoHttp> {
    const momento = em === undefined ? new Date() : new Date(em);
    const rows = await this.database.query<Row>(
      `SELECT c.id, c.parcela, c.finalidade, l.origem, l.conta, l.valor_centavos, l.lancado_em
         FROM cobrancas c LEFT JOIN lancamentos l ON l.cobranca_id = c.id AND ($2::timestamptz IS NULL OR l.lancado_em <= $2)
        WHERE c.reserva_id IN ${CHARGED_UNDER} ORDER BY c.parcela, l.id`,
      [reservaId, em === undefined ? null : momento],
    );
    const total = vazio();
    const cobrancas = new Map<string, Cobranca>();
    for (const row of rows) {
      const { id, parcela, finalidade } = row;
      const cobranca = cobrancas.get(id) ?? { pagamentoId: id, parcela, finalidade, ...vazio(), movimentos: [] };
      cobrancas.set(id, cobranca);
      if (row.origem === null) continue;
      add(total, row.origem, row);
      add(cobranca, row.origem, row);
      list(cobranca, row.origem, row);
    }
    return { reservaId, em: momento.toISOString(), moeda: 'BRL', ...total, cobrancas: [...cobrancas.values()] };
  }
}

function add(resumo: Resumo, origem: string, { conta, valor_centavos }: Row): void {
  const valor = Number(valor_centavos);
  resumo.saldos[conta] += valor;
  if (conta === 'DISPUTAS') resumo.disputadoCentavos += valor;
  if (conta === 'CAIXA') resumo.estornadoCentavos -= valor;
  if (conta === 'RECEBIVEL' && origem.startsWith('captura/')) resumo.capturadoCentavos += valor;
  if (conta === 'RECEBIVEL' && origem.startsWith('estorno')) resumo.estornadoCentavos -= valor;
  resumo.liquidoCentavos = resumo.capturadoCentavos - resumo.estornadoCentavos - resumo.disputadoCentavos;
}

function list({ movimentos }: Cobranca, origem: string, { conta, valor_centavos, lancado_em }: Row): void {
  const lancamento = { conta, valorCentavos: Number(valor_centavos) };
  const movimento = movimentos.find((item) => item.origem === origem);
  if (movimento) movimento.lancamentos.push(lancamento);
  else movimentos.push({ origem, em: lancado_em.toISOString(), lancamentos: [lancamento] });
}
