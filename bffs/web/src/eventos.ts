import { type CloudEvent, type DadosAoVivo, type MessageType, routingKey } from '@plataforma/contracts';

/** What a message says to those who look on: to the one whom it is about, and to whoever watches the space. */
export interface Noticia {
  readonly donoId?: string;
  readonly daPessoa?:
    | { readonly nome: 'reserva'; readonly dados: DadosAoVivo<'reserva'> }
    | { readonly nome: 'pagamento'; readonly dados: DadosAoVivo<'pagamento'> };
  readonly doEspaco?: DadosAoVivo<'espaco'>;
}

type Situacao = Pick<DadosAoVivo<'reserva'>, 'status' | 'motivo' | 'expiraEm'>;
interface Periodo {
  readonly inicio: string;
  readonly fim: string;
}
type DaReserva = Extract<MessageType, `reserva.${string}`>;
type DoPagamento = Extract<MessageType, `pagamento.${string}`>;
type Um<T extends MessageType> = { [K in T]: CloudEvent<K> }[T];
const ehReserva = (evento: Um<MessageType>): evento is Um<DaReserva> => evento.type.startsWith('reserva.');
const ehPagamento = (evento: Um<MessageType>): evento is Um<DoPagamento> => evento.type.startsWith('pagamento.');

/** What a booking is afterwards, where its event says so. */
function situacaoDe({ type, data }: Um<DaReserva>): Situacao {
  switch (type) {
    case 'reserva.criada.v1':
      return { status: data.requerAprovacao ? 'PENDENTE_APROVACAO' : 'PENDENTE_PAGAMENTO', expiraEm: data.expiraEm };
    case 'reserva.aprovada.v1':
      return { status: 'PENDENTE_PAGAMENTO', expiraEm: data.expiraEm };
    case 'reserva.prorrogada.v1':
      return { expiraEm: data.expiraEm };
    case 'reserva.confirmada.v1':
      return { status: 'CONFIRMADA' };
    case 'reserva.concluida.v1':
      return { status: 'CONCLUIDA' };
    case 'reserva.nao-compareceu.v1':
      return { status: 'NAO_COMPARECEU' };
    case 'reserva.cancelada.v1':
      return { status: 'CANCELADA', motivo: data.motivo };
    default:
      return {};
  }
}

/** The time that a booking's event takes or gives back; several become one that holds them all. */
function tempoDe({ type, data }: Um<DaReserva>): Periodo | undefined {
  switch (type) {
    case 'reserva.criada.v1':
      return data.ocupacao;
    case 'reserva.remarcacao-pedida.v1':
      return data.novo.ocupacao;
    case 'reserva.remarcada.v1':
      return aoRedor([data.ocupacao, data.anterior]);
    case 'reserva.cancelada.v1':
    case 'reserva.nao-compareceu.v1':
      return { inicio: data.inicio, fim: data.fim };
    default:
      return undefined;
  }
}

function aoRedor(periodos: readonly Periodo[]): Periodo {
  const ms = (qual: keyof Periodo) => periodos.map((periodo) => Date.parse(periodo[qual]));
  return {
    inicio: new Date(Math.min(...ms('inicio'))).toISOString(),
    fim: new Date(Math.max(...ms('fim'))).toISOString(),
  };
}

const COBRANCA: Partial<Record<DoPagamento, DadosAoVivo<'pagamento'>['status']>> = {
  'pagamento.criado.v1': 'PENDENTE',
  'pagamento.em-processamento.v1': 'PENDENTE',
  'pagamento.recusado.v1': 'PENDENTE',
  'pagamento.aprovado.v1': 'APROVADO',
  'pagamento.cancelado.v1': 'CANCELADO',
};

/** What is told of a message; undefined where nobody who looks on is told anything. */
export function noticiaDe(ouvido: CloudEvent): Noticia | undefined {
  const evento = ouvido as Um<MessageType>;
  const { type, time: em } = evento;
  if (ehReserva(evento)) {
    const { reservaId, espacoId, clienteId } = evento.data;
    const tempo = tempoDe(evento);
    // Which time was given back nobody says: any.
    const desfeita = type === 'reserva.remarcacao-desfeita.v1' ? { inicio: null, fim: null } : undefined;
    const livre = tempo ? { inicio: tempo.inicio, fim: tempo.fim } : desfeita;
    const versao = Number(evento.sequence);
    return {
      donoId: clienteId,
      daPessoa: {
        nome: 'reserva',
        dados: { tipo: routingKey(type), em, reservaId, espacoId, versao, ...situacaoDe(evento) },
      },
      ...(livre && { doEspaco: { em, espacoId, ...livre } }),
    };
  }
  if (ehPagamento(evento)) {
    const { reservaId: cobrancaId, pagamentoId, parcela = 1, clienteId } = evento.data;
    // A charge of which nobody knows whose it is has never been shown to anybody.
    if (clienteId === undefined) return undefined;
    const status = COBRANCA[evento.type];
    return {
      donoId: clienteId,
      daPessoa: {
        nome: 'pagamento',
        dados: {
          tipo: routingKey(type),
          em,
          cobrancaId,
          pagamentoId,
          parcela,
          ...(status && { status }),
          ...(evento.type === 'pagamento.em-processamento.v1' && { expiraEm: evento.data.expiraEm }),
        },
      },
    };
  }
  switch (evento.type) {
    case 'espaco.alterado.v1':
      return { doEspaco: { em, espacoId: evento.data.espacoId, inicio: null, fim: null } };
    case 'espaco.bloqueio-alterado.v1': {
      const { espacoId, inicio, fim } = evento.data;
      return { doEspaco: { em, espacoId, inicio, fim } };
    }
    default:
      return undefined;
  }
}
