import type { DadosDaReserva, MotivoCancelamento } from './reserva.js';

/**
 * The saga of one booking: it charges, waits for the money until the hold expires, and makes money and booking agree
 * whatever comes in whatever order. `pagamentoId` is the payment whose money has been dealt with, so that hearing of
 * it again changes nothing.
 */
export type SagaReserva = { readonly reservaId: string } & (
  | { readonly passo: 'COBRANDO'; readonly prazo: string; readonly recusas: number; readonly pagamentoId: null }
  | {
      readonly passo: 'ENCERRANDO_COBRANCA';
      readonly prazo: null;
      readonly retomavel: boolean;
      readonly pagamentoId: null;
    }
  | { readonly passo: 'CONFIRMADA'; readonly prazo: null; readonly pagamentoId: string | null }
  | { readonly passo: 'ESTORNANDO'; readonly prazo: null; readonly pagamentoId: string | null }
  | { readonly passo: 'ENCERRADA'; readonly prazo: null; readonly pagamentoId: string | null }
);

export type EntradaDaSaga =
  | { readonly type: 'pagamento-criado' }
  | { readonly type: 'pagamento-aprovado'; readonly pagamentoId: string; readonly valorCentavos: number }
  | { readonly type: 'pagamento-recusado' }
  | { readonly type: 'pagamento-cancelado' }
  | { readonly type: 'pagamento-estornado' }
  | { readonly type: 'prazo-vencido' }
  | { readonly type: 'cancelamento-pedido'; readonly motivo: MotivoCancelamento }
  /** Outcomes of the saga's own commands. */
  | { readonly type: 'reserva-cancelada'; readonly reembolsoCentavos: number }
  | {
      readonly type: 'retomada';
      readonly pagamentoId: string;
      readonly valorCentavos: number;
      readonly conseguiu: boolean;
    };

/** Commands to this service, carried out in the saga's transaction. */
export type ComandoLocal =
  | { readonly type: 'ConfirmarReserva'; readonly pagamentoId: string | null }
  | { readonly type: 'CancelarReserva'; readonly motivo: MotivoCancelamento }
  | { readonly type: 'RetomarReserva'; readonly pagamentoId: string; readonly valorCentavos: number };

/** Commands to pagamentos. */
export type ComandoRemoto =
  | {
      readonly type: 'cobranca.criar.v1';
      readonly data: {
        readonly reservaId: string;
        readonly clienteId: string;
        readonly valorCentavos: number;
        readonly moeda: 'BRL';
        readonly descricao: string;
        readonly expiraEm: string;
      };
    }
  | { readonly type: 'cobranca.cancelar.v1'; readonly data: { readonly reservaId: string } }
  | {
      readonly type: 'estorno.criar.v1';
      readonly data: { readonly reservaId: string; readonly valorCentavos: number; readonly motivo: string };
    };

export type PassoDaSaga = readonly [SagaReserva, ...(ComandoLocal | ComandoRemoto)[]];

/** The first step of a booking that was just made: charge it, or confirm it at once when it is free of charge. */
export function iniciar(dados: DadosDaReserva, expiraEm: string): PassoDaSaga {
  const { reservaId, clienteId, valorCentavos, moeda, espacoNome } = dados;
  if (valorCentavos === 0)
    return [
      { reservaId, passo: 'CONFIRMADA', prazo: null, pagamentoId: null },
      { type: 'ConfirmarReserva', pagamentoId: null },
    ];
  return [
    { reservaId, passo: 'COBRANDO', prazo: expiraEm, recusas: 0, pagamentoId: null },
    {
      type: 'cobranca.criar.v1',
      data: { reservaId, clienteId, valorCentavos, moeda, descricao: `Reserva de ${espacoNome}`, expiraEm },
    },
  ];
}

const estornar = (reservaId: string, valorCentavos: number, motivo: string): ComandoRemoto => ({
  type: 'estorno.criar.v1',
  data: { reservaId, valorCentavos, motivo },
});

export function decidir(saga: SagaReserva, entrada: EntradaDaSaga): PassoDaSaga {
  switch (entrada.type) {
    case 'pagamento-criado':
      return [saga];
    case 'pagamento-aprovado':
      return aprovado(saga, entrada);
    case 'pagamento-recusado':
      // The client may try another card until the hold expires.
      return saga.passo === 'COBRANDO' ? [{ ...saga, recusas: saga.recusas + 1 }] : [saga];
    case 'pagamento-cancelado':
      return saga.passo === 'ENCERRANDO_COBRANCA' ? [encerrada(saga)] : [saga];
    case 'pagamento-estornado':
      return saga.passo === 'ESTORNANDO' ? [encerrada(saga)] : [saga];
    case 'prazo-vencido':
      if (saga.passo !== 'COBRANDO') return [saga];
      return cancelarSemPagamento(saga, saga.recusas > 0 ? 'PAGAMENTO_RECUSADO' : 'PAGAMENTO_EXPIRADO', true);
    case 'cancelamento-pedido':
      if (saga.passo === 'COBRANDO') return cancelarSemPagamento(saga, entrada.motivo, false);
      // The booking itself refuses what cannot be cancelled any more, with the reason.
      return [saga, { type: 'CancelarReserva', motivo: entrada.motivo }];
    case 'reserva-cancelada':
      if (saga.passo !== 'CONFIRMADA') return [saga];
      if (entrada.reembolsoCentavos === 0) return [encerrada(saga)];
      return [estornando(saga, saga.pagamentoId), estornar(saga.reservaId, entrada.reembolsoCentavos, 'CANCELAMENTO')];
    case 'retomada':
      if (entrada.conseguiu)
        return [{ reservaId: saga.reservaId, passo: 'CONFIRMADA', prazo: null, pagamentoId: entrada.pagamentoId }];
      return [
        estornando(saga, entrada.pagamentoId),
        estornar(saga.reservaId, entrada.valorCentavos, 'PAGAMENTO_TARDIO'),
      ];
  }
}

function aprovado(saga: SagaReserva, entrada: Extract<EntradaDaSaga, { type: 'pagamento-aprovado' }>): PassoDaSaga {
  const { pagamentoId, valorCentavos } = entrada;
  if (saga.pagamentoId === pagamentoId) return [saga];
  switch (saga.passo) {
    case 'COBRANDO':
      return [
        { reservaId: saga.reservaId, passo: 'CONFIRMADA', prazo: null, pagamentoId },
        { type: 'ConfirmarReserva', pagamentoId },
      ];
    case 'ENCERRANDO_COBRANCA':
      // The money won the race against the end of the hold, or against the cancellation.
      if (saga.retomavel) return [saga, { type: 'RetomarReserva', pagamentoId, valorCentavos }];
      return [estornando(saga, pagamentoId), estornar(saga.reservaId, valorCentavos, 'PAGAMENTO_TARDIO')];
    // Money that no booking wants: it goes back, all of it.
    case 'CONFIRMADA':
      return [saga, estornar(saga.reservaId, valorCentavos, 'PAGAMENTO_EM_DUPLICIDADE')];
    case 'ESTORNANDO':
    case 'ENCERRADA':
      return [estornando(saga, pagamentoId), estornar(saga.reservaId, valorCentavos, 'PAGAMENTO_TARDIO')];
  }
}

const cancelarSemPagamento = (saga: SagaReserva, motivo: MotivoCancelamento, retomavel: boolean): PassoDaSaga => [
  { reservaId: saga.reservaId, passo: 'ENCERRANDO_COBRANCA', prazo: null, retomavel, pagamentoId: null },
  { type: 'CancelarReserva', motivo },
  { type: 'cobranca.cancelar.v1', data: { reservaId: saga.reservaId } },
];

const estornando = (saga: SagaReserva, pagamentoId: string | null): SagaReserva => ({
  reservaId: saga.reservaId,
  passo: 'ESTORNANDO',
  prazo: null,
  pagamentoId,
});

const encerrada = (saga: SagaReserva): SagaReserva => ({
  reservaId: saga.reservaId,
  passo: 'ENCERRADA',
  prazo: null,
  pagamentoId: saga.pagamentoId,
});
