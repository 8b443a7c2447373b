import {
  AprovacaoNaoPendente,
  PagamentoDivergente,
  ProrrogacaoCedoDemais,
  ProrrogacaoIndisponivel,
  ProrrogacaoRepetida,
  RemarcacaoEmAndamento,
  SerieAguardaPagamento,
} from './errors.js';
import { MINUTO_MS } from './periodo-reserva.js';
import type { Contestacao, MotivoCancelamento } from './reserva.js';

/** A captured payment and what of it has not been given back, centavos. */
interface Paga {
  readonly parcela: number;
  readonly pagamentoId: string;
  readonly valorCentavos: number;
}

/** A charge that was asked for, centavos, and the payment that pagamentos made for it, once it was heard of. */
interface Cobrada {
  readonly parcela: number;
  readonly valorCentavos: number;
  readonly pagamentoId?: string;
}

/** Which payment a message of pagamentos is about, and what it says of its amounts, centavos. */
export interface PagamentoDito {
  readonly parcela: number;
  readonly pagamentoId: string;
  /** Where the message tells of the whole charge. */
  readonly cobradoCentavos?: number;
  /** Where it tells of money that went back, or was waived: the most that it says of any of it. */
  readonly devolvidoCentavos?: number;
}

/** Money that somebody else gave back, before this saga heard that it had been paid. */
interface Adiantado {
  readonly parcela: number;
  readonly valorCentavos: number;
  readonly origem: 'ADMIN' | 'PROVEDOR';
}

/** A dispute of a payment, as pagamentos last told of it. */
interface Disputa {
  readonly disputaId: string;
  readonly parcela: number;
  readonly situacao: 'ABERTA' | 'GANHA' | 'PERDIDA';
  /** What the bank has by it now, centavos. */
  readonly retidoCentavos: number;
  /** The provider refunds the payment in spite of it. */
  readonly estornavel: boolean;
  /** Which of the payment's events told so: an older one changes nothing. */
  readonly sequencia: number;
}

/** A charge beyond the first, of a booking that stands: its balance, or the difference of a dearer time. */
interface Complemento {
  readonly parcela: number;
  readonly finalidade: 'SALDO' | 'DIFERENCA';
  readonly prazo: string;
  /** Its time is over: the provider was asked, and is waited for until `prazo`. */
  readonly conferindo?: true;
}

/** What is charged: a booking, or a series that is paid at once. Instants are ISO 8601, money is centavos. */
export interface Compra {
  readonly cobrancaId: string;
  readonly clienteId: string;
  readonly descricao: string;
  /** What is charged first. */
  readonly valorCentavos: number;
  /** What is charged once that is paid. */
  readonly saldo: { readonly valorCentavos: number; readonly venceEm: string } | null;
  /** By how much the chosen means of payment may lengthen the hold, however long it lasts itself. */
  readonly prorrogacaoMinutos: number;
}

/**
 * The saga of what is charged together: one booking, or a whole series. It charges, waits for the money until the hold
 * expires, then asks the provider before it gives anything up, and makes money and bookings agree whatever comes in
 * whatever order. It waits for one charge at a time (`parcela`); money of any other goes back. `tratados` are the
 * payments whose money has been dealt with, so that hearing of one again changes nothing.
 */
export type SagaReserva = {
  readonly compra: Compra;
  /** Number of the newest charge. */
  readonly parcela: number;
  readonly pagas: readonly Paga[];
  readonly tratados: readonly string[];
  readonly adiantados: readonly Adiantado[];
  /** Refunds that pagamentos has not answered yet. */
  readonly estornosPendentes: number;
  readonly disputas?: readonly Disputa[] | undefined;
  /** Every charge that was asked for; of sagas that began before it was written down, those since. */
  readonly cobradas?: readonly Cobrada[] | undefined;
} & (
  | { readonly passo: 'AGUARDANDO_APROVACAO'; readonly prazo: string }
  /** `limite`: however long the chosen means of payment lasts, nothing is held beyond this. */
  | {
      readonly passo: 'COBRANDO';
      readonly prazo: string;
      readonly limite: string;
      readonly recusas: number;
      /** The person asked for more time, and got it: once. */
      readonly maisTempo?: true;
    }
  /** The hold is over and what it holds is not free yet: the provider tells first whether it was paid, until `prazo`. */
  | { readonly passo: 'CONFERINDO'; readonly prazo: string; readonly recusas: number }
  /** The charge has to end; whether it has is asked again at `prazo`. */
  | { readonly passo: 'ENCERRANDO_COBRANCA'; readonly prazo: string | null; readonly retomavel: boolean }
  | { readonly passo: 'CONFIRMADA'; readonly prazo: string | null; readonly complemento: Complemento | null }
  | { readonly passo: 'ESTORNANDO' | 'ENCERRADA'; readonly prazo: null }
);

type Base = Pick<
  SagaReserva,
  'compra' | 'parcela' | 'pagas' | 'tratados' | 'adiantados' | 'estornosPendentes' | 'disputas' | 'cobradas'
>;
type Standing = Extract<SagaReserva, { passo: 'CONFIRMADA' }>;

/** A booking and the time that it is to move to, ms. */
export interface Mudanca {
  readonly reservaId: string;
  readonly inicio: number;
  readonly fim: number;
}

export type EntradaDaSaga =
  /** As pagamentos tells it: believed of the payment that was asked for, and of no other. */
  | { readonly type: 'pagamento-dito'; readonly pagamento: PagamentoDito; readonly entrada: EntradaDaSaga }
  /** Of some of the bookings only; without `reservas`, of all that still wait for it. */
  | { readonly type: 'aprovacao-dada'; readonly reservas?: readonly string[] | undefined }
  | {
      readonly type: 'aprovacao-negada';
      readonly justificativa: string;
      readonly reservas?: readonly string[] | undefined;
    }
  | { readonly type: 'pagamento-criado' }
  | { readonly type: 'pagamento-em-processamento'; readonly parcela: number; readonly expiraEm: string }
  /** `agora`: the database's clock, ms. */
  | { readonly type: 'mais-tempo-pedido'; readonly agora: number }
  | {
      readonly type: 'pagamento-aprovado';
      readonly parcela: number;
      readonly pagamentoId: string;
      readonly valorCentavos: number;
    }
  | { readonly type: 'pagamento-recusado'; readonly parcela: number }
  | { readonly type: 'pagamento-cancelado'; readonly parcela: number }
  | {
      readonly type: 'pagamento-estornado';
      readonly parcela: number;
      readonly valorCentavos: number;
      readonly origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR';
      /** What somebody decided not to give back after all. */
      readonly baixadoCentavos?: number | undefined;
    }
  | ({ readonly type: 'pagamento-disputado' } & Disputa)
  | { readonly type: 'prazo-vencido' }
  | {
      readonly type: 'cancelamento-pedido';
      readonly motivo: MotivoCancelamento;
      readonly justificativa?: string | undefined;
      /** Some of the bookings only; without it, all. */
      readonly reservas?: readonly string[] | undefined;
    }
  | { readonly type: 'remarcacao-pedida'; readonly mudancas: readonly Mudanca[]; readonly porAdmin: boolean }
  | { readonly type: 'presenca-vencida'; readonly reservaId: string }
  /** Outcomes of the saga's own commands. */
  | {
      readonly type: 'aprovada';
      readonly expiraEm: string;
      /** Of those that were approved. */
      readonly compra: Pick<Compra, 'valorCentavos' | 'descricao'>;
    }
  /** The charge is asked to end; until `ate` that is waited for. */
  | { readonly type: 'conferencia-iniciada'; readonly ate: string }
  | { readonly type: 'canceladas'; readonly reembolsoCentavos: number; readonly restam: boolean }
  | {
      readonly type: 'retomadas';
      readonly parcela: number;
      readonly pagamentoId: string;
      readonly valorCentavos: number;
      readonly conseguiu: boolean;
    }
  | {
      readonly type: 'remarcadas';
      readonly reembolsoCentavos: number;
      /** The balance that is due now; null when there is none. */
      readonly saldo: { readonly valorCentavos: number; readonly venceEm: string } | null;
    }
  | {
      readonly type: 'contestadas';
      /** Bookings ahead of which banks took back all that was paid. */
      readonly semDinheiro: readonly string[];
      /** What is owed of refunds that were kept from us. */
      readonly devidoCentavos: number;
    }
  | { readonly type: 'remarcacao-retida'; readonly diferencaCentavos: number; readonly expiraEm: string };

/** Commands to this service, carried out in the saga's transaction on the bookings that are charged together. */
export type ComandoLocal =
  /** These, or all that wait; when none waits any more, those that were approved are to be paid (→ `aprovada`). */
  | { readonly type: 'AprovarReservas'; readonly reservas?: readonly string[] | undefined }
  | { readonly type: 'ProrrogarReservas'; readonly expiraEm: string }
  /** Holds on to what is held while the provider is asked (→ `conferencia-iniciada`). */
  | { readonly type: 'ConferirCobranca' }
  | { readonly type: 'ConfirmarReservas'; readonly pagamentoId: string | null }
  | { readonly type: 'QuitarReservas'; readonly pagamentoId: string }
  | {
      readonly type: 'CancelarReservas';
      readonly motivo: MotivoCancelamento;
      readonly justificativa?: string | undefined;
      readonly reservas?: readonly string[] | undefined;
      /** Only those that still wait for an admin's word. */
      readonly soSemResposta?: true;
    }
  | {
      readonly type: 'RetomarReservas';
      readonly parcela: number;
      readonly pagamentoId: string;
      readonly valorCentavos: number;
    }
  | { readonly type: 'RemarcarReservas'; readonly mudancas: readonly Mudanca[]; readonly porAdmin: boolean }
  | { readonly type: 'EfetivarRemarcacao' }
  | { readonly type: 'DesfazerRemarcacao' }
  | {
      readonly type: 'RegistrarReembolso';
      readonly valorCentavos: number;
      readonly origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR';
    }
  | ({ readonly type: 'RegistrarContestacao' } & Contestacao)
  | { readonly type: 'BaixarReembolso'; readonly valorCentavos: number }
  | { readonly type: 'EncerrarPresenca'; readonly reservaId: string };

/** Commands to pagamentos. `reservaId` is what is charged, see Compra. */
export type ComandoRemoto =
  | {
      readonly type: 'cobranca.criar.v1';
      readonly data: {
        readonly reservaId: string;
        readonly parcela: number;
        readonly finalidade: 'INTEGRAL' | 'SINAL' | 'SALDO' | 'DIFERENCA';
        readonly clienteId: string;
        readonly valorCentavos: number;
        readonly moeda: 'BRL';
        readonly descricao: string;
        readonly expiraEm: string;
        readonly prorrogavelAte?: string;
      };
    }
  | { readonly type: 'cobranca.cancelar.v1'; readonly data: { readonly reservaId: string; readonly parcela: number } }
  | {
      readonly type: 'estorno.criar.v1';
      readonly data: {
        readonly reservaId: string;
        readonly parcela: number;
        readonly valorCentavos: number;
        readonly motivo: string;
      };
    };

type Comando = ComandoLocal | ComandoRemoto;
export type PassoDaSaga = readonly [SagaReserva, ...Comando[]];

/** What the payer reads at the bank. */
export const descricaoDaCompra = (espacoNome: string, ocorrencias: number): string =>
  `Reserva de ${espacoNome}${ocorrencias > 1 ? ` (${ocorrencias} ocorrências)` : ''}`;

/** The first step: wait for an admin's word, or charge at once. */
export function iniciar(compra: Compra, requerAprovacao: boolean, expiraEm: string): PassoDaSaga {
  const nova: Base = { compra, parcela: 0, pagas: [], tratados: [], adiantados: [], estornosPendentes: 0 };
  return requerAprovacao ? [{ ...nova, passo: 'AGUARDANDO_APROVACAO', prazo: expiraEm }] : cobrar(nova, expiraEm);
}

/** Charges what comes first; what is free of charge is confirmed at once. */
function cobrar(saga: Base, expiraEm: string): PassoDaSaga {
  const { valorCentavos, saldo } = saga.compra;
  if (valorCentavos === 0) return [confirmada(saga, null), { type: 'ConfirmarReservas', pagamentoId: null }];
  const parcela = saga.parcela + 1;
  const limite = new Date(Date.parse(expiraEm) + saga.compra.prorrogacaoMinutos * MINUTO_MS).toISOString();
  return [
    { ...cobrando(saga, parcela, valorCentavos), passo: 'COBRANDO', prazo: expiraEm, limite, recusas: 0 },
    cobranca(saga.compra, parcela, saldo ? 'SINAL' : 'INTEGRAL', valorCentavos, expiraEm, limite),
  ];
}

const cobrando = (saga: Base, parcela: number, valorCentavos: number): Base => ({
  ...base(saga),
  parcela,
  cobradas: [...(saga.cobradas ?? []), { parcela, valorCentavos }],
});

/** @throws PagamentoDivergente for a message about a payment that was not asked for; it changes nothing */
export function decidir(saga: SagaReserva, entrada: EntradaDaSaga): PassoDaSaga {
  switch (entrada.type) {
    case 'pagamento-dito':
      return decidir(reconhecer(saga, entrada.pagamento), entrada.entrada);
    case 'pagamento-criado':
      return [saga];
    case 'aprovacao-dada':
      if (saga.passo !== 'AGUARDANDO_APROVACAO') throw new AprovacaoNaoPendente();
      return [saga, { type: 'AprovarReservas', reservas: entrada.reservas }];
    case 'aprovacao-negada': {
      if (saga.passo !== 'AGUARDANDO_APROVACAO') throw new AprovacaoNaoPendente();
      const { justificativa, reservas } = entrada;
      return [saga, { type: 'CancelarReservas', motivo: 'ADMIN', justificativa, reservas, soSemResposta: true }];
    }
    case 'aprovada':
      return cobrar({ ...saga, compra: { ...saga.compra, ...entrada.compra } }, entrada.expiraEm);
    case 'conferencia-iniciada':
      return conferir(saga, entrada.ate);
    case 'pagamento-em-processamento':
      return prorrogar(saga, entrada.parcela, entrada.expiraEm);
    case 'mais-tempo-pedido':
      return darMaisTempo(saga, entrada.agora);
    case 'pagamento-aprovado':
      return aprovado(saga, entrada);
    case 'pagamento-recusado':
      // The client may try another card until the hold expires.
      return (saga.passo === 'COBRANDO' || saga.passo === 'CONFERINDO') && entrada.parcela === saga.parcela
        ? [{ ...saga, recusas: saga.recusas + 1 }]
        : [saga];
    case 'pagamento-cancelado':
      return cobrancaEncerrada(saga, entrada.parcela);
    case 'pagamento-estornado':
      return estornado(saga, entrada);
    case 'pagamento-disputado':
      return disputado(saga, entrada);
    case 'contestadas':
      return contestadas(saga, entrada);
    case 'prazo-vencido':
      return prazoVencido(saga);
    case 'cancelamento-pedido':
      return cancelamentoPedido(saga, entrada);
    case 'canceladas':
      return canceladas(saga, entrada);
    case 'retomadas': {
      const { parcela, pagamentoId, valorCentavos, conseguiu } = entrada;
      const paga = { parcela, pagamentoId, valorCentavos };
      return conseguiu ? comSaldo(saga, paga) : indesejado(saga, paga, 'PAGAMENTO_TARDIO');
    }
    case 'remarcacao-pedida':
      if (saga.passo === 'CONFIRMADA' && saga.complemento?.finalidade === 'DIFERENCA')
        throw new RemarcacaoEmAndamento();
      return [saga, { ...entrada, type: 'RemarcarReservas' }];
    case 'remarcadas':
      return remarcadas(saga, entrada);
    case 'remarcacao-retida':
      return complementar(saga, 'DIFERENCA', entrada.diferencaCentavos, entrada.expiraEm);
    case 'presenca-vencida':
      // What is still to be paid is settled first, by its own deadline.
      if (saga.passo !== 'CONFIRMADA' || saga.complemento) return [saga];
      return [saga, { type: 'EncerrarPresenca', reservaId: entrada.reservaId }];
  }
}

/**
 * A charge has one payment, of its amount. What a bank disputes of it is not compared: it may be more, by its exchange
 * rate, and never counts for more than was paid.
 */
function reconhecer(saga: SagaReserva, dito: PagamentoDito): SagaReserva {
  const { parcela, pagamentoId, devolvidoCentavos = 0 } = dito;
  const cobrada = saga.cobradas?.find((outra) => outra.parcela === parcela);
  if (!cobrada) {
    if (parcela > saga.parcela) throw new PagamentoDivergente(`a parcela ${parcela} não foi cobrada`);
    return saga;
  }
  const { valorCentavos, pagamentoId: seu = pagamentoId } = cobrada;
  if (seu !== pagamentoId) throw new PagamentoDivergente(`o pagamento da parcela ${parcela} é outro`);
  const { cobradoCentavos = valorCentavos } = dito;
  if (cobradoCentavos !== valorCentavos)
    throw new PagamentoDivergente(`a parcela ${parcela} é de ${valorCentavos} centavos, e não ${cobradoCentavos}`);
  if (devolvidoCentavos > valorCentavos)
    throw new PagamentoDivergente(
      `da parcela ${parcela}, de ${valorCentavos} centavos, não podem voltar ${devolvidoCentavos}`,
    );
  if (cobrada.pagamentoId !== undefined) return saga;
  return {
    ...saga,
    cobradas: saga.cobradas?.map((outra) => (outra === cobrada ? { ...cobrada, pagamentoId } : outra)),
  };
}

/**
 * The payer chose a means that lasts until `expiraEm`: the hold waits as long, within its limit. What was refused before
 * is past: if nobody pays now, that is why it ends.
 */
function prorrogar(saga: SagaReserva, parcela: number, expiraEm: string): PassoDaSaga {
  if ((saga.passo !== 'COBRANDO' && saga.passo !== 'CONFERINDO') || parcela !== saga.parcela) return [saga];
  const tentando = { ...saga, recusas: 0 };
  if (tentando.passo === 'CONFERINDO') return [tentando];
  const ate = Math.min(Date.parse(expiraEm), Date.parse(tentando.limite));
  if (ate <= Date.parse(tentando.prazo)) return [tentando];
  const prazo = new Date(ate).toISOString();
  return [
    { ...tentando, prazo },
    { type: 'ProrrogarReservas', expiraEm: prazo },
  ];
}

/** How much longer a hold lasts for whoever asks, and how close to its end that may be asked for, ms. */
const MAIS_TEMPO_MS = 5 * MINUTO_MS;
const PERTO_DO_FIM_MS = 2 * MINUTO_MS;

/**
 * Whoever is still paying gets more time, once and near the end, within what the space lets a hold be lengthened by.
 * @throws ProrrogacaoRepetida, ProrrogacaoCedoDemais, ProrrogacaoIndisponivel when there is nothing that could be lengthened
 */
function darMaisTempo(saga: SagaReserva, agora: number): PassoDaSaga {
  if (saga.passo !== 'COBRANDO') throw new ProrrogacaoIndisponivel();
  if (saga.maisTempo) throw new ProrrogacaoRepetida();
  const fim = Date.parse(saga.prazo);
  const ate = Math.min(fim + MAIS_TEMPO_MS, Date.parse(saga.limite));
  if (ate <= fim || fim <= agora) throw new ProrrogacaoIndisponivel();
  if (fim - agora > PERTO_DO_FIM_MS) throw new ProrrogacaoCedoDemais();
  const prazo = new Date(ate).toISOString();
  return [
    { ...saga, prazo, maisTempo: true },
    { type: 'ProrrogarReservas', expiraEm: prazo },
  ];
}

/** The charge is told to end, which it cannot once it was paid: the answer says which. */
function conferir(saga: SagaReserva, ate: string): PassoDaSaga {
  switch (saga.passo) {
    case 'COBRANDO':
      return [
        { ...base(saga), passo: 'CONFERINDO', prazo: ate, recusas: saga.recusas },
        encerrarCobranca(saga.compra, saga.parcela),
      ];
    case 'ENCERRANDO_COBRANCA':
      return [{ ...saga, prazo: ate }, encerrarCobranca(saga.compra, saga.parcela)];
    case 'CONFIRMADA':
      if (!saga.complemento) return [saga];
      return [
        confirmada(saga, { ...saga.complemento, prazo: ate, conferindo: true }),
        encerrarCobranca(saga.compra, saga.complemento.parcela),
      ];
    case 'AGUARDANDO_APROVACAO':
    case 'CONFERINDO':
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return [saga];
  }
}

/** The charge can no longer be paid, and was not: what waited for it ends. */
function cobrancaEncerrada(saga: SagaReserva, parcela: number): PassoDaSaga {
  switch (saga.passo) {
    // Unasked: at the provider's desk, and for good.
    case 'COBRANDO':
    case 'CONFERINDO':
      if (parcela !== saga.parcela) return [saga];
      return [encerrada(saga), { type: 'CancelarReservas', motivo: motivoDoFim(saga) }];
    case 'ENCERRANDO_COBRANCA':
      return parcela === saga.parcela ? [encerrada(saga)] : [saga];
    case 'CONFIRMADA':
      return saga.complemento?.conferindo && parcela === saga.complemento.parcela
        ? complementoVencido(saga, saga.complemento)
        : [saga];
    case 'AGUARDANDO_APROVACAO':
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return [saga];
  }
}

const motivoDoFim = ({ recusas }: { readonly recusas: number }): MotivoCancelamento =>
  recusas > 0 ? 'PAGAMENTO_RECUSADO' : 'PAGAMENTO_EXPIRADO';

/** The balance or the difference was not paid in time. */
const complementoVencido = (saga: Standing, { finalidade }: Complemento): PassoDaSaga =>
  finalidade === 'SALDO'
    ? [saga, { type: 'CancelarReservas', motivo: 'PAGAMENTO_EXPIRADO' }]
    : [confirmada(saga, null), { type: 'DesfazerRemarcacao' }];

function aprovado(saga: SagaReserva, entrada: Extract<EntradaDaSaga, { type: 'pagamento-aprovado' }>): PassoDaSaga {
  const { parcela, pagamentoId, valorCentavos } = entrada;
  if (saga.tratados.includes(pagamentoId)) return [saga];
  const paga = { parcela, pagamentoId, valorCentavos };
  switch (saga.passo) {
    case 'COBRANDO':
    case 'CONFERINDO':
      if (parcela !== saga.parcela) return indesejado(saga, paga, 'PAGAMENTO_EM_DUPLICIDADE');
      return comSaldo(saga, paga, { type: 'ConfirmarReservas', pagamentoId });
    case 'ENCERRANDO_COBRANCA':
      // The money won the race against the end of the hold, or against the cancellation.
      if (!saga.retomavel) return indesejado(saga, paga, 'PAGAMENTO_TARDIO');
      return [
        { ...saga, tratados: [...saga.tratados, pagamentoId] },
        { ...paga, type: 'RetomarReservas' },
      ];
    case 'CONFIRMADA': {
      if (parcela !== saga.complemento?.parcela) return indesejado(saga, paga, 'PAGAMENTO_EM_DUPLICIDADE');
      const [paid, ...porFora] = pagou(saga, paga);
      return saga.complemento.finalidade === 'SALDO'
        ? [confirmada(paid, null), { type: 'QuitarReservas', pagamentoId }, ...porFora]
        : [confirmada(paid, null), { type: 'EfetivarRemarcacao' }, ...porFora];
    }
    // Money that no booking wants: it goes back, all of it.
    case 'AGUARDANDO_APROVACAO':
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return indesejado(saga, paga, 'PAGAMENTO_TARDIO');
  }
}

/** The first money is here: what remains is charged next. */
function comSaldo(saga: SagaReserva, paga: Paga, ...comandos: Comando[]): PassoDaSaga {
  const [paid, ...porFora] = pagou(saga, paga);
  const { saldo } = saga.compra;
  if (!saldo) return [confirmada(paid, null), ...comandos, ...porFora];
  const [depois, ...cobrancas] = complementar(paid, 'SALDO', saldo.valorCentavos, saldo.venceEm);
  return [depois, ...comandos, ...porFora, ...cobrancas];
}

function complementar(
  saga: Base,
  finalidade: Complemento['finalidade'],
  valorCentavos: number,
  prazo: string,
): PassoDaSaga {
  const parcela = saga.parcela + 1;
  return [
    confirmada(cobrando(saga, parcela, valorCentavos), { parcela, finalidade, prazo }),
    cobranca(saga.compra, parcela, finalidade, valorCentavos, prazo),
  ];
}

function prazoVencido(saga: SagaReserva): PassoDaSaga {
  switch (saga.passo) {
    case 'AGUARDANDO_APROVACAO': {
      const justificativa = 'O pedido não foi aprovado a tempo';
      return [saga, { type: 'CancelarReservas', motivo: 'ADMIN', justificativa, soSemResposta: true }];
    }
    case 'COBRANDO':
    case 'ENCERRANDO_COBRANCA':
      return [saga, { type: 'ConferirCobranca' }];
    // Nobody could say: whoever waits for the time is not made to wait for longer.
    case 'CONFERINDO':
      return cancelarSemPagamento(saga, motivoDoFim(saga), true);
    case 'CONFIRMADA':
      if (!saga.complemento) return [confirmada(saga, null)];
      return saga.complemento.conferindo
        ? complementoVencido(saga, saga.complemento)
        : [saga, { type: 'ConferirCobranca' }];
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return [saga];
  }
}

function cancelamentoPedido(
  saga: SagaReserva,
  { motivo, justificativa, reservas }: Extract<EntradaDaSaga, { type: 'cancelamento-pedido' }>,
): PassoDaSaga {
  switch (saga.passo) {
    case 'AGUARDANDO_APROVACAO':
      if (reservas) throw new SerieAguardaPagamento();
      return [saga, { type: 'CancelarReservas', motivo, justificativa }];
    case 'COBRANDO':
    case 'CONFERINDO':
      // One charge pays for all of them, and its amount stands.
      if (reservas) throw new SerieAguardaPagamento();
      return cancelarSemPagamento(saga, motivo, false, justificativa);
    case 'CONFIRMADA':
      if (reservas && saga.complemento?.finalidade === 'DIFERENCA') throw new RemarcacaoEmAndamento();
      return [saga, { type: 'CancelarReservas', motivo, justificativa, reservas }];
    // The bookings themselves refuse what cannot be cancelled any more, with the reason.
    case 'ENCERRANDO_COBRANCA':
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return [saga, { type: 'CancelarReservas', motivo, justificativa, reservas }];
  }
}

function canceladas(
  saga: SagaReserva,
  { reembolsoCentavos, restam }: Extract<EntradaDaSaga, { type: 'canceladas' }>,
): PassoDaSaga {
  // Those that remain may all have their answer now.
  if (saga.passo === 'AGUARDANDO_APROVACAO')
    return restam ? [saga, { type: 'AprovarReservas', reservas: [] }] : [encerrada(saga)];
  if (saga.passo !== 'CONFIRMADA') return [saga];
  const [depois, ...estornos] = devolver(saga, reembolsoCentavos, 'CANCELAMENTO');
  return restam ? [depois, ...estornos] : [encerrada(depois), ...estornos, ...fimDoComplemento(saga)];
}

function remarcadas(
  saga: SagaReserva,
  { reembolsoCentavos, saldo }: Extract<EntradaDaSaga, { type: 'remarcadas' }>,
): PassoDaSaga {
  if (saga.passo !== 'CONFIRMADA') return [saga];
  const [depois, ...estornos] = devolver(saga, reembolsoCentavos, 'REMARCACAO');
  const fim = fimDoComplemento(saga);
  if (!saldo) return [confirmada(depois, null), ...estornos, ...fim];
  const [aCobrar, ...cobrancas] = complementar(depois, 'SALDO', saldo.valorCentavos, saldo.venceEm);
  return [aCobrar, ...estornos, ...fim, ...cobrancas];
}

function estornado(saga: SagaReserva, entrada: Extract<EntradaDaSaga, { type: 'pagamento-estornado' }>): PassoDaSaga {
  const { parcela, valorCentavos, origem, baixadoCentavos = 0 } = entrada;
  if (origem === 'RESERVA') {
    const pagas = saga.pagas.map((paga) =>
      paga.parcela === parcela ? { ...paga, valorCentavos: paga.valorCentavos + baixadoCentavos } : paga,
    );
    const depois = { ...saga, pagas, estornosPendentes: Math.max(0, saga.estornosPendentes - 1) };
    return [
      depois.passo === 'ESTORNANDO' ? encerrada(depois) : depois,
      ...(baixadoCentavos > 0 ? [{ type: 'BaixarReembolso', valorCentavos: baixadoCentavos } as const] : []),
    ];
  }
  const paga = saga.pagas.find((outra) => outra.parcela === parcela);
  if (!paga) return [{ ...saga, adiantados: [...saga.adiantados, { parcela, valorCentavos, origem }] }];
  const pagas = saga.pagas.map((outra) =>
    outra === paga ? { ...paga, valorCentavos: Math.max(0, paga.valorCentavos - valorCentavos) } : outra,
  );
  const depois = { ...saga, pagas };
  return [
    depois,
    { type: 'RegistrarReembolso', valorCentavos, origem },
    ...(saga.disputas ? [contestacao(depois)] : []),
  ];
}

/** What a bank has of a payment has changed: the bookings learn it, and then it shows what follows. */
function disputado(saga: SagaReserva, { type: _, ...disputa }: { readonly type: string } & Disputa): PassoDaSaga {
  const outras = (saga.disputas ?? []).filter(({ disputaId }) => disputaId !== disputa.disputaId);
  const antes = saga.disputas?.find(({ disputaId }) => disputaId === disputa.disputaId);
  if (antes && antes.sequencia >= disputa.sequencia) return [saga];
  const depois = { ...saga, disputas: [...outras, disputa] };
  return [depois, contestacao(depois)];
}

function contestadas(
  saga: SagaReserva,
  { semDinheiro: reservas, devidoCentavos }: Extract<EntradaDaSaga, { type: 'contestadas' }>,
): PassoDaSaga {
  const [depois, ...liberado] = liberar(saga, devidoCentavos);
  if (depois.passo !== 'CONFIRMADA' || reservas.length === 0) return [depois, ...liberado];
  const mudando = depois.complemento?.finalidade === 'DIFERENCA';
  return [
    mudando ? confirmada(depois, null) : depois,
    ...liberado,
    ...(mudando ? [{ type: 'DesfazerRemarcacao' } as const, ...fimDoComplemento(depois)] : []),
    { type: 'CancelarReservas', motivo: 'PAGAMENTO_RECUSADO', reservas },
  ];
}

const soma = (valores: readonly number[]): number => valores.reduce((total, valor) => total + valor, 0);
const retidoPor = (disputas: readonly Disputa[]): number => soma(disputas.map(({ retidoCentavos }) => retidoCentavos));
const perdida = ({ situacao }: Disputa): boolean => situacao === 'PERDIDA';

/** What banks took, hold and block of a payment. */
function contestacaoDe({ disputas = [] }: Base, { parcela, valorCentavos }: Paga): Contestacao {
  const suas = disputas.filter((disputa) => disputa.parcela === parcela);
  const perdidoCentavos = Math.min(valorCentavos, retidoPor(suas.filter(perdida)));
  const resto = valorCentavos - perdidoCentavos;
  const retidoCentavos = Math.min(resto, retidoPor(suas.filter((disputa) => !perdida(disputa))));
  const bloqueada = suas.some(({ situacao, estornavel }) => situacao !== 'GANHA' && !estornavel);
  return { perdidoCentavos, retidoCentavos, indisponivelCentavos: bloqueada ? resto : retidoCentavos };
}

function contestacao(saga: Base): ComandoLocal {
  const todas = saga.pagas.map((paga) => contestacaoDe(saga, paga));
  return {
    type: 'RegistrarContestacao',
    perdidoCentavos: soma(todas.map(({ perdidoCentavos }) => perdidoCentavos)),
    retidoCentavos: soma(todas.map(({ retidoCentavos }) => retidoCentavos)),
    indisponivelCentavos: soma(todas.map(({ indisponivelCentavos }) => indisponivelCentavos)),
  };
}

/** What of a payment can be given back now. */
function livre(saga: Base, paga: Paga): number {
  const { perdidoCentavos, indisponivelCentavos } = contestacaoDe(saga, paga);
  return paga.valorCentavos - perdidoCentavos - indisponivelCentavos;
}

/** Gives back what was kept from refunds, as far as it can be now. */
function liberar(saga: SagaReserva, devidoCentavos: number): PassoDaSaga {
  const valorCentavos = Math.min(devidoCentavos, soma(saga.pagas.map((paga) => livre(saga, paga))));
  if (valorCentavos === 0) return [saga];
  const [depois, ...estornos] = devolver(saga, valorCentavos, 'DISPUTA_GANHA');
  return [
    depois.passo === 'ENCERRADA' ? encerrada(depois) : depois,
    ...estornos,
    { type: 'RegistrarReembolso', valorCentavos, origem: 'RESERVA' },
  ];
}

/** Money that is not kept: all of it goes back, at once. */
function indesejado(saga: SagaReserva, { parcela, pagamentoId, valorCentavos }: Paga, motivo: string): PassoDaSaga {
  const depois = {
    ...saga,
    tratados: [...saga.tratados.filter((tratado) => tratado !== pagamentoId), pagamentoId],
    estornosPendentes: saga.estornosPendentes + 1,
  };
  const ended = saga.passo === 'ENCERRADA' || saga.passo === 'ENCERRANDO_COBRANCA';
  return [
    ended ? encerrada(depois) : depois,
    { type: 'estorno.criar.v1', data: { reservaId: saga.compra.cobrancaId, parcela, valorCentavos, motivo } },
  ];
}

/** Gives back `valorCentavos` of what was paid, the newest payment first. */
function devolver<S extends Base>(saga: S, valorCentavos: number, motivo: string): readonly [S, ...ComandoRemoto[]] {
  let falta = valorCentavos;
  const estornos: ComandoRemoto[] = [];
  const pagas = saga.pagas
    .toReversed()
    .map((paga) => {
      const parte = Math.min(falta, livre(saga, paga));
      if (parte === 0) return paga;
      falta -= parte;
      const { cobrancaId: reservaId } = saga.compra;
      estornos.push({
        type: 'estorno.criar.v1',
        data: { reservaId, parcela: paga.parcela, valorCentavos: parte, motivo },
      });
      return { ...paga, valorCentavos: paga.valorCentavos - parte };
    })
    .toReversed();
  return [{ ...saga, pagas, estornosPendentes: saga.estornosPendentes + estornos.length }, ...estornos];
}

const cancelarSemPagamento = (
  saga: SagaReserva,
  motivo: MotivoCancelamento,
  retomavel: boolean,
  justificativa?: string,
): PassoDaSaga => [
  { ...base(saga), passo: 'ENCERRANDO_COBRANCA', prazo: null, retomavel },
  { type: 'CancelarReservas', motivo, justificativa },
  { type: 'ConferirCobranca' },
];

const cobranca = (
  { cobrancaId, clienteId, descricao }: Compra,
  parcela: number,
  finalidade: 'INTEGRAL' | 'SINAL' | 'SALDO' | 'DIFERENCA',
  valorCentavos: number,
  expiraEm: string,
  prorrogavelAte?: string,
): ComandoRemoto => ({
  type: 'cobranca.criar.v1',
  data: {
    reservaId: cobrancaId,
    parcela,
    finalidade,
    clienteId,
    valorCentavos,
    moeda: 'BRL',
    descricao: PREFIXO[finalidade] + descricao,
    expiraEm,
    ...(prorrogavelAte !== undefined && { prorrogavelAte }),
  },
});

const PREFIXO = { INTEGRAL: '', SINAL: 'Sinal: ', SALDO: 'Saldo: ', DIFERENCA: 'Diferença: ' };

const encerrarCobranca = ({ cobrancaId }: Compra, parcela: number): ComandoRemoto => ({
  type: 'cobranca.cancelar.v1',
  data: { reservaId: cobrancaId, parcela },
});

const fimDoComplemento = ({ compra, complemento }: Standing): ComandoRemoto[] =>
  complemento && !complemento.conferindo ? [encerrarCobranca(compra, complemento.parcela)] : [];

const base = ({ compra, parcela, pagas, tratados, adiantados, estornosPendentes, disputas, cobradas }: Base): Base => ({
  compra,
  parcela,
  pagas,
  tratados,
  adiantados,
  estornosPendentes,
  disputas,
  cobradas,
});

/** Money that is kept, less what somebody gave back of it already. */
function pagou(saga: Base, paga: Paga): readonly [Base, ...ComandoLocal[]] {
  const porFora = saga.adiantados.filter(({ parcela }) => parcela === paga.parcela);
  const devolvidos = soma(porFora.map(({ valorCentavos }) => valorCentavos));
  const depois = {
    ...base(saga),
    pagas: [...saga.pagas, { ...paga, valorCentavos: Math.max(0, paga.valorCentavos - devolvidos) }],
    tratados: [...saga.tratados.filter((tratado) => tratado !== paga.pagamentoId), paga.pagamentoId],
    adiantados: saga.adiantados.filter((adiantado) => !porFora.includes(adiantado)),
  };
  return [
    depois,
    ...porFora.map(({ valorCentavos, origem }): ComandoLocal => ({
      type: 'RegistrarReembolso',
      valorCentavos,
      origem,
    })),
    ...(saga.disputas?.some(({ parcela }) => parcela === paga.parcela) ? [contestacao(depois)] : []),
  ];
}

const confirmada = (saga: Base, complemento: Complemento | null): Standing => ({
  ...base(saga),
  passo: 'CONFIRMADA',
  prazo: complemento?.prazo ?? null,
  complemento,
});

/** Over, once every refund that was asked for has been answered. */
const encerrada = (saga: Base): SagaReserva => ({
  ...base(saga),
  passo: saga.estornosPendentes > 0 ? 'ESTORNANDO' : 'ENCERRADA',
  prazo: null,
});
