import { ReservaJaCancelada, ReservaJaIniciada, TransicaoInvalida } from './errors.js';
import { type FaixaDeReembolso, reembolsoCentavos } from './politica-cancelamento.js';
import type { LinhaDePreco } from './preco.js';

export type MotivoCancelamento = 'PAGAMENTO_RECUSADO' | 'PAGAMENTO_EXPIRADO' | 'CLIENTE' | 'ADMIN';

/** What stays the same for the whole life of a booking. Instants are ISO 8601, money is centavos. */
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
}

/** What is fixed when the booking is made: its units, its hold and the policy of that moment. */
export interface Retencao {
  readonly unidades: string[];
  readonly ocupacao: { readonly inicio: string; readonly fim: string };
  readonly expiraEm: string;
  readonly politicaCancelamento: FaixaDeReembolso[];
  /** Version of the space's rules under which it was made. */
  readonly espacoVersao?: number | undefined;
  readonly preco?: LinhaDePreco[] | undefined;
  readonly cupom?: string | undefined;
}

export type EventoDaReserva =
  | { readonly type: 'reserva.criada.v1'; readonly data: DadosDaReserva & Retencao }
  | { readonly type: 'reserva.confirmada.v1'; readonly data: DadosDaReserva & { readonly pagamentoId: string | null } }
  | {
      readonly type: 'reserva.cancelada.v1';
      readonly data: DadosDaReserva & { readonly motivo: MotivoCancelamento; readonly reembolsoCentavos: number };
    };

interface Existente {
  readonly dados: DadosDaReserva;
  readonly retencao: Retencao;
}

export type Reserva =
  | { readonly status: 'INEXISTENTE' }
  | (Existente & { readonly status: 'PENDENTE_PAGAMENTO' })
  | (Existente & { readonly status: 'CONFIRMADA'; readonly pagamentoId: string | null })
  | (Existente & { readonly status: 'CANCELADA'; readonly motivo: MotivoCancelamento });

export const INEXISTENTE: Reserva = { status: 'INEXISTENTE' };

export function evoluir(reserva: Reserva, evento: EventoDaReserva): Reserva {
  switch (evento.type) {
    case 'reserva.criada.v1': {
      const { unidades, ocupacao, expiraEm, politicaCancelamento, ...resto } = evento.data;
      const { espacoVersao, preco, cupom, ...dados } = resto;
      const fixado = { espacoVersao, preco, cupom };
      return {
        status: 'PENDENTE_PAGAMENTO',
        dados,
        retencao: { unidades, ocupacao, expiraEm, politicaCancelamento, ...fixado },
      };
    }
    case 'reserva.confirmada.v1':
      return { ...existente(reserva, 'ser confirmada'), status: 'CONFIRMADA', pagamentoId: evento.data.pagamentoId };
    case 'reserva.cancelada.v1':
      return { ...existente(reserva, 'ser cancelada'), status: 'CANCELADA', motivo: evento.data.motivo };
  }
}

export const criar = (dados: DadosDaReserva & Retencao): EventoDaReserva[] => [
  { type: 'reserva.criada.v1', data: dados },
];

/** The payment was captured while the space was held. */
export function confirmar(reserva: Reserva, pagamentoId: string | null): EventoDaReserva[] {
  if (reserva.status !== 'PENDENTE_PAGAMENTO') throw new TransicaoInvalida(reserva.status, 'ser confirmada');
  return [{ type: 'reserva.confirmada.v1', data: { ...reserva.dados, pagamentoId } }];
}

/** The payment arrived after the hold had expired, and its space could be taken again. */
export function retomar(reserva: Reserva, pagamentoId: string): EventoDaReserva[] {
  if (!podeRetomar(reserva)) throw new TransicaoInvalida(reserva.status, 'ser retomada');
  return [{ type: 'reserva.confirmada.v1', data: { ...reserva.dados, pagamentoId } }];
}

/** Only a booking that ran out of time may come back; one that somebody cancelled stays cancelled. */
export const podeRetomar = (reserva: Reserva): reserva is Extract<Reserva, { status: 'CANCELADA' }> =>
  reserva.status === 'CANCELADA' &&
  (reserva.motivo === 'PAGAMENTO_EXPIRADO' || reserva.motivo === 'PAGAMENTO_RECUSADO');

/**
 * Cancels at `agora` (ms), with the refund that the policy of the booking gives; an admin's cancellation refunds all.
 * @throws ReservaJaCancelada, ReservaJaIniciada
 */
export function cancelar(reserva: Reserva, motivo: MotivoCancelamento, agora: number): EventoDaReserva[] {
  switch (reserva.status) {
    case 'INEXISTENTE':
      throw new TransicaoInvalida(reserva.status, 'ser cancelada');
    case 'CANCELADA':
      throw new ReservaJaCancelada();
    case 'PENDENTE_PAGAMENTO':
      return [{ type: 'reserva.cancelada.v1', data: { ...reserva.dados, motivo, reembolsoCentavos: 0 } }];
    case 'CONFIRMADA': {
      const { dados, retencao } = reserva;
      const inicio = Date.parse(dados.inicio);
      if (motivo === 'CLIENTE' && agora >= inicio) throw new ReservaJaIniciada();
      const reembolso =
        motivo === 'CLIENTE'
          ? reembolsoCentavos(retencao.politicaCancelamento, dados.valorCentavos, inicio, agora)
          : dados.valorCentavos;
      return [{ type: 'reserva.cancelada.v1', data: { ...dados, motivo, reembolsoCentavos: reembolso } }];
    }
  }
}

function existente(reserva: Reserva, operacao: string): Existente {
  if (reserva.status === 'INEXISTENTE') throw new TransicaoInvalida(reserva.status, operacao);
  const { dados, retencao } = reserva;
  return { dados, retencao };
}
