import { z } from 'zod';
import {
  canalNotificacao,
  centavos,
  fuso,
  id,
  idioma,
  instante,
  metodoPagamento,
  moeda,
  motivoCancelamento,
  politicaCancelamento,
} from './primitives.js';

/** Where a message goes: an event tells everyone what happened, a command asks one service to do something. */
export type MessageKind = 'evento' | 'comando';

interface MessageContract<S extends z.ZodType = z.ZodType> {
  readonly kind: MessageKind;
  /** The service that publishes it (an event) or carries it out (a command). */
  readonly owner: 'reservas' | 'pagamentos' | 'notificacoes' | 'auth';
  readonly summary: string;
  readonly schema: S;
}

const contract = <S extends z.ZodType>(
  kind: MessageKind,
  owner: MessageContract['owner'],
  summary: string,
  schema: S,
): MessageContract<S> => ({ kind, owner, summary, schema });

/** What every event of a booking says about it. */
const reserva = {
  reservaId: id,
  clienteId: id,
  espacoId: id,
  espacoNome: z.string(),
  cidade: z.string(),
  inicio: instante,
  fim: instante,
  fuso,
  valorCentavos: centavos,
  moeda,
};
const pagamento = { pagamentoId: id, reservaId: id, valorCentavos: centavos, moeda };

/**
 * Every message of the platform by its type, which is its routing key plus its version. A published version never
 * changes but for new optional fields; anything else is a new version beside it.
 */
export const messages = {
  'reserva.criada.v1': contract(
    'evento',
    'reservas',
    'O espaço foi retido para o cliente até expiraEm',
    z.object({
      ...reserva,
      unidades: z.array(id).min(1),
      /** Time kept around the booking, included in what is occupied. */
      ocupacao: z.object({ inicio: instante, fim: instante }),
      expiraEm: instante,
      politicaCancelamento,
    }),
  ),
  'reserva.confirmada.v1': contract(
    'evento',
    'reservas',
    'O pagamento foi aprovado e a reserva vale',
    z.object({ ...reserva, pagamentoId: id.nullable().describe('null quando a reserva é gratuita') }),
  ),
  'reserva.cancelada.v1': contract(
    'evento',
    'reservas',
    'A reserva deixou de valer e o espaço foi liberado',
    z.object({ ...reserva, motivo: motivoCancelamento, reembolsoCentavos: centavos }),
  ),
  'cobranca.criar.v1': contract(
    'comando',
    'pagamentos',
    'Abrir a cobrança de uma reserva',
    z.object({
      reservaId: id,
      clienteId: id,
      valorCentavos: centavos.min(1),
      moeda,
      descricao: z.string(),
      expiraEm: instante,
    }),
  ),
  'cobranca.cancelar.v1': contract(
    'comando',
    'pagamentos',
    'Encerrar a cobrança para que não possa mais ser paga',
    z.object({ reservaId: id }),
  ),
  'estorno.criar.v1': contract(
    'comando',
    'pagamentos',
    'Devolver dinheiro ao cliente; o id da mensagem é o id do estorno',
    z.object({ reservaId: id, valorCentavos: centavos.min(1), motivo: z.string() }),
  ),
  'pagamento.criado.v1': contract(
    'evento',
    'pagamentos',
    'A cobrança está aberta no provedor',
    z.object({ ...pagamento, metodos: z.array(metodoPagamento) }),
  ),
  'pagamento.aprovado.v1': contract(
    'evento',
    'pagamentos',
    'O dinheiro foi capturado',
    z.object({ ...pagamento, aprovadoEm: instante }),
  ),
  'pagamento.recusado.v1': contract(
    'evento',
    'pagamentos',
    'Uma tentativa de pagar foi recusada; outra ainda pode ser feita',
    z.object({ ...pagamento, motivo: z.string() }),
  ),
  'pagamento.cancelado.v1': contract(
    'evento',
    'pagamentos',
    'A cobrança foi encerrada sem captura e não pode mais ser paga',
    z.object(pagamento),
  ),
  'pagamento.estornado.v1': contract(
    'evento',
    'pagamentos',
    'Dinheiro foi devolvido ao cliente',
    z.object({ ...pagamento, estornoId: id, totalEstornadoCentavos: centavos }),
  ),
  'notificacao.enviada.v1': contract(
    'evento',
    'notificacoes',
    'Uma notificação foi entregue ao provedor',
    z.object({ notificacaoId: id, usuarioId: id, reservaId: id, tipo: z.string(), canal: canalNotificacao }),
  ),
  'notificacao.falhou.v1': contract(
    'evento',
    'notificacoes',
    'Uma notificação não pôde ser entregue',
    z.object({
      notificacaoId: id,
      usuarioId: id,
      reservaId: id,
      tipo: z.string(),
      canal: canalNotificacao,
      motivo: z.string(),
    }),
  ),
  'usuario.registrado.v1': contract(
    'evento',
    'auth',
    'Uma pessoa criou a sua conta',
    z.object({ usuarioId: id, nome: z.string(), email: z.email(), idioma }),
  ),
} as const satisfies Record<string, MessageContract>;

export type MessageType = keyof typeof messages;
/** The data of a message of type `T`. */
export type MessageData<T extends MessageType> = z.output<(typeof messages)[T]['schema']>;

/** A message about to be sent: its type and its data. */
export type Message = { [T in MessageType]: { readonly type: T; readonly data: MessageData<T> } }[MessageType];

export const messageContract = (type: MessageType): MessageContract => messages[type];
export const isMessageType = (type: string): type is MessageType => Object.hasOwn(messages, type);
/** `reserva.criada.v1` → `reserva.criada`. */
export const routingKey = (type: string): string => type.replace(/\.v\d+$/, '');
