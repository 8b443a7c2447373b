import type { Finalidade, Metodo } from './cobranca.js';

/** What a receipt says, fixed when it is issued: everything that its PDF shows comes from here. */
export interface ConteudoDoRecibo {
  /** Of this shape; a change of it is another version, and old receipts keep theirs. */
  readonly versao: 1;
  /** `AAAA-NNNNNN`: the year in São Paulo, and a count without gaps. */
  readonly numero: string;
  readonly tipo: 'PAGAMENTO' | 'ESTORNO';
  readonly emitidoEm: string;
  readonly emitente: string;
  readonly clienteId: string;
  readonly pagamentoId: string;
  readonly reservaId: string;
  readonly parcela: number;
  readonly finalidade: Finalidade;
  readonly descricao: string;
  readonly valorCentavos: number;
  readonly moeda: 'BRL';
  /** Null when the provider had not said it by then. */
  readonly metodo: Metodo | null;
  /** The provider's own name of the movement. */
  readonly provedorId: string;
  /** Of a refund: ours, and the receipt of the payment that it gives back. */
  readonly estornoId: string | null;
  readonly reciboDoPagamento: string | null;
  /** What was paid for, as far as it was known then; several for a series charged at once. */
  readonly reservas: readonly ReservaNoRecibo[];
  readonly codigo: string;
  /** Where its authenticity can be asked; null where the platform has no public address. */
  readonly verificacaoUrl: string | null;
}

export interface ReservaNoRecibo {
  readonly reservaId: string;
  readonly espacoNome: string;
  readonly inicio: string;
  readonly fim: string;
  /** IANA zone of the space. */
  readonly fuso: string;
}

/** Receipts are dated and numbered by the clock of who issues them. */
export const FUSO_DA_EMISSAO = 'America/Sao_Paulo';
const ano = new Intl.DateTimeFormat('en', { timeZone: FUSO_DA_EMISSAO, year: 'numeric' });

/** The year in whose numbers a receipt of this instant counts. */
export const anoDaEmissao = (instante: Date): number => Number(ano.format(instante));
