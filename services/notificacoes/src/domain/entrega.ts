import type { Silencio } from './silencio.js';

export const CANAIS = ['EMAIL', 'SMS', 'PUSH'] as const;
export type TipoDeCanal = (typeof CANAIS)[number];
export type Idioma = 'pt-BR' | 'en';
export type MotivoCancelamento = 'PAGAMENTO_RECUSADO' | 'PAGAMENTO_EXPIRADO' | 'CLIENTE' | 'ADMIN';

export interface DadosReserva {
  readonly espacoNome: string;
  readonly cidade: string;
  /** RFC 3339. */
  readonly inicio: string;
  readonly fim: string;
  /** IANA zone of the space: the only one in which its hours mean something. */
  readonly fuso: string;
  readonly valorCentavos: number;
  readonly moeda: string;
  /** The recurring series that it is an occurrence of. */
  readonly serieId?: string | undefined;
  readonly reservaId?: string | undefined;
  readonly espacoId?: string | undefined;
  /** Of the booking, when this was told. */
  readonly versao?: number | undefined;
  /** It is told to who made it for somebody else. */
  readonly feitaParaOutro?: boolean | undefined;
  /** When it is paid for as a whole, all of the series. */
  readonly ocorrencias?: readonly { readonly inicio: string; readonly fim: string }[] | undefined;
}

/** What the person presents on arrival. */
export interface ComCodigo {
  readonly codigo?: string | undefined;
  /** After so many minutes without it the space is released; absent where nobody asks for it. */
  readonly toleranciaMinutos?: number | undefined;
}

/** They come to it, at another time than they reckon with, or not any more. */
export type TipoDeConvite = 'CONVITE_RECEBIDO' | 'CONVITE_MUDOU' | 'CONVITE_RETIRADO';

/** What is told, with the facts of its time: a later change of the booking does not reach into it. */
export type Aviso = { readonly reserva: DadosReserva } & (
  | {
      /** A hold that waits for its payment: there is nothing to say any more when it is over. */
      readonly tipo: 'RESERVA_APROVADA';
      /** RFC 3339. */
      readonly expiraEm: string;
      /** Less than the price where a deposit is asked for; absent in what was queued before it was told. */
      readonly aPagarCentavos?: number | undefined;
    }
  | {
      readonly tipo: 'FILA_ATENDIDA';
      readonly expiraEm: string;
      readonly aPagarCentavos?: number | undefined;
      /** Nothing is paid before the management of the space has said yes. */
      readonly requerAprovacao?: boolean | undefined;
    }
  | {
      readonly tipo: 'RESERVA_RETIDA';
      readonly expiraEm: string;
      /** Less than the price where a deposit is asked for. */
      readonly aPagarCentavos: number;
    }
  | ({
      readonly tipo: 'RESERVA_CONFIRMADA';
      /** Less than the price when a deposit was paid. */
      readonly pagoCentavos: number;
      /** RFC 3339. */
      readonly saldoVenceEm?: string | undefined;
      /** It goes into the reader's calendar. */
      readonly convite?: boolean | undefined;
    } & ComCodigo)
  | {
      readonly tipo: 'RESERVA_REMARCADA';
      readonly anterior: { readonly inicio: string; readonly fim: string; readonly valorCentavos: number };
      readonly reembolsoCentavos: number;
      /** What would be given back and cannot be now: a bank keeps it from us. */
      readonly reembolsoRetidoCentavos?: number | undefined;
      readonly convite?: boolean | undefined;
    }
  | {
      readonly tipo: 'RESERVA_CANCELADA';
      readonly motivo: MotivoCancelamento;
      readonly reembolsoCentavos: number;
      readonly reembolsoRetidoCentavos?: number | undefined;
      /** What a bank has given back to the payer already. */
      readonly perdidoCentavos?: number | undefined;
      /** Words of whoever cancelled or refused it. */
      readonly justificativa?: string | undefined;
      /** It was in the reader's calendar, and leaves it. */
      readonly convite?: boolean | undefined;
    }
  | { readonly tipo: 'PEDIDO_RECUSADO'; readonly justificativa?: string | undefined }
  | ({ readonly tipo: 'LEMBRETE_24H' | 'LEMBRETE_1H'; readonly saldoCentavos?: number | undefined } & ComCodigo)
  | {
      readonly tipo: 'PAGAMENTO_RECEBIDO';
      readonly pagamentoId: string;
      readonly pagoCentavos: number;
      /** RFC 3339. */
      readonly recebidoEm: string;
    }
  | {
      readonly tipo: 'SALDO_A_VENCER';
      readonly saldoCentavos: number;
      /** When it has to be paid (RFC 3339). */
      readonly expiraEm: string;
    }
  | { readonly tipo: 'REEMBOLSO_FEITO'; readonly pagamentoId: string; readonly reembolsoCentavos: number }
  | {
      readonly tipo: 'RESERVA_EXPIRADA';
      /** Nobody answered the request in time. */
      readonly semResposta?: boolean | undefined;
    }
  | {
      readonly tipo: 'PEDIDO_RECEBIDO' | 'RESERVA_NAO_COMPARECEU' | 'COMO_FOI' | 'CONVITE_A_VOLTAR';
    }
  | {
      /** To a guest: of the booking only where and when, and nothing of its money. */
      readonly tipo: TipoDeConvite;
      readonly convite?: boolean | undefined;
    }
);
export type TipoNotificacao = Aviso['tipo'];
const TIPOS: Readonly<Record<TipoNotificacao, true>> = {
  PEDIDO_RECEBIDO: true,
  PEDIDO_RECUSADO: true,
  RESERVA_RETIDA: true,
  RESERVA_APROVADA: true,
  RESERVA_CONFIRMADA: true,
  RESERVA_REMARCADA: true,
  RESERVA_CANCELADA: true,
  RESERVA_EXPIRADA: true,
  RESERVA_NAO_COMPARECEU: true,
  FILA_ATENDIDA: true,
  LEMBRETE_24H: true,
  LEMBRETE_1H: true,
  PAGAMENTO_RECEBIDO: true,
  SALDO_A_VENCER: true,
  REEMBOLSO_FEITO: true,
  COMO_FOI: true,
  CONVITE_A_VOLTAR: true,
  CONVITE_RECEBIDO: true,
  CONVITE_MUDOU: true,
  CONVITE_RETIRADO: true,
};
export const TIPOS_DE_AVISO = Object.keys(TIPOS) as TipoNotificacao[];

/** What a person agrees to; null: what they are told because of a booking or of their account, agreed or not. */
export type Finalidade = 'NOVIDADES' | 'PESQUISAS';
const FINALIDADES: Partial<Record<TipoNotificacao, Finalidade>> = {
  COMO_FOI: 'PESQUISAS',
  CONVITE_A_VOLTAR: 'NOVIDADES',
};
/** What a kind of notice needs an agreement for, which is looked for when it is written down and when it leaves. */
export const finalidadeDe = (tipo: TipoNotificacao): Finalidade | null => FINALIDADES[tipo] ?? null;

const ESPERAS_S: Partial<Record<TipoNotificacao, number>> = {
  CONVITE_A_VOLTAR: 7 * 24 * 3600,
  // Whoever is paying at this moment need not be told to.
  RESERVA_RETIDA: 120,
};
export type Assunto = 'RESERVAS' | 'LEMBRETES' | 'PAGAMENTOS' | Finalidade;
const ASSUNTOS: Partial<Record<TipoNotificacao, Assunto>> = {
  LEMBRETE_24H: 'LEMBRETES',
  LEMBRETE_1H: 'LEMBRETES',
  SALDO_A_VENCER: 'PAGAMENTOS',
  PAGAMENTO_RECEBIDO: 'PAGAMENTOS',
  REEMBOLSO_FEITO: 'PAGAMENTOS',
};
/** Under what people turn a kind of notice off. */
export const assuntoDe = (tipo: TipoNotificacao): Assunto => finalidadeDe(tipo) ?? ASSUNTOS[tipo] ?? 'RESERVAS';

const ESPERAM: ReadonlySet<TipoNotificacao> = new Set([
  'PEDIDO_RECUSADO',
  'RESERVA_EXPIRADA',
  'RESERVA_NAO_COMPARECEU',
  'LEMBRETE_24H',
  'SALDO_A_VENCER',
  'REEMBOLSO_FEITO',
  'COMO_FOI',
  'CONVITE_A_VOLTAR',
]);
/**
 * Whether it waits for the end of the hours of quiet. What answers what somebody has just done, has to be paid within a
 * time, begins within the hour, or is another time than somebody reckons with, goes at once.
 */
export const podeEsperar = (tipo: TipoNotificacao): boolean => ESPERAM.has(tipo);

/** How long after what it tells a notice leaves, s. */
export const esperaDe = (tipo: TipoNotificacao): number => ESPERAS_S[tipo] ?? 0;

export type EstadoDaReserva =
  'PENDENTE_APROVACAO' | 'PENDENTE_PAGAMENTO' | 'CONFIRMADA' | 'CONCLUIDA' | 'NAO_COMPARECEU' | 'CANCELADA';
const VALE: Partial<Record<TipoNotificacao, readonly EstadoDaReserva[]>> = {
  PEDIDO_RECEBIDO: ['PENDENTE_APROVACAO'],
  RESERVA_RETIDA: ['PENDENTE_PAGAMENTO'],
  LEMBRETE_24H: ['CONFIRMADA'],
  LEMBRETE_1H: ['CONFIRMADA'],
  SALDO_A_VENCER: ['CONFIRMADA'],
  CONVITE_RECEBIDO: ['CONFIRMADA'],
  CONVITE_MUDOU: ['CONFIRMADA'],
};
/** What guests are told when the person of the booking is told this. */
const CONVITES: Partial<Record<TipoNotificacao, TipoDeConvite>> = {
  RESERVA_CONFIRMADA: 'CONVITE_RECEBIDO',
  RESERVA_REMARCADA: 'CONVITE_MUDOU',
  RESERVA_CANCELADA: 'CONVITE_RETIRADO',
};
export const conviteDe = (aviso: Aviso): TipoDeConvite | undefined =>
  'convite' in aviso && aviso.convite ? CONVITES[aviso.tipo] : undefined;
/** In which states of the booking a kind of notice still says what is so; undefined: in every one. */
export const estadosEmQueVale = (tipo: TipoNotificacao): readonly EstadoDaReserva[] | undefined => VALE[tipo];
/** Reminders are of one beginning: of another, or after it, they say nothing that is so. */
export const valeSoAntesDoInicio = (tipo: TipoNotificacao): boolean =>
  tipo === 'LEMBRETE_24H' || tipo === 'LEMBRETE_1H';

/** What one letter tells: the same of one booking, or of several occurrences of a series. */
export type Avisos = readonly [Aviso, ...Aviso[]];

/** The sums of amounts that both have, or one. */
function somar<C extends string>(a: object, b: object, ...campos: C[]): Partial<Record<C, number>> {
  const valor = (aviso: object, campo: C) => (aviso as Partial<Record<C, number>>)[campo];
  const presentes = campos.filter((campo) => valor(a, campo) !== undefined || valor(b, campo) !== undefined);
  return Object.fromEntries(
    presentes.map((campo) => [campo, (valor(a, campo) ?? 0) + (valor(b, campo) ?? 0)]),
  ) as Partial<Record<C, number>>;
}

const SOMAM = [
  'pagoCentavos',
  'aPagarCentavos',
  'saldoCentavos',
  'reembolsoCentavos',
  'reembolsoRetidoCentavos',
  'perdidoCentavos',
] as const;

/** The notices of one letter as one, whose amounts are the sums. */
export const juntar = ([primeiro, ...demais]: Avisos): Aviso =>
  demais.reduce<Aviso>(
    (junto, aviso) => ({
      ...junto,
      reserva: { ...junto.reserva, valorCentavos: junto.reserva.valorCentavos + aviso.reserva.valorCentavos },
      ...somar(junto, aviso, ...SOMAM),
      ...('anterior' in junto &&
        'anterior' in aviso && {
          anterior: {
            ...junto.anterior,
            valorCentavos: junto.anterior.valorCentavos + aviso.anterior.valorCentavos,
          },
        }),
    }),
    primeiro,
  );

export interface Contato {
  readonly usuarioId: string;
  readonly nome: string;
  readonly email: string;
  readonly idioma: Idioma;
  /** When they want to be left alone. */
  readonly silencio?: Silencio | null | undefined;
  /** Of a guest, who has no account here: whether, and by whom they were invited, as far as that is known. */
  readonly convidado?: { readonly por: string | null } | null | undefined;
}

export interface PoliticaEnvio {
  /** How often a delivery may be taken up with nothing heard of it, as when it takes the process with it. */
  readonly tentativas: number;
  /** For how long it may keep failing, ms. */
  readonly desisteMs: number;
  /** Pause after the first failure, ms; each further one is four times as long. */
  readonly pausaMs: number;
}

const FATOR = 4;
const PAUSA_MAXIMA_MS = 60 * 60 * 1000;

export type Continuacao = { readonly tipo: 'TENTAR_DE_NOVO'; readonly pausaMs: number } | { readonly tipo: 'DESISTIR' };

/** What has failed, and not been done since. */
export interface Falhando {
  /** How often, with a word of why. */
  readonly falhas: number;
  /** RFC 3339: since when. */
  readonly desde: string | null;
}

/**
 * What follows a failed attempt: a provider that is down comes back, in an hour or by tomorrow, and what it is to be told
 * is given up when it is older than that. What has a time of its own is outdated when that is over, whatever failed.
 * @param agora ms since 1970
 * @param definitiva the provider will never take this message
 * @param tentada whether the provider was asked
 */
export function depoisDaFalha(
  { falhas, desde }: Falhando,
  agora: number,
  { definitiva, tentada }: { readonly definitiva: boolean; readonly tentada: boolean },
  { desisteMs, pausaMs }: PoliticaEnvio,
): Continuacao {
  const haMs = desde === null ? 0 : agora - Date.parse(desde);
  if (definitiva || haMs >= desisteMs) return { tipo: 'DESISTIR' };
  const vezes = Math.min(falhas + (tentada ? 0 : -1), 30);
  return { tipo: 'TENTAR_DE_NOVO', pausaMs: Math.min(pausaMs * FATOR ** vezes, PAUSA_MAXIMA_MS) };
}

/** What a provider says of a message that it took, in the order in which one takes the other's place. */
export const SITUACOES = ['ADIADA', 'ENTREGUE', 'REJEITADA', 'QUEIXA'] as const;
export type Situacao = (typeof SITUACOES)[number];
