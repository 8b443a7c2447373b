import type { z } from 'zod';
import type { Direito } from './politica.js';

/** Who may ask: anyone; anyone, and a token shows more; whoever has it by the table of who may what. */
export type Acesso = 'PUBLICO' | 'TOKEN_OPCIONAL' | Direito;
export type Servico = 'auth' | 'notificacoes' | 'pagamentos' | 'reservas';

/** That something is on its way out (RFC 9745, RFC 8594). */
export interface Substituida {
  /** Days, as 2026-12-01: since when, and after which it may be gone. */
  readonly desde: string;
  readonly ate: string;
  /** The path of what is to be used instead. */
  readonly por: string;
}

/** What an answer brings, where its JSON schema does not say it all. */
export interface Conteudo {
  readonly corpo?: z.ZodType;
  /** It comes as a file: instead of the JSON of `corpo`, or where there is none always. */
  readonly arquivo?: true;
  /** Media types, where they are not JSON alone. */
  readonly tipos?: readonly string[];
  readonly binario?: true;
  readonly exemplo?: string;
  readonly descricao?: string;
}

/**
 * One HTTP operation, in full. Its handler, its client, the routes of the BFFs that pass it on, who may
 * use it and its documentation all come from here, and from nowhere else.
 */
export interface OperacaoHttp {
  /** Absent where a BFF answers by itself. */
  readonly servico?: Servico;
  readonly metodo: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, with `:name` for each of `parametros`. */
  readonly rota: string;
  /** Where documents list it. */
  readonly grupo: string;
  readonly resumo: string;
  readonly detalhe?: string;
  readonly acesso: Acesso;
  /** Only whoever proved who they are not longer than 5 minutes ago (`auth_time`) may; others are told to do so again. */
  readonly exigeConfirmacao?: true;
  readonly parametros?: Readonly<Record<string, z.ZodType<string>>>;
  readonly consulta?: z.ZodType;
  readonly corpo?: z.ZodType;
  /** How long the body may be, bytes, where it is longer than the service's others. */
  readonly corpoMaximoBytes?: number;
  /** What it succeeds with, by status; the first is the usual one. An empty description has no body. */
  readonly respostas: Readonly<Record<number, z.ZodType | Conteudo>>;
  /** Refusals that it does not have already because of what it asks for, or of which more is to be said. */
  readonly problemas?: Readonly<Record<number, string>>;
  /** A form may come with it, as programs send that ask by a link of a message (RFC 8058); nothing of it is read. */
  readonly formulario?: true;
  /** Whether it takes an `Idempotency-Key`, or cannot do without. */
  readonly idempotente?: 'OPCIONAL' | 'OBRIGATORIA';
  /** Whether it takes the version that was read in `If-Match`, or cannot do without. */
  readonly ifMatch?: 'OPCIONAL' | 'OBRIGATORIO';
  /** Whether it takes in `If-None-Match` the ETag of the last reading. */
  readonly ifNoneMatch?: true;
  /** It is a stream that goes on where it was left: takes in `Last-Event-ID` what came last. */
  readonly retomavel?: true;
  /** Says that the answer has its `versao` as ETag, and whose version that is. */
  readonly etag?: string;
  /** How long whoever stands between may keep what somebody without a token was answered, s; nobody keeps anything without it. */
  readonly publicaPor?: number;
  /** Another one does it better: it goes on as it is until that day. */
  readonly substituida?: Substituida;
  /** How long a caller waits for it, ms, where it takes longer than the service's other operations. */
  readonly prazoMs?: number;
}

export type Operacoes = Readonly<Record<string, OperacaoHttp>>;

type NomesNaRota<Rota extends string> = Rota extends `${string}:${infer Nome}/${infer Resto}`
  ? Nome | NomesNaRota<Resto>
  : Rota extends `${string}:${infer Nome}`
    ? Nome
    : never;
type ComParametros<Rota extends string> = [NomesNaRota<Rota>] extends [never]
  ? { readonly parametros?: never }
  : { readonly parametros: Readonly<Record<NomesNaRota<Rota>, z.ZodType<string>>> };

/** Describes the operations of a service; every parameter of the route has its schema, or it does not compile. */
export const operacoesDe =
  <const S extends Servico>(servico: S) =>
  <const O extends Omit<OperacaoHttp, 'servico'>>(
    operacao: O & ComParametros<O['rota']>,
  ): O & { readonly servico: S } => ({
    ...operacao,
    servico,
  });

type SaidaDe<T> = T extends z.ZodType ? z.output<T> : undefined;
type EntradaDe<T> = T extends z.ZodType ? z.input<T> : undefined;
type ParametrosDe<O> = O extends { readonly parametros: infer P }
  ? { readonly [Nome in keyof P]: SaidaDe<P[Nome]> }
  : undefined;
type Parte<O, Nome extends string> = O extends Readonly<Record<Nome, infer T>> ? T : undefined;

/** What the handler of an operation gets, validated. */
export interface PartesDe<O extends OperacaoHttp> {
  readonly parametros: ParametrosDe<O>;
  readonly consulta: SaidaDe<Parte<O, 'consulta'>>;
  readonly corpo: SaidaDe<Parte<O, 'corpo'>>;
}

type CorpoDe<R, Arquivo> = R extends z.ZodType
  ? z.output<R>
  : R extends { readonly corpo: z.ZodType } | { readonly arquivo: true }
    ? | (R extends { readonly corpo: infer Corpo } ? SaidaDe<Corpo> : never)
      | (R extends { readonly arquivo: true } ? Arquivo : never)
    : void;
type RespostasDe<O extends OperacaoHttp, Arquivo> = {
  [Status in keyof O['respostas']]: {
    readonly status: Status;
    readonly corpo: CorpoDe<O['respostas'][Status], Arquivo>;
  };
}[keyof O['respostas']];
type EhUniao<T, U = T> = T extends U ? ([U] extends [T] ? false : true) : never;

/** What an operation gives when it succeeds; with its status where there are several. */
export type ResultadoDe<O extends OperacaoHttp, Arquivo> =
  EhUniao<keyof O['respostas']> extends false ? RespostasDe<O, Arquivo>['corpo'] : RespostasDe<O, Arquivo>;

/** The bodies of all its answers. */
export type CorpoDoResultado<O extends OperacaoHttp, Arquivo> = RespostasDe<O, Arquivo>['corpo'];

type Opcional<T, Nome extends string> = [T] extends [undefined]
  ? Readonly<Partial<Record<Nome, undefined>>>
  : // What may be an empty object need not be said.
    undefined extends T
    ? Readonly<Partial<Record<Nome, T>>>
    : Record<never, never> extends T
      ? Readonly<Partial<Record<Nome, T>>>
      : Readonly<Record<Nome, T>>;

/** What a client says to an operation. */
export type PedidoDe<O extends OperacaoHttp> = Opcional<ParametrosDe<O>, 'parametros'> &
  Opcional<EntradaDe<Parte<O, 'consulta'>>, 'consulta'> &
  Opcional<EntradaDe<Parte<O, 'corpo'>>, 'corpo'> & { readonly cabecalhos?: Cabecalhos };

export type Cabecalhos = Readonly<Record<string, string | undefined>>;
