export type TipoDeCanal = 'EMAIL' | 'SMS' | 'PUSH';
export type Idioma = 'pt-BR' | 'en';
export type MotivoCancelamento = 'PAGAMENTO_RECUSADO' | 'PAGAMENTO_EXPIRADO' | 'CLIENTE' | 'ADMIN';

interface DadosReserva {
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
}

/** What is told, with the facts of its time: a later change of the booking does not reach into it. */
export type Aviso = { readonly reserva: DadosReserva } & (
  | {
      /** A hold that waits for its payment: there is nothing to say any more when it is over. */
      readonly tipo: 'RESERVA_APROVADA' | 'FILA_ATENDIDA';
      /** RFC 3339. */
      readonly expiraEm: string;
    }
  | {
      readonly tipo: 'RESERVA_CONFIRMADA';
      /** Less than the price when a deposit was paid. */
      readonly pagoCentavos: number;
    }
  | {
      readonly tipo: 'RESERVA_REMARCADA';
      readonly anterior: { readonly inicio: string; readonly fim: string; readonly valorCentavos: number };
      readonly reembolsoCentavos: number;
      /** What would be given back and cannot be now: a bank keeps it from us. */
      readonly reembolsoRetidoCentavos?: number | undefined;
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
    }
  | { readonly tipo: 'RESERVA_NAO_COMPARECEU' }
);
export type TipoNotificacao = Aviso['tipo'];
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

/** The notices of one letter as one, whose amounts are the sums. */
export const juntar = ([primeiro, ...demais]: Avisos): Aviso =>
  demais.reduce<Aviso>(
    (junto, aviso) => ({
      ...junto,
      reserva: { ...junto.reserva, valorCentavos: junto.reserva.valorCentavos + aviso.reserva.valorCentavos },
      ...somar(junto, aviso, 'pagoCentavos', 'reembolsoCentavos', 'reembolsoRetidoCentavos', 'perdidoCentavos'),
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
}

export interface PoliticaEnvio {
  /** How often a delivery is tried before it counts as failed. */
  readonly tentativas: number;
  /** Pause after the first failure, ms; each further one is four times as long. */
  readonly pausaMs: number;
}

const FATOR = 4;
const PAUSA_MAXIMA_MS = 60 * 60 * 1000;

export type Continuacao = { readonly tipo: 'TENTAR_DE_NOVO'; readonly pausaMs: number } | { readonly tipo: 'DESISTIR' };

/**
 * What follows a failed attempt.
 * @param tentativas how many there were, this one included
 * @param definitiva the provider will never take this message
 */
export function depoisDaFalha(tentativas: number, definitiva: boolean, politica: PoliticaEnvio): Continuacao {
  if (definitiva || tentativas >= politica.tentativas) return { tipo: 'DESISTIR' };
  return { tipo: 'TENTAR_DE_NOVO', pausaMs: Math.min(politica.pausaMs * FATOR ** (tentativas - 1), PAUSA_MAXIMA_MS) };
}
