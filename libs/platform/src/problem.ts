import { trace } from '@opentelemetry/api';
import { ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Logger, redact } from './logger.js';
import { currentContext, DepartedError } from './request-context.js';

/** RFC 9457 problem details, as this platform sends them. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('Código estável, em que um programa pode se apoiar'),
  detail: z.string().optional(),
  instance: z.string().optional(),
  correlationId: z.string().optional(),
  rastro: z.string().optional().describe('Id do rastro (W3C), onde os há: o mesmo dos registros'),
  erros: z.array(z.object({ campo: z.string(), mensagem: z.string() })).optional(),
});

export interface ProblemOptions {
  readonly detail?: string;
  readonly headers?: Record<string, string>;
  /** Extension members of the document, for example the list of what is in the way. */
  readonly extensions?: Record<string, unknown>;
  /** A state that the service is in and tells of itself, no failure of what was asked: not logged for every request. */
  readonly state?: true;
}

/** An answer in the form of a problem document, thrown by adapters and by the platform itself. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Whether another service said so, and is only handed on. */
  readonly handedOn: boolean = false;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly options: ProblemOptions = {},
  ) {
    // What is told to whoever asked, and to nobody who looks for a fault, needs no stack: many may be told so at once.
    const { stackTraceLimit } = Error;
    if (status < 500 || options.state) Error.stackTraceLimit = 0;
    super(`${code}: ${options.detail ?? title}`);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Of what too many want at the same time: nothing was begun, and whoever asked may ask again. */
export const crowded = (): Problem =>
  new Problem(503, 'servico.indisponivel', 'Serviço indisponível', {
    detail: 'Muitos pedem o mesmo ao mesmo tempo; tente de novo',
    headers: { 'retry-after': '1' },
    state: true,
  });

/** HTTP status of each domain error's code; the domain itself never knows HTTP. */
export type ProblemStatuses = Readonly<Record<string, number>>;

/** What HTTP (RFC 9110) calls each kind of refusal of a domain. */
const STATUS_OF = {
  NAO_AUTENTICADO: 401,
  PROIBIDO: 403,
  INEXISTENTE: 404,
  CONFLITO: 409,
  DESATUALIZADO: 412,
  INVALIDO: 422,
} as const;

interface Regra {
  readonly code: string;
  readonly natureza: keyof typeof STATUS_OF;
}

const isRegra = (exported: unknown): exported is Regra =>
  typeof exported === 'function' && 'code' in exported && 'natureza' in exported;

/**
 * The statuses of a domain's rules, each of which says its code and its kind: of the module that exports them all.
 * @throws Error for a kind that HTTP has no status for, and for a code that is said twice
 */
export function statusesOf(errors: Readonly<Record<string, unknown>>): ProblemStatuses {
  const regras = Object.values(errors).filter(isRegra);
  const statuses: Record<string, number> = {};
  for (const { code, natureza } of regras) {
    if (!Object.hasOwn(STATUS_OF, natureza)) throw new Error(`A regra ${code} é de natureza desconhecida: ${natureza}`);
    if (Object.hasOwn(statuses, code)) throw new Error(`O código ${code} é de duas regras`);
    statuses[code] = STATUS_OF[natureza];
  }
  return statuses;
}

interface CodedError extends Error {
  readonly code: string;
  readonly extensions?: Record<string, unknown>;
}

const TITLES: Readonly<Record<number, readonly [code: string, title: string]>> = {
  400: ['requisicao.invalida', 'Requisição inválida'],
  404: ['requisicao.nao-encontrada', 'Não encontrado'],
  405: ['requisicao.metodo-nao-permitido', 'Método não permitido'],
  406: ['requisicao.formato-nao-aceito', 'Formato não aceito'],
  408: ['requisicao.tempo-esgotado', 'Tempo esgotado'],
  413: ['requisicao.grande-demais', 'Requisição grande demais'],
  414: ['requisicao.endereco-longo', 'Endereço longo demais'],
  415: ['requisicao.tipo-nao-suportado', 'Tipo de conteúdo não suportado'],
  429: ['requisicao.limite-excedido', 'Limite de requisições excedido'],
  431: ['requisicao.cabecalhos-grandes-demais', 'O endereço e os cabeçalhos são grandes demais'],
  503: ['servico.indisponivel', 'Serviço indisponível'],
};

/**
 * PostgreSQL and socket errors that mean "try again later", not "you are wrong" nor "we have a bug": also a statement, a
 * lock or a transaction that took longer than it may, as beside a migration or on a server that is too busy.
 */
const UNAVAILABLE =
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|57P0[1-5]|57014|55P03|53[0-9]{3}|08[0-9A-Z]{3}|40001|40P01|25006|25P0[34])$/;

/** The same from drivers that give no code (pg, TypeORM, amqplib, ioredis). */
const UNAVAILABLE_MESSAGE =
  /Connection terminated|Query runner already released|is not queryable|timeout exceeded when trying to connect|Driver not Connected|connect ETIMEDOUT|Socket closed abruptly|Stream isn't writeable|Command timed out|Connection is closed|max retries per request/i;

/** Whether what failed is a dependency that is away, which says nothing about the work itself. */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return UNAVAILABLE.test(String(code)) || UNAVAILABLE_MESSAGE.test(String(message));
}

/**
 * PostgreSQL's words for a value that it cannot take (no Unicode text, no such time, out of range). Ours are in range:
 * somebody sent it, and what a request causes is no failure of the service. Logged all the same: a schema let it pass.
 */
const UNACCEPTABLE_VALUE = /^22(003|007|008|021|P02|P05)$/;

const INVALID_JSON = new Set(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY']);
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code;

/** Escapes that are none, or no UTF-8: they stand for no letter. */
export const badAddress = new Problem(
  400,
  'requisicao.endereco-invalido',
  'O endereço tem sequências %XX que não são UTF-8',
);

/** What Fastify refuses before any route of ours is asked; undefined for what is not of its errors. */
function frameworkProblem(error: unknown): Problem | undefined {
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const refused = String(code).startsWith('FST_') && typeof statusCode === 'number' && statusCode < 500;
  if (code === 'FST_ERR_BAD_URL') return badAddress;
  return refused ? problemOfStatus(statusCode) : undefined;
}

/** SQLSTATE by which a database refuses what comes late for somebody who was erased: their sessions are over. */
const PESSOA_APAGADA = 'RP001';

function toProblem(error: unknown, statuses: ProblemStatuses): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DepartedError) return abandoned();
  const code = codeOf(error);
  const domainStatus = typeof code === 'string' && Object.hasOwn(statuses, code) ? statuses[code] : undefined;
  if (domainStatus !== undefined) {
    const { code, message, extensions } = error as CodedError;
    return new Problem(domainStatus, code, message, extensions ? { extensions } : {});
  }
  if (isUnavailable(error))
    return new Problem(503, 'servico.indisponivel', 'Serviço indisponível', { headers: { 'retry-after': '1' } });
  if (code === PESSOA_APAGADA)
    return new Problem(401, 'auth.sessao-encerrada', 'A sessão foi encerrada; entre novamente', {
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  if (UNACCEPTABLE_VALUE.test(String(code)))
    return new Problem(400, 'requisicao.invalida', 'A requisição tem um valor que não se pode guardar');
  if (!(error instanceof HttpException))
    return frameworkProblem(error) ?? new Problem(500, 'interno.falha', 'Falha interna');
  // Nest wraps what Fastify finds wrong with a request, and keeps it as the cause.
  if (INVALID_JSON.has(String(codeOf(error.cause))))
    return new Problem(400, 'requisicao.json-invalido', 'O corpo não é um JSON válido');
  const status = error.getStatus();
  return status < 500 || TITLES[status] ? problemOfStatus(status) : new Problem(500, 'interno.falha', 'Falha interna');
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/**
 * The document of a problem, as JSON. @param url of the request; of it only the path is told, without its secrets
 *
 * @param rastro id of the trace that the request is of
 */
export function problemDocument(
  problem: Problem,
  url: string | undefined,
  correlationId: string | undefined,
  rastro?: string,
): string {
  return JSON.stringify({
    type: `urn:plataforma-de-reservas:problema:${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(problem.options.detail && { detail: problem.options.detail }),
    // Not to repeat what should never have been in an address.
    ...(url !== undefined && { instance: redact(url.split('?')[0]) }),
    ...(correlationId !== undefined && { correlationId }),
    ...(rastro !== undefined && { rastro }),
    ...problem.options.extensions,
  });
}

/** A problem that the HTTP server or Fastify's router found, before any hook of ours ran. */
export const problemOfStatus = (status: number): Problem =>
  new Problem(status, ...(TITLES[status] ?? (['requisicao.recusada', 'Requisição recusada'] as const)));

const undocumented = ({ status, code }: Problem): Problem =>
  new Problem(500, 'interno.status-nao-documentado', `${status} ${code} não está na documentação da operação`);

/** Whoever asked has gone: nobody reads it, but metrics count it, by the number that nginx gave it. */
export const abandoned = (): Problem => new Problem(499, 'requisicao.abandonada', 'Quem pediu já se foi');

/** RFC 9110, section 15.5.6: which methods the address has is told. */
export const wrongMethod = (methods: readonly string[]): Problem =>
  new Problem(405, 'requisicao.metodo-nao-permitido', 'Método não permitido', {
    headers: { allow: methods.join(', ') },
  });

/** Whether a route may answer with a status; true for what is no operation of the contracts. */
export type Documented = (method: string, route: string | undefined, status: number) => boolean;

/** Turns whatever was thrown into one problem document; what we did not foresee is logged and told as a bare 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly statuses: ProblemStatuses,
    /** The methods that an address has; empty for one that does not exist. */
    private readonly methodsOf: (path: string) => readonly string[] = () => [],
    /** For tests: what is not documented must not be answered. */
    private readonly documented: Documented = () => true,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const found = (request.is404 ? this.wrongMethod(request) : undefined) ?? toProblem(error, this.statuses);
    const problem = this.isDocumented(request, found) ? found : undocumented(found);
    if ((problem.status >= 500 && !problem.options.state) || UNACCEPTABLE_VALUE.test(String(codeOf(error)))) {
      this.logger.error('Requisição falhou', { method: request.method, route: request.routeOptions.url, error });
    }
    if (reply.sent) return;
    void reply
      .status(problem.status)
      // Whatever the route says of its answers, this is none that anybody should keep.
      .headers({ 'cache-control': 'no-store', ...problem.options.headers })
      .type(PROBLEM_CONTENT_TYPE)
      .send(
        problemDocument(
          problem,
          request.url,
          currentContext()?.correlationId,
          trace.getActiveSpan()?.spanContext().traceId,
        ),
      );
  }

  /** Of what its handler refuses: before it there is the border, and what a schema or the guard says. */
  private isDocumented(
    request: FastifyRequest & { readonly atendida?: boolean },
    { status, handedOn }: Problem,
  ): boolean {
    const { atendida, method, routeOptions } = request;
    return !atendida || handedOn || status === 499 || this.documented(method, routeOptions.url, status);
  }

  private wrongMethod({ url }: FastifyRequest): Problem | undefined {
    const methods = this.methodsOf(url.split('?')[0] ?? url);
    return methods.length === 0 ? undefined : wrongMethod(methods);
  }
}
