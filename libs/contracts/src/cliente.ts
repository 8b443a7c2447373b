import type { Cabecalhos, CorpoDoResultado, OperacaoHttp, Operacoes, PedidoDe } from './operacao.js';

/** A request as a transport sends it; of the address only what comes after the origin. */
export interface Envio {
  /** Whose it is, where that is known. */
  readonly service?: OperacaoHttp['servico'];
  readonly method: OperacaoHttp['metodo'];
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body: unknown;
  readonly headers: Cabecalhos;
  /** Of what takes longer than usual, ms. */
  readonly timeoutMs?: number;
  /** Its method and pattern: what it is, whatever it is asked about. */
  readonly operation: string;
  /** Whether the answer may be a file. */
  readonly file: boolean;
  /** Whether of a good answer the text of its JSON is wanted, not what it says. */
  readonly unread?: boolean;
}

export interface Resposta<T> {
  readonly body: T;
  /** Whether it is the stored answer of the first request with this Idempotency-Key. */
  readonly replayed: boolean;
  readonly etag?: string;
  /** Where the transport knows it. */
  readonly status?: number;
}

/** Sends one request, within a deadline. @throws for every answer that is no success */
export type Transporte = (envio: Envio) => Promise<Resposta<unknown>>;

type Argumentos<Pedido> = Record<never, never> extends Pedido ? [pedido?: Pedido] : [pedido: Pedido];
type Chamada<O extends OperacaoHttp, Arquivo> = (
  ...args: Argumentos<PedidoDe<O>>
) => Promise<Resposta<CorpoDoResultado<O, Arquivo>>>;
export type Cliente<Ops extends Operacoes, Arquivo> = { readonly [Nome in keyof Ops]: Chamada<Ops[Nome], Arquivo> };

interface Partes {
  readonly parametros?: Readonly<Record<string, string>> | undefined;
  readonly consulta?: unknown;
  readonly corpo?: unknown;
  readonly cabecalhos?: Cabecalhos;
}
type Chamavel = Pick<OperacaoHttp, 'metodo' | 'rota'> &
  Partial<Pick<OperacaoHttp, 'servico' | 'respostas' | 'prazoMs'>>;

/** Asks for an operation with what was said to it, whatever it is. */
export const chamar = (
  { servico, metodo, rota, respostas = {}, prazoMs }: Chamavel,
  transporte: Transporte,
  { parametros = {}, consulta, corpo, cabecalhos = {} }: Partes = {},
): Promise<Resposta<unknown>> =>
  transporte({
    method: metodo,
    operation: `${metodo} ${rota}`,
    path: rota.replace(/:(\w+)/g, (_, nome: string) => encodeURIComponent(parametros[nome] ?? '')),
    query: (consulta ?? {}) as Envio['query'],
    body: corpo,
    headers: cabecalhos,
    file: Object.values(respostas).some((resposta) => 'arquivo' in resposta),
    ...(servico && { service: servico }),
    ...(prazoMs !== undefined && { timeoutMs: prazoMs }),
  });

/** One function per operation, by its name. `Arquivo` is what the transport gives for a file. */
export const cliente = <Ops extends Operacoes, Arquivo>(
  operacoes: Ops,
  transporte: Transporte,
): Cliente<Ops, Arquivo> =>
  Object.fromEntries(
    Object.entries(operacoes).map(([nome, operacao]) => [
      nome,
      (pedido?: Partes) => chamar(operacao, transporte, pedido),
    ]),
  ) as unknown as Cliente<Ops, Arquivo>;

type Endereco<O extends OperacaoHttp> = O extends OperacaoHttp ? `${O['metodo']} ${O['rota']}` : never;
type PorEndereco<O extends OperacaoHttp> = { readonly [U in O as Endereco<U>]: U };
type NoEndereco<O extends OperacaoHttp, Onde extends Endereco<O>> = PorEndereco<O>[Onde] extends infer U extends
  OperacaoHttp
  ? U
  : never;

/**
 * The same by address (`api('GET /v1/espacos/:id', { parametros: { id } })`), for whoever must not carry the schemas:
 * of the operations, one of which `O` is, a browser has the types alone.
 */
export const clientePorEndereco =
  <O extends OperacaoHttp>(transporte: Transporte) =>
  <Onde extends Endereco<O>>(
    onde: Onde,
    ...[pedido]: Argumentos<PedidoDe<NoEndereco<O, Onde>>>
  ): Promise<Resposta<CorpoDoResultado<NoEndereco<O, Onde>, Blob>>> => {
    const [metodo, rota = ''] = onde.split(' ');
    return chamar({ metodo: metodo as OperacaoHttp['metodo'], rota }, transporte, pedido) as never;
  };

/** What an API answered instead of success. */
export class Recusa extends Error {
  override readonly name = 'Recusa';

  constructor(
    readonly status: number,
    /** The problem document (RFC 9457). */
    readonly problema: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${String(problema['code'])}: ${String(problema['detail'] ?? problema['title'])}`);
  }
}

/** Asks over `fetch`, for `prazoMs` at most; files come as a Blob. @throws Recusa, or what `fetch` throws */
export const porFetch =
  (
    origem: string,
    {
      prazoMs = 10_000,
      cabecalhos = {},
      buscar = fetch,
    }: { prazoMs?: number; cabecalhos?: Cabecalhos; /** Instead of the global one. */ buscar?: typeof fetch } = {},
  ): Transporte =>
  async ({ method, path, query, body, headers, timeoutMs = prazoMs }) => {
    const url = new URL(path, origem);
    for (const [nome, valor] of Object.entries(query))
      if (valor !== undefined) url.searchParams.set(nome, String(valor));
    const said = { ...cabecalhos, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const response = await buscar(url, {
      method,
      headers: Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const etag = response.headers.get('etag');
    const isJson = /^application\/(?:problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
    const content: unknown = response.status === 204 ? undefined : await (isJson ? response.json() : response.blob());
    if (!response.ok) throw new Recusa(response.status, isJson ? (content as Record<string, unknown>) : {});
    return {
      body: content,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      ...(etag !== null && { etag }),
    };
  };
