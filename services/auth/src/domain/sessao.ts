/** A login. Its refresh tokens form a chain: each use makes the next, and only the last is unused. */
export interface Sessao {
  readonly id: string;
  readonly usuarioId: string;
  readonly expiraEm: Date;
  readonly encerrada: boolean;
  /** How its person proved who they are (RFC 8176), for the last time at `autenticadaEm`. */
  readonly amr: readonly string[];
  readonly autenticadaEm: Date;
}

/** From where a session is used, in words that its owner knows again. */
export interface Origem {
  /** Browser and system, such as "Firefox em Linux". */
  readonly aparelho: string;
  /** The network of the address. */
  readonly rede: string;
}

/** Why a session ended before its time. */
export type MotivoDoFim =
  /** Logged out. */
  | 'SAIDA'
  /** A used refresh token came back. */
  | 'REUSO'
  /** Its owner ended it from elsewhere. */
  | 'REVOGADA'
  /** The password or e-mail was changed. */
  | 'SENHA'
  /** The account was disabled, has other roles, or is only now somebody's who proved its address. */
  | 'CONTA'
  /** There were too many. */
  | 'EXCESSO';

/** As many may a person have at once; one more ends the oldest. */
export const SESSOES_POR_PESSOA = 50;

export type TokenRenovacao =
  | { readonly estado: 'NOVO' }
  | {
      readonly estado: 'USADO';
      readonly usadoEm: Date;
      /** Whether the lost answer was already given again. */
      readonly repetido: boolean;
      /** Whether the token that this one made was used: then its owner got it. */
      readonly sucessorUsado: boolean;
    };

export type Renovacao =
  /** Use the token up and hand out its successor. */
  | 'RENOVAR'
  /** Hand out the same successor once more: the first answer may have been lost on its way. */
  | 'REPETIR'
  /** Parallel requests of one client: refuse this one, the chain lives on. */
  | 'CONCORRENTE'
  /** A token came back after its time: stolen, or its thief is the one who used it. End the whole chain. */
  | 'REUSO'
  | 'RECUSAR';

/** Absolute life of a session, ms: renewing does not prolong it (RFC 9700, 4.14.2). */
export const VALIDADE_SESSAO_MS = 7 * 24 * 60 * 60 * 1000;
/** For how long what is to be answered by a second factor waits. */
export const VALIDADE_DESAFIO_SEGUNDOS = 300;
/** For how long a used token may come back without being taken for stolen, ms. */
export const TOLERANCIA_REPETICAO_MS = 10_000;

/** What becomes of a refresh token that was presented. */
export function decidirRenovacao(sessao: Sessao, token: TokenRenovacao, agora: Date): Renovacao {
  if (sessao.encerrada || agora >= sessao.expiraEm) return 'RECUSAR';
  if (token.estado === 'NOVO') return 'RENOVAR';
  const recente = agora.getTime() - token.usadoEm.getTime() <= TOLERANCIA_REPETICAO_MS;
  if (!recente || token.sucessorUsado) return 'REUSO';
  return token.repetido ? 'CONCORRENTE' : 'REPETIR';
}
