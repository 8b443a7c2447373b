import {
  AguardaPagamento,
  AprovacaoNaoPendente,
  CheckinForaDaJanela,
  CodigoIncorreto,
  RemarcacaoEmAndamento,
  ReservaEncerrada,
  ReservaJaCancelada,
  ReservaJaIniciada,
  SemCheckin,
  TransicaoInvalida,
} from './errors.js';
import { MINUTO_MS } from './periodo-reserva.js';
import { type FaixaDeReembolso, percentualDeReembolso, reembolsoCentavos } from './politica-cancelamento.js';
import { COBRANCA_MINIMA_CENTAVOS, type LinhaDePreco } from './preco.js';

export type MotivoCancelamento = 'PAGAMENTO_RECUSADO' | 'PAGAMENTO_EXPIRADO' | 'CLIENTE' | 'ADMIN';

/** What everyone is told of a booking. Instants are ISO 8601, money is centavos; only a move changes any of it. */
export interface DadosDaReserva {
  readonly reservaId: string;
  readonly clienteId: string;
  readonly espacoId: string;
  readonly espacoNome: string;
  readonly cidade: string;
  readonly inicio: string;
  readonly fim: string;
  readonly fuso: string;
  readonly valorCentavos: number;
  readonly moeda: 'BRL';
  readonly serieId?: string | undefined;
}

/** Stretch of time, ISO 8601. */
export interface Ocupacao {
  readonly inicio: string;
  readonly fim: string;
}

/** What is fixed when the booking is made: its units, its hold, and the rules of that moment. */
export interface Retencao {
  readonly unidades: string[];
  readonly ocupacao: Ocupacao;
  readonly expiraEm: string;
  /** The hold is over but for what the provider has still to say: whether it was paid in time. */
  readonly conferindo?: boolean | undefined;
  readonly politicaCancelamento: FaixaDeReembolso[];
  readonly requerAprovacao?: boolean | undefined;
  readonly espacoVersao?: number | undefined;
  readonly preco?: LinhaDePreco[] | undefined;
  /** The deposit, when not everything is paid at once; the rest is due at `saldoVenceEm`. */
  readonly sinalCentavos?: number | undefined;
  readonly saldoVenceEm?: string | undefined;
  readonly cupom?: string | undefined;
  /** Under which id it is charged, when that is not its own: its series'. */
  readonly cobrancaId?: string | undefined;
  readonly checkin?:
    { readonly codigo: string; readonly exigido: boolean; readonly toleranciaMinutos: number } | undefined;
  readonly filaId?: string | undefined;
  /** Who made it, when that is not whom it is for. */
  readonly feitaPorId?: string | undefined;
}

/** Another time for a booking: where and when it would be, and what it would cost. */
export interface NovoHorario {
  readonly inicio: string;
  readonly fim: string;
  readonly valorCentavos: number;
  readonly unidades: string[];
  readonly ocupacao: Ocupacao;
  readonly preco?: LinhaDePreco[] | undefined;
  readonly espacoVersao?: number | undefined;
}

/** What banks did with the money of a booking whose payer disputed it, centavos. */
export interface Contestacao {
  /** Given to the payer: no longer paid, and owed. */
  readonly perdidoCentavos: number;
  /** Of what is paid, what banks hold while they decide. */
  readonly retidoCentavos: number;
  /** Of what is paid, what cannot be given back now: what is held, and what the provider does not refund because of it. */
  readonly indisponivelCentavos: number;
}

const SEM_CONTESTACAO: Contestacao = { perdidoCentavos: 0, retidoCentavos: 0, indisponivelCentavos: 0 };

/** What of refunds was kept from us and has not been given back since, centavos: owed once it is let go. */
interface Divida {
  readonly centavos: number;
  /** What banks had taken before. What they take afterwards they give back in our stead, until they return it. */
  readonly perdidoAntesCentavos: number;
}

const SEM_DIVIDA: Divida = { centavos: 0, perdidoAntesCentavos: 0 };

/** A refund, centavos: what is given back, and what would be if a bank or the provider did not keep it from us. */
export interface Reembolso {
  readonly reembolsoCentavos: number;
  readonly reembolsoRetidoCentavos: number;
}

interface Evento<T extends string, D = unknown> {
  readonly type: T;
  readonly data: DadosDaReserva & D;
}

export type EventoDaReserva =
  | Evento<'reserva.criada.v1', Retencao>
  | Evento<'reserva.aprovada.v1', { readonly expiraEm: string; readonly aguardaSerie?: boolean }>
  | Evento<'reserva.prorrogada.v1', { readonly expiraEm: string; readonly conferindo?: boolean }>
  | Evento<'reserva.confirmada.v1', { readonly pagamentoId: string | null; readonly pagoCentavos?: number | undefined }>
  | Evento<'reserva.saldo-pago.v1', { readonly pagamentoId: string; readonly pagoCentavos: number }>
  | Evento<
      'reserva.remarcacao-pedida.v1',
      {
        readonly novo: NovoHorario;
        readonly diferencaCentavos: number;
        readonly expiraEm: string;
        readonly tetoReembolsoPercentual: number;
      }
    >
  | Evento<'reserva.remarcacao-desfeita.v1'>
  | Evento<
      'reserva.remarcada.v1',
      Pick<NovoHorario, 'unidades' | 'ocupacao' | 'preco' | 'espacoVersao'> & {
        readonly anterior: { readonly inicio: string; readonly fim: string; readonly valorCentavos: number };
        readonly pagoCentavos: number;
        readonly reembolsoCentavos: number;
        readonly saldoCentavos?: number | undefined;
        readonly saldoVenceEm?: string | undefined;
        readonly tetoReembolsoPercentual: number;
        readonly reembolsoRetidoCentavos?: number | undefined;
      }
    >
  | Evento<'reserva.contestada.v1', Contestacao & { readonly pagoCentavos: number }>
  | Evento<'reserva.reembolso-baixado.v1', { readonly baixadoCentavos: number; readonly pagoCentavos: number }>
  | Evento<
      'reserva.reembolsada.v1',
      {
        readonly reembolsoCentavos: number;
        readonly pagoCentavos: number;
        readonly origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR';
      }
    >
  | Evento<'reserva.iniciada.v1'>
  | Evento<'reserva.nao-compareceu.v1'>
  | Evento<'reserva.concluida.v1'>
  | Evento<
      'reserva.cancelada.v1',
      {
        readonly motivo: MotivoCancelamento;
        readonly reembolsoCentavos: number;
        readonly pagoCentavos?: number | undefined;
        readonly justificativa?: string | undefined;
        readonly reembolsoRetidoCentavos?: number | undefined;
        readonly perdidoCentavos?: number | undefined;
        /** When its hold ended, if that was before its time. */
        readonly expiraEm?: string | undefined;
      }
    >;

interface Existente {
  readonly dados: DadosDaReserva;
  readonly retencao: Retencao;
  readonly pagamentoId: string | null;
  /** What the client has paid and not got back, from us or from a bank. */
  readonly pagoCentavos: number;
  readonly contestacao: Contestacao;
  readonly divida: Divida;
  readonly saldo: { readonly valorCentavos: number; readonly venceEm: string } | null;
  /** Refunds never exceed this share: the least that the policy gave at any move. */
  readonly tetoReembolsoPercentual: number;
}

/** A move that waits for its difference in price to be paid; both times are occupied meanwhile. */
export interface Remarcacao {
  readonly novo: NovoHorario;
  readonly diferencaCentavos: number;
  readonly expiraEm: string;
  readonly tetoReembolsoPercentual: number;
}

export type Confirmada = Existente & {
  readonly status: 'CONFIRMADA';
  /** The person has checked in. */
  readonly iniciada: boolean;
  readonly remarcacao: Remarcacao | null;
};

export type Reserva =
  | { readonly status: 'INEXISTENTE' }
  | (Existente & { readonly status: 'PENDENTE_APROVACAO' | 'PENDENTE_PAGAMENTO' | 'CONCLUIDA' | 'NAO_COMPARECEU' })
  | Confirmada
  | (Existente & {
      readonly status: 'CANCELADA';
      readonly motivo: MotivoCancelamento;
      readonly reembolsoCentavos: number;
      readonly justificativa: string | null;
    });

export const INEXISTENTE: Reserva = { status: 'INEXISTENTE' };

export function evoluir(reserva: Reserva, evento: EventoDaReserva): Reserva {
  if (evento.type === 'reserva.criada.v1') return criada(evento.data);
  const antes = existente(reserva);
  switch (evento.type) {
    case 'reserva.aprovada.v1':
    case 'reserva.prorrogada.v1': {
      const { expiraEm } = evento.data;
      const conferindo = evento.type === 'reserva.prorrogada.v1' ? evento.data.conferindo : undefined;
      return { ...antes, status: 'PENDENTE_PAGAMENTO', retencao: { ...antes.retencao, expiraEm, conferindo } };
    }
    case 'reserva.confirmada.v1': {
      const { pagamentoId, pagoCentavos = antes.dados.valorCentavos } = evento.data;
      // Its balance too is due anew when it comes back after it had been cancelled.
      const saldo = saldoInicial(antes.dados, antes.retencao);
      return { ...antes, status: 'CONFIRMADA', pagamentoId, pagoCentavos, saldo, iniciada: false, remarcacao: null };
    }
    case 'reserva.saldo-pago.v1':
      return { ...confirmada(reserva), pagoCentavos: evento.data.pagoCentavos, saldo: null };
    case 'reserva.remarcacao-pedida.v1': {
      const { novo, diferencaCentavos, expiraEm, tetoReembolsoPercentual } = evento.data;
      return { ...confirmada(reserva), remarcacao: { novo, diferencaCentavos, expiraEm, tetoReembolsoPercentual } };
    }
    case 'reserva.remarcacao-desfeita.v1':
      return { ...confirmada(reserva), remarcacao: null };
    case 'reserva.remarcada.v1': {
      const { inicio, fim, valorCentavos, unidades, ocupacao, preco, espacoVersao } = evento.data;
      const { pagoCentavos, saldoCentavos, saldoVenceEm, tetoReembolsoPercentual } = evento.data;
      const { reembolsoRetidoCentavos = 0 } = evento.data;
      return {
        ...confirmada(reserva),
        divida: comDivida(antes, antes.divida.centavos + reembolsoRetidoCentavos),
        dados: { ...antes.dados, inicio, fim, valorCentavos },
        retencao: { ...antes.retencao, unidades, ocupacao, preco, espacoVersao },
        pagoCentavos,
        saldo: saldoCentavos && saldoVenceEm ? { valorCentavos: saldoCentavos, venceEm: saldoVenceEm } : null,
        tetoReembolsoPercentual,
        remarcacao: null,
      };
    }
    case 'reserva.reembolsada.v1': {
      const { reembolsoCentavos, pagoCentavos } = evento.data;
      const divida = { ...antes.divida, centavos: Math.max(0, antes.divida.centavos - reembolsoCentavos) };
      return { ...existenteComStatus(reserva), pagoCentavos, divida };
    }
    case 'reserva.contestada.v1': {
      const { perdidoCentavos, retidoCentavos, indisponivelCentavos, pagoCentavos } = evento.data;
      const contestacao = { perdidoCentavos, retidoCentavos, indisponivelCentavos };
      return { ...existenteComStatus(reserva), pagoCentavos, contestacao };
    }
    case 'reserva.reembolso-baixado.v1':
      return { ...existenteComStatus(reserva), pagoCentavos: evento.data.pagoCentavos };
    case 'reserva.iniciada.v1':
      return { ...confirmada(reserva), iniciada: true };
    case 'reserva.nao-compareceu.v1':
      return { ...antes, status: 'NAO_COMPARECEU' };
    case 'reserva.concluida.v1':
      return { ...antes, status: 'CONCLUIDA' };
    case 'reserva.cancelada.v1': {
      const { motivo, reembolsoCentavos, justificativa = null, reembolsoRetidoCentavos = 0 } = evento.data;
      const { pagoCentavos = antes.pagoCentavos - reembolsoCentavos } = evento.data;
      // All that is paid was looked at anew, what was owed of it before too; but for what a bank has taken of that.
      const divida = comDivida(antes, reembolsoRetidoCentavos + levadoDaDivida(antes));
      const { expiraEm = antes.retencao.expiraEm } = evento.data;
      const retencao = { ...antes.retencao, expiraEm, conferindo: undefined };
      const fim = { status: 'CANCELADA', motivo, justificativa, reembolsoCentavos } as const;
      return { ...antes, ...fim, retencao, pagoCentavos, divida, saldo: null };
    }
  }
}

function criada(data: DadosDaReserva & Retencao): Reserva {
  const { unidades, ocupacao, expiraEm, politicaCancelamento, requerAprovacao, espacoVersao, preco, ...mais } = data;
  const { sinalCentavos, saldoVenceEm, cupom, cobrancaId, checkin, filaId, feitaPorId, ...dados } = mais;
  const regras = { politicaCancelamento, requerAprovacao, espacoVersao, preco, sinalCentavos, saldoVenceEm };
  return {
    status: requerAprovacao ? 'PENDENTE_APROVACAO' : 'PENDENTE_PAGAMENTO',
    dados,
    retencao: { unidades, ocupacao, expiraEm, ...regras, cupom, cobrancaId, checkin, filaId, feitaPorId },
    pagamentoId: null,
    pagoCentavos: 0,
    contestacao: SEM_CONTESTACAO,
    divida: SEM_DIVIDA,
    saldo: saldoInicial(dados, { sinalCentavos, saldoVenceEm }),
    tetoReembolsoPercentual: 100,
  };
}

/** What remains to be paid once the deposit is; null when everything is paid at once. */
const saldoInicial = (
  { valorCentavos }: Pick<DadosDaReserva, 'valorCentavos'>,
  { sinalCentavos, saldoVenceEm }: Pick<Retencao, 'sinalCentavos' | 'saldoVenceEm'>,
): Existente['saldo'] =>
  sinalCentavos !== undefined && saldoVenceEm !== undefined
    ? { valorCentavos: valorCentavos - sinalCentavos, venceEm: saldoVenceEm }
    : null;

export const criar = (dados: DadosDaReserva & Retencao): EventoDaReserva[] => [
  { type: 'reserva.criada.v1', data: dados },
];

/** What has to be paid for the booking to be confirmed: its deposit, or everything. */
export const primeiroPagamentoCentavos = ({ dados, retencao }: Pick<Existente, 'dados' | 'retencao'>): number =>
  retencao.sinalCentavos ?? dados.valorCentavos;

/** An admin agrees; from now on the space is held for the payment. @throws AprovacaoNaoPendente */
export function aprovar(reserva: Reserva, expiraEm: string): EventoDaReserva[] {
  if (reserva.status !== 'PENDENTE_APROVACAO') throw new AprovacaoNaoPendente();
  return aCobrar(reserva, expiraEm);
}

/** The same of one of several that are paid together, while others of them still wait for their answer. */
export const aprovarDaSerie = (reserva: Reserva): EventoDaReserva[] => {
  if (reserva.status !== 'PENDENTE_APROVACAO') throw new AprovacaoNaoPendente();
  const { dados, retencao } = reserva;
  return [{ type: 'reserva.aprovada.v1', data: { ...dados, expiraEm: retencao.expiraEm, aguardaSerie: true } }];
};

/** It is approved, and can be paid until `expiraEm`. @throws TransicaoInvalida */
export function aCobrar(reserva: Reserva, expiraEm: string): EventoDaReserva[] {
  if (reserva.status !== 'PENDENTE_APROVACAO' && reserva.status !== 'PENDENTE_PAGAMENTO')
    throw new TransicaoInvalida(reserva.status, 'ser cobrada');
  return [{ type: 'reserva.aprovada.v1', data: { ...reserva.dados, expiraEm } }];
}

/** The hold lasts as long as the chosen means of payment; it is never shortened. */
export function prorrogar(reserva: Reserva, expiraEm: string): EventoDaReserva[] {
  if (reserva.status !== 'PENDENTE_PAGAMENTO' || Date.parse(expiraEm) <= Date.parse(reserva.retencao.expiraEm))
    return [];
  return [{ type: 'reserva.prorrogada.v1', data: { ...reserva.dados, expiraEm } }];
}

/** The hold lasts until the provider has said whether it was paid in time, `ate` at most. */
export const conferirPagamento = (reserva: Reserva, ate: string): EventoDaReserva[] =>
  reserva.status === 'PENDENTE_PAGAMENTO'
    ? [{ type: 'reserva.prorrogada.v1', data: { ...reserva.dados, expiraEm: ate, conferindo: true } }]
    : [];

/** The payment was captured while the space was held. */
export function confirmar(reserva: Reserva, pagamentoId: string | null): EventoDaReserva[] {
  if (reserva.status !== 'PENDENTE_PAGAMENTO') throw new TransicaoInvalida(reserva.status, 'ser confirmada');
  return [eventoDeConfirmacao(reserva, pagamentoId)];
}

/** The payment arrived after the hold had expired, and its space could be taken again. */
export function retomar(reserva: Reserva, pagamentoId: string): EventoDaReserva[] {
  if (!podeRetomar(reserva)) throw new TransicaoInvalida(reserva.status, 'ser retomada');
  return [eventoDeConfirmacao(reserva, pagamentoId)];
}

/** Only a booking that ran out of time before it was ever confirmed may come back. */
export const podeRetomar = (reserva: Reserva): reserva is Extract<Reserva, { status: 'CANCELADA' }> =>
  reserva.status === 'CANCELADA' &&
  reserva.pagamentoId === null &&
  (reserva.motivo === 'PAGAMENTO_EXPIRADO' || reserva.motivo === 'PAGAMENTO_RECUSADO');

const eventoDeConfirmacao = (reserva: Existente, pagamentoId: string | null): EventoDaReserva => ({
  type: 'reserva.confirmada.v1',
  data: { ...reserva.dados, pagamentoId, pagoCentavos: primeiroPagamentoCentavos(reserva) },
});

/** What remained of the price was paid. @throws TransicaoInvalida */
export function quitar(reserva: Reserva, pagamentoId: string): EventoDaReserva[] {
  if (reserva.status !== 'CONFIRMADA' || !reserva.saldo) throw new TransicaoInvalida(reserva.status, 'ser quitada');
  const pagoCentavos = reserva.pagoCentavos + reserva.saldo.valorCentavos;
  return [{ type: 'reserva.saldo-pago.v1', data: { ...reserva.dados, pagamentoId, pagoCentavos } }];
}

/** Tells what can be given back of what should be: a promise is kept, or not made. */
function possivel({ pagoCentavos, contestacao }: Existente, devidoCentavos: number): Reembolso {
  const livre = Math.max(0, pagoCentavos - contestacao.indisponivelCentavos);
  const reembolsoCentavos = Math.min(devidoCentavos, livre);
  return { reembolsoCentavos, reembolsoRetidoCentavos: devidoCentavos - reembolsoCentavos };
}

/** The refund that a cancellation at `agora` (ms) would bring; an admin's gives everything back. */
export function reembolsoAoCancelar(reserva: Reserva, motivo: MotivoCancelamento, agora: number): Reembolso {
  return reserva.status === 'CONFIRMADA'
    ? possivel(reserva, devidoAoCancelar(reserva, motivo, agora))
    : { reembolsoCentavos: 0, reembolsoRetidoCentavos: 0 };
}

function devidoAoCancelar(reserva: Confirmada, motivo: MotivoCancelamento, agora: number): number {
  const { dados, retencao, pagoCentavos, tetoReembolsoPercentual } = reserva;
  if (motivo === 'ADMIN') return pagoCentavos;
  const { valorCentavos } = dados;
  const devolve = reembolsoCentavos(
    retencao.politicaCancelamento,
    valorCentavos,
    Date.parse(dados.inicio),
    agora,
    tetoReembolsoPercentual,
  );
  // Of a booking that is not wholly paid the platform keeps what it would keep of a paid one, as far as it has it.
  return Math.max(0, pagoCentavos - (valorCentavos - devolve));
}

/**
 * Cancels at `agora` (ms), with the refund that the policy of the booking gives; an admin's cancellation refunds all.
 * @throws ReservaJaCancelada, ReservaJaIniciada, ReservaEncerrada
 */
export function cancelar(
  reserva: Reserva,
  motivo: MotivoCancelamento,
  agora: number,
  justificativa?: string,
): EventoDaReserva[] {
  const { dados, retencao, pagoCentavos, contestacao } = cancelavel(reserva, motivo, agora);
  const { reembolsoCentavos, reembolsoRetidoCentavos } = reembolsoAoCancelar(reserva, motivo, agora);
  return [
    {
      type: 'reserva.cancelada.v1',
      data: {
        ...dados,
        motivo,
        reembolsoCentavos,
        pagoCentavos: pagoCentavos - reembolsoCentavos,
        ...(justificativa !== undefined && { justificativa }),
        ...(reembolsoRetidoCentavos > 0 && { reembolsoRetidoCentavos }),
        ...(contestacao.perdidoCentavos > 0 && { perdidoCentavos: contestacao.perdidoCentavos }),
        ...(agora < Date.parse(retencao.expiraEm) && { expiraEm: new Date(agora).toISOString() }),
      },
    },
  ];
}

/** @throws ReservaJaCancelada, ReservaJaIniciada, ReservaEncerrada */
export function cancelavel(reserva: Reserva, motivo: MotivoCancelamento, agora: number): Existente {
  switch (reserva.status) {
    case 'INEXISTENTE':
      throw new TransicaoInvalida(reserva.status, 'ser cancelada');
    case 'CANCELADA':
      throw new ReservaJaCancelada();
    case 'CONCLUIDA':
    case 'NAO_COMPARECEU':
      throw new ReservaEncerrada();
    case 'CONFIRMADA':
      if (motivo === 'CLIENTE' && (reserva.iniciada || agora >= Date.parse(reserva.dados.inicio)))
        throw new ReservaJaIniciada();
      return reserva;
    case 'PENDENTE_APROVACAO':
    case 'PENDENTE_PAGAMENTO':
      return reserva;
  }
}

/**
 * The booking, if it can be moved at `agora` (ms). Clients move what has not begun; nobody moves twice at once.
 * @throws AguardaPagamento, RemarcacaoEmAndamento, ReservaJaIniciada, ReservaJaCancelada, ReservaEncerrada
 */
export function remarcavel(reserva: Reserva, agora: number): Confirmada {
  cancelavel(reserva, 'CLIENTE', agora);
  if (reserva.status !== 'CONFIRMADA') throw new AguardaPagamento();
  if (reserva.remarcacao) throw new RemarcacaoEmAndamento();
  return reserva;
}

/** What the refund of a booking may never exceed once it moves at `agora` (ms): a move must not improve it. */
const tetoAoRemarcar = ({ dados, retencao, tetoReembolsoPercentual }: Confirmada, agora: number): number =>
  Math.min(
    tetoReembolsoPercentual,
    percentualDeReembolso(retencao.politicaCancelamento, Date.parse(dados.inicio), agora),
  );

/** Asks to move to a dearer time: both are held until `expiraEm`, and the booking moves once the difference is paid. */
export const pedirRemarcacao = (
  reserva: Confirmada,
  novo: NovoHorario,
  agora: number,
  expiraEm: string,
): EventoDaReserva[] => [
  {
    type: 'reserva.remarcacao-pedida.v1',
    data: {
      ...reserva.dados,
      novo,
      diferencaCentavos: novo.valorCentavos - reserva.dados.valorCentavos,
      expiraEm,
      tetoReembolsoPercentual: tetoAoRemarcar(reserva, agora),
    },
  },
];

/**
 * Moves at once. Of a booking that is wholly paid the price goes with it, and what is too much is given back; of one
 * with a balance, the balance changes first, and what a bank took back is owed before anything is given back.
 * `saldoVenceEm` is when a balance of the new time is due.
 */
export function remarcar(
  reserva: Confirmada,
  novo: NovoHorario,
  agora: number,
  saldoVenceEm: string,
): EventoDaReserva[] {
  const { dados, pagoCentavos, saldo, contestacao } = reserva;
  const diferenca = novo.valorCentavos - dados.valorCentavos;
  const saldoDepois = saldo ? saldo.valorCentavos + diferenca : 0;
  const pagoDepois = Math.max(0, pagoCentavos + (saldo ? Math.min(0, saldoDepois) : diferenca));
  const excedente = Math.max(0, pagoCentavos - pagoDepois - contestacao.perdidoCentavos);
  const { reembolsoCentavos, reembolsoRetidoCentavos } = possivel(reserva, excedente);
  return [
    remarcada(reserva, novo, {
      pagoCentavos: Math.max(pagoDepois, pagoCentavos - reembolsoCentavos),
      reembolsoCentavos,
      ...(reembolsoRetidoCentavos > 0 && { reembolsoRetidoCentavos }),
      ...(saldoDepois >= COBRANCA_MINIMA_CENTAVOS && { saldoCentavos: saldoDepois, saldoVenceEm }),
      tetoReembolsoPercentual: tetoAoRemarcar(reserva, agora),
    }),
  ];
}

/** The difference was paid: the booking moves, and its old time is free. @throws TransicaoInvalida */
export function efetivarRemarcacao(reserva: Reserva): EventoDaReserva[] {
  if (reserva.status !== 'CONFIRMADA' || !reserva.remarcacao)
    throw new TransicaoInvalida(reserva.status, 'ser remarcada');
  const { novo, diferencaCentavos, tetoReembolsoPercentual } = reserva.remarcacao;
  const pagoCentavos = reserva.pagoCentavos + diferencaCentavos;
  return [remarcada(reserva, novo, { pagoCentavos, reembolsoCentavos: 0, tetoReembolsoPercentual })];
}

/** The difference was not paid in time: everything stays as it was. */
export const desfazerRemarcacao = (reserva: Reserva): EventoDaReserva[] =>
  reserva.status === 'CONFIRMADA' && reserva.remarcacao
    ? [{ type: 'reserva.remarcacao-desfeita.v1', data: reserva.dados }]
    : [];

const remarcada = (
  { dados }: Confirmada,
  { inicio, fim, valorCentavos, ...lugar }: NovoHorario,
  dinheiro: Pick<
    Extract<EventoDaReserva, { type: 'reserva.remarcada.v1' }>['data'],
    | 'pagoCentavos'
    | 'reembolsoCentavos'
    | 'reembolsoRetidoCentavos'
    | 'saldoCentavos'
    | 'saldoVenceEm'
    | 'tetoReembolsoPercentual'
  >,
): EventoDaReserva => ({
  type: 'reserva.remarcada.v1',
  data: {
    ...dados,
    inicio,
    fim,
    valorCentavos,
    ...lugar,
    anterior: { inicio: dados.inicio, fim: dados.fim, valorCentavos: dados.valorCentavos },
    ...dinheiro,
  },
});

/**
 * Money went back without a change of what bookings are paid together: an admin did it, somebody at the provider's, or a
 * bank let it go. It is of those first that are owed it.
 */
export function registrarReembolso(
  reservas: readonly Reserva[],
  valorCentavos: number,
  origem: 'RESERVA' | 'ADMIN' | 'PROVEDOR',
): EventoDaReserva[][] {
  const pagos = reservas.map((reserva) => existente(reserva).pagoCentavos);
  const partes = dividir(valorCentavos, reservas.map(reembolsoRetido), pagos);
  return reservas.map((reserva, indice) => {
    const { dados, pagoCentavos } = existente(reserva);
    const reembolsoCentavos = partes[indice] ?? 0;
    if (reembolsoCentavos === 0) return [];
    const data = { ...dados, reembolsoCentavos, pagoCentavos: pagoCentavos - reembolsoCentavos, origem };
    return [{ type: 'reserva.reembolsada.v1', data }];
  });
}

/** Divides an amount by limits, one after the other: first up to these, then what is left up to those. */
function dividir(centavos: number, ...limites: readonly (readonly number[])[]): number[] {
  let falta = centavos;
  let partes: number[] = [];
  for (const tetos of limites)
    partes = tetos.map((teto, indice) => {
      const antes = partes[indice] ?? 0;
      const mais = Math.max(0, Math.min(falta, teto - antes));
      falta -= mais;
      return antes + mais;
    });
  return partes;
}

/** What of a refund that was owed a bank gave back in our stead. */
const levadoDaDivida = ({ divida, contestacao }: Existente): number =>
  Math.min(divida.centavos, Math.max(0, contestacao.perdidoCentavos - divida.perdidoAntesCentavos));

const comDivida = (reserva: Existente, centavos: number): Divida => ({
  centavos,
  perdidoAntesCentavos: reserva.contestacao.perdidoCentavos - levadoDaDivida(reserva),
});

/** What of what is paid for this booking is owed once a bank lets it go. */
export function reembolsoRetido(reserva: Reserva): number {
  const atual = existente(reserva);
  return Math.min(atual.pagoCentavos, atual.divida.centavos - levadoDaDivida(atual));
}

/** What was to be given back is not, after all: it stays paid. */
export function baixarReembolso(reserva: Reserva, baixadoCentavos: number): EventoDaReserva[] {
  if (baixadoCentavos === 0) return [];
  const { dados, pagoCentavos } = existente(reserva);
  return [
    {
      type: 'reserva.reembolso-baixado.v1',
      data: { ...dados, baixadoCentavos, pagoCentavos: pagoCentavos + baixadoCentavos },
    },
  ];
}

/** How much more a booking could be paid, centavos: its price, less what is paid and what a bank took back. */
export function cabeAindaPago(reserva: Reserva): number {
  const { dados, pagoCentavos, contestacao } = existente(reserva);
  return Math.max(0, dados.valorCentavos - pagoCentavos - contestacao.perdidoCentavos);
}

/**
 * Divides what banks took, hold and block of what bookings are paid together among them: each loses no more than it is
 * paid, and gets back no more than it lost. What is owed anyway is taken first, and is owed again first.
 */
export function contestar(reservas: readonly Reserva[], total: Contestacao): EventoDaReserva[][] {
  const existentes = reservas.map(existente);
  const pagos = existentes.map(({ pagoCentavos }) => pagoCentavos);
  const perdidos = existentes.map(({ contestacao }) => contestacao.perdidoCentavos);
  const aPerder = perdidos.reduce((falta, perdido) => falta - perdido, total.perdidoCentavos);
  const levam = dividir(Math.max(0, aPerder), reservas.map(reembolsoRetido), pagos);
  const voltam = dividir(Math.max(0, -aPerder), existentes.map(levadoDaDivida), perdidos);
  const perdas = levam.map((leva, indice) => leva - (voltam[indice] ?? 0));
  const restam = pagos.map((pago, indice) => pago - (perdas[indice] ?? 0));
  const retidos = dividir(total.retidoCentavos, restam);
  const indisponiveis = dividir(total.indisponivelCentavos, restam);
  return existentes.map(({ dados, pagoCentavos: pagoAntes, contestacao }, indice) => {
    const pagoCentavos = restam[indice] ?? 0;
    const depois = {
      perdidoCentavos: contestacao.perdidoCentavos + pagoAntes - pagoCentavos,
      retidoCentavos: retidos[indice] ?? 0,
      indisponivelCentavos: indisponiveis[indice] ?? 0,
    };
    const igual =
      pagoCentavos === pagoAntes &&
      depois.retidoCentavos === contestacao.retidoCentavos &&
      depois.indisponivelCentavos === contestacao.indisponivelCentavos;
    return igual ? [] : [{ type: 'reserva.contestada.v1', data: { ...dados, ...depois, pagoCentavos } }];
  });
}

/** Whether banks took back all that was paid for a booking that still lies ahead at `agora` (ms): nobody pays for it. */
export const semDinheiro = (reserva: Reserva, agora: number): boolean =>
  reserva.status === 'CONFIRMADA' &&
  !reserva.iniciada &&
  agora < Date.parse(reserva.dados.inicio) &&
  reserva.contestacao.perdidoCentavos > 0 &&
  reserva.pagoCentavos === 0;

/** How long before the start a person may check in. */
export const ANTECEDENCIA_CHECKIN_MINUTOS = 30;

/**
 * The person is here and shows the code (its case and spaces do not matter). Again, when it was already, is no event.
 * @throws SemCheckin, CheckinForaDaJanela, CodigoIncorreto
 */
export function fazerCheckin(reserva: Reserva, codigo: string, agora: number): EventoDaReserva[] {
  if (reserva.status !== 'CONFIRMADA') throw new SemCheckin(reserva.status);
  const { dados, retencao, iniciada } = reserva;
  if (codigoNormalizado(codigo) !== retencao.checkin?.codigo) throw new CodigoIncorreto();
  if (iniciada) return [];
  const abre = Date.parse(dados.inicio) - ANTECEDENCIA_CHECKIN_MINUTOS * MINUTO_MS;
  if (agora < abre || agora >= Date.parse(dados.fim)) throw new CheckinForaDaJanela(new Date(abre).toISOString());
  return [{ type: 'reserva.iniciada.v1', data: dados }];
}

/** As people type it → as it is kept. */
export const codigoNormalizado = (codigo: string): string => codigo.replaceAll(/[\s-]/g, '').toUpperCase();

/** When a confirmed booking ends by itself, ms: after the grace period if nobody came, else after its time. */
export function presencaVenceEm({ dados, retencao, iniciada }: Confirmada): number {
  const { checkin } = retencao;
  const fim = Date.parse(dados.fim);
  if (!checkin?.exigido || iniciada) return fim;
  return Math.min(fim, Date.parse(dados.inicio) + checkin.toleranciaMinutos * MINUTO_MS);
}

/** Ends a confirmed booking whose time is over, or whose person did not come; nothing before that, or while it moves. */
export function encerrarPresenca(reserva: Reserva, agora: number): EventoDaReserva[] {
  if (reserva.status !== 'CONFIRMADA' || reserva.remarcacao || agora < presencaVenceEm(reserva)) return [];
  const faltou = reserva.retencao.checkin?.exigido === true && !reserva.iniciada;
  return [{ type: faltou ? 'reserva.nao-compareceu.v1' : 'reserva.concluida.v1', data: reserva.dados }];
}

/** Where and when the booking takes time away right now: nowhere once it is cancelled or was not used. */
export function ocupacoesDevidas(reserva: Reserva): { unidades: string[]; ocupacao: Ocupacao }[] {
  switch (reserva.status) {
    case 'INEXISTENTE':
    case 'CANCELADA':
    case 'NAO_COMPARECEU':
      return [];
    case 'PENDENTE_APROVACAO':
    case 'PENDENTE_PAGAMENTO':
    case 'CONCLUIDA':
      return [reserva.retencao];
    case 'CONFIRMADA':
      return reserva.remarcacao ? [reserva.retencao, reserva.remarcacao.novo] : [reserva.retencao];
  }
}

function existenteComStatus(reserva: Reserva): Exclude<Reserva, { status: 'INEXISTENTE' }> {
  if (reserva.status === 'INEXISTENTE') throw new TransicaoInvalida(reserva.status, 'mudar');
  return reserva;
}

function existente(reserva: Reserva): Existente {
  const { dados, retencao, pagamentoId, pagoCentavos, contestacao, divida, saldo, tetoReembolsoPercentual } =
    existenteComStatus(reserva);
  return { dados, retencao, pagamentoId, pagoCentavos, contestacao, divida, saldo, tetoReembolsoPercentual };
}

function confirmada(reserva: Reserva): Confirmada {
  if (reserva.status !== 'CONFIRMADA') throw new TransicaoInvalida(reserva.status, 'mudar como confirmada');
  return reserva;
}
